import Testing

@testable import Templates

@Suite("Moments")
struct MomentTests {
    @Test(
        "A moment is written as RFC 3339 has it, and in words",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00Z", "1 Jan 1970, 00:00"), (1_795_255_304_668_818, "2026-11-21T10:01:44Z", "21 Nov 2026, 10:01"),
            (951_782_399_999_999, "2000-02-28T23:59:59Z", "28 Feb 2000, 23:59"),
            (951_868_799_000_000, "2000-02-29T23:59:59Z", "29 Feb 2000, 23:59"),
            (-1, "1969-12-31T23:59:59Z", "31 Dec 1969, 23:59"), (4_102_444_800_000_000, "2100-01-01T00:00:00Z", "1 Jan 2100, 00:00"),
        ])
    func written(_ microseconds: Int64, _ machine: String, _ words: String) {
        let moment = Moment(microseconds: microseconds)
        #expect(moment.rfc3339 == machine)
        #expect(moment.html.string == "<time datetime=\"\(machine)\">\(words) UTC</time>")
    }

    @Test(
        "What lies beyond the calendar becomes its nearest end",
        arguments: [(Int64.max, "9999-12-31T23:59:59Z"), (Int64.min, "0001-01-01T00:00:00Z")])
    func beyond(_ microseconds: Int64, _ machine: String) { #expect(Moment(microseconds: microseconds).rfc3339 == machine) }
}
