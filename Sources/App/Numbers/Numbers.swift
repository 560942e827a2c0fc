import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Templates

/// The routes of what bots did, in numbers.
struct Numbers: Feature {
    func add(to routes: RouteMap) {
        routes.account.get("/numbers", ofAccount, .init("What all bots did, by days", gives: .numbers))
        routes.account.get("/numbers.csv", tableOfAccount, .init("One of its charts as a table", gives: .table))
        routes.bot.get("/bots/{bot}/numbers", ofBot, .init("What a bot did, by days", gives: .numbers))
        routes.bot.get("/bots/{bot}/numbers.csv", tableOfBot, .init("One of its charts as a table", gives: .table))
    }

    /// `GET /bots/{bot}/numbers?days=30` or `?from=2026-11-01&to=2026-11-21`
    func ofBot(_ request: Request, _ context: BotContext) async throws -> Reply {
        try await reply(request, NumbersPlace(bot: context.bot.id.lowercased, name: context.bot.name), context.bot.id, context)
    }

    /// `GET /numbers`
    func ofAccount(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await reply(request, NumbersPlace(bot: nil, name: "All bots"), nil, context)
    }

    /// `GET /bots/{bot}/numbers.csv?chart=days`
    func tableOfBot(_ request: Request, _ context: BotContext) async throws -> Response {
        try await table(request, named: context.bot.name, context.bot.id, context)
    }

    /// `GET /numbers.csv?chart=days`
    func tableOfAccount(_ request: Request, _ context: AccountContext) async throws -> Response {
        try await table(request, named: "all bots", nil, context)
    }

    private func reply(_ request: Request, _ place: NumbersPlace, _ bot: UUID?, _ context: some SignedInContext) async throws -> Reply {
        let query = try Form(parsing: request.uri.query ?? "")
        let today = try await context.database.today()
        let frame = context.frame
        do {
            let range = try NumberRange(query, today: today)
            let numbers = try await context.database.numbers(of: bot, in: range)
            return Reply(numbers) { NumbersPage(place: place, numbers: $0, days: range.days, query: range.query, frame: frame).page }
        } catch let failure as Failure where failure.status == .unprocessableContent {
            let fields = Fields(values: query.values, problems: Problems(failure.fields))
            let page = { NumbersPage(place: place, numbers: nil, days: nil, query: "", fields: fields, frame: frame).page }
            return Reply(status: failure.status, json: failure, fragment: page, page: page)
        }
    }

    private func table(_ request: Request, named name: String, _ bot: UUID?, _ context: some SignedInContext) async throws -> Response {
        let query = try Form(parsing: request.uri.query ?? "")
        guard let chart = NumbersTable(rawValue: query["chart"] ?? "") else {
            throw Failure.invalid(["chart": "This can be \(NumbersTable.allCases.map(\.rawValue).joined(separator: ", "))."])
        }
        let range = try NumberRange(query, today: try await context.database.today())
        let numbers = try await context.database.numbers(of: bot, in: range)
        return Response(chart.csv(numbers), named: "Numbers of \(name), \(chart.rawValue).csv")
    }
}

/// A chart's numbers as a table.
enum NumbersTable: String, CaseIterable {
    case days, hours, responseTimes = "response_times", channels, hosts, questions

    func csv(_ numbers: NumbersView) -> CSV {
        var csv = CSV()
        csv.markAsUTF8()
        switch self {
        case .days:
            let titles = [
                "day", "conversations", "messages", "questions", "answered", "unanswered", "handoffs", "thumbs_up", "thumbs_down",
                "cost_micros",
            ]
            csv.row(titles.map { .text($0) })
            for day in numbers.days {
                csv.row([.text(day.day)] + day.counts.map { .number($0) })
            }
        case .hours:
            csv.row([.text("weekday"), .text("hour_utc"), .text("questions")])
            for (weekday, hours) in numbers.hours.enumerated() {
                for (hour, count) in hours.enumerated() { csv.row([.number(weekday + 1), .number(hour), .number(count)]) }
            }
        case .responseTimes:
            csv.row([.text("below_ms"), .text("answers")])
            for band in numbers.responseTimes.bands { csv.row([.number(band.belowMS), .number(band.count)]) }
        case .channels: Self.write(numbers.channels, "channel", to: &csv)
        case .hosts: Self.write(numbers.hosts, "website", to: &csv)
        case .questions: Self.write(numbers.questions, "question", to: &csv)
        }
        return csv
    }

    private static func write(_ counts: [NamedCount], _ title: String, to csv: inout CSV) {
        csv.row([.text(title), .text("count")])
        for count in counts { csv.row([.text(count.name), .number(count.count)]) }
    }
}

extension Schema {
    static let numbers = NumbersView.schema
}
