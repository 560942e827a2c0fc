import Answering
import FoundationEssentials
import Templates

/// A bot with its passages indexed: ready to answer. `Desks` makes them.
struct Desk: Sendable {
    let bot: Bot
    let answerer: BuiltInAnswerer
    /// What the owner answers themselves.
    let ownAnswers: OwnAnswers
    /// Where a model may answer, in the order in which they are tried; empty: the text is quoted.
    var endpoints: [ModelEndpoint] = []
    /// Of memory, about.
    let bytes: Int

    /// Where the passages come from.
    private let origins: Origins
    /// What the visitor has attached in this conversation: answered from beside the bot's own text.
    private var attached: BuiltInAnswerer?
    private var attachedOrigins = Origins([])

    /// - Parameter others: desks whose index is taken where it is of the same passages.
    init(bot: Bot, passages: [Known], sharingWith others: [Desk] = [], _ thread: OwnThread) {
        self.bot = bot
        origins = Origins(passages)
        let all = passages.map(\.passage)
        answerer = BuiltInAnswerer(others.lazy.compactMap { $0.answerer.index.renumbered(as: all) }.first ?? PassageIndex(all))
        ownAnswers = OwnAnswers(passages.filter(\.isAnswer).map(\.passage))
        bytes = Self.ownBytes + bot.bytes + answerer.index.bytes + ownAnswers.bytes + origins.bytes
    }

    /// A passage as it is stored.
    struct Known: Sendable {
        struct Origin: Sendable, Equatable {
            let source: UUID
            /// Of an attachment: what its sender calls it.
            var file: String?
            /// "page 3", or nothing.
            let place: String
            let url: String?
        }

        let passage: Passage
        var isAnswer = false
        /// nil is the bot's context.
        var origin: Origin?
    }

    /// What an answerer cites by its passage, with the source that the passage comes from.
    func resolved(_ citation: AnswerReply.Citation) -> AnswerReply.Citation {
        let origin = Int64(citation.sourceID).flatMap { self.origin(of: $0) }
        let title = citation.title.nonEmpty ?? (origin?.file == nil ? citation.quote.opening(words: Self.wordsOfTitle) : "")
        let source = origin.map { ($0.file == nil ? "" : AnswerReply.Citation.attachmentMark) + $0.source.lowercased }
        return .init(
            number: citation.number,
            title: [origin?.file ?? "", title, origin?.place ?? ""].filter { !$0.isEmpty }.joined(separator: ", "),
            quote: citation.quote, sourceID: source ?? Self.contextID, url: origin?.url)
    }

    private func origin(of passage: Passage.ID) -> Known.Origin? { origins[passage] ?? attachedOrigins[passage] }

    /// With its place among those that are kept, and its endpoints.
    private static let ownBytes = 2 * MemoryLayout<Desk>.stride + 512

    /// What stands for the bot's context where others name a source.
    static let contextID = "context"
    /// Of a passage that stands under no heading.
    private static let wordsOfTitle = 8
}

extension Desk {
    /// The bot's own text, and what is attached.
    var texts: [BuiltInAnswerer] { [answerer, attached].compactMap(\.self) }

    /// What it knows, as it is stored.
    var known: [Known] {
        let answers = Set(ownAnswers.pairs.map(\.id))
        return answerer.index.passages.map { Known(passage: $0, isAnswer: answers.contains($0.id), origin: origins[$0.id]) }
    }

    /// How long it takes to index it, or to ask it much.
    var length: Workroom.Length { Workroom.Length(passages: answerer.index.passages.count) }

    /// Whether the two are of the same passages: one index is then in memory once.
    func sharesIndex(with other: Desk) -> Bool { answerer.index.isShared(with: other.answerer.index) }

    /// Adds what the visitor has attached. Apart from the bot's index, which may be large and isn't built anew for that.
    mutating func attach(_ passages: [Known], _ thread: OwnThread) {
        attached = BuiltInAnswerer(passages.map(\.passage))
        attachedOrigins = Origins(passages)
    }

    /// Quotes whichever text answers; of two, the one first that meets more of the question.
    func answer(_ question: String, previous: [String]) -> Verdict {
        let own = answerer.answer(question, previous: previous)
        if case .smallTalk = own { return own }
        guard let attached, case .quoted(let others) = attached.answer(question, previous: previous) else { return own }
        guard case .quoted(let quotes) = own else { return .quoted(others) }
        let isOwnFirst = answerer.coverage(of: question) > attached.coverage(of: question)
        var all = Array((isOwnFirst ? quotes + others : others + quotes).prefix(BuiltInAnswerer.maximumCitations))
        for place in all.indices { all[place].number = place + 1 }
        return .quoted(all)
    }

    /// Best first.
    func search(_ question: String, limit: Int) -> [Hit] {
        Array(texts.flatMap { $0.index.search(question, limit: limit) }.sorted { $0.coverage > $1.coverage }.prefix(limit))
    }

    /// As a model reads it: an attachment's is told from the bot's own.
    func title(of passage: Passage) -> String {
        [origin(of: passage.id)?.file.map { "\($0), attached by the visitor" } ?? "", passage.title].filter { !$0.isEmpty }.joined(
            separator: " › ")
    }
}

extension Desk {
    /// Looks something up: where there is much to look through, on a thread of its own, unless none is to be had.
    func apart<R: Sendable>(_ look: @escaping @Sendable (Desk) -> R) async -> R {
        guard length == .long else { return look(self) }
        do {
            return try await Workroom.shared.run(for: bot.account) { _ in look(self) }
        } catch {
            return look(self)
        }
    }
}

extension Bot {
    /// Of what may be long in it.
    fileprivate var bytes: Int {
        let texts = [name, contactLine, welcomeMessage, systemPrompt, closedMessage, consentText] + allowedSites + fallbacks
        return texts.reduce(0) { $0 + Heap.bytes($1) }
    }
}

extension BuiltInAnswerer {
    fileprivate func coverage(of question: String) -> Float { index.search(question, limit: 1).first?.coverage ?? 0 }
}
