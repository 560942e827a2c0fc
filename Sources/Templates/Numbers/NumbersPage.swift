/// Whose numbers they are.
@Memberwise
public struct NumbersPlace: Sendable {
    /// nil: of all of the account's bots.
    let bot: String?
    let name: String

    var path: String { bot.map { "/bots/\($0)/numbers" } ?? "/numbers" }
}

public struct NumbersPage: Sendable {
    private static let presets = [7, 30, 90]

    let place: NumbersPlace
    /// nil where the days couldn't be read.
    let numbers: NumbersView?
    let days: Int?
    let query: String
    let fields: Fields
    let frame: Frame

    public init(place: NumbersPlace, numbers: NumbersView?, days: Int?, query: String, fields: Fields? = nil, frame: Frame) {
        self.place = place
        self.numbers = numbers
        self.days = days
        self.query = query
        self.fields = fields ?? Fields(values: ["from": numbers?.from ?? "", "to": numbers?.to ?? ""])
        self.frame = frame
    }

    public var page: HTML {
        frame.page(
            "Numbers · \(place.name)",
            #html(
                """
                \(place.bot.map { BotTabs(bot: $0, name: place.name, current: .numbers).html } ?? head)
                <nav class="tabs" aria-label="Days">\(Self.presets.map { preset in
                    #html("<a href=\"\(place.path + "?days=\(preset)")\" aria-current=\"\(preset == days ? "page" : nil)\">\(preset) days</a>")
                })</nav>
                <details class="more" open="\(days == nil)">
                  <summary>Other days</summary>
                  <form class="panel" method="get" action="\(place.path)">
                    <div class="filters">
                      \(Field(label: "From", name: "from", type: "date", fields: fields).html)
                      \(Field(label: "To", name: "to", type: "date", fields: fields).html)
                    </div>
                    <div class="row"><button class="button">Show</button></div>
                  </form>
                </details>
                \(numbers.map { numbers in #html("<p class=\"small\">\(numbers.from) to \(numbers.to), days of UTC. What you try yourself doesn’t count.</p>") })
                \(numbers.map { NumbersCharts(numbers: $0, csv: "\(place.path).csv?\(query)&chart=").html })
                """))
    }

    private var head: HTML {
        #html("<p class=\"small\"><a href=\"/bots\">All bots</a></p><h1 class=\"title\">Numbers of all bots</h1>")
    }
}
