import Answering
import Curl
import Logging
import Templates

/// Has a model phrase the answer from the owner's passages. Where one provider fails, the next is asked; where all fail,
/// the owner's words are quoted.
struct ModelAnswerer: Answerer {
    /// Of a provider's silence, before the first word and between two.
    let timeout: Duration
    let curl: Curl
    let quoting: QuotingAnswerer
    let circuits: Circuits
    let log: Logger
    var alarms: Alarms?
    /// nil where nobody's caps count.
    var budget: Budget?

    /// For all providers together: an answer must end before `Message.longestAnswerSeconds`.
    static let longest = Duration.seconds(160)
    /// What is left of it must be worth a request.
    static let shortest = Duration.seconds(1)
    /// The silence that a provider in trouble is allowed.
    static let shortTimeout = Duration.seconds(10)
    static let maximumAttempts = 3
    static let firstBackoff = Duration.milliseconds(400)
    /// A provider that asks for a longer wait is given up: a visitor is waiting.
    static let maximumRetryAfterSeconds = 5
    /// Between what a model had no time to end and what is said of it.
    private static let gap = "…\n\n"
    /// An uncited answer that shares so much with a passage comes from it.
    static let strongOverlap: Float = 0.6

    func answer(_ asked: Asked, into live: LiveAnswer) async -> Outcome {
        let needsNoModel = BuiltInAnswerer.smallTalk(asked.text) != nil || asked.desk.ownAnswers.pair(for: asked.text) != nil
        guard !asked.desk.endpoints.isEmpty, !needsNoModel, let prompt = await asked.desk.apart({ _ in Prompt(asked) }) else {
            return await quoting.answer(asked, into: live)
        }
        let endpoints = circuits.usable(asked.desk.endpoints)
        guard let budget, !asked.desk.bot.caps.isEmpty else { return await ask(endpoints, prompt, asked, into: live) }
        let isReserved = await reserve(prompt, endpoints, asked, live, budget)
        var outcome = isReserved == true ? await ask(endpoints, prompt, asked, into: live) : await quoted(asked, into: live)
        outcome.isReserved = isReserved != false
        return outcome
    }

    private func ask(_ endpoints: [ModelEndpoint], _ prompt: Prompt, _ asked: Asked, into live: LiveAnswer) async -> Outcome {
        let note = asked.desk.bot.words.cutShort
        // The note must fit behind the longest answer.
        var writing = Writing(prompt, live, room: LiveAnswer.maximumBytes - note.utf8.count - Self.gap.utf8.count)
        let end = ContinuousClock.now + Self.longest
        for (place, endpoint) in endpoints.enumerated() {
            do {
                try await write(&writing, endpoint, asked, until: end)
                return await finished(writing, endpoint, asked, live)
            } catch is CancellationError {
                var outcome = Outcome.abandoned
                outcome.count(writing, endpoint)
                return outcome
            } catch {
                circuits.failed(endpoint, error)
                if case ProviderTrouble.refused(let status, _) = error { raise(status, endpoint) }
                let goesOn = !writing.hasBegun && place + 1 < endpoints.count && ContinuousClock.now + Self.shortest < end
                warn(
                    goesOn ? "the model failed, asking the next" : "the model failed, quoting instead", ProviderTrouble.category(of: error),
                    endpoint,
                    live)
                if !goesOn { return await quote(asked, into: live, after: writing, of: endpoint) }
            }
        }
        return await quoted(asked, into: live)
    }

    private func quoted(_ asked: Asked, into live: LiveAnswer) async -> Outcome {
        var outcome = await quoting.answer(asked, into: live)
        outcome.lacksModel = true
        return outcome
    }

    /// False at a cap; nil where nobody knows, as the database didn't say.
    private func reserve(
        _ prompt: Prompt, _ endpoints: [ModelEndpoint], _ asked: Asked, _ live: LiveAnswer, _ budget: Budget
    ) async -> Bool? {
        do {
            return try await budget.reserve(prompt, at: endpoints, for: asked.desk.bot, message: live.id)
        } catch {
            log.error("a budget couldn't be asked, quoting instead", metadata: ["problem": "\(error)", "answer": "\(live.id.lowercased)"])
            return nil
        }
    }

