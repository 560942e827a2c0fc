import Glibc
import Logging
import Synchronization
import Templates
import Threads

/// Log lines as JSON, on standard output if nothing else is named; at a terminal, as text. Lines are gathered for a moment and
/// written together by a thread of their own: a request never waits for the terminal or the disk.
final class JSONLog: Sendable {
    /// Bytes that wait at most; what comes on top is counted and left out, rather than filling the memory.
    static let maximumWaiting = 8 * 1_024 * 1_024
    static let writeEveryMicroseconds: UInt32 = 50_000

    static let shared = JSONLog(descriptor: 1)

    private let descriptor: Int32
    private let isTerminal: Bool

    private struct State {
        var waiting: [UInt8] = []
        var dropped = 0
    }
    private let state = Mutex(State())
    private let output = Mutex(())
    private let bell = Bell()

    init(descriptor: Int32) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
        startThread { [self] in
            while true {
                bell.wait()
                usleep(Self.writeEveryMicroseconds)
                flush()
            }
        }
    }

    /// Appends a line; `members` writes what is in it beside time and level.
    func write(_ level: Logger.Level, _ message: String, _ members: (inout JSONWriter) -> Void = { _ in }) {
        var json = JSONWriter(sizeHint: 384)
        json.object {
            $0.member("time", Timestamp.now)
            $0.member("level", level.rawValue)
            $0.member("message", message)
            members(&$0)
        }
        let isFirst = json.withUnsafeBytes { line in
            state.withLock { state in
                guard state.waiting.count < Self.maximumWaiting else {
                    state.dropped += 1
                    return false
                }
                defer { state.waiting.append(UInt8(ascii: "\n")) }
                state.waiting.append(contentsOf: line)
                return state.waiting.count == line.count
            }
        }
        if isFirst { bell.ring() }
    }

    /// Writes what waits. Called by itself, and at the end of the process.
    func flush() {
        output.withLock { _ in
            var lines = state.withLock { state in
                defer { state = State() }
                if state.dropped > 0 {
                    state.waiting += Array("{\"level\":\"warning\",\"message\":\"\(state.dropped) lines were left out\"}\n".utf8)
                }
                return isTerminal ? Self.text(state.waiting) : state.waiting
            }[...]
            while !lines.isEmpty {
                let written = lines.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if written > 0 { lines = lines.dropFirst(written) } else if errno != EINTR && errno != EAGAIN { return }
            }
        }
    }

    private static func text(_ lines: [UInt8]) -> [UInt8] {
        lines.split(separator: UInt8(ascii: "\n")).flatMap { Array((LogText.line($0) + "\n").utf8) }
    }
}

/// Wakes a thread that waits. The semaphore lives as long as the process.
private final class Bell: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    func ring() { sem_post(semaphore) }
    func wait() { while sem_wait(semaphore) != 0 {} }
}

/// The way of swift-log's users into the log.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    let label: String
    var output = JSONLog.shared

    /// Names of members that each line has of its own.
    private static let own: Set = ["time", "level", "message", "from"]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        output.write(event.level, "\(event.message)") { json in
            json.member("from", label)
            for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
                json.member(named: Self.own.contains(key) ? key + "_" : key, "\(value)")
            }
        }
    }
}

/// The time as in RFC 3339, UTC, to the millisecond.
enum Timestamp {
    static var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let milliseconds = String(time.tv_nsec / 1_000_000 + 1_000).dropFirst()
        return
            "\(parts.tm_year + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(milliseconds)Z"
    }
}
