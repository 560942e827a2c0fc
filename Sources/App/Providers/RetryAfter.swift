import Curl
import FoundationEssentials

/// The `Retry-After` header, RFC 9110, section 10.2.3: seconds, or the time at which to come back.
enum RetryAfter {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let years = 2_000...9_999

    static func seconds(of response: Curl.Response, now: Date) -> Int? {
        seconds(response.header("retry-after"), sentAt: response.header("date"), now: now)
    }

    /// Not less than 0; nil where it can't be read. `sentAt` is the server's own clock, where it says it.
    static func seconds(_ text: String?, sentAt: String?, now: Date) -> Int? {
        guard let text = text?.trimmingBlanks else { return nil }
        if let seconds = Int(text) { return seconds >= 0 ? seconds : nil }
        guard let time = date(text) else { return nil }
        return Int(max(time.timeIntervalSince(sentAt.flatMap(date) ?? now), 0).rounded(.up))
    }

    /// `Sun, 06 Nov 2026 08:49:37 GMT`, the one form in use.
    private static func date(_ text: String) -> Date? {
        let parts = text.trimmingBlanks.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT" else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, let day = Int(parts[1]), let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]),
            years.contains(year), (1...31).contains(day), (0...23).contains(clock[0]), (0...59).contains(clock[1]),
            (0...60).contains(clock[2])
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(
            from: DateComponents(year: year, month: month + 1, day: day, hour: clock[0], minute: clock[1], second: clock[2]))
    }
}
