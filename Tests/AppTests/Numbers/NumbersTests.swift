import Answering
import Testing

@testable import App

@Suite("Numbers")
struct NumbersTests {
    private func day(_ text: String) throws -> CalendarDay { try #require(CalendarDay(text)) }

    @Test("Days are counted over the ends of months, leap years and centuries")
    func days() throws {
        #expect(try day("1970-01-01").number == 0)
        #expect(try day("2000-03-01").number - day("2000-02-28").number == 2)
        #expect(try day("2100-03-01").number - day("2100-02-28").number == 1)
        for number in stride(from: -700_000, through: 2_900_000, by: 997) {
            let day = try day("1970-01-01").adding(number)
            #expect(day.number == number)
        }
        #expect(try day("2024-03-01").adding(-1).text == "2024-02-29")
        #expect(try day("2026-11-21").weekday == 5)
        #expect(try day("9999-12-31").adding(1).text == "9999-12-31", "there is no such day")
    }

    @Test("Without days, a range is the last thirty")
    func usual() throws {
        let range = try NumberRange(Form(parsing: ""), today: day("2026-03-01"))
        #expect(range.from.text == "2026-01-31" && range.to.text == "2026-03-01" && range.all.count == 30)
    }

    @Test("With one day only, the other follows from it")
    func half() throws {
        #expect(try NumberRange(Form(parsing: "to=2026-01-30"), today: day("2026-03-01")).from.text == "2026-01-01")
        #expect(
            try NumberRange(Form(parsing: "from=2026-02-27"), today: day("2026-03-01")).all.map(\.text) == [
                "2026-02-27", "2026-02-28", "2026-03-01",
            ])
    }

    @Test("A percentile of counted times is right to within a tenth", arguments: [1, 7, 42, 180, 999, 2_500, 61_000, 179_000])
    func percentile(milliseconds: Int) throws {
        var times = ResponseTimes()
        var step = 0
        while ResponseTimesReference.start(of: step + 1) <= Double(milliseconds) + 1e-6 { step += 1 }
        times.add(1, step: step)
        let shown = try #require(times.percentile(50))
        #expect(abs(Double(shown) - Double(milliseconds)) <= max(1, Double(milliseconds) * 0.1))
    }

    @Test("Of a hundred times, the 95th percentile is the ninety-fifth; of none there is none")
    func rank() {
        var times = ResponseTimes()
        #expect(times.percentile(95) == nil)
        times.add(95, step: 20)
        times.add(5, step: 60)
        #expect(times.percentile(95) == times.percentile(1))
        #expect(times.percentile(96) != times.percentile(95))
        times.add(7, step: 80)
        times.add(7, step: -1)
        #expect(times.count == 100)
        #expect(times.bands([100, 500]).reduce(0, +) == 100)
    }

    @Test(
        "Questions with the same words are one, in whatever order and form",
        arguments: [
            ("When do you open?", "when are you OPEN"), ("Do you deliver cakes?", "deliver cake"), ("¿Qué?", "que"),
        ])
    func wording(one: String, other: String) { #expect(key(of: one) == key(of: other)) }

    @Test(
        "Questions about different things aren't",
        arguments: [("When do you open?", "When do you close?"), ("How much is a roll?", "How much is a cake?"), ("你好", "再见")])
    func different(one: String, other: String) { #expect(key(of: one) != key(of: other)) }

    private func key(of question: String) -> String {
        var keys = Wording.Keys()
        return keys.key(of: question)
    }
}

/// As Postgres computes the steps: four to each doubling.
private enum ResponseTimesReference {
    static func start(of step: Int) -> Double {
        var value = 1.0
        for _ in 0..<step { value *= 1.189_207_115_002_721 }
        return value
    }
}
