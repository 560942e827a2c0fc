import Answering
import FoundationEssentials
import Postgres
import Templates

/// Something that a bot knows beside its context.
enum Source {
    enum Kind: String, Sendable, CaseIterable { case text, qa, file, website }

    /// Of one bot.
    static let maximumCount = 500
    /// Of an account's files together.
    static let maximumFileBytes = 200 * 1_048_576
    /// Passages of one bot.
    static let maximumPassages = 50_000
    /// Lengths in Unicode scalars.
    static let maximumQuestion = 500
    static let maximumAnswer = 10_000
    static let maximumTitle = 200
    /// Others are what their owner wrote.
    static let isRead = "kind in ('file', 'website')"
    /// A file is stored in pieces of so many bytes.
    static let pieceBytes = 1_048_576

    static let columns = """
        id, kind, title, text, url, refresh, media_type, bytes, status, problem, done, total, words, created_at, read_at
        """
}

/// What an owner adds, once it was looked through.
enum NewSource: Sendable {
    /// A text, or a pair of a question and its answer. A text's title may be empty.
    case written(Source.Kind, title: String, text: String)
    case file(Multipart.File)
    case website(String, weekly: Bool)

    /// That can be answered from at once; none where a job must read it first.
    func passages(_ thread: OwnThread) -> [SourcePassage] {
        guard case .written(let kind, let title, let text) = self else { return [] }
        return SourcePassage.passages(of: text, titled: title, kind)
    }
}

/// A passage of a source, with its place there.
struct SourcePassage: Sendable {
    var place = ""
    var url: String?
    var title: String
    var text: String
    var isAnswer = false

    /// Of a text or a pair that its owner wrote.
    static func passages(of text: String, titled title: String, _ kind: Source.Kind) -> [SourcePassage] {
        guard kind != .qa else { return [SourcePassage(title: title, text: text, isAnswer: true)] }
        return Splitter.passages(ofMarkdown: text).map { SourcePassage(title: $0.title.nonEmpty ?? title, text: $0.text) }
    }
}

extension SourceView {
    init(_ row: Row, of bot: UUID) throws {
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, kind: try row.get("kind", as: String.self),
            title: try row.get("title", as: String.self), text: try row.get("text", as: String.self),
            url: try row.get("url", as: String?.self),
            refresh: try row.get("refresh", as: String.self), mediaType: try row.get("media_type", as: String?.self),
            bytes: try Int64(row.count("bytes")), status: try row.get("status", as: String.self),
            problem: try row.get("problem", as: String?.self), done: try row.count("done"),
            total: try row.get("total", as: Int?.self), words: try row.count("words"),
            createdAt: try row.moment("created_at"), readAt: try row.momentIfAny("read_at"), bot: bot.lowercased)
    }
}

extension AccountDatabase {
    func sources(of bot: UUID) async throws -> [SourceView] {
        try await query(
            """
            select \(unsafeRaw: Source.columns) from sources
            where bot_id = \(bot) and account_id = \(account) order by created_at desc, id limit \(Source.maximumCount)
            """
        ).map { try SourceView($0, of: bot) }
    }

    /// - Throws: `Failure.notFound` where this bot of the account has no such source.
    func source(_ id: UUID, of bot: UUID) async throws -> SourceView {
        let row = try await query(
            "select \(unsafeRaw: Source.columns) from sources where id = \(id) and bot_id = \(bot) and account_id = \(account)"
        ).first
        guard let row else { throw Failure.notFound }
        return try SourceView(row, of: bot)
    }

    /// What each page of a website gave.
    func pages(of source: UUID) async throws -> [SourcePageView] {
        try await query(
            """
            select url, status, problem, title, words from source_pages
            where source_id = \(source) and account_id = \(account) order by position
            """
        ).map { row in
            SourcePageView(
                url: try row.get("url", as: String.self), status: try row.get("status", as: String.self),
                problem: try row.get("problem", as: String?.self), title: try row.get("title", as: String.self),
                words: try row.count("words"))
        }
    }

