import FoundationEssentials
import Hummingbird
import Logging
import Templates

/// The routes of "Your data": everything out, and in again.
struct Archives: Feature {
    static let path = "/account/data"

    /// How long conversations are kept where a bot doesn't say; nil is for ever.
    let conversationSeconds: Int?
    let log: Logger

    func add(to routes: RouteMap) {
        routes.owner.get("/account/data", show, .init("What was imported and erased", gives: .accountData))
        routes.owner.get("/account/export", export, .init("The account as an archive, a zip file", gives: .archiveFile))
        routes.owner.post(
            "/account/imports", create, .init("Imports an archive, as application/zip", takes: .archive, gives: .importView, status: 201))
        routes.owner.get("/account/imports/{import}", progress, .init("How far an import is", gives: .importView))
        routes.bot.get("/bots/{bot}/data", showBot, .init("How long a bot’s conversations are kept, and what was erased", gives: .botData))
        routes.owner.get("/bots/{bot}/export", exportBot, .init("A bot as an archive, a zip file", gives: .archiveFile))
    }

    /// `GET /account/data`
    func show(_ request: Request, _ context: OwnerContext) async throws -> Reply {
        Reply(try await data(context)) { DataPage(data: $0, frame: context.frame).page }
    }

    /// `GET /account/export`
    func export(_ request: Request, _ context: OwnerContext) async throws -> Response {
        try ArchiveExport(database: context.database, accountName: context.session.accountName, bot: nil, log: log).response()
    }

    /// `GET /bots/{bot}/data`
    func showBot(_ request: Request, _ context: BotContext) async throws -> Reply {
        let bot = context.bot
        let data = BotData(
            retentionDays: bot.retentionDays ?? conversationSeconds.map { max(1, $0 / 86_400) },
            erasures: try await context.database.erasures(of: bot.id))
        return Reply(data) { BotDataPage(bot: BotView(bot), data: $0, frame: context.frame).page }
    }

    /// `GET /bots/{bot}/export`
    func exportBot(_ request: Request, _ context: OwnerContext) async throws -> Response {
        let bot = try await context.database.bot(context.id("bot"))
        return try ArchiveExport(database: context.database, accountName: context.session.accountName, bot: bot, log: log).response()
    }

    /// `POST /account/imports`: an archive, as a form with a file or as the body itself.
    func create(_ request: Request, _ context: OwnerContext) async throws -> Reply {
        do {
            let kind = try ArchiveUpload.Kind(request.headers[.contentType])
            let id = try await context.database.takeIn(request.body, as: kind, for: context.session.user)
            return Reply(status: .created, try await context.database.importOfArchive(id), goingOnTo: Self.path, saying: .importing)
        } catch let failure as Failure where failure.status == .unprocessableContent || failure.status == .conflict {
            let page = DataPage(
                data: try await data(context), fields: Fields(problems: Problems(failure.fields), notice: failure.notice),
                frame: context.frame)
            return Reply(status: failure.status, json: failure, fragment: { page.page }, page: { page.page })
        }
    }

    /// `GET /account/imports/{import}`: how far it is.
    func progress(_ request: Request, _ context: OwnerContext) async throws -> Reply {
        let id = try context.id("import")
        return Reply(try await context.database.importOfArchive(id)) { view in
            DataPage(data: AccountData(imports: [view], erasures: []), frame: context.frame).page
        }
    }

    private func data(_ context: OwnerContext) async throws -> AccountData {
        AccountData(imports: try await context.database.imports(), erasures: try await context.database.erasures())
    }
}

extension Failure {
    fileprivate var notice: Notice? { fields.isEmpty ? Notice(message: message, isFocused: true) : nil }
}

extension Schema {
    static let accountData = AccountData.schema, botData = BotData.schema, importView = ImportView.schema
    static let archive = component("Archive", .binary.saying("The archive itself, with Content-Type application/zip"))
        .sent(as: "application/zip")
    static let archiveFile = component("ArchiveFile", .binary).sent(as: "application/zip")
}
