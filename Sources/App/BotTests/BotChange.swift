import FoundationEssentials
import Postgres
import Templates

/// What a bot is told at some moment.
struct Told: Sendable {
    static let text = "text"

    var bot: Bot
    var text: String
    /// Of its newest version then.
    let number: Int

    /// As forms write them; the text is one of them.
    var fields: [String: String] { BotField.settings.typed(bot).merging([Self.text: text]) { $1 } }
}

/// What somebody changes of a bot: only the fields that are other than what they began with.
struct BotChange: Sendable {
    private(set) var fields: [String: String]
    /// The same fields before; without it, what is there is overwritten whatever it is.
    private(set) var base: [String: String]?

    init(fields: [String: String], base: [String: String]?) {
        self.fields = fields
        self.base = base
    }

    init(from before: Told, to after: Told) {
        let old = before.fields
        fields = after.fields.filter { old[$0.key] != $0.value }
        base = old.filter { fields.keys.contains($0.key) }
    }

    var text: String? { fields[Told.text] }
    /// What was changed, in words.
    var cause: String { text == nil ? "Settings" : "The text" }

    /// Together with what was saved of the text meanwhile, where that is in other lines.
    func merged(with now: Told) async throws -> BotChange {
        guard let mine = text, let before = base?[Told.text], now.text != before, now.text != mine else { return self }
        let both = try await Workroom.shared.run(for: now.bot.account) { TextMerge(of: before, mine: mine, theirs: now.text, $0).text }
        guard let both else { return self }
        var merged = self
        merged.fields[Told.text] = both
        merged.base?[Told.text] = now.text
        return merged
    }

    /// Fields that have changed meanwhile, and not to the same.
    func conflicts(with now: Told) -> [FieldConflict] {
        guard let base else { return [] }
        let saved = now.fields
        return fields.sorted { $0.key < $1.key }.compactMap { field, yours in
            guard let theirs = saved[field], theirs != base[field], theirs != yours else { return nil }
            return FieldConflict(field: field, label: BotField.label(of: field), saved: theirs, yours: yours)
        }
    }

    /// For whom this was looked at: what they have seen may be overwritten.
    func based(on seen: Told) -> BotChange {
        BotChange(fields: fields, base: seen.fields.filter { fields.keys.contains($0.key) })
    }

    func without(_ given: some Sequence<String>) -> BotChange {
        let given = Set(given)
        return BotChange(fields: fields.filter { !given.contains($0.key) }, base: base)
    }

    func overwritingAnything() -> BotChange { BotChange(fields: fields, base: nil) }

    func apply(_ bot: inout Bot) throws(Failure) { try BotSettings(Input(fields: fields)).apply(&bot) }

    func apply(_ bot: inout Bot, _ passages: inout [Desk.Known]) throws(Failure) {
        try apply(&bot)
        if let text { passages.replaceContext(with: text) }
    }
}

extension Input {
    /// The number of the version that a change begins with, where the sender says so.
    func basedOn() throws(Failure) -> Int? {
        guard let given = try scalar("based_on"), !given.isEmpty else { return nil }
        guard let number = Int(given), (1...Int(Int32.max)).contains(number) else {
            throw .invalid(["based_on": "This is a version’s number."])
        }
        return number
    }

    /// Fields of which somebody gives their own change up.
    func keeping() throws(Failure) -> [String] { try text("keep")?.split(separator: ",").map(String.init) ?? [] }
}

extension Meanwhile {
    /// nil where nothing is in a change's way.
    init?(_ conflicts: [FieldConflict], _ newest: BotVersion?) {
        guard !conflicts.isEmpty else { return nil }
        let lines = conflicts.first { $0.field == Told.text }.map { TextDiff(from: $0.saved, to: $0.yours).lines } ?? []
        let settings = conflicts.filter { $0.field != Told.text }.map(\.change)
        self.init(conflicts: conflicts, lines: lines, settings: settings, savedAt: newest?.createdAt, author: newest?.author)
    }
}

