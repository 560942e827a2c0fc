import Answering
import Crypto
import FoundationEssentials
import Hummingbird
import Postgres
import Templates

/// The routes of the check of a bot's texts.
struct Findings: Feature {
    func add(to routes: RouteMap) {
        routes.bot.get("/bots/{bot}/findings", list, .init("What customers would stumble over in a bot’s texts", gives: .findings))
        routes.bot.put("/bots/{bot}/findings/{finding}/dismissal", dismiss, .init("Calls a finding right", gives: .findings))
        routes.bot.delete("/bots/{bot}/findings/{finding}/dismissal", recall, .init("Reminds of a finding again", gives: .findings))
    }

    /// `GET /bots/{bot}/findings`
    func list(_ request: Request, _ context: BotContext) async throws -> Reply {
        let list = try await found(context)
        return Reply(list) { FindingsPage(bot: BotView(context.bot), list: $0, frame: context.frame).page }
    }

    /// `PUT /bots/{bot}/findings/{finding}/dismissal`: the owner says that this is right.
    func dismiss(_ request: Request, _ context: BotContext) async throws -> Reply {
        let id = try context.id("finding")
        guard try await context.database.findings(of: context.bot).contains(where: { $0.id == id.lowercased }) else {
            throw Failure.notFound
        }
        try await context.database.query(
            """
            insert into dismissed_findings (account_id, bot_id, finding_id) values (\(context.database.account), \(context.bot.id), \(id))
            on conflict do nothing
            """)
        return try await changed(context)
    }

    /// `DELETE /bots/{bot}/findings/{finding}/dismissal`
    func recall(_ request: Request, _ context: BotContext) async throws -> Reply {
        let deleted = try await context.database.query(
            """
            delete from dismissed_findings
            where finding_id = \(context.id("finding")) and bot_id = \(context.bot.id) and account_id = \(context.database.account)
            """)
        guard deleted.affected > 0 else { throw Failure.notFound }
        return try await changed(context)
    }

    private func changed(_ context: BotContext) async throws -> Reply {
        let list = try await found(context)
        return Reply(list, fragment: { list.html }, goingOnTo: "/bots/\(list.bot)/findings", saying: .saved)
    }

    private func found(_ context: BotContext) async throws -> FindingList {
        FindingList(bot: context.bot.id.lowercased, findings: try await context.database.findings(of: context.bot))
    }
}

extension AccountDatabase {
    /// What the check finds in what a bot knows, as of now. On a thread of its own, as it takes a while for long texts.
    func findings(of bot: Bot) async throws -> [FindingView] {
        let rows = try await pipeline([
            "select knowledge, (now() at time zone 'UTC')::date::text as today from bots where id = \(bot.id) and account_id = \(account)",
            """
            select p.source_id, p.title, p.text, s.kind, s.title as source_title
            from (
              select *, sum(octet_length(text)) over (order by source_id, position) as bytes from passages
              where bot_id = \(bot.id) and account_id = \(account) and source_id is not null) p
            join sources s on s.id = p.source_id and s.account_id = p.account_id
            where p.bytes < \(TextCheck.maximumBytes) order by p.source_id, p.position
            """,
            "select finding_id from dismissed_findings where bot_id = \(bot.id) and account_id = \(account)",
        ])
        guard let told = rows[0].first else { throw Failure.notFound }
        let (texts, names) = try await Workroom.shared.run(for: account) { _ in try Self.texts(rows[1]) }
        let knowledge = try told.get("knowledge", as: String.self)
        let own = TextCheck.Text(knowledge)
        let contact = TextCheck.Text(bot.contactLine, source: Self.settings, isOwn: false)
        let today = try CheckedDay(date: told.get("today", as: String.self))
        let isLong = knowledge.utf8.count > Self.shortBytes || rows[1].count > Self.shortPassages
        let found = try await Workroom.shared.run(for: account, isLong ? .long : .short) { _ in
            TextCheck.findings(in: [own, contact] + texts, today: today)
        }
        let dismissed = Set(try rows[2].map { try $0.get("finding_id", as: UUID.self) })
        return found.map { finding in
            let id = finding.id(of: bot.id)
            return FindingView(finding, id: id, isDismissed: dismissed.contains(id), names: names, bot: bot.id)
        }
    }

    /// Of texts whose check is soon done.
    private static let shortBytes = 65_536
    private static let shortPassages = 100

    /// What stands for the bot's line about how to reach a person.
    fileprivate static let settings = "settings"

    /// A text of each source, under its headings, and the sources' names.
    private static func texts(_ rows: Rows) throws -> ([TextCheck.Text], [String: String]) {
        var order: [String] = []
        var texts: [String: (text: String, isOwn: Bool)] = [:]
        var names: [String: String] = [:]
        for row in rows {
            let id = try row.get("source_id", as: UUID.self).lowercased
            if texts[id] == nil { order.append(id) }
            names[id] = try row.get("source_title", as: String.self)
            let isOwn = ["text", "qa"].contains(try row.get("kind", as: String.self))
            let passage = "## \(try row.get("title", as: String.self))\n\n\(try row.get("text", as: String.self))\n\n"
            texts[id, default: ("", isOwn)].text += passage
        }
        return (order.compactMap { id in texts[id].map { TextCheck.Text($0.text, source: id, isOwn: $0.isOwn) } }, names)
    }
}

extension TextCheck.Finding {
    /// The same as long as it quotes the same.
    fileprivate func id(of bot: UUID) -> UUID {
        var hash = SHA256()
        for part in [bot.lowercased, kind.rawValue, places.isEmpty ? message : ""] + places.map(\.quote).sorted() {
            hash.update(data: Array(part.utf8) + [0])
        }
        let bytes = Array(hash.finalize())
        return UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9], bytes[10], bytes[11],
                bytes[12], bytes[13], bytes[14], bytes[15]
            ))
    }
}

extension CheckedDay {
    /// From `2026-11-21`.
    fileprivate init(date: String) {
        let parts = date.split(separator: "-").compactMap { Int($0) }
        self.init(year: parts.first ?? 1, month: parts.dropFirst().first ?? 1, day: parts.last ?? 1)
    }
}

extension FindingView {
    fileprivate init(_ finding: TextCheck.Finding, id: UUID, isDismissed: Bool, names: [String: String], bot: UUID) {
        self.init(
            id: id.lowercased, kind: finding.kind.rawValue, message: finding.message,
            places: finding.places.map { place in
                let source = place.source == AccountDatabase.settings ? nil : place.source
                let path = place.source == AccountDatabase.settings ? "/settings" : source.map { "/sources/\($0)" } ?? ""
                return Place(
                    quote: place.quote, heading: place.heading, sourceID: source, sourceTitle: source.flatMap { names[$0] },
                    path: "/bots/\(bot.lowercased)\(path)")
            },
            isDismissed: isDismissed, bot: bot.lowercased)
    }
}

extension Schema {
    static let findings = FindingList.schema
}
