import Postgres
import Testing

@testable import App

@Suite struct RowTests {
    @Test(arguments: [
        ("294276-12-31 23:59:59.999999+00", "9999-12-31T23:59:59Z"), ("infinity", "9999-12-31T23:59:59Z"),
        ("10000-01-01 00:00:00+00", "9999-12-31T23:59:59Z"),
        ("-infinity", "0001-01-01T00:00:00Z"), ("4713-01-01 00:00:00+00 BC", "0001-01-01T00:00:00Z"),
        ("2026-11-21 07:14:19.5+00", "2026-11-21T07:14:19Z"),
    ])
    func momentsBeyondTheCalendarAreItsEnds(_ time: String, _ shown: String) async throws {
        try await withDatabase { postgres in
            let row = try #require(try await postgres.query("select \(time)::timestamptz as time, null::timestamptz as never").first)
            #expect(try row.moment("time").rfc3339 == shown)
            #expect(try row.momentIfAny("time")?.rfc3339 == shown)
            #expect(try row.momentIfAny("never") == nil)
        }
    }

    @Test(arguments: [("9223372036854775807", Row.mostCounted), ("-9223372036854775808", 0), ("-1", 0), ("7", 7)])
    func countsCanBeAddedUp(_ number: String, _ count: Int) async throws {
        try await withDatabase { postgres in
            let row = try #require(try await postgres.query("select \(number)::bigint as count").first)
            #expect(try row.count("count") == count)
        }
    }

    @Test func noDateOfTheDatabaseLiesBeyondTheCalendar() async throws {
        try await withDatabase { postgres in
            for time in ["infinity", "-infinity", "294276-12-31", "4713-01-01 BC"] {
                await #expect(throws: PostgresError.self) {
                    try await postgres.query(
                        "insert into users (id, email, created_at) values (gen_random_uuid(), 'a@desk.example', \(time)::timestamptz)")
                }
            }
        }
    }
}
