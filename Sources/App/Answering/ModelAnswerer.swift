import Answering
import Curl
import Logging
import Templates

/// Has a model phrase the answer from the owner's passages. Where the provider fails, the owner's words are quoted.
struct ModelAnswerer: Answerer {
    static let maximumAttempts = 3
    static let firstBackoff = Duration.milliseconds(400)
    /// A provider that asks for a longer wait is given up: a visitor is waiting.
    static let maximumRetryAfterSeconds = 5
    /// An uncited answer that shares so much with a passage comes from it.
    static let strongOverlap: Float = 0.6

    let provider: ChatCompletions
    let quoting: QuotingAnswerer
    let log: Logger

    private static let fallback = "I can’t phrase an answer just now, so here is what our text says:"
    private static let afterCut = "I was interrupted. This is what our text says:"

    func answer(_ asked: Asked, into live: LiveAnswer) async -> Outcome {
        if BuiltInAnswerer.smallTalk(asked.text) != nil || asked.desk.ownAnswers.pair(for: asked.text) != nil { return await quoting.answer(asked, into: live) }
        guard let prompt = Prompt(asked) else { return await quoting.answer(asked, into: live) }
        var writing = Writing(prompt, live)
        do {
            try await write(&writing)
            return finished(writing, asked, live)
        } catch is CancellationError {
            return .abandoned
        } catch {
            log.warning("the model failed, quoting instead", metadata: ["problem": "\(category(error))", "answer": "\(live.id.lowercased)"])
            return await quote(asked, into: live, after: writing)
        }
    }

    /// Retries until the first word; after it, what was said can't be taken back.
    private func write(_ writing: inout Writing) async throws {
        for attempt in 1... {
            writing = Writing(writing.prompt, writing.live)
            do {
                try await provider.stream(writing.prompt.messages) { piece in writing.receive(piece) }
                guard !writing.text.isBlank else { throw ProviderTrouble.empty }
                return
            } catch {
                if Task.isCancelled || error is CancellationError { throw CancellationError() }
                guard !writing.hasBegun, attempt < Self.maximumAttempts, let wait = wait(after: error, attempt) else { throw error }
                log.notice("the model failed, trying again", metadata: ["problem": "\(category(error))", "attempt": "\(attempt)"])
                try await Task.sleep(for: wait)
            }
        }
    }

    /// nil where trying again makes no sense.
    private func wait(after error: any Error, _ attempt: Int) -> Duration? {
        switch error {
        case ProviderTrouble.refused(_, let seconds?) where seconds > Self.maximumRetryAfterSeconds: nil
        case ProviderTrouble.refused(429, let seconds?) where seconds >= 0: .seconds(seconds)
        case let trouble as ProviderTrouble where !trouble.isTransient: nil
        case CurlError.silent, CurlError.timedOut: nil
        case let error as CurlError where !error.isTransient: nil
        default: Self.firstBackoff * (1 << (attempt - 1)) * Double.random(in: 0.5...1.5)
        }
    }

    private func finished(_ writing: Writing, _ asked: Asked, _ live: LiveAnswer) -> Outcome {
        var writing = writing
        live.append(writing.text.finish())
        var outcome = Outcome(usage: writing.usage, model: "\(provider.configuration.provider)/\(provider.configuration.name)")
        if writing.text.isDeclined {
            live.append(asked.desk.bot.decline)
        } else {
            outcome.citations = writing.text.citations.isEmpty ? overlapping(live.text, asked) : writing.text.citations
            outcome.basis = outcome.citations.isEmpty ? .notInMyInformation : .basedOn
        }
        return outcome
    }

    /// A model forgets to cite at times: the passage that its answer repeats is the source all the same.
    private func overlapping(_ text: String, _ asked: Asked) -> [AnswerReply.Citation] {
        asked.desk.answerer.index.search(text, limit: 1).filter { $0.coverage >= Self.strongOverlap }.map { hit in
            .init(number: 1, title: hit.passage.title, quote: hit.passage.answer, sourceID: String(hit.passage.id), url: nil)
        }
    }

    private func quote(_ asked: Asked, into live: LiveAnswer, after writing: Writing) async -> Outcome {
        let sofar = writing.text.citations
        guard case .quoted(let quotes) = asked.desk.answerer.answer(asked.text, previous: asked.previous.map(\.question)) else {
            if !live.text.isEmpty { live.append("\n\n") }
            return await quoting.answer(asked, into: live)
        }
        live.append(live.text.isEmpty ? Self.fallback : "…\n\n\(Self.afterCut)")
        live.append("\n\n" + quotes.map(\.quote).joined(separator: "\n\n"))
        let citations = quotes.enumerated().map { AnswerReply.Citation($1, number: sofar.count + $0 + 1) }
        return Outcome(basis: sofar.isEmpty ? .quoted : .basedOn, citations: sofar + citations, usage: writing.usage)
    }

    private func category(_ error: any Error) -> String {
        switch error {
        case let trouble as ProviderTrouble: trouble.category
        case let error as CurlError: error.category
        default: "unexpected"
        }
    }
}

/// What has come of a model's answer.
private struct Writing {
    let prompt: Prompt
    let live: LiveAnswer
    var text: ModelText
    var usage: AnswerReply.Usage { counted ?? .init(inputBytes: hasBegun ? prompt.byteCount : 0, outputBytes: outputBytes) }
    private(set) var hasBegun = false
    private var counted: AnswerReply.Usage?
    private var outputBytes = 0

    init(_ prompt: Prompt, _ live: LiveAnswer) {
        self.prompt = prompt
        self.live = live
        text = ModelText(passages: prompt.passages)
    }

    /// False where nothing more is wanted.
    mutating func receive(_ piece: ChatCompletions.Piece) -> Bool {
        switch piece {
        case .usage(let usage): counted = usage
        case .text(let piece):
            outputBytes &+= piece.utf8.count
            let shown = text.receive(piece)
            if shown.isEmpty { return true }
            hasBegun = true
            return live.append(shown)
        }
        return true
    }
}
