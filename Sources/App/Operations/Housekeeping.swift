import Jobs
import Postgres

/// What has to be done from time to time, by one process of all.
struct Housekeeping: Sendable {
    static let tidyKind = "tidy"
    static let tidyInterval = Duration.seconds(600)
    static let forgetKind = "forget"
    static let forgetInterval = Duration.seconds(6 * 3_600)
    /// For the first time, when there may be much.
    static let timeout = Duration.seconds(900)

    let postgres: Postgres
    /// How long conversations are kept where their bot doesn't say; nil is for ever.
    let conversationSeconds: Int?

    var schedules: [Schedule] {
        [Schedule(Self.tidyKind, every: Self.tidyInterval), Schedule(Self.forgetKind, every: Self.forgetInterval)]
    }

    var handlers: [Handler] {
        [
            Handler(Self.tidyKind, timeout: Self.timeout) { _, _ in try await tidy() },
            Handler(Self.forgetKind, timeout: Self.timeout) { _, _ in try await forget() },
        ]
    }

    private func tidy() async throws {
        try await postgres.countDays()
        try await postgres.tidyQuestions()
        try await postgres.countParts()
        try await postgres.forgetRateLimits()
        try await postgres.handBackForgotten()
    }

    /// Removes what has been kept for long enough.
    private func forget() async throws {
        try await postgres.countDays()
        try await postgres.countParts()
        try await postgres.forgetConversations(olderThan: conversationSeconds)
        try await postgres.forgetLeads()
        try await postgres.forgetAnsweredQuestions()
        try await postgres.forgetErasures()
        try await postgres.forgetUploads()
        try await postgres.forgetIdempotencyKeys()
        try await postgres.forgetMails()
        try await postgres.forgetVersions()
        try await postgres.forgetDeliveries()
        try await postgres.forgetWhatRanOut()
    }
}
