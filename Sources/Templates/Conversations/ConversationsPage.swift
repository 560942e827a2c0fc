/// A bot's conversations or, as the inbox, those of all bots, with the form that searches them.
@Memberwise
public struct ConversationsPage: Sendable {
    /// nil: all.
    let bot: String?
    let name: String
    let list: ConversationList
    /// What was searched for.
    let search: Fields
    /// The same as a query of an address.
    let query: String
    /// Whether the list begins with the newest.
    let isFirst: Bool
    /// The address of what happens from now on.
    let events: String
    let frame: Frame

    public var page: HTML {
        frame.page(
            bot == nil ? "Inbox" : "Conversations · \(name)",
            #html(
                """
                \(head)
                \(isUnused ? nil : form)
                \(isFirst ? live : list.html)
                \(isFirst ? nil : #html("<p><a href=\"\(address)\">Back to the newest</a></p>"))
                \(list.conversations.isEmpty ? nil : exports)
                """))
    }

    private var head: HTML {
        guard let bot else { return #html("<h1 class=\"title\">Inbox</h1>") }
        return BotTabs(bot: bot, name: name, current: .conversations).html
    }

    /// Rows come to the top of the list as something happens in them. Only how many visitors wait is said aloud.
    private var live: HTML {
        #html(
            """
            <div class="inbox" hx-ext="sse" sse-connect="\(events)">
              <div role="status" sse-swap="waiting" hx-swap="innerHTML">\(Waiting(count: list.waiting))</div>
              <div sse-swap="list" hx-swap="innerHTML">\(list)</div>
              <div class="inbox-empty">\(nothing)</div>
            </div>
            """)
    }

    private var address: String { bot.map { "/bots/\($0)/conversations" } ?? "/inbox" }
    private var isFiltered: Bool { !search.values.isEmpty }
    private var isUnused: Bool { list.conversations.isEmpty && !isFiltered && isFirst }

    private var form: HTML {
        #html(
            """
            <form class="panel" role="search" method="get" action="\(address)">
              \(Field(label: "Search what was said", name: "q", type: "search", maximumLength: 200, fields: search).html)
              <details class="more" open="\(!Self.filters.isDisjoint(with: search.values.keys))">
                <summary>Filter</summary>
                <div class="filters">
                  \(Field(label: "Answers", name: "basis", fields: search).choice(Self.bases))
                  \(Field(label: "Who answers", name: "handling", fields: search).choice(Self.handlings))
                  \(Field(label: "Visitors found it", name: "thumb", fields: search).choice(Self.thumbs))
                  \(Field(label: "Where", name: "channel", fields: search).choice(Channels.choices))
                  \(Field(label: "From", name: "from", type: "date", fields: search).html)
                  \(Field(label: "To", name: "to", type: "date", fields: search).html)
                </div>
              </details>
              <div class="row"><button class="button">Search</button> \(isFiltered ? #html("<a href=\"\(address)\">Show all</a>") : nil)</div>
            </form>
            """)
    }

    private var nothing: HTML {
        if isUnused {
            #html(
                """
                <div class="panel">
                  <h2 class="title-small">Nobody has asked yet</h2>
                  <p>As soon as somebody asks \(bot == nil ? #html("your bots") : #html("<bdi>\(name)</bdi>")), you can read here what they asked and what they were told.</p>
                  <p><a class="button button-quiet" href="\(bot.map { "/bots/\($0)" } ?? "/bots")">Try it yourself</a></p>
                </div>
                """)
        } else if list.next != nil {
            #html("<p role=\"status\">Nothing fits in the newest conversations. “Older” looks further back.</p>")
        } else {
            #html("<p role=\"status\">Nothing fits. Please try another word, or fewer filters.</p>")
        }
    }

    private var exports: HTML? {
        bot == nil
            ? nil
            : #html(
                """
                <p class="small">Take them with you: <a href="\(export("csv"))" download>as a table (CSV)</a>, <a href="\(export("json"))" download>as JSON</a></p>
                """)
    }

    private func export(_ format: String) -> String { "\(address).\(format)\(query.isEmpty ? "" : "?\(query)")" }

    private static let filters: Set<String> = ["basis", "handling", "thumb", "channel", "from", "to"]
    private static let handlings = [
        Choice("", "Anybody"), Choice("waiting", "The bot, but they want a person"), Choice("person", "A person"), Choice("bot", "The bot"),
    ]
    private static let thumbs = [Choice("", "All"), Choice("down", "Not helpful"), Choice("up", "Helpful")]
    private static let bases = [
        Choice("", "All"), Choice("not_in_my_information", "Not in your text"), Choice("quoted", "Quoted"),
        Choice("based_on", "Based on your text"),
    ]
}
