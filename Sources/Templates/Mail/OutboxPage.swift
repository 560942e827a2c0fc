/// The mails that weren't sent, newest first.
@Memberwise
public struct OutboxPage: Sendable {
    @View
    public struct Mail {
        public let to: String
        public let subject: String
        public let text: String
        public let sentAt: Moment

        public var html: HTML {
            #html(
                """
                <li class="panel">
                  <p class="small">To \(to), \(sentAt)</p>
                  <h2 class="title-small">\(subject)</h2>
                  <p class="mail-text">\(text)</p>
                </li>
                """)
        }
    }

    let mails: [Mail]
    let isSignedIn: Bool
    let assets: Assets

    public var html: HTML {
        Page(
            title: "Outbox · Frontdesk", isIndexed: false, isSignedIn: isSignedIn, assets: assets,
            content: #html(
                """
                <h1 class="title">Outbox</h1>
                <p>There is no mail server set up, so mails stay here. This page doesn’t exist in production.</p>
                <ul class="list">\(mails)</ul>
                """)
        ).html
    }
}
