import FoundationEssentials
import Hummingbird
import Templates

/// The routes of a bot's keys. Those of the secrets that stand beside them follow in `Keys+VisitorSecrets.swift`.
struct Keys: Feature {
    let secrets: Secrets

    func add(to routes: RouteMap) {
        routes.bot.get("/bots/{bot}/keys", list, .init("A bot’s keys, without their text", gives: .keys))
        routes.bot.post("/bots/{bot}/keys", create, .init("Makes a key", takes: .keyName, gives: .newKey, status: 201))
        routes.bot.delete("/bots/{bot}/keys/{key}", delete, .init("Takes a key back, at once"))
        routes.bot.get(
            "/bots/{bot}/visitor-secrets", visitorSecrets,
            .init("A bot’s secrets for signing visitors’ tokens, without their text", gives: .visitorSecrets))
        routes.bot.post(
            "/bots/{bot}/visitor-secrets", createVisitorSecret,
            .init("Makes such a secret; two count at once", gives: .visitorSecret, status: 201))
        routes.bot.get("/bots/{bot}/visitor-secrets/{secret}", showVisitorSecret, .init("The secret itself", gives: .visitorSecret))
        routes.bot.delete(
            "/bots/{bot}/visitor-secrets/{secret}", deleteVisitorSecret, .init("Deletes a secret: what it signed doesn’t count any more"))
    }

    /// `GET /bots/{bot}/keys`
    func list(_ request: Request, _ context: BotContext) async throws -> Reply {
        let secrets = try await visitorSecrets(context)
        return Reply(try await list(context)) { page($0, secrets, context) }
    }

    /// `POST /bots/{bot}/keys`: the only answer in which the key stands.
    func create(_ request: Request, _ context: BotContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = try await list(context)
        let secrets = try await visitorSecrets(context)
        return try await .form(input, { before.with($0) }, into: "#keys", page: { page($0, secrets, context) }) {
            let name = try APIKey.name(input.text("name"))
            let (key, text) = try await context.database.makeKey(named: name, for: context.bot.id)
            let list = try await list(context).showing(text)
            return Reply(
                status: .created, json: NewKey(id: key.id.lowercased, key: text), fragment: { list.html },
                page: { page(list, secrets, context) })
        }
    }

    /// `DELETE /bots/{bot}/keys/{key}`
    func delete(_ request: Request, _ context: BotContext) async throws -> Reply {
        try await context.database.revokeKey(context.id("key"), of: context.bot.id)
        let list = try await list(context)
        return Reply(fragment: { list.html }, goingOnTo: "/bots/\(context.bot.id.lowercased)/keys", saying: .removed)
    }

    func list(_ context: BotContext) async throws -> KeyList {
        KeyList(bot: context.bot.id.lowercased, keys: try await context.database.keys(of: context.bot.id).map { KeyView($0) })
    }

    func page(_ list: KeyList, _ secrets: VisitorSecretList, _ context: BotContext) -> HTML {
        KeysPage(bot: BotView(context.bot), list: list, secrets: secrets, frame: context.frame).page
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

extension Schema {
    static let newKey = NewKey.schema, keys = KeyList.schema
    static let keyName = component("KeyName", .object(optional: ["name": .string(upTo: APIKey.maximumNameLength)]))
}