extension AccountDatabase {
    /// What a bot is told now, or in the version with that number, as long as that is kept.
    /// - Throws: `Failure.notFound` where the account has no such bot.
    func told(_ id: UUID, asOf number: Int? = nil) async throws -> Told {
        if let number, let row = try await query(told(id, in: number)).first { return try Told(row) }
        guard let row = try await query(toldNow(id)).first else { throw Failure.notFound }
        return try Told(row)
    }

    func meanwhile(_ conflicts: [FieldConflict], of bot: UUID) async throws -> Meanwhile? {
        guard !conflicts.isEmpty else { return nil }
        let newest = try await versions(of: bot, limit: 0).first
        return try await Workroom.shared.run(for: account) { _ in Meanwhile(conflicts, newest) }
    }

    /// Publishes a change, unless what it is based on has changed in the same fields: then nothing is changed.
    /// - Parameters:
    ///   - run: the one that held it, if any.
    ///   - report: whose tests are brought up to date with it.
    ///   - did: what it did, and what was changed, in words: noted with it.
    /// - Returns: what is in its way.
    func publish(
        _ change: BotChange, of bot: UUID, from run: UUID? = nil, updatingTestsOf report: TestReport? = nil,
        noting did: (TestReport, cause: String)? = nil
    ) async throws -> [FieldConflict] {
        while true {
            // Merged before its row is held: whoever has a seat in the workroom may wait for a connection to the database.
            let seen = try await told(bot)
            let merged = try await change.merged(with: seen)
            if let conflicts = try await publish(merged, of: bot, ifStill: seen.text, from: run, updatingTestsOf: report, noting: did) {
                return conflicts
            }
        }
    }

    /// nil where the text isn't what it was any more: nothing is changed then.
    private func publish(
        _ change: BotChange, of bot: UUID, ifStill text: String, from run: UUID?, updatingTestsOf report: TestReport?,
        noting did: (TestReport, cause: String)?
    ) async throws -> [FieldConflict]? {
        try await transaction { transaction in
            guard let row = try await transaction.query(toldNow(bot, "for update of b")).first else { throw Failure.notFound }
            let now = try Told(row)
            guard change.text == nil || now.text == text else { return nil }
            let conflicts = change.conflicts(with: now)
            guard conflicts.isEmpty else { return conflicts }
            var changed = now.bot
            try change.apply(&changed)
            if BotField.settings.typed(changed) != BotField.settings.typed(now.bot) { try await transaction.save(changed) }
            if let text = change.text { try await transaction.keep(text, asContextOf: bot, in: account) }
            if let report { try await transaction.updateTests(of: report, of: bot, in: account) }
            if let did { try await transaction.keepRun(did.0, of: bot, in: account, after: did.cause) }
            if let run {
                try await transaction.query(
                    """
                    update test_runs set published = true, state = 'done', report = coalesce(\(report?.updating.stored)::jsonb, report)
                    where id = \(run) and bot_id = \(bot) and account_id = \(account)
                    """)
            }
            return []
        }
    }

    private func toldNow(_ bot: UUID, _ lock: String = "") -> SQL {
        """
        select b.*, b.knowledge as told_text,
          (select max(number) from bot_versions where bot_id = b.id and account_id = b.account_id) as told_number
        from bots b where b.id = \(bot) and b.account_id = \(account) \(unsafeRaw: lock)
        """
    }

    private func told(_ bot: UUID, in number: Int) -> SQL {
        """
        select told.*, t.text as told_text, v.number as told_number
        from bots b
        join bot_versions v on v.bot_id = b.id and v.account_id = b.account_id and v.number = \(number)
        join version_texts t on t.bot_id = b.id and t.account_id = b.account_id and t.hash = v.text_hash
        cross join jsonb_populate_record(b, v.settings) told
        where b.id = \(bot) and b.account_id = \(account)
        """
    }
}

extension Told {
    fileprivate init(_ row: Row) throws {
        bot = try Bot(row)
        text = try row.get("told_text", as: String.self)
        number = try row.get("told_number", as: Int?.self) ?? 0
    }
}