    /// Retries until the first word; after it, what was said can't be taken back.
    private func write(
        _ writing: inout Writing, _ endpoint: ModelEndpoint, _ asked: Asked, until end: ContinuousClock.Instant
    ) async throws {
        let adapter = endpoint.credential.adapter(curl)
        let patience = circuits.isPaused(endpoint) ? min(timeout, Self.shortTimeout) : timeout
        var form = circuits.form(endpoint)
        var attempt = 1
        while true {
            let rest = ContinuousClock.now.duration(to: end)
            // A whole answer is silent for as long as it takes.
            let silence = asked.isWatched && form != .whole ? patience : patience * 2
            var request = ModelRequest(
                messages: writing.prompt.messages, model: endpoint.model, temperature: asked.desk.bot.temperature,
                timeouts: .init(connect: ProviderHTTP.connectTimeout, total: min(patience * 2, rest), silence: min(silence, rest)))
            request.form = form
            request.isStreamed = asked.isWatched
            writing = Writing(writing.prompt, writing.live, room: writing.room)
            writing.isBeingRead = true
            do {
                try await adapter.stream(request, receive: writing.receive)
                try writing.check()
                return circuits.succeeded(endpoint, in: form)
            } catch {
                if Task.isCancelled || error is CancellationError { throw CancellationError() }
                writing.isBeingRead = false
                guard !writing.hasBegun else { throw error }
                if (error as? ProviderTrouble)?.isAboutRequest == true, let simpler = adapter.simpler(request) {
                    form = simpler.form
                    continue
                }
                guard attempt < Self.maximumAttempts, let wait = wait(after: error, attempt), wait + Self.shortest < rest else {
                    throw error
                }
                warn("the model failed, trying again", ProviderTrouble.category(of: error), endpoint, writing.live)
                try await Task.sleep(for: wait)
                attempt += 1
            }
        }
    }

    /// nil where trying again makes no sense.
    private func wait(after error: any Error, _ attempt: Int) -> Duration? {
        let backoff = Self.firstBackoff * (1 << (attempt - 1)) * Double.random(in: 0.5...1.5)
        switch error {
        case let trouble as ProviderTrouble where !trouble.isTransient: return nil
        case ProviderTrouble.refused(_, let seconds?) where seconds > Self.maximumRetryAfterSeconds: return nil
        // Not all who were told the same at the same time.
        case ProviderTrouble.refused(_, let seconds?): return .seconds(seconds) + backoff / 4
        case CurlError.silent, CurlError.timedOut: return nil
        case let error as CurlError where !error.isTransient: return nil
        default: return backoff
        }
    }

    private func finished(_ writing: Writing, _ endpoint: ModelEndpoint, _ asked: Asked, _ live: LiveAnswer) async -> Outcome {
        writing.finish()
        if writing.lacksCount, circuits.form(endpoint).rawValue < ModelRequest.Form.bare.rawValue {
            warn("a provider's count of tokens is missing or can't be right, ours is kept", "usage", endpoint, live)
        }
        var outcome = Outcome()
        outcome.count(writing, endpoint)
        if writing.text.isDeclined {
            live.append(asked.desk.bot.decline)
        } else {
            outcome.citations = writing.text.citations.isEmpty ? await overlapping(live.text, asked) : writing.text.citations
            outcome.basis = outcome.citations.isEmpty ? .notInMyInformation : .basedOn
            outcome.cut = writing.cut
            if writing.cut != nil { live.append(Self.gap + asked.desk.bot.words.cutShort) }
        }
        return outcome
    }

    /// A model forgets to cite at times: the passage that its answer repeats is the source all the same.
    private func overlapping(_ text: String, _ asked: Asked) async -> [AnswerReply.Citation] {
        await asked.desk.apart { $0.search(text, limit: 1) }.filter { $0.coverage >= Self.strongOverlap }.map { hit in
            .init(number: 1, title: hit.passage.title, quote: hit.passage.answer, sourceID: String(hit.passage.id), url: nil)
        }
    }

    private func quote(_ asked: Asked, into live: LiveAnswer, after writing: Writing, of endpoint: ModelEndpoint) async -> Outcome {
        let sofar = writing.text.citations
        guard case .quoted(let quotes) = await asked.verdict() else {
            if !live.text.isEmpty { live.append("\n\n") }
            var outcome = await quoted(asked, into: live)
            outcome.count(writing, endpoint)
            return outcome
        }
        let words = asked.desk.bot.words
        live.append(live.text.isEmpty ? words.cannotPhrase : "\(Self.gap)\(words.interrupted)")
        live.append("\n\n" + quotes.map(\.quote).joined(separator: "\n\n"))
        let citations = quotes.enumerated().map { AnswerReply.Citation($1, number: sofar.count + $0 + 1) }
        var outcome = Outcome(basis: sofar.isEmpty ? .quoted : .basedOn, citations: sofar + citations)
        outcome.lacksModel = true
        if writing.hasBegun { outcome.cut = writing.cut }
        outcome.count(writing, endpoint)
        return outcome
    }

