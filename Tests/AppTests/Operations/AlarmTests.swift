import Logging
import Postgres
import Testing

@testable import App

@Suite("Alarms")
struct AlarmTests {
    private func alarms(_ postgres: Postgres, _ admins: [String]) throws -> Alarms {
        Alarms(postgres: postgres, mailer: try .toOutbox(postgres), admins: admins, log: Logger(label: "test"))
    }

    @Test("Of many at once, from any process, each kind is mailed once an hour, to each admin")
    func once() async throws {
        try await withDatabase { postgres in
            let alarms = try alarms(postgres, ["a@desk.example", "b@desk.example"])
            let told = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { try await alarms.tell("disk", "It is full.") } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(told == 1)
            #expect(try await alarms.tell("key", "It was refused."))
            #expect(try await postgres.query("select from outbox").count == 4)
            _ = try await postgres.query("update alarms set hour = hour - interval '1 hour'")
            #expect(try await alarms.tell("disk", "It is full still."))
        }
    }

    @Test("Without admins nothing is mailed")
    func nobody() async throws {
        try await withDatabase { postgres in
            try alarms(postgres, []).raise("disk", "It is full.")
            #expect(try await postgres.query("select from alarms").isEmpty)
        }
    }
}
