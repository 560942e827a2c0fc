import FoundationEssentials
import Postgres
import Templates

extension Sweep {
    /// Counts what days consist of; `countDays` beside it counts the days themselves.
    static func countParts(every interval: Duration) -> Sweep {
        let due = Figures.isDue("bot_counts", [("messages", "created_at"), ("messages", "thumb_at"), ("conversations", "wants_person_at")])
        return Sweep(name: "count_parts", interval: interval, work: .accounts(due: due) { try await $0.countParts() })
    }
}

extension AccountDatabase {
    /// Of some days; returns whether there may be more.
    func countParts() async throws -> Bool {
        try await query(
            """
            with given as (select \(account)::uuid as account_id), \(unsafeRaw: Figures.span(of: "bot_counts"))
            insert into bot_counts (account_id, bot_id, day, kind, key, count)
            select span.account_id, counted.* from span cross join lateral (\(unsafeRaw: BotCounts.counted)) counted
            on conflict do nothing
            """
        ).affected > 0
    }
}

/// What is counted of each bot and day beside conversations and messages.
enum BotCounts {
    /// Newest messages of an account that are looked at for what is asked most, and questions among them that are taken.
    static let maximumMessages = 20_000
    static let maximumQuestions = 2_000

    /// Of `span.account_id`, from `span.since` to `span.before`: bot_id, day, kind, key, count. Without trials, and without
    /// what its visitor has replaced.
    static let counted = counted { "(\($0) at time zone 'UTC')::date" }

    /// - Parameter span: of time, as SQL has it for a moment.
    static func counted(by span: (String) -> String) -> String {
        """
        select c.bot_id, \(span("m.created_at")) as day, part.kind, part.key, \(sum("part.count")) as count
        from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
        cross join lateral (values
          ('hour', extract(hour from m.created_at at time zone 'UTC')::integer::text, case when m.role = 'visitor' then 1 end),
          ('cost', '', m.cost_micros),
          ('first_word', \(step("m.first_word_ms")), case when m.state = 'answered' and m.first_word_ms is not null then 1 end),
          ('whole', \(step("m.total_ms")), case when m.state = 'answered' and m.total_ms is not null then 1 end)) part (kind, key, count)
        where m.account_id = span.account_id and c.channel <> 'try' and m.replaced_by is null
          and m.created_at >= span.since and m.created_at < span.before and part.key is not null and part.count > 0
        group by 1, 2, 3, 4
        union all
        select c.bot_id, \(span("c.created_at")), part.kind, part.key, count(*)
        from conversations c cross join lateral (values
          ('channel', c.channel), ('host', lower(left(substring(c.page_url from '^https?://([^/?#:@]+)'), 100)))) part (kind, key)
        where c.account_id = span.account_id and c.channel <> 'try' and c.last_message_at >= span.since
          and c.created_at >= span.since and c.created_at < span.before and part.key is not null
        group by 1, 2, 3, 4
        union all
        select c.bot_id, \(span("c.wants_person_at")), 'handoff', '', count(*)
        from conversations c
        where c.account_id = span.account_id and c.channel <> 'try' and c.wants_person_at >= span.since and c.wants_person_at < span.before
        group by 1, 2
        union all
        select c.bot_id, \(span("m.thumb_at")), case m.thumb when 1 then 'thumb_up' else 'thumb_down' end, '', count(*)
        from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id
        where m.account_id = span.account_id and c.channel <> 'try' and m.replaced_by is null and m.thumb is not null
          and m.thumb_at >= span.since and m.thumb_at < span.before
        group by 1, 2, 3
        """
    }

    /// As much as a number can say: costs come from archives too.
    static func sum(_ column: String) -> String { "least(sum(\(column)), \(Row.mostCounted))::bigint" }

    /// See `ResponseTimes`.
    private static func step(_ column: String) -> String {
        "least(floor(ln(greatest(\(column), 1)::double precision) / ln(2::double precision) * 4 + 1e-9), \(ResponseTimes.steps - 1))::integer::text"
    }
}

/// Times counted in steps, four to each doubling from a millisecond on, so that days can be added up; a median of them is right
/// to within a tenth.
struct ResponseTimes {
    static let steps = 80
    private static let ratio = 1.189_207_115_002_721

    private var counts = [Int](repeating: 0, count: steps)

    mutating func add(_ count: Int, step: Int) {
        guard counts.indices.contains(step) else { return }
        counts[step] += count
    }

    var count: Int { counts.reduce(0, +) }

    /// In milliseconds; nil where nothing was counted.
    func percentile(_ hundredths: Int) -> Int? {
        guard count > 0 else { return nil }
        let wanted = max(1, (count * hundredths + 99) / 100)
        var sum = 0
        for (step, counted) in counts.enumerated() {
            sum += counted
            if sum >= wanted { return Int((Self.start(of: Double(step) + 0.5)).rounded()) }
        }
        return nil
    }

    /// How many took less than each of these milliseconds, and more than the one before; last those that took longer.
    func bands(_ ends: [Int]) -> [Int] {
        var bands = [Int](repeating: 0, count: ends.count + 1)
        for (step, counted) in counts.enumerated() {
            let middle = Self.start(of: Double(step) + 0.5)
            bands[ends.firstIndex { middle < Double($0) } ?? ends.count] += counted
        }
        return bands
    }

    private static func start(of step: Double) -> Double {
        var value = 1.0
        for _ in 0..<Int(step) { value *= ratio }
        return step == step.rounded(.down) ? value : value * ratio.squareRoot()
    }
}
