import Postgres

/// What visitors do beside writing that keeps something, or is told to somebody, and how often they may. Counted as their
/// messages are: by what nobody can make up, never by a chat.
struct VisitorAct: Sendable {
    static let asksForPerson = VisitorAct("person", perNetwork: 20, perVisitor: 5, perBot: 200)
    static let leavesLead = VisitorAct("lead", perNetwork: 30, perVisitor: 5, perBot: 200)
    static let rates = VisitorAct("thumb", perNetwork: 300, perVisitor: 100, perBot: 6_000)
    private static let windowSeconds = 3_600

    private let perNetwork, perVisitor, perBot: RateLimit

    /// - Parameters: how often in an hour; `perVisitor` of one who is signed, or signed in.
    private init(_ name: String, perNetwork: Int, perVisitor: Int, perBot: Int) {
        func limit(_ whose: String, _ maximum: Int) -> RateLimit {
            RateLimit(name: "\(name)-\(whose)", maximum: maximum, windowSeconds: Self.windowSeconds)
        }
        self.perNetwork = limit("network", perNetwork)
        self.perVisitor = limit("visitor", perVisitor)
        self.perBot = limit("bot", perBot)
    }

    /// - Parameter visitor: by what they are known, if they are.
    fileprivate func counters(_ bot: Bot, from address: Address?, _ visitor: String?) -> [RateLimit.Counter] {
        let id = bot.id.lowercased
        let own = visitor.map { perVisitor.counter("\(id):\($0)") } ?? perNetwork.counter("\(id):\(address?.prefix ?? "unknown")")
        return [own, perBot.counter(id)]
    }
}

extension VisitorLimits {
    /// - Throws: a refusal in these words that says when to come back.
    func count(
        _ act: VisitorAct, with bot: Bot, from address: Address?, _ visitor: String?, in postgres: Postgres, saying words: String
    ) async throws {
        guard isOn, let allowance = try await postgres.count(act.counters(bot, from: address, visitor)), allowance.remaining < 0 else {
            return
        }
        throw Failure.tooManyRequests(words, retryAfter: allowance.resetSeconds)
    }
}
