import Hummingbird
import NIOCore

/// The request of somebody who is signed in, about a bot of the account that they look at.
struct BotContext: ChildRequestContext, SignedInContext {
    var coreContext: CoreRequestContextStorage
    let channel: any NIOCore.Channel
    let signedIn: SignedIn
    private let found: Shared<Bot>
    var bot: Bot { found.value }

    init(context: AccountContext) throws {
        guard let bot = context.bot else { throw Failure.notFound }
        coreContext = context.coreContext
        channel = context.channel
        signedIn = context.signedIn
        found = bot
    }
}

/// Finds the bot of the address, for handlers that would ask for it anyway. Those that find it together with something else,
/// in one query, have an `AccountContext`.
struct BotMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: AccountContext, next: (Request, AccountContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.bot = Shared(try await context.database.bot(context.id("bot")))
        return try await next(request, context)
    }
}
