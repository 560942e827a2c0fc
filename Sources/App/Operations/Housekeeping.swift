import Logging
import Postgres

/// What has to be done from time to time. Each part becomes a schedule of its own once there is a queue of jobs.
struct Housekeeping: Sendable {
    static let interval = Duration.seconds(600)
    /// Old conversations are removed every sixth hour.
    static let intervalsBetweenCleanups = 36

    let postgres: Postgres
    /// How long conversations are kept; nil is for ever.
    let conversationSeconds: Int?
    let log: Logger

    /// Until its task is cancelled.
    func run() async throws {
        var round = 0
        while true {
            await attempt("days couldn't be counted") { try await postgres.countDays() }
            await attempt("old rate limits couldn't be removed") { try await postgres.forgetRateLimits() }
            if round % Self.intervalsBetweenCleanups == 0 { await cleanUp() }
            round += 1
            try await Task.sleep(for: Self.interval)
        }
    }

    /// Removes what has been kept for long enough.
    func cleanUp() async {
        if let conversationSeconds {
            await attempt("old conversations couldn't be removed") { try await postgres.forgetConversations(olderThan: conversationSeconds) }
        }
        await attempt("old idempotency keys couldn't be removed") { try await postgres.forgetIdempotencyKeys() }
        await attempt("old mails couldn't be removed") { try await postgres.forgetMails() }
    }

    private func attempt(_ problem: Logger.Message, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            log.warning(problem, metadata: ["problem": "\(error)"])
        }
    }
}
