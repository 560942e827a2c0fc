/// What a bot's models have taken today and in this month of UTC.
@Memberwise
public struct Spending: Sendable {
    public let dayMessages: Int
    public let dayCost: Dollars
    public let monthMessages: Int
    public let monthCost: Dollars

    /// One for each cap that is set.
    public func lines(dailyMessages: Int?, monthlyMessages: Int?, dailyCost: Dollars?, monthlyCost: Dollars?) -> [SpendingLine] {
        [
            dailyCost.map { .init(cap: "daily_cost", cost: dayCost, of: $0, period: "today") },
            monthlyCost.map { .init(cap: "monthly_cost", cost: monthCost, of: $0, period: "this month") },
            dailyMessages.map { .init(cap: "daily_messages", messages: dayMessages, of: $0, period: "today") },
            monthlyMessages.map { .init(cap: "monthly_messages", messages: monthMessages, of: $0, period: "this month") },
        ].compactMap(\.self)
    }
}

extension Spending: Describable {
    public static var schema: Schema {
        .object(required: [
            "daily_messages": .integer, "daily_dollars": Dollars.schema, "monthly_messages": .integer, "monthly_dollars": Dollars.schema,
        ])
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("daily_messages", dayMessages)
            $0.member("daily_dollars", dayCost)
            $0.member("monthly_messages", monthMessages)
            $0.member("monthly_dollars", monthCost)
        }
    }
}

/// How far a cap is used, as a bar with its words.
public struct SpendingLine: Sendable {
    /// As the database calls it.
    public let cap: String
    /// "3.20 of 5.00 dollars this month"
    public let amount: String
    private let share: Double
    /// From when on it counts anew.
    private let next: String

    init(cap: String, cost: Dollars, of maximum: Dollars, period: String) {
        self.cap = cap
        amount = "\(cost.rounded.text) of \(maximum.text) dollars \(period)"
        share = maximum.micros > 0 ? Double(cost.micros) / Double(maximum.micros) : 1
        next = Self.next(after: period)
    }

    init(cap: String, messages: Int, of maximum: Int, period: String) {
        self.cap = cap
        amount = "\(messages) of \(maximum) answers \(period)"
        share = maximum > 0 ? Double(messages) / Double(maximum) : 1
        next = Self.next(after: period)
    }

    private static let full = 100

    var html: HTML {
        let percent = Int(min(share, 1) * Double(Self.full))
        return #html(
            """
            <li class="spending"><span>\(amount)</span>\(percent == Self.full ? usedUp : nil)
            <meter min="0" max="100" high="80" value="\(percent)" aria-label="\(amount)"></meter></li>
            """)
    }

    private var usedUp: HTML { #html("<strong>Limit reached: until \(next) it quotes your own words.</strong>") }

    private static func next(after period: String) -> String { period == "today" ? "tomorrow" : "next month" }
}

/// All of a bot's, where it has any.
public struct SpendingBars: Sendable {
    let lines: [SpendingLine]

    public init(lines: [SpendingLine]) { self.lines = lines }

    var html: HTML { #html("<ul class=\"list spendings\" aria-label=\"Used of its limits\">\(lines.map(\.html))</ul>") }
}
