@testable import App

extension Desk {
    /// Without a database.
    static func made(_ bot: Bot, _ passages: [Known]) async throws -> Desk {
        try await Workroom.shared.run(for: bot.account) { thread in Desk(bot: bot, passages: passages, thread) }
    }
}
