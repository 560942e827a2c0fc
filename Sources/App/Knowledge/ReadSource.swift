import Curl
import FoundationEssentials
import Jobs
import Logging
import Postgres
import Reading
import Templates

/// Reads a file or a website into passages. A job: it may take minutes, and is begun anew by another process if this one dies.
struct ReadSource: Sendable {
    static let kind = "read_source"
    /// A website of 200 slow pages is given up after ten minutes; this is for what nobody thought of.
    static let timeout = Duration.seconds(15 * 60)
    static let retries = RetryPolicy(maximumAttempts: 3, firstBackoff: .seconds(5))
    static let refreshInterval = Duration.seconds(3_600)

    let postgres: Postgres
    let curl: Curl
    let addresses: AddressPolicy
    let mailer: Mailer
    let desks: Desks

    /// One waits for each source, however often it is asked for.
    static func enqueueing(_ source: UUID, of account: UUID) -> SQL {
        .enqueue(kind, payload: source.lowercased, account: account, uniqueKey: source.lowercased)
    }

    var handlers: [Handler] {
        [Handler(Self.kind, timeout: Self.timeout, retries: Self.retries) { job, lease in try await read(job, lease) }]
    }

    /// Websites that are read weekly and whose week is over.
    var refreshing: Sweep {
        let isDue = "refresh = 'weekly' and status in ('ready', 'failed') and read_at < now() - interval '7 days'"
        let due = "exists (select from sources where sources.account_id = a.id and \(isDue))"
        return Sweep(
            name: "refresh_sources", interval: Self.refreshInterval, work: .accounts(due: due) { try await $0.refreshSources(isDue) })
    }

    private func read(_ job: Job, _ lease: Lease) async throws {
        guard let id = UUID(text: job.payload[...]), let account = job.account else { throw JobFailure.permanent("no source") }
        let database = AccountDatabase(postgres, account: account)
        guard let source = try await begin(id, database) else { return }
        do {
            let document = try await document(of: source, id, database)
            try await keep(document, source, id, database, lease)
        } catch is SourceIsGone {
            return
        } catch let problem as ReadingProblem {
            try await fail(id, problem.sentence, database, lease)
        } catch let failure as Failure where failure.code == Failure.knowsTooMuch.code {
            try await fail(id, failure.message, database, lease)
        } catch  where job.attempt >= Self.retries.maximumAttempts && !(error is CancellationError) {
            try await fail(id, "We couldn’t read this, and it is our fault, not yours. Please try again later.", database, lease)
        }
    }

    private struct Begun {
        let bot: UUID
        let kind: Source.Kind
        let title: String
        let url: String?
    }

    /// nil where the source is gone, or isn't one that is read.
    private func begin(_ id: UUID, _ database: AccountDatabase) async throws -> Begun? {
        let row = try await database.query(
            """
            update sources set status = 'reading', problem = null, done = 0, total = null
            where id = \(id) and account_id = \(database.account) and \(unsafeRaw: Source.isRead) returning bot_id, kind, title, url
            """
        ).first
        guard let row, let kind = Source.Kind(rawValue: try row.get("kind", as: String.self)) else { return nil }
        return Begun(
            bot: try row.get("bot_id", as: UUID.self), kind: kind, title: try row.get("title", as: String.self),
            url: try row.get("url", as: String?.self))
    }

    private func document(of source: Begun, _ id: UUID, _ database: AccountDatabase) async throws -> (Document, [Website.PageResult]) {
        guard source.kind == .website, let url = source.url else {
            let pieces = try await database.query(
                "select content from source_files where source_id = \(id) and account_id = \(database.account) order by position")
            let bytes = try pieces.flatMap { try $0.get("content", as: [UInt8].self) }
            return (try await FileReader.read(bytes, named: source.title), [])
        }
        let read = try await Website().read(start: url, using: curl, addresses: addresses) { progress in
            _ = try? await database.query(
                """
                update sources set done = \(progress.done), total = \(progress.total)
                where id = \(id) and account_id = \(database.account)
                """)
        }
        return (read.document, read.pages)
    }

