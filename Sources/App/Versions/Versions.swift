import FoundationEssentials
import Hummingbird
import Templates

/// The routes of what a bot was told before.
struct Versions: Feature {
    func add(to routes: RouteMap) {
        routes.bot.get("/bots/{bot}/versions", list, .init("What a bot was told before, newest first", gives: .versions))
        routes.bot.get("/bots/{bot}/versions/{version}", show, .init("A version, compared with the one before or another", gives: .version))
        routes.bot.post(
            "/bots/{bot}/versions/{version}/restorations", restore,
            .init("Tells a bot once more what it was told then", gives: .versionSummary, status: 201))
    }

    /// `GET /bots/{bot}/versions`
    func list(_ request: Request, _ context: BotContext) async throws -> Reply {
        let before = try Form(parsing: request.uri.query ?? "")["before"].map(Self.number)
        let list = try await versions(before: before, of: context.bot, context)
        return Reply(list) { VersionsPage(bot: BotView(context.bot), list: $0, isFirst: before == nil, frame: context.frame).page }
    }

    /// `GET /bots/{bot}/versions/{version}?with={version}`: what it was, compared with the one before or another.
    func show(_ request: Request, _ context: BotContext) async throws -> Reply {
        let bot = context.bot
        let version = try await context.database.version(context.id("version"), of: bot.id)
        let all = try await context.database.versionNumbers(of: bot.id)
        let other = try await other(request, version, all, of: bot.id, context)
        let view = try await Workroom.shared.run(for: bot.account) { _ in VersionView(version, of: bot.id, comparedWith: other, all) }
        return Reply(view) { VersionPage(bot: BotView(bot), view: $0, frame: context.frame).page }
    }

    /// `POST /bots/{bot}/versions/{version}/restorations`
    func restore(_ request: Request, _ context: BotContext) async throws -> Reply {
        let bot = context.bot
        let version = try await context.database.version(context.id("version"), of: bot.id)
        try await context.database.restore(version, of: bot.id)
        let found = try await context.database.versions(of: bot.id, before: nil, limit: 1)
        guard let newest = found.first else { throw Failure.notFound }
        let earlier = found.dropFirst().first
        let row = try await Workroom.shared.run(for: bot.account) { _ in VersionRow(newest, after: earlier, bot: bot.id, isCurrent: true) }
        return Reply(status: .created, row, goingOnTo: "/bots/\(bot.id.lowercased)/versions", saying: .restored)
    }

    private static func number(_ text: String) throws(Failure) -> Int {
        guard let number = Int(text), (1...Int(Int32.max)).contains(number) else {
            throw .badRequest("“before” must be what “next” said.")
        }
        return number
    }

    private func versions(before: Int?, of bot: Bot, _ context: BotContext) async throws -> VersionList {
        let found = try await context.database.versions(of: bot.id, before: before)
        let rows = try await Workroom.shared.run(for: bot.account) { _ in
            found.prefix(BotVersion.shown).enumerated().map { place, version in
                let earlier = found.indices.contains(place + 1) ? found[place + 1] : nil
                return VersionRow(version, after: earlier, bot: bot.id, isCurrent: before == nil && place == 0)
            }
        }
        let next = found.count > BotVersion.shown ? rows.last?.number : nil
        return VersionList(versions: rows, next: next.map(String.init), bot: bot.id.lowercased)
    }

    private func other(
        _ request: Request, _ version: BotVersion, _ all: [(number: Int, id: UUID)], of bot: UUID, _ context: BotContext
    ) async throws -> BotVersion? {
        if let given = try Form(parsing: request.uri.query ?? "")["with"] {
            guard let id = UUID(text: given[...]) else { throw Failure.notFound }
            return try await context.database.version(id, of: bot)
        }
        guard let before = all.first(where: { $0.number < version.number }) else { return nil }
        return try await context.database.version(before.id, of: bot)
    }
}

extension VersionRow {
    fileprivate init(_ version: BotVersion, after earlier: BotVersion?, bot: UUID, isCurrent: Bool) {
        self.init(
            id: version.id.lowercased, number: version.number, createdAt: version.createdAt, author: version.author,
            restores: version.restores,
            changes: earlier.map { VersionChanges(from: $0, to: version).words } ?? [], isCurrent: isCurrent, bot: bot.lowercased)
    }
}

extension VersionView {
    /// - Parameter all: those that there are, newest first.
    fileprivate init(_ version: BotVersion, of bot: UUID, comparedWith other: BotVersion?, _ all: [(number: Int, id: UUID)]) {
        self.init(
            version: VersionRow(version, after: other, bot: bot, isCurrent: version.number == all.first?.number), text: version.text,
            settings: StoredJSON(version.settings),
            sources: version.sources.map { SourceChange(kind: $0.kind, title: $0.title, text: $0.text, change: .unchanged) },
            comparison: other.map { VersionComparison(VersionChanges(from: $0, to: version)) },
            choices: all.filter { $0.id != version.id }.map { ($0.number, $0.id.lowercased) })
    }
}

extension VersionComparison {
    fileprivate init(_ changes: VersionChanges) {
        self.init(
            with: changes.before.number, settings: changes.settings, sources: changes.sources,
            lines: changes.before.text == changes.after.text ? [] : changes.text.lines)
    }
}

extension Schema {
    static let version = VersionView.schema, versions = VersionList.schema, versionSummary = VersionRow.schema
}
