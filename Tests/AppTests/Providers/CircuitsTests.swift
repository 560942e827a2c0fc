import Curl
import FoundationEssentials
import Testing

@testable import App

@Suite("Which providers may be asked")
struct CircuitsTests {
    private let circuits = Circuits()
    private let first = ModelEndpoint(credential: Credential(.openai, baseURL: "https://a.example", key: "1"), model: "m")
    private let second = ModelEndpoint(credential: Credential(.groq, baseURL: "https://b.example", key: "2"), model: "m")
    private let start = ContinuousClock.now

    private func models(after seconds: Int = 0) -> [Provider] {
        circuits.usable([first, second], at: start + .seconds(seconds)).map(\.credential.provider)
    }

    @Test("Two failures in a row are tolerated, three are not, for half a minute")
    func failures() {
        for _ in 0..<2 { circuits.failed(first, ProviderTrouble.cut, at: start) }
        #expect(models() == [.openai, .groq])
        circuits.failed(first, ProviderTrouble.cut, at: start)
        #expect(models() == [.groq] && models(after: 29) == [.groq] && models(after: 30) == [.openai, .groq])
    }

    @Test("A success in between starts the count anew")
    func success() {
        for _ in 0..<5 {
            for _ in 0..<2 { circuits.failed(first, ProviderTrouble.failed, at: start) }
            circuits.succeeded(first)
        }
        #expect(models() == [.openai, .groq])
    }

    @Test(
        "A refused key, used up credit and waiting in vain count at once",
        arguments: [
            ProviderTrouble.refused(status: 401, retryAfter: nil), ProviderTrouble.refused(status: 402, retryAfter: nil),
            ProviderTrouble.refused(status: 403, retryAfter: nil), CurlError.silent(bytesReceived: 0),
            CurlError.timedOut(.connect, bytesReceived: 0),
        ] as [any Error])
    func atOnce(_ error: any Error) {
        circuits.failed(first, error, at: start)
        #expect(models() == [.groq] && circuits.isPaused(first, at: start) && !circuits.isPaused(second, at: start))
    }

    @Test("After its pause one failure is enough to pause it again, and one success to end it")
    func again() {
        circuits.failed(first, ProviderTrouble.refused(status: 401, retryAfter: nil), at: start)
        circuits.failed(first, ProviderTrouble.cut, at: start + .seconds(30))
        #expect(models(after: 59) == [.groq])
        circuits.succeeded(first)
        #expect(models(after: 59) == [.openai, .groq])
    }

    @Test("Where all are in trouble, all are asked, in their order")
    func all() {
        for endpoint in [first, second] { circuits.failed(endpoint, ProviderTrouble.refused(status: 401, retryAfter: nil), at: start) }
        #expect(models() == [.openai, .groq])
    }

    @Test("The same provider with another key, model or address is another")
    func others() {
        circuits.failed(first, ProviderTrouble.refused(status: 401, retryAfter: nil), at: start)
        for other in [
            ModelEndpoint(credential: Credential(.openai, baseURL: "https://a.example", key: "2"), model: "m"),
            ModelEndpoint(credential: Credential(.openai, baseURL: "https://a.example", key: "1"), model: "n"),
            ModelEndpoint(credential: Credential(.openai, baseURL: "https://b.example", key: "1"), model: "m"),
        ] { #expect(!circuits.isPaused(other, at: start)) }
        #expect(circuits.isPaused(first, at: start))
    }

    @Test("What is remembered is bounded")
    func bounded() {
        circuits.failed(first, ProviderTrouble.refused(status: 401, retryAfter: nil), at: start)
        for number in 0..<Circuits.maximum { circuits.succeeded(ModelEndpoint(credential: first.credential, model: "\(number)")) }
        #expect(!circuits.isPaused(first, at: start))
    }
}

@Suite("Retry-After")
struct RetryAfterTests {
    private let now = RetryAfterTests.date

    private static let date = {
        let seconds = 1_793_954_977.0; return Date(timeIntervalSince1970: seconds)
    }()  // Fri, 06 Nov 2026 08:49:37 GMT

    @Test(
        "Seconds and dates are read, from the server's clock where it has one",
        arguments: [
            ("3", nil, 3), (" 0 ", nil, 0), ("999999999999", nil, 999_999_999_999), ("Fri, 06 Nov 2026 08:49:40 GMT", nil, 3),
            ("Fri, 06 Nov 2026 08:49:30 GMT", nil, 0), ("Sun, 06 Nov 2094 09:49:37 GMT", "Sun, 06 Nov 2094 08:49:37 GMT", 3_600),
            ("Fri, 06 Nov 2026 08:49:40 GMT", "nonsense", 3),
        ] as [(String, String?, Int)])
    func read(_ text: String, _ sentAt: String?, _ seconds: Int) { #expect(RetryAfter.seconds(text, sentAt: sentAt, now: now) == seconds) }

    @Test(
        "What can't be read is as good as none",
        arguments: [
            nil, "", "-1", "soon", "1.5", "99999999999999999999999", "Fri, 06 Nov 2026 08:49:40", "Fri, 06 Now 2026 08:49:40 GMT",
            "Fri, 99 Nov 2026 08:49:40 GMT",
            "Fri, 06 Nov 2026 25:49:40 GMT", "Fri, 06 Nov 2026 08:49 GMT", "Fri, 06 Nov 99999999999999999999 08:49:40 GMT",
            "2026-11-06T08:49:40Z",
        ] as [String?])
    func unreadable(_ text: String?) { #expect(RetryAfter.seconds(text, sentAt: nil, now: now) == nil) }
}
