/// What was said in a chat, as its visitor sees it.
@View
public struct ChatView {
    /// Where this bot's chats are, as `/chat/0123…`.
    @Hidden public let address: String
    /// The chat's secret.
    @Hidden public let session: String
    /// Of the newest message that is shown.
    @Hidden public var place: Int64 = 0
    /// Whether nothing was said in it.
    @Hidden public var isNew: Bool = true
    public var handling: Handling = .bot
    /// Who has taken over, where that is known.
    public var personName: String? = nil
    /// Of who waits for a person: whether one can be had now.
    @Hidden public var reach: Reach? = nil
    /// Oldest first.
    public var messages: [ChatEntry] = []

    /// Who answers.
    public enum Handling: String, Sendable, CaseIterable, Describable {
        /// `waiting`: the bot, until a person comes.
        case bot, waiting, person
    }

    public var html: HTML { #html("\(messages)") }

    /// The chat's own address.
    var path: String { "\(address)/\(session)" }
}

/// One thing said.
public enum ChatEntry: View {
    /// A question with what became of it.
    case exchange(AnswerArticle)
    /// What a visitor wrote that no bot answers.
    case visitor(VisitorMessage)
    case person(PersonMessage)

    public static var schema: Schema { .any(of: AnswerArticle.schema, VisitorMessage.schema, PersonMessage.schema) }

    public var html: HTML {
        switch self {
        case .exchange(let article): article.html
        case .visitor(let message): message.html
        case .person(let message): message.html
        }
    }

    public func write(to json: inout JSONWriter) {
        switch self {
        case .exchange(let article): article.write(to: &json)
        case .visitor(let message): message.write(to: &json)
        case .person(let message): message.write(to: &json)
        }
    }
}

@View
public struct VisitorMessage {
    public let id: String
    public let text: String
    /// What happens with it now, in words.
    @Hidden public var note: String? = nil
    @Hidden public let words: ChatWords
    /// What is attached, and what can be done with it.
    @Hidden public var tools: HTML? = nil

    public var html: HTML {
        #html(
            """
            <article class="answer" id="message-\(id)">
              <h3 class="question" dir="auto"><span class="unseen">\(words.answer.youAsked) </span>\(text)</h3>
              \(tools)
              \(note.map { #html("<div class=\"reply\"><p class=\"reply-text small\">\($0)</p></div>") })
            </article>
            """)
    }
}

/// What somebody of the business says. Also sent by itself while the page is open.
@View
public struct PersonMessage {
    public let id: String
    /// nil: no name is known.
    public let author: String?
    public let text: String
    @Hidden public let words: ChatWords

    public var html: HTML {
        #html(
            """
            <article class="answer chat-person" id="message-\(id)">
              <h3 class="chat-author"><bdi>\(author ?? words.aPerson)</bdi></h3>
              <div class="reply"><div class="chat-said reply-text" dir="auto">\(markdown(text))</div></div>
            </article>
            """)
    }
}

/// Who answers, how to reach a person, and the stream that brings what a person says.
@View
public struct ChatHandling {
    @Hidden public let chat: ChatView
    @Hidden public let bot: ChatBot
    @Hidden public let words: ChatWords

    public var html: HTML {
        #html(
            """
            <div class="chat-handling" id="handling">
              <div role="status">\(state)</div>
              \(feed)
              <div class="chat-foot">
                \(bot.contactLine.isEmpty ? nil : #html("<p class=\"small\" dir=\"auto\">\(bot.contactLine)</p>"))
                \(chat.handling == .bot && bot.offersPerson ? button : nil)
                \(bot.takesLeads && (chat.handling == .waiting || !bot.offersPerson) ? LeadLink(words: words.handOff).link(to: chat.path) : nil)
                <a class="link" href="\(chat.path + "/data")">\(words.data.link)</a>
              </div>
            </div>
            """)
    }

    private var state: HTML? {
        switch chat.handling {
        case .bot: nil
        case .waiting: #html("<p class=\"notice notice-good\" dir=\"auto\">\(chat.reach?.words(words) ?? words.personIsAsked)</p>")
        case .person:
            #html(
                "<p class=\"notice notice-good\">\(chat.personName.map { #html("\(words.youTalkWith) <bdi>\($0)</bdi>") } ?? #html("\(words.youTalkWithUs)"))</p>"
            )
        }
    }

    private var button: HTML {
        #html(
            """
            <form method="post" action="\(chat.path + "/person")" hx-post="\(chat.path + "/person")" hx-target="#handling" hx-swap="outerHTML">
              <button class="link">\(words.talkToPerson)</button>
            </form>
            """)
    }

    /// Of a chat that hasn't begun there is nothing to follow: the script takes it out of its template with the first message.
    private var feed: HTML { chat.isNew ? #html("<template id=\"feed\">\(following)</template>") : following }

    /// Who answers may change: the event `handling` brings this element anew.
    private var following: HTML {
        #html(
            """
            <div hx-ext="sse" sse-connect="\(chat.path + "/events")?after=\(chat.place)&handling=\(chat.handling.rawValue)">
              <div sse-swap="message" hx-target="#log" hx-swap="beforeend"></div>
              <div sse-swap="handling" hx-target="#handling" hx-swap="outerHTML"></div>
            </div>
            """)
    }
}
