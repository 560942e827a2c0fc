import Answering
import FoundationEssentials
import Postgres
import Templates

/// A change of a bot on its way to being published: what it answers now, and what it would answer.
struct Candidate: Sendable {
    /// Questions that visitors asked lately, which are asked again.
    static let askedQuestions = 100
    /// Topics of the text that are asked about.
    static let topics = 200
    /// Of larger texts, only what changes is compared.
    static let comparedPassages = 3_000
    /// What is listed of each kind.
    static let shownChanges = 20

    private(set) var live: Desk
    private(set) var new: Desk
    let tests: [BotTest]
    /// What visitors asked lately and were answered.
    let asked: [String]

    /// With models that may answer.
    func with(_ endpoints: (Bot) -> [ModelEndpoint]) -> Candidate {
        var candidate = self
        candidate.live.endpoints = endpoints(live.bot)
        candidate.new.endpoints = endpoints(new.bot)
        return candidate
    }

    /// Asks both everything, in the owner's words.
    func report() async throws -> TestReport {
        let larger = [live, new].first { $0.length == .long } ?? live
        return try await Workroom.shared.run(at: larger) { _ in made }
    }

    private var made: TestReport {
        let results = tests.map { test in test.result(from: live.quoted(test.question), to: new.quoted(test.question)) }
        let said = changesOfText()
        return TestReport(tests: results, changes: said + changesOfAnswers(beside: said))
    }

    /// What the text says no more.
    private func changesOfText() -> [ReportedChange] {
        let (old, new) = compared
        return TextComparison(old: old, new: new).changes().prefix(Self.shownChanges).map { change in
            ReportedChange(kind: change.kind.rawValue, about: change.title, was: change.was, now: change.now)
        }
    }

    private var compared: (old: [Passage], new: [Passage]) {
        let (old, new) = (live.answerer.index.passages, new.answerer.index.passages)
        if max(old.count, new.count) <= Self.comparedPassages { return (old, new) }
        let kept = Set(old.map(\.words)).intersection(new.map(\.words))
        return (
            Array(old.filter { !kept.contains($0.words) }.prefix(Self.comparedPassages)),
            Array(new.filter { !kept.contains($0.words) }.prefix(Self.comparedPassages))
        )
    }

    /// What was asked and answered, and isn't any more, or from somewhere else: a new text may have got in the way.
    private func changesOfAnswers(beside said: [ReportedChange]) -> [ReportedChange] {
        let known = Set(said.map(\.was))
        return questions.compactMap { question -> ReportedChange? in
            guard case .quoted(let quotes) = live.answerer.answer(question), let quote = quotes.first else { return nil }
            if said.contains(where: { quote.quote.contains($0.was) }) || known.contains(quote.quote) { return nil }
            let given = new.quoted(question)
            if given.isDeclined { return ReportedChange(kind: "unanswered", about: question, was: quote.quote, now: nil) }
            return isStillSaid(quote, given, question)
                ? nil : ReportedChange(kind: "elsewhere", about: question, was: quote.quote, now: given.text)
        }.prefix(Self.shownChanges).map(\.self)
    }

    private func isStillSaid(_ quote: Citation, _ given: GivenAnswer, _ question: String) -> Bool {
        if given.text.contains(quote.quote) || new.ownAnswers.pair(for: question) != nil || given.titles.contains(quote.title) {
            return true
        }
        let said = Passage(id: 0, title: quote.title, text: quote.quote)
        let says = Passage(id: 1, title: quote.title, text: given.text)
        return !TextComparison(old: [said], new: [says]).isAllDifferent
    }

    private var questions: [String] {
        let topics = live.answerer.index.passages.map { $0.title.topic }.filter { !$0.isEmpty }
        var seen: Set<String> = []
        return
            (Array(topics.prefix(Self.comparedPassages)).filter { seen.insert($0).inserted }.prefix(Self.topics)
            + asked.filter { seen.insert($0).inserted })
    }
}

extension [Desk.Known] {
    /// The passages of another text in place of the bot's own.
    mutating func replaceContext(with text: String) {
        // Negative: a stored passage may have the same number.
        let passages = Splitter.passages(ofMarkdown: text).map { Passage(id: -1 - $0.id, title: $0.title, text: $0.text) }
        self = passages.map { Desk.Known(passage: $0) } + filter { $0.origin != nil }
    }

    /// What a source says now in place of what it said, if it was known.
    mutating func replace(_ source: UUID, with passages: [SourcePassage]) {
        removeAll { $0.origin?.source == source }
        let first = (map(\.passage.id).min() ?? 0) &- 1
        self += passages.enumerated().map { place, passage in
            Desk.Known(
                passage: Passage(id: Swift.min(first, -1) &- Int64(place), title: passage.title, text: passage.text),
                isAnswer: passage.isAnswer,
                origin: .init(source: source, place: passage.place, url: passage.url))
        }
    }
}

extension Passage {
    fileprivate var words: String { title + "\n" + text }
}

extension String {
    /// The innermost of the headings that a passage stands under.
    fileprivate var topic: String { firstRange(of: " › ").map { _ in components(" › ").last ?? self } ?? self }

    private func components(_ separator: String) -> [String] { split(separator: separator).map(String.init) }
}

extension AccountDatabase {
    /// What is live, and what a change makes of it.
    func candidate(
        _ bot: Bot, at desks: Desks, _ change: (@Sendable (inout Bot, inout [Desk.Known]) throws -> Void)? = nil
    ) async throws -> Candidate {
        let live = try await desks.desk(of: bot)
        let asked = try await query(askedLately(bot.id)).map { try $0.get("text", as: String.self) }
        let new = if let change { try await desks.draft(live, change) } else { live }
        return Candidate(live: live, new: new, tests: try await tests(of: bot.id), asked: asked)
    }

    /// Only first questions: what follows isn't understood without what came before.
    private func askedLately(_ bot: UUID) -> SQL {
        """
        select first.text from (
          select id from conversations where bot_id = \(bot) and account_id = \(account) and channel <> 'try'
          order by last_message_at desc limit \(Candidate.askedQuestions)) c
        cross join lateral (
          select left(text, 500) as text from messages m
          where m.conversation_id = c.id and m.account_id = \(account) and m.role = 'visitor' order by m.position limit 1) first
        """
    }
}
