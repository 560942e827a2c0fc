import FoundationEssentials
import Logging
import Postgres
import Synchronization

/// Lets the readers of one process follow an answer that another makes, as when a connection was cut and made anew elsewhere.
///
/// A process that has such readers says so every two seconds. The one that makes the answer counts them as a reader, and tells
/// what is new. Nothing is told of an answer that is read only where it is made.
final class AnswerRelay: Sendable {
    /// The channel on which processes tell each other, in `Note`s.
    static let channel = "answers"
    /// How often a process says that it has readers.
    static let interval = Duration.seconds(2)
    /// Who says nothing for so long is gone.
    static let patience = Duration.seconds(15)
    /// Words that come within this time are told together.
    static let pause = Duration.milliseconds(100)

    /// Another process's answer: it grows here as that one tells.
    private struct Followed {
        let live: LiveAnswer
        let bot: Bot
        /// When its process last said something.
        var heard: ContinuousClock.Instant
        /// When somebody last wanted to read it.
        var wanted: ContinuousClock.Instant
    }

    /// An answer of this process that others follow.
    private struct Told {
        let reader: LiveAnswer.Reader
        /// Processes, and when each was last heard of.
        var followers: [UUID: ContinuousClock.Instant] = [:]
    }

    private struct State {
        var followed: [UUID: Followed] = [:]
        var told: [UUID: Told] = [:]
    }

    private let process = UUID()
    private let postgres: Postgres
    private let answers: LiveAnswers
    private let log: Logger
    private let state = Mutex(State())

    init(_ postgres: Postgres, _ answers: LiveAnswers, log: Logger) {
        self.postgres = postgres
        self.answers = answers
        self.log = log
    }

    /// Listens to the other processes until its task is cancelled.
    func run() async {
        for await payload in postgres.notifications(on: Self.channel) {
            switch Note(payload) {
            case .follow(let id, let process, let offset): tell(id, to: process, from: offset)
            case .leave(let id, let process): leave(id, process)
            case .text(let id, let text, let offset): hear(id, text, from: offset)
            case .stored(let id): if let followed = heard(id) { Task { await look(followed.live, followed.bot) } }
            // Something may have been missed.
            case nil: for (_, followed) in state.withLock({ $0.followed }) { Task { await ask(for: followed.live) } }
            }
        }
    }

    private func say(_ note: Note) async {
        do {
            _ = try await postgres.query("select pg_notify(\(Self.channel), \(note.payload))")
        } catch {
            log.warning("another process couldn't be told of an answer", metadata: ["problem": "\(error)"])
        }
    }
}

// MARK: Following

extension AnswerRelay {
    /// The answer as another process makes it. It ends when it is stored; as failed when nobody seems to make it any more.
    func follow(_ message: Message, of bot: Bot) -> LiveAnswer {
        let now = ContinuousClock.now
        let (live, isNew) = state.withLock { state -> (LiveAnswer, Bool) in
            state.followed[message.id]?.wanted = now
            if let followed = state.followed[message.id] { return (followed.live, false) }
            let live = LiveAnswer(id: message.id, conversation: message.conversation)
            state.followed[message.id] = Followed(live: live, bot: bot, heard: now, wanted: now)
            return (live, true)
        }
        if isNew { Task { await follow(live, bot) } }
        return live
    }

    private func follow(_ live: LiveAnswer, _ bot: Bot) async {
        while isFollowed(live) {
            await ask(for: live)
            await look(live, bot)
            try? await Task.sleep(for: Self.interval)
            if forgetUnread(live) { return await say(.leave(live.id, process)) }
        }
    }

    private func ask(for live: LiveAnswer) async { await say(.follow(live.id, process, from: live.byteCount)) }

    /// Ends the answer if it is stored, or if its process is gone.
    private func look(_ live: LiveAnswer, _ bot: Bot) async {
        do {
            let message = try await postgres.message(live.id, of: bot)
            if let message, message.isFinished {
                _ = live.extend(with: message.text, from: 0)
                end(live, message.outcome)
            } else if message == nil || isLost(live) {
                end(live, .failed)
            }
        } catch {
            log.warning("an answer of another process couldn't be looked up", metadata: ["problem": "\(error)"])
            if isLost(live) { end(live, .failed) }
        }
    }

    private func end(_ live: LiveAnswer, _ outcome: Outcome) {
        live.finish(outcome)
        state.withLock { $0.followed[live.id] = nil }
    }

    private func isLost(_ live: LiveAnswer) -> Bool {
        state.withLock { state in state.followed[live.id].map { $0.heard + Self.patience < .now } ?? false }
    }

    private func isFollowed(_ live: LiveAnswer) -> Bool { state.withLock { $0.followed[live.id] != nil } }

    /// Whether nobody reads it any more.
    private func forgetUnread(_ live: LiveAnswer) -> Bool {
        let isUnread = state.withLock { state in
            guard let followed = state.followed[live.id], !live.hasReaders, followed.wanted + Self.interval < .now else { return false }
            state.followed[live.id] = nil
            return true
        }
        if isUnread { live.finish(.failed) }
        return isUnread
    }

    private func hear(_ id: UUID, _ text: String, from offset: Int) {
        guard let live = heard(id)?.live else { return }
        if text.isEmpty { live.wakeReaders() }
        if !live.extend(with: text, from: offset) { Task { await ask(for: live) } }
    }

    private func heard(_ id: UUID) -> Followed? {
        state.withLock { state in
            state.followed[id]?.heard = .now
            return state.followed[id]
        }
    }
}

// MARK: Telling

extension AnswerRelay {
    private func tell(_ id: UUID, to process: UUID, from offset: Int) {
        guard let live = answers[id] else { return }
        let reader = state.withLock { state -> LiveAnswer.Reader? in
            let isFirst = state.told[id] == nil
            let told = state.told[id] ?? Told(reader: live.reader(from: live.byteCount))
            state.told[id] = told
            state.told[id]?.followers[process] = .now
            return isFirst ? told.reader : nil
        }
        // Also where there is nothing new: it says that the answer is being made.
        Task { await say(live.text(from: offset), of: id) }
        if let reader { Task { await tell(live, as: reader) } }
    }

    private func tell(_ live: LiveAnswer, as reader: LiveAnswer.Reader) async {
        while hasFollowers(live.id) {
            switch await reader.next() {
            case .text(let text, let end):
                await say((text, end - text.utf8.count), of: live.id)
                try? await Task.sleep(for: Self.pause)
            case .finished: await say(.stored(live.id)); return forget(live.id)
            case .gone: return
            case .quiet: break
            }
        }
    }

    private func say(_ new: (text: String, offset: Int), of id: UUID) async {
        var rest = new.text[...]
        var offset = new.offset
        repeat {
            let piece = rest.utf8Prefix(Note.maximumTextBytes)
            await say(.text(id, String(Substring(piece)), from: offset))
            offset += piece.count
            rest = rest[piece.endIndex...]
        } while !rest.isEmpty
    }

    /// Forgets the answer where nobody follows it any more.
    private func hasFollowers(_ id: UUID) -> Bool {
        let isFollowed = state.withLock { state in
            state.told[id]?.followers.values.contains { $0 + Self.patience > .now } ?? false
        }
        if !isFollowed { forget(id) }
        return isFollowed
    }

    private func leave(_ id: UUID, _ process: UUID) {
        let isLast = state.withLock { state in
            state.told[id]?.followers[process] = nil
            return state.told[id]?.followers.isEmpty ?? false
        }
        if isLast { forget(id) }
    }

    private func forget(_ id: UUID) { state.withLock { $0.told.removeValue(forKey: id) }?.reader.leave() }
}