    /// All of it or nothing, and the job's end with it.
    private func keep(
        _ read: (document: Document, pages: [Website.PageResult]), _ source: Begun, _ id: UUID, _ database: AccountDatabase, _ lease: Lease
    ) async throws {
        let passages = try await Workroom.shared.run(for: database.account, .long) { _ in
            read.document.passages().map { SourcePassage(place: $0.place, url: $0.url, title: $0.title, text: $0.text) }
        }
        guard !passages.isEmpty else { throw ReadingProblem.noText }
        guard passages.count <= Source.maximumPassages else { throw ReadingProblem.tooLarge }
        let pages = read.pages
        let report = try await report(passages, source, id, database)
        try await database.transaction { transaction in
            try await transaction.holdSource(id, of: database.account)
            try await lease.complete(in: transaction)
            try await transaction.keepRun(report, of: source.bot, in: database.account, after: "“\(source.title)” was read")
            if report.isWorse { try await transaction.tell(report, of: source.bot, in: database.account, after: source.title, by: mailer) }
            try await transaction.keep(passages, of: id, at: source.bot, of: database.account)
            try await transaction.pipeline([
                """
                update sources set status = 'ready', problem = null, words = \(read.document.words), read_at = now()
                where id = \(id) and account_id = \(database.account)
                """,
                "delete from source_pages where source_id = \(id) and account_id = \(database.account)",
                """
                insert into source_pages (source_id, account_id, url, status, problem, title, words, position)
                select \(id), \(database.account), url, status, nullif(problem, ''), title, words, position
                from unnest(\(pages.map(\.url))::text[], \(pages.map(\.status.rawValue))::text[], \(pages.map { $0.problem ?? "" })::text[],
                  \(pages.map(\.title))::text[], \(pages.map(\.words))::integer[])
                  with ordinality as given (url, status, problem, title, words, position)
                on conflict do nothing
                """,
            ])
        }
    }

    /// What the bot says otherwise with what was read. Nobody is asked before: what stands on a website is published already.
    private func report(_ passages: [SourcePassage], _ source: Begun, _ id: UUID, _ database: AccountDatabase) async throws -> TestReport {
        let bot: Bot
        do { bot = try await database.bot(source.bot) } catch let failure as Failure where failure.status == .notFound {
            throw SourceIsGone()
        }
        return try await database.candidate(bot, at: desks) { _, known in known.replace(id, with: passages) }.report()
    }

    private func fail(_ id: UUID, _ problem: String, _ database: AccountDatabase, _ lease: Lease) async throws {
        try await database.transaction { transaction in
            try await lease.complete(in: transaction)
            try await transaction.query(
                """
                update sources set status = 'failed', problem = \(problem), read_at = now()
                where id = \(id) and account_id = \(database.account)
                """)
        }
    }
}

/// Its owner deleted it while it was read: nothing is left to be done.
private struct SourceIsGone: Error {}

extension Transaction {
    /// Keeps a source from being deleted before the transaction ends.
    fileprivate func holdSource(_ id: UUID, of account: UUID) async throws {
        if try await query("select from sources where id = \(id) and account_id = \(account) for no key update").isEmpty {
            throw SourceIsGone()
        }
    }
}

extension AccountDatabase {
    fileprivate func refreshSources(_ isDue: String) async throws -> Bool {
        try await transaction { transaction in
            let due = try await transaction.query(
                """
                update sources set status = 'queued' where account_id = \(account) and id in (
                  select id from sources where account_id = \(account) and \(unsafeRaw: isDue) limit \(Sweep.batch)) returning id
                """)
            for row in due { try await transaction.query(ReadSource.enqueueing(row.get("id", as: UUID.self), of: account)) }
            return due.count == Sweep.batch
        }
    }
}
