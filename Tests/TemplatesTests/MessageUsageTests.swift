import Testing

@testable import Templates

@Suite("How much of a limit is used")
struct MessageUsageTests {
    @Test("A time is told in the largest unit that fits, rounded up", arguments: [
        (1, "1 minute"), (60, "1 minute"), (61, "2 minutes"), (3_600, "60 minutes"), (3_601, "2 hours"), (7_200, "2 hours"), (86_400, "24 hours"),
        (86_401, "2 days"), (30 * 86_400, "30 days"),
    ])
    func time(_ seconds: Int, _ words: String) { #expect(MessageUsage.words(forSeconds: seconds) == words) }

    @Test("The line says what is used, what is left, and nothing where there is no limit", arguments: [
        (MessageUsage(used: 0, limit: 50, secondsLeft: nil), "0 of 50 messages used"),
        (MessageUsage(used: 12, limit: 50, secondsLeft: 7_000), "12 of 50 messages used, more in 2 hours"),
        (MessageUsage(used: 50, limit: 50, secondsLeft: 7_000), "You’ve sent your 50 messages for now; more in 2 hours."),
        (MessageUsage(used: 9, limit: nil, secondsLeft: 7_000), ""),
    ])
    func line(_ usage: MessageUsage, _ words: String) { #expect(usage.html.string.contains(">\(words)</p>")) }
}
