import FoundationEssentials
import Hummingbird
import Templates

/// What an owner makes of a bot in a form, and what became of it.
struct Draft {
    enum State {
        case begun
        /// Not saved before its owner has looked.
        case worse(TestReport)
        case meanwhile(Meanwhile)
        case saved(TestReport)
    }

    /// As it is saved.
    let told: Told
    /// As the form shows it.
    private let values: [String: String]
    let state: State

    /// What others have saved stands in the form too.
    init(_ told: Told, _ change: BotChange?, _ state: State) {
        self.told = told
        values = told.fields.merging(change?.fields ?? [:]) { $1 }
        self.state = state
    }

    var text: String { values[Told.text] ?? "" }
    var report: TestReport? {
        switch state {
        case .worse(let report), .saved(let report): report
        case .begun, .meanwhile: nil
        }
    }
    var isWorse: Bool { if case .worse = state { true } else { false } }
    var meanwhile: Meanwhile? { if case .meanwhile(let meanwhile) = state { meanwhile } else { nil } }

    /// - Parameter advice: what to do once it is saved, where no test has anything to say.
    func fields(_ saved: String, _ advice: String? = nil) -> Fields {
        var fields = Fields(values: values)
        // The text has a place of its own.
        fields.values[Told.text] = nil
        fields.values["based_on"] = String(told.number)
        guard case .saved(let report) = state else { return fields }
        fields.notice = Notice(
            message: [saved, report.updateSentence ?? report.sentence ?? advice].compactMap(\.self).joined(separator: " "), isGood: true)
        return fields
    }
}

extension SettingsForm {
    init(_ draft: Draft) {
        self.init(
            bot: BotView(draft.told.bot), fields: draft.fields("Saved. Your bot answers with it from now on."),
            worse: draft.isWorse ? draft.report : nil, meanwhile: draft.meanwhile)
    }
}

extension ContextForm {
    init(_ draft: Draft) {
        self.init(
            bot: draft.told.bot.id.lowercased, text: draft.text, fields: draft.fields("Saved.", "Try it: ask something."),
            report: draft.report,
            isHeld: draft.isWorse, meanwhile: draft.meanwhile)
    }
}

extension Bots {
    /// What a form begins with; with `?run=` also what was filled in, of a change that wasn't published.
    func started(_ request: Request, _ now: Told, _ context: AccountContext) async throws -> Draft {
        guard let given = try Form(parsing: request.uri.query ?? "")["run"], let run = UUID(text: given[...]) else {
            return Draft(now, nil, .begun)
        }
        let change = try await context.database.heldChange(run, of: now.bot.id).merged(with: now)
        let meanwhile = try await context.database.meanwhile(change.conflicts(with: now), of: now.bot.id)
        return Draft(now, change, meanwhile.map { .meanwhile($0) } ?? .begun)
    }

    /// Saves what was filled in where nothing speaks against it, or holds it until a model was asked.
    func save(
        _ input: Input, over now: Told, as cause: String, _ context: AccountContext, _ edit: (inout Told) -> Void, _ reply: (Draft) -> Reply
    ) async throws -> Reply {
        let (database, bot) = (context.database, now.bot.id)
        let ifWorse = try input.ifWorse()
        let change = try await change(input, over: now, database, edit).merged(with: now)
        func asks(_ draft: Draft) async throws -> Reply {
            if !input.isJSON { try await database.setAside(change, draft.report ?? .nothing, of: bot) }
            return reply(draft)
        }
        if let meanwhile = try await database.meanwhile(change.conflicts(with: now), of: bot) {
            return try await asks(Draft(now, change, .meanwhile(meanwhile)))
        }
        let candidate = try await database.candidate(now.bot, at: desks) { try change.apply(&$0, &$1) }
        var report = try await candidate.report()
        if report.isWorse, ifWorse == .refuse { return try await asks(Draft(now, change, .worse(report))) }
        if try input.text("if_worse") == nil, !input.isJSON, try await asksModel(change, candidate, report, database) {
            let run = try await database.hold(change, report, of: bot)
            try await database.forgetAside(cause, of: bot)
            return Reply(goingOnTo: "/bots/\(bot.lowercased)/runs/\(run.lowercased)")
        }
        let failing = ifWorse == .update ? report : nil
        if failing != nil { report = report.updating }
        let conflicts = try await database.publish(change, of: bot, updatingTestsOf: failing, noting: (report, cause))
        let after = try await database.told(bot)
        if let meanwhile = try await database.meanwhile(conflicts, of: bot) {
            return try await asks(Draft(after, change, .meanwhile(meanwhile)))
        }
        if !input.isJSON { try await database.forgetAside(cause, of: bot) }
        return reply(Draft(after, nil, .saved(report)))
    }

    /// A form says which version it shows. A program that doesn't overwrites whatever is there.
    private func change(_ input: Input, over now: Told, _ database: AccountDatabase, _ edit: (inout Told) -> Void) async throws -> BotChange
    {
        let number = try input.basedOn()
        let before = number == nil || number == now.number ? now : try await database.told(now.bot.id, asOf: number)
        var after = before
        edit(&after)
        let change = BotChange(from: before, to: after).without(try input.keeping())
        return input.isJSON && number == nil ? change.overwritingAnything() : change
    }

    private func asksModel(_ change: BotChange, _ candidate: Candidate, _ report: TestReport, _ database: AccountDatabase) async throws
        -> Bool
    {
        guard !report.tests.isEmpty, change.text != nil || candidate.new.bot.asksModel(otherwiseThan: candidate.live.bot) else {
            return false
        }
        return !providers.endpoints(for: candidate.new.bot, try await database.credentials()).isEmpty
    }
}

extension Bot {
    /// Whether a model would be asked something else, or another one.
    fileprivate func asksModel(otherwiseThan other: Bot) -> Bool {
        BotField.ofModel.contains { $0.json(self) != $0.json(other) }
    }
}
