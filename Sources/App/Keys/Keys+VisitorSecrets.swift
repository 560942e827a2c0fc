import FoundationEssentials
import Hummingbird
import Templates

/// The routes of the secrets with which a business signs who its visitors are; on the page of the keys.
extension Keys {
    /// `GET /bots/{bot}/visitor-secrets`
    func visitorSecrets(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try await context.database.bot(context.id("bot"))
        return try await page(with: try await visitorSecrets(of: bot, context), bot, context)
    }

    /// `POST /bots/{bot}/visitor-secrets`
    func createVisitorSecret(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try await context.database.bot(context.id("bot"))
        return try await shown(try await context.database.makeVisitorSecret(for: bot.id, secrets), bot, context, status: .created)
    }

    /// `GET /bots/{bot}/visitor-secrets/{secret}`: the secret itself, again.
    func showVisitorSecret(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try await context.database.bot(context.id("bot"))
        return try await shown(try await context.database.visitorSecret(context.id("secret"), of: bot.id), bot, context)
    }

    /// `DELETE /bots/{bot}/visitor-secrets/{secret}`
    func deleteVisitorSecret(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try await context.database.bot(context.id("bot"))
        try await context.database.deleteVisitorSecret(context.id("secret"), of: bot.id)
        let list = try await visitorSecrets(of: bot, context)
        return Reply(fragment: { list.html }, goingOnTo: "/bots/\(bot.id.lowercased)/keys", saying: .removed)
    }

    func visitorSecrets(of bot: Bot, _ context: AccountContext) async throws -> VisitorSecretList {
        VisitorSecretList(
            bot: bot.id.lowercased,
            secrets: try await context.database.visitorSecrets(of: bot.id).map {
                VisitorSecretView(id: $0.id.lowercased, createdAt: $0.created)
            })
    }

    private func shown(_ secret: VisitorSecret, _ bot: Bot, _ context: AccountContext, status: HTTPResponse.Status = .ok) async throws
        -> Reply
    {
        let view = ShownVisitorSecret(id: secret.id.lowercased, secret: try text(of: secret))
        let list = try await visitorSecrets(of: bot, context).showing(view)
        let keys = try await self.list(of: bot, context)
        return Reply(status: status, json: view, fragment: { list.html }, page: { page(keys, list, bot, context) })
    }

    private func text(of secret: VisitorSecret) throws -> String {
        do {
            return try secret.text(secrets)
        } catch {
            throw Failure.secretIsLost
        }
    }

    private func page(with list: VisitorSecretList, _ bot: Bot, _ context: AccountContext) async throws -> Reply {
        let keys = try await self.list(of: bot, context)
        return Reply(list) { page(keys, $0, bot, context) }
    }
}

extension Failure {
    fileprivate static let secretIsLost = Failure(
        status: .gone, code: "secret_is_lost", message: "This secret can’t be opened any more. Please make a new one, and delete this.")
}
