/// Who answers a conversation's visitor, and what a member can do about it.
@View("Handling")
public struct HandlingView {
    @Hidden public let botID: String
    @Hidden public let id: String
    /// `bot`, `waiting` (the bot, while the visitor waits for a person) or `person`.
    @Described(.one(of: "bot", "waiting", "person")) public let handling: String
    /// The name of the person who answers.
    public let takenBy: String?
    @Hidden public let takenByID: String?
    /// Whether that is who asks.
    public let isYou: Bool

    public init(_ conversation: ConversationView, isYours: Bool) {
        self.init(
            botID: conversation.botID, id: conversation.id, handling: conversation.handling, takenBy: conversation.takenBy,
            takenByID: conversation.takenByID, isYou: isYours)
    }

    public var html: HTML {
        switch handling {
        case "person" where isYou:
            #html(
                """
                <p role="status">You are answering. The bot keeps silent.</p>
                <div class="row">\(back("Let the bot answer again"))</div>
                """)
        case "person":
            #html(
                """
                <p role="status"><bdi>\(takenBy ?? "Somebody")</bdi> is answering. The bot keeps silent.</p>
                <div class="row">\(take("Take over from \(takenBy ?? "them")", from: takenByID))</div>
                """)
        case "waiting":
            #html(
                """
                <p role="status"><strong>The visitor waits for a person.</strong> Until then, the bot answers.</p>
                <div class="row">\(take("Take over")) \(back("No need any more"))</div>
                """)
        default:
            #html(
                """
                <p role="status">The bot answers. It keeps silent as soon as you take over or write something.</p>
                <div class="row">\(take("Take over"))</div>
                """)
        }
    }

    private var address: String { "/bots/\(botID)/conversations/\(id)/takeover" }

    private func take(_ label: String, from other: String? = nil) -> HTML {
        #html(
            """
            <form method="post" action="\(address)?_method=put" hx-put="\(address)" hx-target="#handling" hx-swap="innerHTML">
              \(other.map { #html("<input type=\"hidden\" name=\"from\" value=\"\($0)\">") })
              <button class="button button-quiet">\(label)</button>
            </form>
            """)
    }

    private func back(_ label: String) -> HTML {
        #html(
            """
            <form method="post" action="\(address)?_method=delete" hx-delete="\(address)" hx-target="#handling" hx-swap="innerHTML">
              <button class="button button-quiet">\(label)</button>
            </form>
            """)
    }
}

/// Where a member writes to the visitor.
@View
public struct AnswerForm {
    @Hidden public let botID: String
    @Hidden public let id: String
    @Hidden public let fields: Fields

    public var html: HTML {
        #html(
            """
            <form id="answer" class="stack-wide" method="post" action="\(address)" hx-post="\(address)" hx-target="this" hx-swap="outerHTML settle:0s" data-guard>
              \(fields.notice)
              \(Field(
                label: "Your answer", name: "text", hint: "The visitor reads it at once, with your name.", isRequired: true, maximumLength: 4_000,
                scope: "answer", fields: fields).box(rows: 2))
              <div class="row"><button class="button">Send</button></div>
            </form>
            """)
    }

    private var address: String { "/bots/\(botID)/conversations/\(id)/messages" }
}

/// What comes after a member has written: what was said, and the form for more.
@View
public struct AnswerSent {
    @Hidden public let message: MessageView
    @Hidden public let form: AnswerForm

    public var html: HTML { #html("\(form)<div hx-swap-oob=\"beforeend:#talk\">\(message)</div>") }
}

/// How many visitors wait for a person.
@View
public struct Waiting {
    public let count: Int

    public var html: HTML {
        switch count {
        case 0: #html("")
        case 1: #html("<p class=\"notice\"><a href=\"/inbox?handling=waiting\">A visitor waits for a person</a></p>")
        default: #html("<p class=\"notice\"><a href=\"/inbox?handling=waiting\">\(count) visitors wait for a person</a></p>")
        }
    }
}
