import FoundationEssentials
import Jobs
import Postgres
import Templates

/// Tells an account's owners by mail how far a bot's cap is used. The database enqueues it where it is noted, once for each
/// step of each day or month.
struct BudgetWarning: Sendable {
    static let kind = "budget_warning"

    let postgres: Postgres
    let mailer: Mailer
    let baseURL: String

    var handlers: [Handler] { [Handler(Self.kind) { job, lease in try await tell(job, lease) }] }

    private func tell(_ job: Job, _ lease: Lease) async throws {
        let parts = job.payload.split(separator: " ")
        guard let account = job.account, parts.count == 3, let bot = UUID(text: parts[0]), let cap = Cap(rawValue: String(parts[1])),
            let percent = Int(parts[2])
        else { throw JobFailure.permanent("no such cap") }
        try await AccountDatabase(postgres, account: account).transaction { transaction in
            try await lease.complete(in: transaction)
            guard let used = try await transaction.use(of: cap, by: bot, in: account) else { return }
            for owner in try await transaction.owners(of: account) {
                try await mailer.send(
                    .budget(used, percent, of: cap, link: "\(baseURL)/bots/\(bot.lowercased)/limits", to: owner), in: transaction)
            }
        }
    }

    /// Of a bot, as the database calls them.
    enum Cap: String, Sendable {
        case dailyMessages = "daily_messages", monthlyMessages = "monthly_messages", dailyCost = "daily_cost", monthlyCost = "monthly_cost"
    }

    struct Use: Sendable {
        let botName: String
        /// As "3.20 of 5.00 dollars".
        let amount: String
    }
}

extension Transaction {
    /// nil where the bot or its cap is gone.
    fileprivate func use(of cap: BudgetWarning.Cap, by bot: UUID, in account: UUID) async throws -> BudgetWarning.Use? {
        let row = try await query(
            """
            select b.*, spent.* from bots b, spending(b.account_id, b.id) as spent where b.id = \(bot) and b.account_id = \(account)
            """
        ).first
        guard let row else { return nil }
        let (bot, spent) = (try Bot(row), try Spending(row))
        guard let line = spent.lines(bot.caps).first(where: { $0.cap == cap.rawValue }) else { return nil }
        return BudgetWarning.Use(botName: bot.name, amount: line.amount)
    }

    fileprivate func owners(of account: UUID) async throws -> [String] {
        try await query(
            """
            select u.email from members m join users u on u.id = m.user_id
            where m.account_id = \(account) and m.role = 'owner' order by u.email
            """
        ).map { try $0.get("email", as: String.self) }
    }
}

extension Spending {
    init(_ row: Row) throws {
        self.init(
            dayMessages: try row.count("day_messages"), dayCost: Dollars(micros: Int64(try row.count("day_cost_micros"))),
            monthMessages: try row.count("month_messages"),
            monthCost: Dollars(micros: Int64(try row.count("month_cost_micros"))))
    }

    func lines(_ caps: Bot.Caps) -> [SpendingLine] {
        lines(
            dailyMessages: caps.dailyMessages, monthlyMessages: caps.monthlyMessages,
            dailyCost: caps.dailyCostMicros.map(Dollars.init(micros:)),
            monthlyCost: caps.monthlyCostMicros.map(Dollars.init(micros:)))
    }
}

extension OutgoingMail {
    fileprivate static func budget(_ used: BudgetWarning.Use, _ percent: Int, of cap: BudgetWarning.Cap, link: String, to owner: String)
        -> OutgoingMail
    {
        let isUp = percent >= 100
        let until = cap == .dailyMessages || cap == .dailyCost ? "tomorrow" : "the first of next month"
        return OutgoingMail(
            to: owner, subject: isUp ? "\(used.botName) has reached its limit" : "\(used.botName) has used \(percent) % of its limit",
            Letter(
                lead: "Your bot \(used.botName) has used \(used.amount).", link: .init(label: "See its limits", url: link),
                lines: isUp
                    ? [
                        "It goes on answering: until \(until) (at midnight UTC) it quotes your own words instead of having a model phrase them.",
                        "If you want the model back before that, raise the limit.",
                    ] : ["Nothing changes yet. At the limit it goes on answering with your own words instead of a model’s."]))
    }
}