    /// The operator's own key is refused, or used up: nobody but an admin can mend that.
    private func raise(_ status: Int, _ endpoint: ModelEndpoint) {
        let name = endpoint.credential.provider.name
        guard [401, 402, 403].contains(status), !endpoint.credential.isAccounts else { return }
        alarms?.raise(
            "\(name) refuses the key", "\(name) refuses the server's key (status \(status)). Until that is mended, texts are quoted.")
    }

    /// Neither the key nor what the provider said, which may hold it.
    private func warn(_ message: Logger.Message, _ problem: String, _ endpoint: ModelEndpoint, _ live: LiveAnswer) {
        log.warning(
            message,
            metadata: [
                "problem": "\(problem)", "provider": "\(endpoint.credential.provider.rawValue)", "answer": "\(live.id.lowercased)",
            ])
    }
}

extension Outcome {
    /// Whose words the answer has, and what they took; nothing where none came. Who leaves before the first word has been read
    /// by the provider all the same.
    fileprivate mutating func count(_ writing: Writing, _ endpoint: ModelEndpoint) {
        guard writing.hasAnswered || writing.isBeingRead else { return }
        provider = endpoint.credential.provider
        model = endpoint.model
        usage = writing.usage
        costMicros = endpoint.price?.micros(for: usage)
    }
}

/// What has come of a model's answer.
private final class Writing: @unchecked Sendable {  // by whom it is written, and who asked, take turns
    let prompt: Prompt
    let live: LiveAnswer
    var text: ModelText
    /// The provider's count, or else our own.
    var usage: AnswerReply.Usage { counted ?? .init(inputBytes: prompt.byteCount, outputBytes: outputBytes) }
    /// Whether the provider should have counted, and has not.
    var lacksCount: Bool { counted == nil && !isStopped }
    /// Bytes of an answer that may be shown.
    let room: Int
    /// Why the answer ends before its end.
    private(set) var cut: Outcome.Cut?
    /// Whether a provider has it, and hasn't refused it so far.
    var isBeingRead = false
    /// Whether the visitor has seen some of it.
    private(set) var hasBegun = false
    /// Whether the model has said anything, be it that it declines.
    var hasAnswered: Bool { outputBytes > 0 }
    private var counted: AnswerReply.Usage?
    private var outputBytes = 0
    private var shownBytes = 0
    private var reasoning = Reasoning()
    /// By us, before its end.
    private var isStopped = false

    init(_ prompt: Prompt, _ live: LiveAnswer, room: Int) {
        self.prompt = prompt
        self.live = live
        self.room = room
        text = ModelText(passages: prompt.passages)
    }

    /// False where nothing more is wanted.
    @Sendable func receive(_ piece: ModelPiece) -> Bool {
        switch piece {
        case .usage(let usage): counted = usage
        case .stopped(let cut): self.cut = cut
        case .text(let piece):
            outputBytes &+= piece.utf8.count
            show(text.receive(reasoning.spoken(piece)))
        }
        return !isStopped
    }

    /// What was held back. Nobody needs it of an answer that is full.
    func finish() {
        guard !isStopped else { return }
        show(text.receive(reasoning.finish()))
        show(text.finish())
    }

    /// - Throws: `ProviderTrouble` where the model was kept from answering, or said nothing.
    func check() throws(ProviderTrouble) {
        if cut == .filter { throw .filtered }
        // What may still be a tag is said, too.
        var (text, reasoning) = (self.text, self.reasoning)
        _ = text.receive(reasoning.finish())
        if text.isBlank { throw cut == .length ? .usedUp : .empty }
    }

    private func show(_ piece: String) {
        if piece.isEmpty { return }
        hasBegun = true
        let fitting = String(piece[...].utf8Prefix(room - shownBytes)) ?? ""
        shownBytes += fitting.utf8.count
        isStopped = !live.append(fitting)
        guard fitting.utf8.count < piece.utf8.count else { return }
        isStopped = true
        cut = .length
    }
}
