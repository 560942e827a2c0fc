import NIOCore

/// Writes an answer in the making to one connection, on its event loop, as the text grows: no task is woken for a word.
///
/// A piece is written when the one before is out, so a slow reader gets what it has missed in one piece.
final class AnswerWriter: @unchecked Sendable {  // what varies is touched on the event loop only
    private let reader: LiveAnswer.Reader
    private let events: any AnswerEvents
    private let channel: any Channel
    private var chunks: ChunkWriter?
    private var whenDone: CheckedContinuation<Outcome?, Never>?

    init(_ reader: LiveAnswer.Reader, as events: some AnswerEvents, on channel: any Channel) {
        self.reader = reader
        self.events = events
        self.channel = channel
    }

    /// The outcome, once all text is on its way; nil when the reader has left or the connection has closed.
    func outcome() async -> Outcome? {
        await withCheckedContinuation { whenDone in channel.eventLoop.execute { self.begin(whenDone) } }
    }

    private func begin(_ whenDone: CheckedContinuation<Outcome?, Never>) {
        self.whenDone = whenDone
        chunks = try? ChunkWriter(channel)
        if chunks == nil { end(nil) } else { writeNext() }
    }

    private func writeNext() {
        if let progress = reader.take() { return write(progress) }
        if !reader.wait(wake) { writeNext() }
    }

    /// Not at once where this is the event loop: pieces that come together leave together.
    @Sendable private func wake() {
        channel.eventLoop.execute { self.write(self.reader.take() ?? .quiet) }
    }

    private func write(_ progress: LiveAnswer.Progress) {
        switch progress {
        case .text(let text, let end): write { events.writeDelta(text, end: end, to: &$0) }
        case .quiet: write { $0.writeImmutableBuffer(EventStream.heartbeat) }
        case .finished(let outcome): end(outcome)
        case .gone: end(nil)
        }
    }

    private func write(_ event: (inout ByteBuffer) -> Void) {
        chunks?.write(event).whenComplete { result in
            if case .failure = result { self.end(nil) } else { self.writeNext() }
        }
    }

    private func end(_ outcome: Outcome?) {
        whenDone?.resume(returning: outcome)
        whenDone = nil
    }
}
