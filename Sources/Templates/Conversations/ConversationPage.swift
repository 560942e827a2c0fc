/// What a visitor and a bot said to each other, for the bot's owner.
public struct ConversationPage: Sendable {
    let botName: String
    let conversation: ConversationView
    let answer: AnswerForm
    /// Whether who looks at it has it.
    let isYours: Bool
    let frame: Frame

    public init(botName: String, conversation: ConversationView, answer: Fields = Fields(), isYours: Bool, frame: Frame) {
        self.botName = botName
        self.conversation = conversation
        self.answer = AnswerForm(botID: conversation.botID, id: conversation.id, fields: answer)
        self.isYours = isYours
        self.frame = frame
    }

    public var page: HTML {
        frame.page(
            "Conversation · \(botName)",
            #html(
                """
                \(BotTabs(bot: conversation.botID, name: botName, current: .conversations).html)
                <p class="small"><a href="/bots/\(conversation.botID)/conversations">All conversations</a></p>
                <section class="panel" aria-labelledby="conversation-title">
                  <h2 class="title-small" id="conversation-title">Conversation of \(conversation.startedAt)</h2>
                  <p class="small">\(Channels.name(conversation.channel)) \(visitor)</p>
                  \(metadata)
                  \(canAnswer ? live : conversation.html)
                </section>
                \(deletion)
                """))
    }

    /// Elsewhere nobody would see the answer.
    private var canAnswer: Bool { ["widget", "chat", "whatsapp"].contains(conversation.channel) }

    private var live: HTML {
        let isAtEnd = conversation.next == nil
        return #html(
            """
            <div class="stack-wide" hx-ext="sse" \
            sse-connect="\(isAtEnd ? "/bots/\(conversation.botID)/conversations/\(conversation.id)/events?after=\(conversation.place)" : nil)">
              \(conversation)
              <div id="handling" sse-swap="\(isAtEnd ? "handling" : nil)" hx-swap="innerHTML">\
            \(HandlingView(conversation, isYours: isYours))</div>
            </div>
            \(answer)
            <p class="small without-script"><a href="\(lookAgain)">Look for new messages</a></p>
            """)
    }

    /// An address that differs each time: a link to the very address that is shown, fragment and all, only scrolls.
    private var lookAgain: String {
        "/bots/\(conversation.botID)/conversations/\(conversation.id)?look=\(UInt32.random(in: .min ... .max))#answer"
    }

    private var visitor: HTML? {
        guard let id = conversation.signedVisitor else {
            return conversation.visitor.isEmpty ? nil : #html("· <bdi>\(conversation.visitor)</bdi>")
        }
        let name = conversation.visitor == id ? nil : #html("<bdi>\(conversation.visitor)</bdi>, ")
        return #html("· <span class=\"basis basis-based-on\">Verified</span> \(name)<bdi><code>\(id)</code></bdi> by your own sign-in")
    }

    private var metadata: HTML? {
        guard conversation.metadata.text != "{}" else { return nil }
        return #html(
            """
            <details class="more"><summary>What the program says of it</summary><pre class="code" tabindex="0">\(conversation.metadata.text)</pre></details>
            """)
    }

    private var deletion: HTML {
        #html(
            """
            <details class="more">
              <summary>Delete this conversation</summary>
              <form class="panel" method="post" action="/bots/\(conversation.botID)/conversations/\(conversation.id)?_method=delete">
                <p>What was said is gone then, for you and for the visitor. It can’t be brought back.</p>
                <div class="row"><button class="button button-danger">Delete this conversation</button></div>
              </form>
            </details>
            """)
    }
}
