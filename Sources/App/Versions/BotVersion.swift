import FoundationEssentials
import Postgres
import Templates

/// What a bot was told at some time. A trigger of the database makes it, see `0017_versions.sql`.
struct BotVersion: Sendable {
    /// On a page.
    static let shown = 30

    struct Source: Sendable, Equatable {
        let id: UUID
        let kind: String
        let title: String
        /// Of what the owner wrote.
        let text: String?
    }

    let id: UUID
    let number: Int
    let createdAt: Moment
    let author: String?
    let restores: Int?
    let text: String
    /// As JSON.
    let settings: String
    let sources: [Source]
}

extension AccountDatabase {
    /// The newest, or those before a number, and one more to compare the last with; newest first.
    func versions(of bot: UUID, before number: Int? = nil, limit: Int = BotVersion.shown) async throws -> [BotVersion] {
        try await versions(of: bot, only: nil, before: number, limit: limit + 1)
    }

    /// - Throws: `Failure.notFound` where it isn't this bot's.
    func version(_ id: UUID, of bot: UUID) async throws -> BotVersion {
        guard let version = try await versions(of: bot, only: id, before: nil, limit: 1).first else { throw Failure.notFound }
        return version
    }

    /// The numbers and ids of all, newest first.
    func versionNumbers(of bot: UUID) async throws -> [(number: Int, id: UUID)] {
        try await query("select number, id from bot_versions where bot_id = \(bot) and account_id = \(account) order by number desc").map {
            (try $0.get("number", as: Int.self), try $0.get("id", as: UUID.self))
        }
    }

    private func versions(of bot: UUID, only id: UUID?, before number: Int?, limit: Int) async throws -> [BotVersion] {
        let rows = try await query(
            """
            select v.id, v.number, v.created_at, v.restores, v.settings, v.sources, encode(v.text_hash, 'hex') as hash,
              coalesce(nullif(u.name, ''), u.email) as author
            from bot_versions v left join users u on u.id = v.author_id
            where v.bot_id = \(bot) and v.account_id = \(account) and v.id = coalesce(\(id)::uuid, v.id)
              and v.number < coalesce(\(number)::integer, 2147483647)
            order by v.number desc limit \(limit)
            """)
        let ids = try rows.map { try $0.get("id", as: UUID.self) }
        let found = try await query(
            """
            select encode(hash, 'hex') as hash, text from version_texts
            where bot_id = \(bot) and account_id = \(account)
              and hash in (select unnest(texts) from bot_versions where id = any(\(ids)::uuid[]) and account_id = \(account))
            """)
        var texts: [String: String] = [:]
        for row in found { texts[try row.get("hash", as: String.self)] = try row.get("text", as: String.self) }
        return try rows.map { try BotVersion($0, texts: texts) }
    }

    /// Tells a bot once more what it was told then, as a new version. Files and websites stay as they are.
    func restore(_ version: BotVersion, of id: UUID) async throws {
        try await transaction { transaction in
            try await transaction.query("select set_config('frontdesk.restores', \(String(version.number)), true)")
            let row = try await transaction.query(
                """
                select told.* from bots b
                join bot_versions v on v.bot_id = b.id and v.account_id = b.account_id and v.id = \(version.id)
                cross join jsonb_populate_record(b, v.settings) told
                where b.id = \(id) and b.account_id = \(account) for update of b
                """
            ).first
            guard let row else { throw Failure.notFound }
            try await transaction.save(Bot(row))
            if try row.get("knowledge", as: String.self) != version.text {
                try await transaction.keep(version.text, asContextOf: id, in: account)
            }
            try await transaction.restoreTexts(version.sources, of: id, in: account)
        }
    }
}

extension Transaction {
    /// A source has the same words as long as it has the same id.
    fileprivate func restoreTexts(_ sources: [BotVersion.Source], of bot: UUID, in account: UUID) async throws {
        let wanted = sources.filter { $0.text != nil }
        let known = try await query("select id from sources where bot_id = \(bot) and account_id = \(account) and kind in ('text', 'qa')")
            .map {
                try $0.get("id", as: UUID.self)
            }
        let surplus = Set(known).subtracting(wanted.map(\.id))
        try await query("delete from sources where id = any(\(Array(surplus))::uuid[]) and bot_id = \(bot) and account_id = \(account)")
        for source in wanted where !known.contains(source.id) {
            guard let text = source.text, let kind = App.Source.Kind(rawValue: source.kind) else { continue }
            let passages = SourcePassage.passages(of: text, titled: source.title, kind)
            try await addText(text, titled: source.title, kind, passages: passages, as: source.id, to: bot, of: account)
        }
    }
}

extension Sweep {
    private static let versionDays = 365

    /// Versions that are older than a year, but each bot's newest.
    static func forgetVersions(every interval: Duration) -> Sweep {
        let isOld = """
            v.created_at < now() - interval '\(versionDays) days' \
            and exists (select from bot_versions newer where newer.bot_id = v.bot_id and newer.number > v.number)
            """
        let due = "exists (select from bot_versions v where v.account_id = a.id and \(isOld))"
        return Sweep(name: "forget_versions", interval: interval, work: .accounts(due: due) { try await $0.forgetVersions(isOld) })
    }
}

extension AccountDatabase {
    fileprivate func forgetVersions(_ isOld: String) async throws -> Bool {
        try await transaction { transaction in
            let bots = try await transaction.query(
                """
                delete from bot_versions where account_id = \(account) and id in (
                  select v.id from bot_versions v where v.account_id = \(account) and \(unsafeRaw: isOld) limit \(Sweep.batch))
                returning bot_id
                """
            ).map { try $0.get("bot_id", as: UUID.self) }
            for bot in Set(bots) { try await transaction.query("select forget_version_texts(\(bot))") }
            return bots.count == Sweep.batch
        }
    }
}

extension BotVersion {
    fileprivate init(_ row: Row, texts: [String: String]) throws {
        id = try row.get("id", as: UUID.self)
        number = try row.get("number", as: Int.self)
        createdAt = try row.moment("created_at")
        author = try row.get("author", as: String?.self)
        restores = try row.get("restores", as: Int?.self)
        text = texts[try row.get("hash", as: String.self)] ?? ""
        settings = try row.get("settings", as: String.self)
        // What can't be read is left out: the others must be.
        let noted = try? JSON(parsing: try row.get("sources", as: String.self).utf8)
        sources = (noted?.items ?? []).compactMap { Source(noted: $0, texts: texts) }
    }
}

extension BotVersion.Source {
    /// - Parameter texts: by their hashes.
    init?(noted json: JSON, texts: [String: String]) {
        guard let id = json["id"]?.string.flatMap({ UUID(text: $0[...]) }), let kind = json["kind"]?.string,
            let title = json["title"]?.string
        else { return nil }
        self.init(id: id, kind: kind, title: title, text: json["hash"]?.string.flatMap { texts[$0] })
    }
}
