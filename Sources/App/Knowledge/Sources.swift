import Answering
import Curl
import FoundationEssentials
import Hummingbird
import Reading
import Templates

/// The routes of what a bot knows beside its context.
struct Sources: Feature {
    let desks: Desks
    /// Which addresses an owner may name.
    let addresses: AddressPolicy

    func add(to routes: RouteMap) {
        routes.bot.get("/bots/{bot}/sources", list, .init("What a bot knows beside its context", gives: .sources))
        routes.bot.post(
            "/bots/{bot}/sources", create,
            .init("Teaches it a text, an answer, a file or a website", takes: .newSource, gives: .source, status: 201))
        routes.bot.get("/bots/{bot}/sources/{source}", show, .init("A source, and how far it has been read", gives: .source))
        routes.account.get(
            "/bots/{bot}/sources/{source}/row", row, .init("A source as it stands in the list, for browsers", gives: .source))
        routes.bot.delete("/bots/{bot}/sources/{source}", delete, .init("Forgets a source"))
        routes.account.post("/bots/{bot}/sources/{source}/readings", readAgain, .init("Reads a source again", gives: .source, status: 202))
    }

    /// `GET /bots/{bot}/sources`
    func list(_ request: Request, _ context: BotContext) async throws -> Reply {
        let bot = context.bot
        let list = SourceList(bot: bot.id.lowercased, sources: try await context.database.sources(of: bot.id))
        return Reply(list) { SourcesPage(bot: BotView(bot), list: $0, fields: Fields(), frame: context.frame).page }
    }

    /// `POST /bots/{bot}/sources`
    func create(_ request: Request, _ context: BotContext) async throws -> Reply {
        let input = try await Input(of: request, maximumFiles: 1)
        let view = BotView(context.bot)
        let list = SourceList(bot: view.id, sources: try await context.database.sources(of: context.bot.id))
        return try await .form(
            input, { AddSource(bot: view.id, fields: $0) }, into: "#add-source",
            page: { SourcesPage(bot: view, list: list, fields: $0.fields, frame: context.frame).page }
        ) {
            try await add(newSource(input), input, context)
        }
    }

    /// Asks first where tests would come out worse.
    private func add(_ new: NewSource, _ input: Input, _ context: BotContext) async throws -> Reply {
        let (bot, location) = (context.bot, "/bots/\(context.bot.id.lowercased)/sources")
        let passages = try await Workroom.shared.run(for: bot.account) { new.passages($0) }
        let ifWorse = try input.ifWorse()
        let report =
            passages.isEmpty
            ? nil : try await context.database.candidate(bot, at: desks) { _, known in known.replace(UUID(), with: passages) }.report()
        if let report, report.isWorse, ifWorse == .refuse {
            let held = HeldForm(
                title: "Add this?", bot: BotView(bot), action: location, fields: input.fields(), report: report,
                button: "Add it anyway", updating: "Add it and update")
            return .gotWorse(report, into: "#add-source", { held.html }, page: { held.page(context.frame) })
        }
        let id = try await context.database.add(new, to: bot.id, keeping: report, updatesTests: ifWorse == .update)
        let source = try await context.database.source(id, of: bot.id)
        return Reply(status: .created, source, goingOnTo: location, saying: passages.isEmpty ? .reading : .added)
    }

    /// `GET /bots/{bot}/sources/{source}`
    func show(_ request: Request, _ context: BotContext) async throws -> Reply {
        let bot = context.bot
        let id = try context.id("source")
        var source = try await context.database.source(id, of: bot.id)
        source.pages = source.kind == "website" ? try await context.database.pages(of: id) : nil
        return Reply(source) { SourcePage(bot: BotView(bot), source: $0, frame: context.frame).page }
    }

    /// `GET /bots/{bot}/sources/{source}/row`: how far it has been read, for the list.
    func row(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let source = try await context.database.source(context.id("source"), of: context.id("bot"))
        return Reply(source) { $0.html }
    }

