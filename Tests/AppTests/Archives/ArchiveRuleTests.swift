import Testing

@testable import App

@Suite struct ArchiveRuleTests {
    /// 2026-11-30 00:00:00
    private let clock = ArchiveClock(now: 1_795_996_800)

    private func allows(_ rule: ArchiveRule, _ json: String) throws -> Bool { rule.allows(try JSON(parsing: json.utf8, depth: 40), clock) }

    @Test(arguments: ["2000-01-01T00:00:00+00:00", "2026-11-30T01:00:00.123456+00:00", "2026-11-30T23:00:00-00:30"])
    func momentsThatHaveBeenAreTaken(_ moment: String) throws { #expect(try allows(.moment, "\"\(moment)\"")) }

    @Test(arguments: [
        "1999-12-31T23:59:59+00:00", "2026-12-01T00:00:01+00:00", "294276-12-31T23:59:59+00:00", "infinity", "-infinity", "now", "tomorrow",
        "2026-11-30 01:00:00+00:00", "4713-01-01T00:00:00+00:00 BC", "2026-11-30", "",
    ])
    func othersAreNot(_ moment: String) throws { #expect(try !allows(.moment, "\"\(moment)\"")) }

    @Test(arguments: [
        ("2000-01-01", true), ("2026-11-30", true), ("1999-12-31", false), ("2026-12-31", false), ("5874897-12-31", false),
        ("infinity", false),
    ])
    func daysToo(_ day: String, _ isTaken: Bool) throws { #expect(try allows(.day, "\"\(day)\"") == isTaken) }

    @Test(arguments: [
        (ArchiveRule.number, "0", "9223372036854775807"), (.number, "-1", "-9223372036854775808"),
        (.number, "10000000000000", "10000000000001"),
        (.number, "7", "7.5"), (.number, "1", "1e400"), (.number, "1", "\"1\""), (.fraction, "0.2", "1e400"), (.fraction, "2", "\"NaN\""),
        (.text, "\"\"", "1"),
        (.texts, "[]", "[null]"), (.texts, "[\"a\"]", "[[\"a\"]]"), (.texts, "[\"a\"]", "\"{a}\""), (.time, "\"09:00:00\"", "\"now\""),
        (.flag, "true", "\"t\""), (.id, "\"6f1c1f3e-6a55-4e43-9f2f-5b7cf5b4b1a0\"", "\"x\""), (.bytes, "\"\\\\x00\"", "\"00\""),
        (.hashes, "[\"\\\\x00\"]", "[null]"), (.json(.object), "{}", "[]"), (.json(.citations), "[]", "{}"),
        (.json(.citations), "[{\"number\":1,\"title\":\"\",\"quote\":\"\",\"source_id\":\"context\"}]", "[{\"number\":1e400}]"),
        (
            .json(.versionSources), "[{\"id\":\"6f1c1f3e-6a55-4e43-9f2f-5b7cf5b4b1a0\",\"kind\":\"file\",\"title\":\"\",\"hash\":null}]",
            "[null]"
        ),
    ])
    func eachTakesWhatItsColumnIsReadAs(_ rule: ArchiveRule, _ good: String, _ bad: String) throws {
        #expect(try allows(rule, good), "\(good)")
        #expect(try !allows(rule, bad), "\(bad)")
    }
}
