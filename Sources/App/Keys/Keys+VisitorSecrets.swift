import FoundationEssentials
import Hummingbird
import Templates

/// The routes of the secrets with which a business signs who its visitors are; on the page of the keys.
extension Keys {
    /// `GET /bots/{bot}/visitor-secrets`
    func visitorSecrets(_ request: Request, _ context: BotContext) async throws -> Reply {
        try await page(with: try await visitorSecrets(context), context)
    }

    /// `POST /bots/{bot}/visitor-secrets`
    func createVisitorSecret(_ request: Request, _ context: BotContext) async throws -> Reply {
        try await shown(try await context.database.makeVisitorSecret(for: context.bot.id, secrets), context, status: .created)
    }

    /// `GET /bots/{bot}/visitor-secrets/{secret}`: the secret itself, again.
    func showVisitorSecret(_ request: Request, _ context: BotContext) async throws -> Reply {
        try await shown(try await context.database.visitorSecret(context.id("secret"), of: context.bot.id), context)
    }

    /// `DELETE /bots/{bot}/visitor-secrets/{secret}`
    func deleteVisitorSecret(_ request: Request, _ context: BotContext) async throws -> Reply {
        try await context.database.deleteVisitorSecret(context.id("secret"), of: context.bot.id)
        let list = try await visitorSecrets(context)
        return Reply(fragment: { list.html }, goingOnTo: "/bots/\(context.bot.id.lowercased)/keys", saying: .removed)
    }

    func visitorSecrets(_ context: BotContext) async throws -> VisitorSecretList {
        VisitorSecretList(
            bot: context.bot.id.lowercased,
            secrets: try await context.database.visitorSecrets(of: context.bot.id).map {
                VisitorSecretView(id: $0.id.lowercased, createdAt: $0.created)
            })
    }

    private func shown(_ secret: VisitorSecret, _ context: BotContext, status: HTTPResponse.Status = .ok) async throws
        -> Reply
    {
        let view = ShownVisitorSecret(id: secret.id.lowercased, secret: try text(of: secret))
        let list = try await visitorSecrets(context).showing(view)
        let keys = try await self.list(context)
        return Reply(status: status, json: view, fragment: { list.html }, page: { page(keys, list, context) })
    }

    private func text(of secret: VisitorSecret) throws -> String {
        do {
            return try secret.text(secrets)
        } catch {
            throw Failure.secretIsLost
        }
    }

    private func page(with list: VisitorSecretList, _ context: BotContext) async throws -> Reply {
        let keys = try await self.list(context)
        return Reply(list) { page(keys, $0, context) }
    }
}

extension Failure {
    fileprivate static let secretIsLost = Failure(
        status: .gone, code: "secret_is_lost", message: "This secret can’t be opened any more. Please make a new one, and delete this.")
}

extension Schema {
    static let visitorSecret = ShownVisitorSecret.schema, visitorSecrets = VisitorSecretList.schema
}
