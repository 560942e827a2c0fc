/// A visitor who left an address.
@View("Lead")
public struct LeadView {
    public let id: String
    @Hidden public let botID: String
    /// nil where the conversation is gone.
    public let conversationID: String?
    public let name: String
    public let email: String
    public let phone: String
    public let note: String
    /// What they agreed to, as it stood there.
    public let consentText: String
    public let consentVersion: Int
    public let createdAt: Moment

    public var html: HTML {
        #html(
            """
            <li class="asked" id="lead-\(id)">
              <p><strong><bdi>\(name.isEmpty ? (email.isEmpty ? phone : email) : name)</bdi></strong></p>
              <p class="row small">
                \(email.isEmpty ? nil : #html("<a href=\"\("mailto:" + email)\">\(email)</a>"))
                \(phone.isEmpty ? nil : #html("<bdi>\(phone)</bdi>"))
                \(conversationID.map { #html("<a href=\"/bots/\(botID)/conversations/\($0)\">The conversation</a>") })
                \(createdAt)
              </p>
              \(note.isEmpty ? nil : #html("<p class=\"passage-text\" dir=\"auto\">\(note)</p>"))
              <details class="more"><summary>More<span class="unseen"> about \(name.isEmpty ? email : name)</span></summary>
                \(consentText.isEmpty ? nil : #html("<p class=\"small\">Agreed to (version \(consentVersion)): <bdi>\(consentText)</bdi></p>"))
                <form method="post" action="/bots/\(botID)/leads/\(id)?_method=delete"><button class="button button-danger">Delete</button></form>
              </details>
            </li>
            """)
    }
}

/// One page of a bot's leads, newest first.
@View("Leads")
public struct LeadList {
    public let leads: [LeadView]
    @Described("For ?after=, where there are more") public let next: String?
    @Hidden public let botID: String

    public var html: HTML {
        #html(
            """
            <ol class="list">\(leads)</ol>
            \(next.map { place in #html("<p><a class=\"button button-quiet\" href=\"/bots/\(botID)/leads?after=\(place)\">Older</a></p>") })
            """)
    }
}

/// An attempt to send a lead on.
@View
public struct DeliveryView {
    /// From 1.
    public let attempt: Int
    /// Of HTTP; nil where no answer came.
    public let status: Int?
    /// A sentence; empty: it was taken.
    public let problem: String
    public let milliseconds: Int
    public let sentAt: Moment

    public var html: HTML {
        #html(
            """
            <tr><td>\(sentAt)</td><td>\(attempt)</td><td>\(status.map(String.init) ?? "–")</td><td>\(milliseconds) ms</td><td>\(problem.isEmpty ? "Taken" : problem)</td></tr>
            """)
    }
}