    /// `DELETE /bots/{bot}/sources/{source}`
    func delete(_ request: Request, _ context: BotContext) async throws -> Reply {
        let bot = context.bot
        let source = try await context.database.source(context.id("source"), of: bot.id)
        let id = try context.id("source")
        let report = try await context.database.candidate(bot, at: desks) { _, known in known.replace(id, with: []) }.report()
        // A program's request has no body here: it says in the address that it wants to be asked.
        let choice = try Form(parsing: request.uri.query ?? "")["if_worse"] ?? (Output(for: request) == .json ? "publish" : "refuse")
        if report.isWorse, choice == "refuse" {
            let action = "/bots/\(bot.id.lowercased)/sources/\(source.id)?_method=delete&if_worse=publish"
            let held = HeldForm(
                title: "Remove “\(source.title)”?", bot: BotView(bot), action: action, fields: Fields(), report: report,
                button: "Remove it anyway")
            return .gotWorse(report, into: "#main", { held.html }, page: { held.page(context.frame) })
        }
        try await context.database.deleteSource(id, titled: source.title, of: bot.id, keeping: report)
        return Reply(goingOnTo: "/bots/\(bot.id.lowercased)/sources", saying: .removed)
    }

    /// `POST /bots/{bot}/sources/{source}/readings`: reads it again.
    func readAgain(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try context.id("bot")
        let id = try context.id("source")
        try await context.database.readAgain(id, of: bot)
        let source = try await context.database.source(id, of: bot)
        return Reply(status: .accepted, source, fragment: { source.html }, goingOnTo: "/bots/\(bot.lowercased)/sources", saying: .read)
    }

    /// - Throws: `Failure.invalid` with a sentence for the field that can't be.
    private func newSource(_ input: Input) throws(Failure) -> NewSource {
        switch try input.text("kind").flatMap(Source.Kind.init) {
        case .text:
            let text = try BotSettings.context(Self.required(input, "text", "Please write a text first."))
            return .written(.text, title: try Self.bounded(input.text("title") ?? "", "title", Source.maximumTitle), text: text)
        case .qa:
            let question = try Self.bounded(
                Self.required(input, "question", "Please write the question."), "question", Source.maximumQuestion)
            let answer = try Self.bounded(Self.required(input, "answer", "Please write the answer."), "answer", Source.maximumAnswer)
            return .written(.qa, title: question, text: answer)
        case .website: return try website(input)
        case .file:
            guard let file = input.files.first else {
                throw input.isJSON ? Failure.fileAsForm : Failure.invalid(["file": "Please choose a file."])
            }
            guard file.bytes.count <= FileReader.maximumBytes else { throw Failure.invalid(["file": "A file can have up to 10 MB."]) }
            return .file(file)
        case nil: throw Failure.invalid(["kind": "This can be text, qa, file or website."])
        }
    }

    private func website(_ input: Input) throws(Failure) -> NewSource {
        var url = try Self.required(input, "url", "Please write the website’s address.")
        do {
            url = try Website.check(url, addresses: addresses)
        } catch {
            throw .invalid(["url": error.sentence])
        }
        let refresh = try input.text("refresh") ?? "never"
        guard ["never", "weekly"].contains(refresh) else { throw Failure.invalid(["refresh": "This can be never or weekly."]) }
        return .website(url, weekly: refresh == "weekly")
    }

    static func required(_ input: Input, _ field: String, _ problem: String) throws(Failure) -> String {
        let text = (try input.text(field) ?? "").replacing("\r\n", with: "\n").trimmingBlanks
        guard !text.isEmpty else { throw .invalid([field: problem]) }
        return text
    }

    static func bounded(_ text: String, _ field: String, _ maximum: Int) throws(Failure) -> String {
        guard text.unicodeScalars.count <= maximum else { throw .invalid([field: "This can have up to \(maximum) characters."]) }
        return text.trimmingBlanks
    }
}

extension Failure {
    fileprivate static let fileAsForm = Failure(
        status: .unsupportedMediaType, code: "unsupported_media_type",
        message: "Please send a file as multipart/form-data, in the field “file”.")
}

extension Schema {
    static let source = SourceView.schema, sources = SourceList.schema
    static let newSource = component(
        "NewSource",
        .object(
            required: ["kind": .one(of: Source.Kind.self).saying("A file is sent as multipart/form-data")],
            optional: [
                "title": .string(upTo: Source.maximumTitle), "text": .string(upTo: BotSettings.maximumContext),
                "question": .string(upTo: Source.maximumQuestion), "answer": .string(upTo: Source.maximumAnswer), "url": .string,
                "refresh": .one(of: "never", "weekly"),
            ])
    ).sent(as: "application/json", "multipart/form-data")
}
