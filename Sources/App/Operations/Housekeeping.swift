import Jobs
import Logging
import Postgres

/// What has to be done from time to time, by one process of all: each thing by a schedule and a job of its own.
struct Housekeeping: Sendable {
    static let timeout = Sweep.patience * 2
    /// What is told of one failure in the log.
    private static let logged = 20

    let postgres: Postgres
    let sweeps: [Sweep]
    let alarms: Alarms
    let log: Logger

    var schedules: [Schedule] { sweeps.map { Schedule($0.name, every: $0.interval) } }

    var handlers: [Handler] {
        sweeps.map { sweep in Handler(sweep.name, timeout: Self.timeout) { _, _ in try await run(sweep) } }
    }

    func run(_ sweep: Sweep) async throws {
        let troubles = try await sweep.run(in: postgres)
        guard let first = troubles.first else { return }
        for trouble in troubles.prefix(Self.logged) {
            log.error(
                "\(sweep.name) failed for an account",
                metadata: ["account": "\(trouble.account.lowercased)", "problem": "\(trouble.problem)"])
        }
        await alarms.say(
            "\(sweep.name) failed for an account",
            "\(sweep.name) failed for \(troubles.count) of the accounts, and was done for the others. It is tried again. One of them is \(first.account.lowercased): \(first.problem)"
        )
    }
}

extension Sweep {
    /// For what owners look at.
    private static let soon = Duration.seconds(15)
    private static let minutely = Duration.seconds(60)
    private static let often = Duration.seconds(600)
    private static let seldom = Duration.seconds(3_600)

    /// - Parameter conversationSeconds: how long conversations are kept where their bot doesn't say; nil is for ever.
    static func all(conversationSeconds: Int?) -> [Sweep] {
        [
            groupQuestions(every: soon), countRecent(every: minutely), countDays(every: often), countParts(every: often),
            handBackForgotten(every: often),
            forgetConversations(olderThan: conversationSeconds, every: seldom), forgetVersions(every: seldom),
            .expired(
                "forget_recent_counts", every: seldom, from: "recent_counts",
                where: "since < now() - interval '\(RecentCounts.days + 1) days'"),
            .expired("forget_leads", every: seldom, from: "leads", where: Lead.isOver),
            .expired("forget_questions", every: seldom, from: "questions", where: QuestionGroup.isDealtWith),
            .expired("forget_question_groups", every: often, from: "question_groups", where: QuestionGroup.isEmpty),
            .expired(
                "forget_erasures", every: seldom, from: "erasures", where: "erased_at < now() - interval '\(Retention.erasureDays) days'"),
            .expired("forget_uploads", every: seldom, from: "imports", where: Imports.isForgotten),
            .expired(
                "forget_idempotency_keys", every: seldom, from: "idempotency_keys",
                where: "created_at < now() - interval '\(IdempotencyKey.keptHours) hours'"),
            .expired(
                "forget_deliveries", every: seldom, from: "webhook_deliveries",
                where: "created_at < now() - interval '\(Webhook.deliveryDays) days'"),
            .expired("forget_sessions", every: often, from: "sessions", where: "expires_at < now()"),
            .expired("forget_invitations", every: seldom, from: "invitations", where: "expires_at < now()"),
            .expiredOfNobody("forget_codes", every: seldom, from: "sign_in_codes", where: "expires_at < now() - interval '1 day'"),
            .expiredOfNobody(
                "forget_askers", every: seldom, from: "sign_in_askers",
                where: "not exists (select from sign_in_codes c where c.id = code_id)"),
            .expiredOfNobody("forget_email_changes", every: seldom, from: "email_changes", where: "expires_at < now() - interval '1 day'"),
            .expiredOfNobody(
                "forget_mails", every: seldom, from: "outbox", where: "sent_at < now() - interval '\(Retention.mailDays) days'"),
            .expiredOfNobody("forget_rate_limits", every: often, from: "rate_limits", where: "window_start < now() - interval '1 day'"),
        ]
    }
}
