/// A question that somebody asked one of the account's bots lately.
@View
public struct NewestQuestion {
    public let botID: String
    @Hidden public let botName: String
    public let conversationID: String
    public let messageID: String
    public let question: String
    public let basis: AnswerReply.Basis
    public let askedAt: Moment

    public var html: HTML {
        #html(
            """
            <li class="asked">
              <a class="asked-question" href="/bots/\(botID)/conversations/\(conversationID)#message-\(messageID)">\(question)</a>
              <div class="row small">\(basis.badge) <bdi>\(botName)</bdi> \(askedAt)</div>
            </li>
            """)
    }
}
