import FoundationEssentials
import Glibc

/// The log as somebody at a terminal reads it: a line has the time of day, what happened, and what belongs to it.
enum LogText {
    /// Of what each line has, what is said in another way or tells a person nothing.
    private static let unnamed: Set = ["time", "level", "message", "from"]

    /// - Parameter line: of the log's JSON. What isn't, stays as it is.
    static func line(_ line: some Collection<UInt8>) -> String {
        guard case .object(let members)? = try? JSON(parsing: line), let message = members["message"]?.string else {
            return shown(String(decoding: line, as: UTF8.self))
        }
        let level = members["level"]?.string ?? ""
        let time = members["time"]?.string.map { localTime($0) + "  " } ?? ""
        return time + (level == "info" ? "" : level + ": ") + shown(request(members) ?? message + others(members))
    }

    private static func request(_ members: [String: JSON]) -> String? {
        guard let method = members["method"]?.string, let path = members["path"]?.string, let status = members["status"]?.integer,
            let microseconds = members["microseconds"]?.integer
        else { return nil }
        return "\(method) \(path) \(status) in \(microseconds / 1_000).\(microseconds % 1_000 / 100) ms"
    }

    private static func others(_ members: [String: JSON]) -> String {
        members.filter { !unnamed.contains($0.key) }.sorted { $0.key < $1.key }.map { "  \($0.key): \(text($0.value))" }.joined()
    }

    private static func text(_ value: JSON) -> String {
        switch value {
        case .string(let text), .number(let text): text
        default: "\(value)"
        }
    }

    /// `14:03:07` here, of a time in UTC as the log has it.
    private static func localTime(_ text: String) -> String {
        guard let date = try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text) else { return text }
        var seconds = time_t(date.timeIntervalSince1970)
        var time = tm()
        localtime_r(&seconds, &time)
        return [time.tm_hour, time.tm_min, time.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    /// Without what a terminal would obey.
    private static func shown(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
