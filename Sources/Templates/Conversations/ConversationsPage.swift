/// A bot's conversations, with the form that searches them.
public struct ConversationsPage: Sendable {
    let bot: String
    let name: String
    let list: ConversationList
    /// What was searched for.
    let search: Fields
    /// The same as a query of an address.
    let query: String
    let isFirst: Bool
    let frame: Frame

    /// - Parameter isFirst: whether the list begins with the newest.
    public init(bot: String, name: String, list: ConversationList, search: Fields, query: String, isFirst: Bool, frame: Frame) {
        self.bot = bot
        self.name = name
        self.list = list
        self.search = search
        self.query = query
        self.isFirst = isFirst
        self.frame = frame
    }

    public var page: HTML {
        frame.page(
            "Conversations · \(name)",
            #html("""
                \(BotTabs(bot: bot, name: name, current: .conversations).html)
                \(isUnused ? nil : form)
                \(list.conversations.isEmpty ? nothing : list.html)
                \(isFirst ? nil : #html("<p><a href=\"\(address)\">Back to the newest</a></p>"))
                \(list.conversations.isEmpty ? nil : exports)
                """))
    }

    private var address: String { "/bots/\(bot)/conversations" }
    private var isFiltered: Bool { !search.values.isEmpty }
    private var isUnused: Bool { list.conversations.isEmpty && !isFiltered && isFirst }

    private var form: HTML {
        #html("""
            <form class="panel" role="search" method="get" action="\(address)">
              \(Field(label: "Search what was said", name: "q", type: "search", maximumLength: 200, fields: search).html)
              <details class="more" open="\(!Self.filters.isDisjoint(with: search.values.keys))">
                <summary>Filter</summary>
                <div class="filters">
                  \(Field(label: "Answers", name: "basis", fields: search).choice(Self.bases))
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
            #html("""
                <div class="panel">
                  <h2 class="title-small">Nobody has asked yet</h2>
                  <p>As soon as somebody asks <bdi>\(name)</bdi>, you can read here what they asked and what they were told.</p>
                  <p><a class="button button-quiet" href="/bots/\(bot)">Try it yourself</a></p>
                </div>
                """)
        } else {
            #html("<p role=\"status\">Nothing fits. Please try another word, or fewer filters.</p>")
        }
    }

    private var exports: HTML {
        #html("""
            <p class="small">Take them with you: <a href="\(export("csv"))" download>as a table (CSV)</a>, <a href="\(export("json"))" download>as JSON</a></p>
            """)
    }

    private func export(_ format: String) -> String { "\(address).\(format)\(query.isEmpty ? "" : "?\(query)")" }

    private static let filters: Set<String> = ["basis", "channel", "from", "to"]
    private static let bases = [
        Choice("", "All"), Choice("not_in_my_information", "Not in your text"), Choice("quoted", "Quoted"), Choice("based_on", "Based on your text"),
    ]
}
