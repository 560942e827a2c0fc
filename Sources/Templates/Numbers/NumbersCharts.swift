/// Numbers as pictures, each with its table behind it. Colours come from classes.
struct NumbersCharts: Sendable {
    let numbers: NumbersView
    /// Where the tables are files; nil leaves them out.
    let csv: String?

    var html: HTML {
        #html(
            """
            <div class="numbers" id="numbers">
              \(summary)
              \(daily("Questions", "questions", goodIs: "answered", all: \.questions, good: \.answered))
              \(daily("Conversations", "conversations", all: \.conversations))
              \(daily("Messages", "messages", all: \.messages))
              \(daily("Asked for a person", "people who asked", all: \.handoffs))
              \(daily("Thumbs", "thumbs", goodIs: "up", all: \.thumbs, good: \.thumbsUp))
              \(daily("Cost of models", "millionths of a dollar", all: \.costMicros, shown: Self.dollars))
              \(hours)
              \(times)
              \(ranked("Where they talked", "channel", "channels", numbers.channels.map { NamedCount(name: Channels.name($0.name), count: $0.count) }))
              \(ranked("Websites they came from", "website", "hosts", numbers.hosts))
              \(ranked("Asked most", "question", "questions", numbers.questions, note: "Of the newest 5,000 questions that are still kept."))
            </div>
            """)
    }

    // MARK: The summary

    private var summary: HTML {
        let all = numbers.totals
        return #html(
            """
            <dl class="totals">
              \(total("Conversations", String(all.conversations)))
              \(total("Messages", String(all.messages)))
              \(total("Answered", all.questions == 0 ? "–" : "\(all.answered * 100 / all.questions) %"))
              \(total("Asked for a person", String(all.handoffs)))
              \(total("Thumbs up · down", "\(all.thumbsUp) · \(all.thumbsDown)"))
              \(total("First word, usually", Self.time(numbers.responseTimes.firstWordMedianMS)))
              \(total("Cost of models", Self.dollars(all.costMicros)))
            </dl>
            """)
    }

    private func total(_ name: String, _ value: String) -> HTML { #html("<div><dt>\(name)</dt><dd>\(value)</dd></div>") }

    // MARK: Days

    private func daily(
        _ title: String, _ noun: String, goodIs: String? = nil, all: (DayNumbers) -> Int, good: ((DayNumbers) -> Int)? = nil,
        shown: (Int) -> String = { String($0) }
    ) -> HTML {
        let days = numbers.days.map { (day: $0.day, all: all($0), good: good?($0) ?? 0) }
        let sum = days.reduce(0) { $0 + $1.all }
        let most = days.max { $0.all < $1.all }
        let ofThem = goodIs.map { ", \(days.reduce(0) { $0 + $1.good }) of them \($0)" } ?? ""
        let words = sum == 0 ? "None in these days" : "\(shown(sum)) in all\(ofThem); most on \(most?.day ?? ""): \(shown(most?.all ?? 0))"
        return figure(
            title, "days", words,
            picture: DailyBars(
                label: "\(title) by day: \(words).", days: days.map { .init(all: $0.all, good: good == nil ? $0.all : $0.good) }
            ).html,
            table: #html(
                """
                <thead><tr><th scope="col">Day</th><th scope="col">\(title)</th>\(goodIs.map { #html("<th scope=\"col\">Of them \($0)</th>") })</tr></thead>
                <tbody>\(days.map { day in
                    #html("<tr><th scope=\"row\">\(day.day)</th><td>\(shown(day.all))</td>\(goodIs.map { _ in #html("<td>\(day.good)</td>") })</tr>")
                })</tbody>
                """))
    }

    // MARK: Hours

    private var hours: HTML {
        let cells = numbers.hours.enumerated().flatMap { weekday, hours in
            hours.enumerated().map { (weekday: weekday, hour: $0, count: $1) }
        }
        let busiest = cells.max { $0.count < $1.count }
        let words = busiest.flatMap {
            $0.count == 0 ? nil : "Busiest on \(Self.weekdays[$0.weekday])s from \($0.hour) to \($0.hour + 1) o’clock UTC"
        }
        return figure(
            "Busiest hours", "hours", words ?? "None in these days",
            picture: HourMap(hours: numbers.hours, label: "Questions by weekday and hour. \(words ?? "None").").html,
            table: #html(
                """
                <thead><tr><th scope="col">Hour, UTC</th>\(Self.weekdays.map { #html("<th scope=\"col\">\($0.prefix(3))</th>") })</tr></thead>
                <tbody>\((0..<24).map { hour in
                    #html("<tr><th scope=\"row\">\(hour)</th>\(numbers.hours.map { #html("<td>\($0[hour])</td>") })</tr>")
                })</tbody>
                """))
    }

    // MARK: Times

    private var times: HTML {
        let times = numbers.responseTimes
        let words =
            times.answers == 0
            ? "None in these days"
            : "First word within \(Self.time(times.firstWordMedianMS)) for half, \(Self.time(times.firstWord95MS)) for 95 of 100; "
                + "the whole answer within \(Self.time(times.wholeMedianMS)) and \(Self.time(times.whole95MS))"
        let rows = times.bands.map { NamedCount(name: $0.belowMS.map { "less than \(Self.time($0))" } ?? "longer", count: $0.count) }
        return figure(
            "Time for a whole answer", "response_times", words, picture: nil,
            table: Self.shares(rows, "time", largest: rows.map(\.count).max() ?? 0), isOpen: true)
    }

    // MARK: What is ranked

    private func ranked(_ title: String, _ noun: String, _ chart: String, _ rows: [NamedCount], note: String? = nil) -> HTML {
        figure(
            title, chart, rows.isEmpty ? "None in these days" : note, picture: nil,
            table: rows.isEmpty ? nil : Self.shares(rows, noun, largest: rows.map(\.count).max() ?? 0), isOpen: true)
    }

    /// A table that is its own picture: a bar stands behind each count.
    private static func shares(_ rows: [NamedCount], _ noun: String, largest: Int) -> HTML {
        #html(
            """
            <thead class="unseen"><tr><th scope="col">\(noun)</th><th scope="col">count</th><td></td></tr></thead>
            <tbody>\(rows.map { row in
                #html("<tr><th scope=\"row\"><bdi>\(row.name)</bdi></th><td>\(row.count)</td><td class=\"share\">\(bar(row.count, of: largest))</td></tr>")
            })</tbody>
            """)
    }

    private static func bar(_ count: Int, of largest: Int) -> HTML {
        let width = largest == 0 ? 0 : count * 100 / largest
        return #html(
            "<svg class=\"bars bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path class=\"bars-good\" d=\"M0 0h\(width)v10H0z\"/></svg>"
        )
    }

    // MARK: The frame of each

    private func figure(_ title: String, _ chart: String, _ words: String?, picture: HTML?, table: HTML?, isOpen: Bool = false) -> HTML {
        let body = table.map { #html("<table class=\"figures\">\($0)</table>") }
        return #html(
            """
            <section class="panel number" aria-label="\(title)">
              <h2 class="title-small">\(title)</h2>
              \(words.map { #html("<p class=\"small\">\($0)</p>") })
              \(picture)
              \(isOpen ? body : body.map { #html("<details class=\"more\"><summary>As a table</summary><div class=\"number-table\" tabindex=\"0\" role=\"region\" aria-label=\"\(title), as a table\">\($0)</div></details>") })
              \(csv.map { #html("<p class=\"small\"><a href=\"\($0 + chart)\" download>\(title) as a file (CSV)</a></p>") })
            </section>
            """)
    }

    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// "420 ms", "2.1 s"
    static func time(_ milliseconds: Int?) -> String {
        guard let milliseconds else { return "–" }
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        return milliseconds % 1_000 < 50 || milliseconds >= 10_000
            ? "\((milliseconds + 500) / 1_000) s" : "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s"
    }

    /// "$1.20", "$0.0004"
    static func dollars(_ micros: Int) -> String {
        let (whole, rest) = (micros / 1_000_000, String(micros % 1_000_000))
        let digits = String(repeating: "0", count: 6 - rest.count) + rest
        return "$\(whole).\(micros < 10_000 ? String(digits.prefix(4)) : String(digits.prefix(2)))"
    }
}

