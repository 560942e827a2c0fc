import FoundationEssentials
import Hummingbird
import Templates

/// The routes of a bot's keys. Those of the secrets that stand beside them follow in `Keys+VisitorSecrets.swift`.
struct Keys: Sendable {
    let secrets: Secrets

    /// `GET /bots/{bot}/keys`
    func list(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try await context.database.bot(context.id("bot"))
        let secrets = try await visitorSecrets(of: bot, context)
        return Reply(try await list(of: bot, context)) { page($0, secrets, bot, context) }
    }

    /// `POST /bots/{bot}/keys`: the only answer in which the key stands.
    func create(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let bot = try await context.database.bot(context.id("bot"))
        let before = try await list(of: bot, context)
        let secrets = try await visitorSecrets(of: bot, context)
        return try await .form(input, { before.with($0) }, into: "#keys", page: { page($0, secrets, bot, context) }) {
            let name = try APIKey.name(input.text("name"))
            let (key, text) = try await context.database.makeKey(named: name, for: bot.id)
            let list = try await list(of: bot, context).showing(text)
            return Reply(
                status: .created, json: NewKey(id: key.id.lowercased, key: text), fragment: { list.html },
                page: { page(list, secrets, bot, context) })
        }
    }

    /// `DELETE /bots/{bot}/keys/{key}`
    func delete(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try await context.database.bot(context.id("bot"))
        try await context.database.revokeKey(context.id("key"), of: bot.id)
        let list = try await list(of: bot, context)
        return Reply(fragment: { list.html }, goingOnTo: "/bots/\(bot.id.lowercased)/keys", saying: .removed)
    }

    func list(of bot: Bot, _ context: AccountContext) async throws -> KeyList {
        KeyList(bot: bot.id.lowercased, keys: try await context.database.keys(of: bot.id).map { KeyView($0) })
    }

    func page(_ list: KeyList, _ secrets: VisitorSecretList, _ bot: Bot, _ context: AccountContext) -> HTML {
        KeysPage(bot: BotView(bot), list: list, secrets: secrets, frame: context.frame).page
    }
}

extension APIKey {
    /// What its owner calls it; may be nothing.
    fileprivate static func name(_ given: String?) throws(Failure) -> String {
        let name = (given ?? "").trimmingBlanks
        guard name.unicodeScalars.count <= maximumNameLength else { throw .invalid(["name": "Please use at most 100 characters."]) }
        return name
    }
}

extension KeyView {
    fileprivate init(_ key: APIKey) {
        self.init(id: key.id.lowercased, name: key.name, prefix: key.prefix, createdAt: key.created, lastUsedAt: key.lastUsed)
    }
}
