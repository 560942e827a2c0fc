import FoundationEssentials
import StreamSafe
import Synchronization

/// An answer in the making: it grows, and any number of readers follow it, each from where it is.
///
/// The text itself is the only buffer: a reader is an offset into it, so a slow reader costs nothing and gets what it
/// missed in one piece. An event's id holds that offset, so a reader that comes back, to this process or to another,
/// continues without a lost or repeated word.
final class LiveAnswer: Sendable {
    /// Bytes of UTF-8 that an answer may have; a model that goes on is cut off.
    static let maximumBytes = 64 * 1_024

    let id: UUID
    let conversation: UUID

    /// When the question came.
    private let start = ContinuousClock.now

    private struct State {
        var text: [UInt8] = []
        /// After how many milliseconds the first text came.
        var firstWord: Int?
        /// Whether something had to be left out at the end.
        var isFull = false
        var outcome: Outcome?
        /// Bytes of the text when quiet readers were last looked for.
        var knownLength: Int?
        /// Mostly one.
        var readers: [Seat] = []
        var filter = StreamSafeFilter()
        var whenAbandoned: (@Sendable () -> Void)?

        func place(of reader: Reader) -> Int? { readers.firstIndex { $0.reader == ObjectIdentifier(reader) } }

        mutating func takeWaiting(alsoForEnd: Bool = true) -> [@Sendable () -> Void] {
            var taken: [@Sendable () -> Void] = []
            for place in readers.indices where alsoForEnd || !readers[place].isForEnd {
                if let wake = readers[place].wake { taken.append(wake) }
                readers[place].wake = nil
            }
            return taken
        }
    }

    /// A reader, with what wakes it while it waits for more text, or only for the end.
    private struct Seat {
        let reader: ObjectIdentifier
        var wake: (@Sendable () -> Void)?
        var isForEnd = false
    }
    private let state = Mutex(State())

    init(id: UUID = .random(), conversation: UUID) {
        self.id = id
        self.conversation = conversation
    }

    // MARK: Writing

    /// Appends text without control characters, as far as it fits; false once the answer is full or finished, and the
    /// writer should stop.
    @discardableResult
    func append(_ piece: some StringProtocol) -> Bool {
        let piece = piece.withoutControls
        let (waiting, hasRoom) = state.withLock { state -> ([@Sendable () -> Void], Bool) in
            let piece = state.filter.pass(piece)
            guard state.outcome == nil, !state.isFull else { return ([], false) }
            guard !piece.isEmpty else { return ([], true) }
            let fitting = piece[...].utf8Prefix(Self.maximumBytes - state.text.count)
            if state.firstWord == nil { state.firstWord = milliseconds }
            state.text.append(contentsOf: fitting)
            state.isFull = fitting.count < piece.utf8.count
            return (state.takeWaiting(alsoForEnd: false), !state.isFull)
        }
        for wake in waiting { wake() }
        return hasRoom
    }

    /// Appends what is new in `text`, which begins at a byte of the answer's UTF-8; false if something between is missing.
    func extend(with text: String, from offset: Int) -> Bool {
        let (waiting, fits) = state.withLock { state -> ([@Sendable () -> Void], Bool) in
            guard offset <= state.text.count else { return ([], false) }
            let new = text.utf8.dropFirst(state.text.count - offset).prefix(Self.maximumBytes - state.text.count)
            guard state.outcome == nil, !new.isEmpty else { return ([], true) }
            state.text.append(contentsOf: new)
            return (state.takeWaiting(alsoForEnd: false), true)
        }
        for wake in waiting { wake() }
        return fits
    }

    /// Ends the answer. The first call counts.
    func finish(_ outcome: Outcome) {
        let waiting = state.withLock { state -> [@Sendable () -> Void] in
            if state.outcome == nil { state.outcome = outcome }
            state.whenAbandoned = nil
            return state.takeWaiting()
        }
        for wake in waiting { wake() }
    }

    /// Since the question came.
    var milliseconds: Int { Int((ContinuousClock.now - start) / .milliseconds(1)) }

    /// From the question to the first text; nil as long as there is none.
    var firstWordMilliseconds: Int? { state.withLock { $0.firstWord } }

    /// The text so far.
    var text: String { state.withLock { String(decoding: $0.text, as: UTF8.self) } }

    /// UTF-8 bytes of the text so far.
    var byteCount: Int { state.withLock { $0.text.count } }

    /// The text from a byte of its UTF-8 on, and that byte; all of it where no character begins there.
    func text(from offset: Int) -> (text: String, offset: Int) { text.rest(from: offset) }

    // MARK: Reading

    /// A reader who starts at `offset`, a UTF-8 byte of the text.
    func reader(from offset: Int = 0) -> Reader { Reader(self, from: offset) }