extension DayNumbers {
    fileprivate var thumbs: Int { thumbsUp + thumbsDown }
}

/// Weekdays down, hours across; the darker, the more.
struct HourMap: Sendable {
    private static let cell = 10
    private static let levels = 4
    private static let days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]

    let hours: [[Int]]
    let label: String

    var html: HTML {
        #html(
            """
            <div class="hour-map">
              <div class="hour-map-days small" aria-hidden="true">\(Self.days.map { #html("<span>\($0)</span>") })</div>
              <svg role="img" aria-label="\(label)" viewBox="0 0 \(24 * Self.cell) \(7 * Self.cell)">
                <path class="heat" d="\(path(0))"/>
                <path class="heat heat-1" d="\(path(1))"/>
                <path class="heat heat-2" d="\(path(2))"/>
                <path class="heat heat-3" d="\(path(3))"/>
                <path class="heat heat-4" d="\(path(4))"/>
              </svg>
              <div class="hour-map-hours small" aria-hidden="true">\([0, 6, 12, 18].map { #html("<span>\($0)</span>") })</div>
            </div>
            """)
    }

    /// The boxes of a level.
    private func path(_ level: Int) -> String {
        let most = max(1, hours.flatMap(\.self).max() ?? 0)
        var path = ""
        for (day, counts) in hours.enumerated() {
            for (hour, count) in counts.enumerated() where (count * Self.levels + most - 1) / most == level {
                path += "M\(hour * Self.cell) \(day * Self.cell)h9v9h-9z"
            }
        }
        return path
    }
}
