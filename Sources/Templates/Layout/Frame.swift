/// What stands around every page of somebody who is signed in.
@Memberwise
public struct Frame: Sendable {
    /// What a change did that came here.
    var said: String?
    /// A change that waits, of any of their bots.
    var unpublished: Unpublished?
    let assets: Assets

    func page(_ title: String, _ content: HTML) -> HTML {
        Page(title: "\(title) · Frontdesk", isIndexed: false, frame: self, assets: assets, content: #html("\(unpublished)\(content)")).html
    }

    /// The same for everybody, so that pages that are the same for everybody can have it.
    static let navigation: HTML = #html(
        """
        <nav class="desk-nav" aria-label="Your desk">
          <a href="/bots">Bots</a>
          <a href="/inbox">Inbox</a>
          <a href="/account">Account</a>
          <form method="post" action="/session?_method=delete"><button class="link">Sign out</button></form>
        </nav>
        """)
}

/// A change of a bot that somebody made and hasn't published: it is said on each page of theirs until they have decided.
@View
public struct Unpublished {
    public let bot: String
    public let name: String
    public let run: String

    public var html: HTML {
        #html(
            """
            <section class="unpublished notice" aria-label="Unpublished changes">
              <p>You have unpublished changes to <bdi>\(name)</bdi>.</p>
              <div class="row">
                <a class="button button-quiet" href="/bots/\(bot)/runs/\(run)">Review</a>
                \(Self.discarding("/bots/\(bot)/runs/\(run)"))
              </div>
            </section>
            """)
    }

    static func discarding(_ run: String) -> HTML {
        #html(
            """
            <form method="post" action="\(run + "/change?_method=delete")" hx-delete="\(run + "/change")" \
            hx-confirm="Discard these changes? They can’t be brought back."><button class="button button-quiet">Discard</button></form>
            """)
    }
}