    /// - Parameters:
    ///   - report: what the bot says otherwise with it; nil where nothing is known of that yet.
    ///   - updatesTests: whether those that fail with it are brought up to date.
    func add(_ source: NewSource, to bot: UUID, keeping report: TestReport?, updatesTests: Bool) async throws -> UUID {
        let id = UUID()
        let passages = try await Workroom.shared.run(for: account) { source.passages($0) }
        try await transaction { transaction in
            try await transaction.add(source, passages, as: id, to: bot, of: account)
            guard let report else { return }
            if updatesTests { try await transaction.updateTests(of: report, of: bot, in: account) }
            try await transaction.keepRun(updatesTests ? report.updating : report, of: bot, in: account, after: "A new source")
        }
        return id
    }

    /// Reads a file or a website once more. What is known of it stays until then.
    /// - Throws: `Failure.notFound` where this bot of the account has no such source; `.nothingToRead`.
    func readAgain(_ id: UUID, of bot: UUID) async throws {
        try await transaction { transaction in
            let updated = try await transaction.query(
                """
                update sources set status = 'queued', problem = null, done = 0, total = null
                where id = \(id) and bot_id = \(bot) and account_id = \(account) and \(unsafeRaw: Source.isRead)
                """)
            if updated.affected == 0 {
                let found = try await transaction.query(
                    "select from sources where id = \(id) and bot_id = \(bot) and account_id = \(account)")
                throw found.isEmpty ? Failure.notFound : .nothingToRead
            }
            try await transaction.query(ReadSource.enqueueing(id, of: account))
        }
    }

    /// - Parameter report: what the bot says otherwise without it.
    func deleteSource(_ id: UUID, titled title: String, of bot: UUID, keeping report: TestReport) async throws {
        try await transaction { transaction in
            let deleted = try await transaction.query(
                "delete from sources where id = \(id) and bot_id = \(bot) and account_id = \(account)")
            guard deleted.affected > 0 else { throw Failure.notFound }
            try await transaction.botLearned(bot, of: account)
            try await transaction.keepRun(report, of: bot, in: account, after: "“\(title)” removed")
        }
    }
}

extension Transaction {
    fileprivate func add(_ source: NewSource, _ passages: [SourcePassage], as id: UUID, to bot: UUID, of account: UUID) async throws {
        switch source {
        case .written(let kind, let title, let text):
            try await addText(text, titled: title.nonEmpty ?? "A text", kind, passages: passages, as: id, to: bot, of: account)
        case .file(let file): try await addFile(file, as: id, to: bot, of: account)
        case .website(let url, let weekly): try await addWebsite(url, weekly: weekly, as: id, to: bot, of: account)
        }
    }

    /// To be read by a job.
    private func addFile(_ file: Multipart.File, as id: UUID, to bot: UUID, of account: UUID) async throws {
        try await makeRoom(for: file.bytes.count, at: bot, of: account)
        try await query(
            """
            insert into sources (id, account_id, bot_id, kind, title, bytes)
            values (\(id), \(account), \(bot), 'file', \(file.name.asFileName), \(file.bytes.count))
            """)
        for (position, start) in stride(from: 0, to: file.bytes.count, by: Source.pieceBytes).enumerated() {
            let piece = Array(file.bytes[start..<min(start + Source.pieceBytes, file.bytes.count)])
            try await query(
                "insert into source_files (source_id, account_id, position, content) values (\(id), \(account), \(position), \(piece))")
        }
        try await query(ReadSource.enqueueing(id, of: account))
    }

    /// To be read by a job.
    private func addWebsite(_ url: String, weekly: Bool, as id: UUID, to bot: UUID, of account: UUID) async throws {
        try await makeRoom(for: 0, at: bot, of: account)
        try await query(
            """
            insert into sources (id, account_id, bot_id, kind, title, url, refresh)
            values (\(id), \(account), \(bot), 'website', \(url), \(url), \(weekly ? "weekly" : "never"))
            """)
        try await query(ReadSource.enqueueing(id, of: account))
    }

