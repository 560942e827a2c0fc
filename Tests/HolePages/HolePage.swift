import Templates

/// A page with a string in its holes. Whatever the string is, a browser must see the same elements and attributes.
package struct HolePage: Sendable {
    package let name: String
    /// How a browser gets the string back from the element with the id `hole`, or nil.
    package let reading: Reading?
    package let render: @Sendable (String) -> HTML

    package enum Reading: String {
        case text, title, href, path, query, json
    }

    init(_ name: String, _ reading: Reading? = nil, render: @escaping @Sendable (String) -> HTML) {
        self.name = name
        self.reading = reading
        self.render = render
    }

    /// A string that breaks out of nothing.
    package static let harmless = "harmless"

    package static let all = texts + attributes + addresses + islands + loops + views
}

extension HolePage {
    private static let texts = [
        HolePage("text", .text) { #html("<p id=\"hole\">\($0)</p>") },
        HolePage("text beside text") { #html("<p>Hello \($0)! &amp; \($0)<b>\($0)</b>\($0)</p>") },
        HolePage("pre", .text) { #html("<pre id=\"hole\">\n\($0)</pre>") },
        HolePage("textarea", .text) { #html("<textarea id=\"hole\">\n\($0)</textarea><p>after</p>") },
        HolePage("title", .text) { #html("<title id=\"hole\">\($0)</title><p>after</p>") },
        HolePage("option") { #html("<select><option>\($0)</option><option value=\"\($0)\">b</option></select>") },
        HolePage("svg") { #html("<svg><title>\($0)</title><text x=\"1\" fill=\"\($0)\">\($0)</text></svg>") },
        HolePage("noscript") { #html("<noscript><p title=\"\($0)\">\($0)</p></noscript><p>after</p>") },
        HolePage("template") { #html("<template><p title=\"\($0)\">\($0)</p></template>") },
    ]

    private static let attributes = [
        HolePage("attribute", .title) { #html("<p id=\"hole\" title=\"\($0)\">x</p>") },
        HolePage("attribute in single quotes", .title) { #html("<p id='hole' title='\($0)'>x</p>") },
        HolePage("part of an attribute") { #html("<p class=\"a \($0) b\" data-x='a\($0)' lang=\"\($0)-\($0)\">x</p>") },
        HolePage("input") { #html("<input type=\"text\" name=\"\($0)\" value=\"\($0)\" placeholder=\"\($0)\">") },
        HolePage("label") { #html("<label for=\"\($0)\" aria-label=\"\($0)\"><input checked=\"\(true)\" id=\"\($0)\"></label>") },
        HolePage("meta") { #html("<html><head><meta name=\"description\" content=\"\($0)\"></head><body></body></html>") },
        HolePage("htmx") { #html("<div hx-target=\"#\($0)\" hx-swap=\"\($0)\" hx-confirm=\"\($0)\">x</div>") },
    ]

    private static let addresses = [
        HolePage("address", .href) { #html("<a id=\"hole\" href=\"\($0)\">x</a>") },
        HolePage("start of an address", .href) { #html("<a id=\"hole\" href=\"\($0)/edit?x=1\">x</a>") },
        HolePage("part of a path", .path) { #html("<a id=\"hole\" href=\"/bots/\($0)/edit\">x</a>") },
        HolePage("two parts of a path", .path) { #html("<a id=\"hole\" href=\"/\($0)/\($0)\">x</a>") },
        HolePage("part of a query", .query) { #html("<a id=\"hole\" href=\"/bots?q=\($0)&amp;page=1#\($0)\">x</a>") },
        HolePage("whole addresses") {
            #html("<form action=\"\($0)\"><button formaction=\"\($0)\"><img src=\"\($0)\" alt=\"\"></button></form>")
        },
        HolePage("script") { #html("<script src=\"/assets/\($0)\" defer></script><p>after</p>") },
        HolePage("htmx address") { #html("<div hx-get=\"/bots/\($0)\" sse-connect=\"\($0)\">x</div>") },
    ]

    private static let islands = [
        HolePage("JSON", .json) { #html("<script type=\"application/json\" id=\"hole\">\($0)</script><p>after</p>") },
        HolePage("JSON of an array") {
            #html("<script type=\"application/json\">{\"a\": \([$0, $0]), \"b\": \"\\\\\", \"c\": \($0)}</script><p>after</p>")
        },
        HolePage("JSON of a dictionary") { #html("<script type=\"application/ld+json\">\([$0: $0])</script><p>after</p>") },
    ]

    private static let loops = [
        HolePage("list") { text in
            #html("<ul>\([text, text].map { #html("<li title=\"\($0)\"><a href=\"/\($0)\">\($0)</a></li>") })</ul>")
        },
        HolePage("table") { text in
            #html(
                """
                <table>\([[text], [text, text]].map { row in
                    #html("<tr>\(row.map { #html("<td class=\"\($0)\">\($0)</td>") })</tr>")
                })</table>
                """)
        },
        HolePage("choice") { text in
            #html(
                """
                <p>\([true, false].map { isLink in
                    if isLink { #html("<a href=\"\(text)\">\(text)</a>") } else { #html("<b>\(text)</b>") }
                })\(Optional(text).map { #html("<i>\($0)</i>") })</p>
                """)
        },
    ]

    private static let views = [
        HolePage("view") { text in #html("<div>\(Quote(text: text, source: text))</div>") },
        HolePage("HTML in HTML") { text in
            let inner = #html("<b title=\"\(text)\">\(text)</b>")
            return #html("<p>\(inner)\([inner, inner])\(Optional(inner))</p>")
        },
        HolePage("conversations") { text in
            let row = ConversationSummary(
                id: "c", botID: "b", botName: text, channel: "ch" + text, visitor: "v" + text, signedVisitor: "v" + text, question: text,
                messageCount: 2, unansweredCount: 1, thumbsDownCount: 1, handling: "person", takenBy: text, isUnread: true, order: 0,
                startedAt: Moment(microseconds: 0), lastMessageAt: Moment(microseconds: 0))
            let list = ConversationList(conversations: [row], next: "x", waiting: 2, older: "/bots/b/conversations?after=x")
            let search = Fields(values: ["q": text, "basis": "quoted"])
            return ConversationsPage(
                bot: "b", name: text, list: list, search: search, query: "q=x", isFirst: true, events: "/inbox/events", frame: frame
            ).page
        },
        HolePage("chat") { text in
            let surface = AnswerSurface(
                path: "/chat/t/s/messages", again: .init(action: "/chat/t/messages", field: "message", session: text), hasThumbs: true)
            let words = ChatWords.spoken(language: "de", accepted: text)
            let article = AnswerArticle(messageID: "m", conversationID: "c", question: "q" + text, problem: text, surface: surface)
            let chat = ChatView(
                address: "/chat/t", session: text, isNew: false, handling: .person, personName: text,
                messages: [.exchange(article), .visitor(VisitorMessage(id: "v", text: text, note: text, words: words))])
            let bot = ChatBot(name: text, welcome: "w" + text, contactLine: "c" + text, color: "c2185b", offersPerson: true)
            return ChatPage(bot: bot, isFramed: true, chat: chat, refusal: (text, text), words: words, assets: assets).html
        },
        HolePage("newest question") { text in
            #html(
                "<ol>\(NewestQuestion(botID: "b", botName: text, conversationID: "c", messageID: "m", question: text, basis: .quoted, askedAt: Moment(microseconds: 0)))</ol>"
            )
        },
    ]
}

private let frame = Frame(assets: assets)

private let assets = Assets(
    css: "app.css", js: "app.js", htmx: "htmx.js", sse: "sse.js", icon: "icon.svg", chatCSS: "chat.css", chatJS: "chat.js")

@View struct Quote {
    let text: String
    let source: String?

    var html: HTML {
        #html("<blockquote cite=\"\(source)\"><p>\(text)</p>\(source.map { #html("<cite>\($0)</cite>") })</blockquote>")
    }
}
