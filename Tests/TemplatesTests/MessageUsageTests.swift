import Testing

@testable import Templates

@Suite("How much of a limit is used")
struct MessageUsageTests {
    @Test(
        "A time is told in the largest unit that fits, rounded up",
        arguments: [
            (1, "1 minute"), (60, "1 minute"), (61, "2 minutes"), (3_600, "60 minutes"), (3_601, "2 hours"), (7_200, "2 hours"),
            (86_400, "24 hours"),
            (86_401, "2 days"), (30 * 86_400, "30 days"),
        ])
    func time(_ seconds: Int, _ words: String) { #expect(ChatWords.english.personal.times.words(forSeconds: seconds) == words) }

    @Test(
        "The line says what is used, what is left, and nothing where there is no limit",
        arguments: [
            (0, 50, nil, "en", "0 of 50 messages used"), (12, 50, 7_000, "en", "12 of 50 messages used, more in 2 hours"),
            (50, 50, 7_000, "en", "You’ve sent your 50 messages for now; more in 2 hours."), (9, nil, 7_000, "en", ""),
            (12, 50, 100_000, "de", "12 von 50 Nachrichten verbraucht, neue in 2 Tagen"),
            (1, 50, 60, "fr", "1 message utilisé sur 50, d’autres dans 1 minute"),
            (50, 50, nil, "nl", "U hebt uw 50 berichten voorlopig verstuurd."),
        ] as [(Int, Int?, Int?, String, String)])
    func line(_ used: Int, _ limit: Int?, _ secondsLeft: Int?, _ language: String, _ line: String) throws {
        let words = try #require(ChatWords.spoken(language)).personal
        #expect(MessageUsage(used: used, limit: limit, secondsLeft: secondsLeft, words: words).html.string.contains(">\(line)</p>"))
    }
}
