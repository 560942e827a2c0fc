import FoundationEssentials
import Synchronization
import Testing

@testable import App

@Suite("An answer in the making", .timeLimit(.minutes(1)))
struct LiveAnswerTests {
    private let live = LiveAnswer(conversation: UUID())

    @Test("Readers who come and go at any time get each byte once, in order", arguments: 0..<20)
    func concurrentReaders(_ round: Int) async {
        let pieces = (0..<300).map { _ in
            String(repeating: ["a", "ä", "😀", "\n", "word "].randomElement() ?? "", count: Int.random(in: 1...9))
        }
        let whole = Array(pieces.joined().utf8)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<30 { group.addTask { await read(whole, patience: Bool.random() ? .max : Int.random(in: 0...20)) } }
            group.addTask {
                for piece in pieces {
                    #expect(live.append(piece))
                    if Bool.random() { await Task.yield() }
                }
                live.finish(Outcome())
            }
            group.addTask { for _ in 0..<100 { live.wakeReaders(); await Task.yield() } }
        }
        #expect(!live.hasReaders)
        #expect(Array(live.text.utf8) == whole)
    }

    /// Reads from wherever the answer is, and leaves, from another task, when the patience is used up.
    private func read(_ whole: [UInt8], patience: Int) async {
        for _ in 0..<Int.random(in: 0...50) { await Task.yield() }
        let start = live.text.utf8.count
        let reader = live.reader(from: start)
        let leaving = Task {
            guard patience < .max else { return }
            for _ in 0..<patience { await Task.yield() }
            reader.leave()
        }
        var got: [UInt8] = []
        reading: while true {
            switch await reader.next() {
            case .text(let text, let end):
                got += Array(text.utf8)
                #expect(end == start + got.count)
            case .quiet: continue
            case .gone: break reading
            case .finished:
                #expect(start + got.count == whole.count)
                break reading
            }
        }
        #expect(got == Array(whole[start..<(start + got.count)]))
        await leaving.value
        reader.leave()
    }

    @Test("A slow reader gets what it missed in one piece, and then the end")
    func slowReader() async {
        let reader = live.reader()
        for piece in ["one ", "two ", "three"] { live.append(piece) }
        live.finish(Outcome(basis: .quoted))
        guard case .text("one two three", end: 13) = await reader.next() else { return #expect(Bool(false), "not all at once") }
        for _ in 0..<2 {
            guard case .finished(let outcome) = await reader.next() else { return #expect(Bool(false), "no end") }
            #expect(outcome.basis == .quoted)
        }
    }

    @Test("Who comes back gets the rest, also after the end", arguments: [(0, "äöü!"), (2, "öü!"), (6, "!"), (7, "")])
    func rest(_ offset: Int, _ rest: String) async {
        live.append("äöü!")
        live.finish(Outcome())
        let reader = live.reader(from: offset)
        var progress = await reader.next()
        if case .text(let text, end: 7) = progress {
            #expect(text == rest)
            progress = await reader.next()
        } else {
            #expect(rest.isEmpty)
        }
        guard case .finished = progress else { return #expect(Bool(false), "no end") }
    }

    @Test("Only a reader to whom nothing came for a while says that it is still there")
    func quiet() {
        let reader = live.reader()
        let woken = Mutex(0)
        let wake: @Sendable () -> Void = { woken.withLock { $0 += 1 } }
        #expect(reader.wait(wake))
        live.wakeQuietReaders()
        #expect(woken.withLock { $0 } == 0, "it may just have begun to wait")
        live.wakeQuietReaders()
        #expect(woken.withLock { $0 } == 1)

        live.append("x")
        _ = reader.take()
        #expect(reader.wait(wake))
        live.wakeQuietReaders()
        #expect(woken.withLock { $0 } == 1)
        live.wakeQuietReaders()
        #expect(woken.withLock { $0 } == 2)
    }

    @Test("A waiting reader goes on as soon as there is text, an end, a sign of life, or it leaves")
    func waking() async {
        let reader = live.reader()
        async let text = reader.next()
        live.append("x")
        guard case .text("x", end: 1) = await text else { return #expect(Bool(false), "no text") }

        let isQuiet = Mutex(false)
        async let quiet = {
            let progress = await reader.next(); isQuiet.withLock { $0 = true }; return progress
        }()
        while !isQuiet.withLock({ $0 }) {
            live.wakeReaders()
            await Task.yield()
        }
        guard case .quiet = await quiet else { return #expect(Bool(false), "not quiet") }

        async let gone = reader.next()
        reader.leave()
        guard case .gone = await gone else { return #expect(Bool(false), "not gone") }
        #expect(await reader.outcome() == nil)

        let other = live.reader()
        async let outcome = other.outcome()
        live.finish(.failed)
        #expect(await outcome?.state == .failed)
    }

    @Test("It is abandoned when the last reader leaves before the end, each time")
    func abandonment() {
        let count = Mutex(0)
        live.whenAbandoned { count.withLock { $0 += 1 } }
        let (first, second) = (live.reader(), live.reader())
        first.leave()
        first.leave()
        #expect(count.withLock { $0 } == 0 && live.hasReaders)
        second.leave()
        #expect(count.withLock { $0 } == 1 && !live.hasReaders)
        live.reader().leave()
        #expect(count.withLock { $0 } == 2)
        do { _ = live.reader() }
        #expect(count.withLock { $0 } == 3, "a reader that is let go of has left")
        let last = live.reader()
        live.finish(Outcome())
        last.leave()
        #expect(count.withLock { $0 } == 3, "after the end, nothing is abandoned")
    }

    @Test("It holds 64 KiB, cut between characters, and then nothing more", arguments: ["x", "ä", "€", "😀"])
    func limit(_ character: String) {
        let size = character.utf8.count
        let fitting = LiveAnswer.maximumBytes / size
        #expect(live.append(String(repeating: character, count: fitting - 1)))
        #expect(!live.append(String(repeating: character, count: 100)))
        #expect(!live.append("y"), "text behind a gap")
        #expect(live.text == String(repeating: character, count: fitting))
    }

    @Test("Of one huge piece, the beginning is kept")
    func hugePiece() {
        #expect(!live.append("x" + String(repeating: "😀", count: 300_000)))
        #expect(live.text.utf8.count == 65_533 && !live.text.contains("\u{FFFD}"))
    }

    @Test("Exactly 64 KiB fit")
    func exactly() {
        #expect(live.append(String(repeating: "x", count: LiveAnswer.maximumBytes)))
        #expect(live.append(""))
        #expect(!live.append("x"))
    }

    @Test("Control characters are left out")
    func controls() {
        live.append("a\0b\u{1B}[31m\u{7F}c\u{FEFF}\t\r\nd")
        live.append("\0")
        #expect(live.text == "ab[31mc\t\r\nd")
    }

    @Test("It ends once, and takes nothing after")
    func end() async {
        live.append("a")
        live.finish(Outcome(basis: .quoted))
        live.finish(.failed)
        #expect(!live.append("b"))
        #expect(live.text == "a")
        #expect(await live.reader().outcome()?.state == .answered)
    }
}
