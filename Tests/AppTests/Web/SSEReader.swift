/// Reads an event stream as the HTML standard has it, from a whole stream: what a browser would hand to a page.
struct SSEReader {
    struct Event: Equatable {
        var name: String
        var data: String
        var id: String
    }

    private(set) var events: [Event] = []
    private(set) var retry: String?
    private var id = ""

    init(_ bytes: some Sequence<UInt8>) {
        let text = String(decoding: Array(bytes), as: UTF8.self)
        var name = ""
        var data: [String] = []
        for line in Self.lines(text) {
            if line.isEmpty {
                if !data.isEmpty { events.append(Event(name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"), id: id)) }
                (name, data) = ("", [])
            } else {
                take(line, &name, &data)
            }
        }
    }

    private mutating func take(_ line: String, _ name: inout String, _ data: inout [String]) {
        let scalars = line.unicodeScalars
        let colon = scalars.firstIndex(of: ":") ?? scalars.endIndex
        var value = colon == scalars.endIndex ? scalars[colon...] : scalars[scalars.index(after: colon)...]
        if value.first == " " { value = value.dropFirst() }
        switch String(scalars[..<colon]) {
        case "event": name = String(value)
        case "data": data.append(String(value))
        case "id": if !value.contains("\0") { id = String(value) }
        case "retry": retry = String(value)
        default: break
        }
    }

    /// Lines that an empty line or another follows: what stands behind the last end of a line isn't dispatched.
    private static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var isBehindCR = false
        for scalar in text.unicodeScalars {
            defer { isBehindCR = scalar == "\r" }
            if scalar == "\n", isBehindCR { continue }
            if scalar == "\n" || scalar == "\r" {
                lines.append(String(line))
                line = .init()
            } else {
                line.append(scalar)
            }
        }
        return lines
    }
}
