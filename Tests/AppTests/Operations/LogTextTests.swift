import Testing

@testable import App

@Suite("The log at a terminal")
struct LogTextTests {
    private func text(_ line: String) -> String {
        let text = LogText.line(line.utf8)
        // The time is the place's own.
        let time = text.prefix { $0.isNumber || $0 == ":" }
        return time.count == 8 && text.dropFirst(8).hasPrefix("  ") ? String(text.dropFirst(10)) : text
    }

    @Test(
        "A line says when, how grave, what, and what belongs to it",
        arguments: [
            (
                #"{"time":"2026-11-30T08:15:42.395Z","level":"info","message":"ready","from":"frontdesk","address":"http://a"}"#,
                "ready  address: http://a"
            ),
            (
                #"{"time":"2026-11-30T08:15:42.395Z","level":"error","message":"lost","problem":"no \"file\"","count":3}"#,
                #"error: lost  count: 3  problem: no "file""#
            ),
            (
                #"{"time":"2026-11-30T08:15:42.395Z","level":"info","message":"request","request":"5d","method":"GET","path":"/bots","status":200,"microseconds":3717}"#,
                "GET /bots 200 in 3.7 ms"
            ),
            (#"{"level":"warning","message":"3 lines were left out"}"#, "warning: 3 lines were left out"),
            ("no JSON", "no JSON"), ("{}", "{}"), (#"{"message":5}"#, #"{"message":5}"#),
            (#"{"time":"soon","level":"info","message":"m"}"#, "soon  m"),
        ])
    func says(_ line: String, shown: String) { #expect(text(line) == shown) }

    @Test(
        "Nothing in a line commands the terminal, or begins another",
        arguments: [#"\u001b[2J"#, #"a\nb"#, #"\u0007\u007f\u009b31m"#, #"\r"#])
    func harmless(_ text: String) {
        let line = LogText.line(#"{"level":"info","message":"\#(text)","problem":"\#(text)"}"#.utf8)
        #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
}
