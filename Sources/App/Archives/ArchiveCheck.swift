import FoundationEssentials
import Postgres

/// What an archive must keep to beside its rows' own rules.
struct ArchiveCheck {
    let transaction: Transaction
    let account: UUID
    let bots: [UUID]

    /// - Throws: `ArchiveProblem`; `PostgresError.uniqueViolation` where its bots must not come back under their old tokens.
    func check() async throws {
        try await checkTokens()
        try await checkReferences()
        try await checkRoom()
        try await readWhatWasToBeRead()
    }

    /// Another's widget still stands on their site after they deleted their bot: nobody else may answer there.
    private func checkTokens() async throws {
        let retired = try await transaction.query(
            """
            select from retired_tokens r join bots b on b.token = r.token
            where b.account_id = \(account) and b.id = any(\(bots)::uuid[]) and r.retired_by <> \(account)
            """)
        if !retired.isEmpty { throw PostgresError.uniqueViolation(constraint: "retired_tokens") }
    }

    /// References that don't name the account could lead into another's rows.
    private func checkReferences() async throws {
        let references = try await transaction.query(
            """
            select c.conrelid::regclass::text as child, a.attname as name, c.confrelid::regclass::text as parent, p.attname as parent_name
            from pg_constraint c
              join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
              join pg_attribute p on p.attrelid = c.confrelid and p.attnum = c.confkey[1]
            where c.contype = 'f' and cardinality(c.conkey) = 1 and c.conrelid::regclass::text = any(\(ArchiveTable.all.map(\.name))::text[])
              and exists (select from pg_attribute x where x.attrelid = c.confrelid and x.attname = 'account_id')
            """)
        for row in references {
            let (child, name) = (try row.get("child", as: String.self), try row.get("name", as: String.self))
            let (parent, parentName) = (try row.get("parent", as: String.self), try row.get("parent_name", as: String.self))
            let astray = try await transaction.query(
                """
                select from \(unsafeRaw: child) c
                where c.account_id = \(account) and c.\(unsafeRaw: name) is not null and not exists (
                  select from \(unsafeRaw: parent) p where p.\(unsafeRaw: parentName) = c.\(unsafeRaw: name) and p.account_id = \(account))
                limit 1
                """)
            if !astray.isEmpty { throw ArchiveProblem(sentence: "Nothing was imported: something in it names what isn’t in it.") }
        }
    }

    /// The account's limits hold, whatever the archive says of its sizes.
    private func checkRoom() async throws {
        try await transaction.query(
            """
            update sources s set bytes = coalesce((
              select sum(octet_length(f.content)) from source_files f where f.source_id = s.id and f.account_id = \(account)), 0)
            where s.account_id = \(account) and s.bot_id = any(\(bots)::uuid[])
            """)
        let row = try await transaction.query(
            """
            select a.plan, (select count(*) from bots b where b.account_id = a.id) as bots,
              (select coalesce(sum(s.bytes), 0)::bigint from sources s where s.account_id = a.id) as bytes,
              coalesce((select max(n) from (select count(*) as n from sources s where s.account_id = a.id group by s.bot_id) c), 0) as sources,
              coalesce((select max(n) from (select count(*) as n from passages p where p.account_id = a.id group by p.bot_id) c), 0) as passages
            from accounts a where a.id = \(account)
            """
        ).first
        guard let row else { throw Failure.notFound }
        let plan = Plan(rawValue: try row.get("plan", as: String.self)) ?? .free
        guard try row.get("bots", as: Int.self) <= plan.maximumBots else { throw ArchiveProblem.planIsFull(plan) }
        guard try row.get("bytes", as: Int.self) <= Source.maximumFileBytes, try row.get("sources", as: Int.self) <= Source.maximumCount,
            try row.get("passages", as: Int.self) <= Source.maximumPassages
        else { throw ArchiveProblem.tooLarge }
    }

    /// Files and websites that hadn't been read when the archive was made.
    private func readWhatWasToBeRead() async throws {
        let unread = try await transaction.query(
            """
            update sources set status = 'queued', done = 0, total = null
            where account_id = \(account) and bot_id = any(\(bots)::uuid[]) and status in ('queued', 'reading') and kind in ('file', 'website')
            returning id
            """)
        for row in unread { try await transaction.query(ReadSource.enqueueing(row.get("id", as: UUID.self), of: account)) }
    }
}

extension ArchiveProblem {
    static func planIsFull(_ plan: Plan) -> ArchiveProblem {
        ArchiveProblem(
            sentence: plan == .free
                ? "Nothing was imported: the free plan has one bot, and these would be more. Please delete the one you have first, or import a single bot."
                : "Nothing was imported: these would be more than \(plan.maximumBots) bots. Please delete some first.")
    }
}
