import FoundationEssentials
import Hummingbird
import NIOCore

/// How many streams of events somebody may have open at the same time, in each process. All of them together never take the
/// whole of the connections there may be (`Connections.shareOfStreams`), and none of these more than its part of them.
struct StreamLimits: Sendable {
    /// A visitor's page has one, and a second while an answer comes.
    static let perNetwork = 100
    /// Visitors of one bot, and apart from them the programs with its keys.
    static let perBot = 1_000
    static let perPerson = 100
    static let perAccount = 500
    /// Of all connections, where there may be few.
    static let shareOfNetwork = 8
    static let shareOfBot = 4

    let connections: Connections
    let proxies: [AddressRange]
    /// Off for measuring only.
    let isOn: Bool

    /// Counts a stream of somebody who visits a bot.
    /// - Throws: a refusal that says when to come back.
    func count(_ request: Request, of bot: Bot, _ context: some ConnectedContext) throws(Failure) {
        let network = context.address(request, behind: proxies)?.prefix ?? "unknown"
        try count(
            [
                bound("network", network, Self.perNetwork, Self.shareOfNetwork),
                bound("visitors", bot.id.lowercased, Self.perBot, Self.shareOfBot),
            ],
            context)
    }

    /// The same of a program that has a key of the bot's.
    func count(programOf bot: Bot, _ context: some ConnectedContext) throws(Failure) {
        try count([bound("programs", bot.id.lowercased, Self.perBot, Self.shareOfBot)], context)
    }

    /// The same of somebody who is signed in; in their own chats with a bot, also for that bot.
    func count(_ context: some SignedInContext, of bot: Bot? = nil) throws(Failure) {
        let session = context.session
        let own = [
            bound("person", session.user.lowercased, Self.perPerson, Self.shareOfNetwork),
            bound("account", session.account.lowercased, Self.perAccount, Self.shareOfBot),
        ]
        try count(own + (bot.map { [bound("visitors", $0.id.lowercased, Self.perBot, Self.shareOfBot)] } ?? []), context)
    }

    private func count(_ bounds: [Bound], _ context: some ConnectedContext) throws(Failure) {
        if isOn { try connections.countStream(within: bounds, on: context.channel) }
    }

    private func bound(_ kind: String, _ key: String, _ maximum: Int, _ share: Int) -> Bound {
        Bound(key: "\(kind) \(key)", maximum: min(maximum, max(1, connections.maximum / share)))
    }
}