    var hasReaders: Bool { state.withLock { !$0.readers.isEmpty } }

    /// Does `action` each time the last reader leaves before the end.
    func whenAbandoned(_ action: @escaping @Sendable () -> Void) {
        state.withLock { if $0.outcome == nil { $0.whenAbandoned = action } }
    }

    /// Lets every waiting reader say that it is still there.
    func wakeReaders() {
        for wake in state.withLock({ $0.takeWaiting() }) { wake() }
    }

    /// The same, if nothing has come since the last call: a stream that is merely slow says nothing but its answer.
    func wakeQuietReaders() {
        let isQuiet = state.withLock { state in
            defer { state.knownLength = state.text.count }
            return state.knownLength == state.text.count
        }
        if isQuiet { wakeReaders() }
    }
}

extension LiveAnswer {
    enum Progress: Sendable {
        /// More text, and the offset behind it.
        case text(String, end: Int)
        case finished(Outcome)
        /// Nothing new came in the meantime.
        case quiet
        /// `leave` was called.
        case gone
    }

    /// One who follows an answer: one task, or one thread. Counted until it leaves or is let go of.
    final class Reader: Sendable {
        private let answer: LiveAnswer
        private let offset: Atomic<Int>
        private let hasLeft = Atomic(false)

        fileprivate init(_ answer: LiveAnswer, from offset: Int) {
            self.answer = answer
            self.offset = Atomic(offset)
            answer.state.withLock { $0.readers.append(Seat(reader: ObjectIdentifier(self))) }
        }

        deinit { leave() }

        /// What there is after the last call's text; nil if that is nothing.
        func take() -> Progress? {
            if hasLeft.load(ordering: .relaxed) { return .gone }
            return answer.state.withLock { state in
                let start = offset.load(ordering: .relaxed)
                if state.text.count > start {
                    offset.store(state.text.count, ordering: .relaxed)
                    return .text(String(decoding: state.text[start...], as: UTF8.self), end: state.text.count)
                }
                return state.outcome.map { .finished($0) }
            }
        }

        /// Has `wake` called once, from any thread, as soon as there may be something to take, or at `wakeReaders`.
        /// - Returns: false if there is something already.
        func wait(forEnd: Bool = false, _ wake: @escaping @Sendable () -> Void) -> Bool {
            answer.state.withLock { state in
                guard state.text.count <= offset.load(ordering: .relaxed), state.outcome == nil, let place = state.place(of: self)
                else { return false }
                state.readers[place].wake = wake
                state.readers[place].isForEnd = forEnd
                return true
            }
        }

        /// What there is after the last call's text; waits for it until `wakeReaders` or `leave`.
        func next() async -> Progress { await next(isForEnd: false) }

        private func next(isForEnd: Bool) async -> Progress {
            if let progress = take() { return progress }
            await withCheckedContinuation { continuation in
                if !wait(forEnd: isForEnd, { continuation.resume() }) { continuation.resume() }
            }
            return take() ?? .quiet
        }

        /// The outcome, whenever that is; nil after `leave`.
        func outcome() async -> Outcome? {
            // Beyond all text: it isn't woken for a word.
            offset.store(.max, ordering: .relaxed)
            while true {
                switch await next(isForEnd: true) {
                case .finished(let outcome): return outcome
                case .gone: return nil
                case .text, .quiet: break
                }
            }
        }

        /// Stops reading, from any thread.
        func leave() {
            guard !hasLeft.exchange(true, ordering: .relaxed) else { return }
            let (wake, abandoned) = answer.state.withLock { state in
                let own = state.place(of: self).map { state.readers.remove(at: $0) }
                return (own?.wake, state.readers.isEmpty ? state.whenAbandoned : nil)
            }
            wake?()
            abandoned?()
        }
    }
}

extension Substring {
    /// At most `count` bytes of the text, cut between scalars.
    func utf8Prefix(_ count: Int) -> UTF8View {
        var end = utf8.index(startIndex, offsetBy: count, limitedBy: endIndex) ?? endIndex
        while end < endIndex, UTF8.isContinuation(utf8[end]) { utf8.formIndex(before: &end) }
        return self[..<end].utf8
    }
}

extension String {
    /// Whether a scalar begins, or the text ends, at this byte of its UTF-8.
    func isBoundary(_ offset: Int) -> Bool {
        guard (0...utf8.count).contains(offset) else { return false }
        return utf8.index(utf8.startIndex, offsetBy: offset).samePosition(in: unicodeScalars) != nil
    }

    /// What stands from this byte of its UTF-8 on, and that byte; all of it where no scalar begins there.
    func rest(from offset: Int) -> (text: String, offset: Int) {
        let offset = isBoundary(offset) ? offset : 0
        return (String(decoding: utf8.dropFirst(offset), as: UTF8.self), offset)
    }
}
