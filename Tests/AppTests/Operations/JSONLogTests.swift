import FoundationEssentials
import Glibc
import Logging
import Synchronization
import Testing

@testable import App

@Suite("The log")
struct JSONLogTests {
    /// What `body` writes, by lines.
    private func lines(_ body: (JSONLog) async throws -> Void) async throws -> [String] {
        var lines: [String] = []
        try await withFolder { folder in
            let file = folder + "/log"
            let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            defer { close(descriptor) }
            let log = JSONLog(descriptor: descriptor)
            try await body(log)
            log.flush()
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(text.isEmpty || text.hasSuffix("\n"))
            lines = text.utf8.split(separator: UInt8(ascii: "\n")).map { String(decoding: Array($0), as: UTF8.self) }
        }
        return lines
    }

    private static let hostile = [
        "plain", "two\nlines\r\nthree", "\u{1B}[31mred\u{1B}[0m", "\0", "\u{7}\u{8}\u{7F}", "quote \" back \\ slash", "ä😀",
        "\u{2028}\u{2029}", "</script>", "{\"a\":1}",
    ]

    @Test("Each entry is one line of JSON, whatever is in it", arguments: hostile)
    func oneLine(_ text: String) async throws {
        let lines = try await lines { log in
            log.write(.error, text) { $0.member(named: text, text) }
        }
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.utf8.allSatisfy { $0 >= 0x20 })
        let json = try JSON(parsing: line.utf8)
        #expect(
            json["message"]?.string == text && json[text]?.string == text && json["level"]?.string == "error" && json["time"]?.string != nil
        )
    }

    @Test("Entries of many tasks are whole lines, all of them, in each task's order")
    func parallel() async throws {
        let lines = try await lines { log in
            await withTaskGroup { group in
                for task in 0..<20 {
                    group.addTask {
                        for number in 0..<200 {
                            log.write(.info, "entry") {
                                $0.member("task", task); $0.member("number", number)
                            }
                            if number % 50 == 0 { log.flush() }
                        }
                    }
                }
            }
        }
        #expect(lines.count == 4_000)
        var next: [Int: Int] = [:]
        for line in lines {
            let json = try JSON(parsing: line.utf8)
            let (task, number) = (try #require(json["task"]?.integer), try #require(json["number"]?.integer))
            #expect(next[task, default: 0] == number)
            next[task] = number + 1
        }
    }

    @Test("Where too much waits, what comes on top is counted")
    func tooMuch() async throws {
        let long = String(repeating: "x", count: JSONLog.maximumWaiting)
        let lines = try await lines { log in
            // Whether a line was written meanwhile, nobody knows: the sum is what counts.
            for _ in 0..<5 { log.write(.info, long) }
        }
        let kept = lines.count { $0.utf8.count > long.utf8.count }
        let dropped = try lines.compactMap { try JSON(parsing: $0.utf8)["message"]?.string }
            .filter { $0.hasSuffix(" lines were left out") }.compactMap { Int($0.prefix { $0.isNumber }) }.reduce(0, +)
        #expect(kept + dropped == 5 && kept > 0)
    }

    @Test("An entry that waits is written by itself", .timeLimit(.minutes(1)))
    func byItself() async throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        JSONLog(descriptor: ends[1]).write(.info, "soon")
        var bytes = [UInt8](repeating: 0, count: 1_000)
        while true {
            var polled = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
            if poll(&polled, 1, 0) == 1 { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        let count = read(ends[0], &bytes, bytes.count)
        #expect(try JSON(parsing: bytes.prefix(max(0, count)))["message"]?.string == "soon")
    }

    @Test("swift-log's users write into it, with their metadata, in which no name comes twice")
    func handler() async throws {
        let lines = try await lines { log in
            var logger = Logger(label: "test") { JSONLogHandler(label: $0, output: log) }
            logger[metadataKey: "shared"] = "outer"
            logger[metadataKey: "kept"] = "yes"
            logger.warning(
                "careful", metadata: ["shared": "inner", "problem": "\u{1B}x\ny", "message": "m", "time": "t", "level": "l", "from": "f"])
            logger.debug("not seen")
        }
        #expect(lines.count == 1)
        let json = try JSON(parsing: #require(lines.first).utf8)
        #expect(json["message"]?.string == "careful" && json["level"]?.string == "warning" && json["from"]?.string == "test")
        #expect(json["shared"]?.string == "inner" && json["kept"]?.string == "yes" && json["problem"]?.string == "\u{1B}x\ny")
        #expect(
            json["message_"]?.string == "m" && json["time_"]?.string == "t" && json["level_"]?.string == "l" && json["from_"]?.string == "f"
        )
    }

    @Test("The time is now, in UTC, to the millisecond")
    func time() throws {
        let before = Date.now.addingTimeInterval(-0.001)
        let text = Timestamp.now
        let time = try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
        #expect(before <= time && time <= Date.now)
        #expect(text.utf8.count == 24 && text.hasSuffix("Z"))
    }
}