    /// A text or a pair, which can be answered from at once.
    func addText(
        _ text: String, titled title: String, _ kind: Source.Kind, passages: [SourcePassage], as id: UUID, to bot: UUID, of account: UUID
    ) async throws {
        try await makeRoom(for: 0, at: bot, of: account)
        try await query(
            """
            insert into sources (id, account_id, bot_id, kind, title, text, status, words, bytes)
            values (\(id), \(account), \(bot), \(kind.rawValue), \(title), \(text), 'ready', \(text.wordCount), 0)
            """)
        try await keep(passages, of: id, at: bot, of: account)
    }

    /// An owner's own answer.
    func addPair(_ question: String, _ answer: String, as id: UUID, to bot: UUID, of account: UUID) async throws {
        let passage = SourcePassage(title: question, text: answer, isAnswer: true)
        try await addText(answer, titled: question, .qa, passages: [passage], as: id, to: bot, of: account)
    }

    /// Locks the account, so that of many that are added at once each is counted.
    /// - Throws: `Failure` where there is no such bot, or no room.
    fileprivate func makeRoom(for bytes: Int, at bot: UUID, of account: UUID) async throws {
        try await query("select from accounts where id = \(account) for update")
        let row = try await query(
            """
            select (select count(*) from bots where id = \(bot) and account_id = \(account)) as bots,
              (select count(*) from sources where bot_id = \(bot) and account_id = \(account)) as sources,
              (select coalesce(sum(bytes), 0)::bigint from sources where account_id = \(account)) as bytes
            """
        ).first
        guard let row, try row.get("bots", as: Int.self) == 1 else { throw Failure.notFound }
        guard try row.get("sources", as: Int.self) < Source.maximumCount else {
            throw Failure.invalid(["kind": "A bot can have \(Source.maximumCount) sources. Please remove one first."])
        }
        let used = try row.get("bytes", as: Int.self)
        guard used <= Source.maximumFileBytes - bytes else {
            throw Failure.invalid([
                "file": "Your files would be more than \(Source.maximumFileBytes / 1_048_576) MB together. Please remove one first."
            ])
        }
    }

    /// Replaces what is known from a source.
    /// - Throws: `Failure` where the bot would know too much.
    func keep(_ passages: [SourcePassage], of source: UUID, at bot: UUID, of account: UUID) async throws {
        let others =
            try await query(
                """
                select count(*) as count from passages
                where bot_id = \(bot) and account_id = \(account) and source_id is distinct from \(source)
                """
            ).first?.get("count", as: Int.self) ?? 0
        guard others + passages.count <= Source.maximumPassages else { throw Failure.knowsTooMuch }
        try await pipeline([
            "delete from passages where source_id = \(source) and bot_id = \(bot) and account_id = \(account)",
            """
            insert into passages (account_id, bot_id, source_id, position, place, url, title, text, is_answer)
            select \(account), \(bot), \(source), position, place, nullif(url, ''), title, text, is_answer
            from unnest(\(passages.map(\.place))::text[], \(passages.map { $0.url ?? "" })::text[], \(passages.map(\.title))::text[],
              \(passages.map(\.text))::text[], \(passages.map(\.isAnswer))::boolean[])
              with ordinality as given (place, url, title, text, is_answer, position)
            """,
        ])
        try await botLearned(bot, of: account)
    }

    fileprivate func botLearned(_ bot: UUID, of account: UUID) async throws {
        try await query("update bots set version = version + 1 where id = \(bot) and account_id = \(account)")
    }
}

extension Failure {
    static let knowsTooMuch = Failure.invalid([
        "text": "A bot can know \(Source.maximumPassages) passages, and this would be more. Please remove something first."
    ])
}

extension String {
    var wordCount: Int { split(whereSeparator: \.isWhitespace).count }

    /// For showing: without what moves or hides parts of a line, and not long. Files are stored by id.
    fileprivate var asFileName: String {
        let last = split { $0 == "/" || $0 == "\\" }.last ?? ""
        let shown = last.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        let name = String(String.UnicodeScalarView(shown.prefix(Source.maximumTitle))).trimmingBlanks
        return name.allSatisfy { $0 == "." } ? "A file" : name
    }
}

extension Failure {
    fileprivate static let nothingToRead = Failure(
        status: .conflict, code: "nothing_to_read", message: "Only files and websites can be read again. This is what you wrote yourself.")
}
