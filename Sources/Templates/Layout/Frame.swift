/// What stands around every page of somebody who is signed in.
public struct Frame: Sendable {
    let email: String
    let accountName: String
    let isOwner: Bool
    let assets: Assets

    public init(email: String, accountName: String, isOwner: Bool, assets: Assets) {
        self.email = email
        self.accountName = accountName
        self.isOwner = isOwner
        self.assets = assets
    }

    func page(_ title: String, _ content: HTML) -> HTML {
        Page(title: "\(title) · Frontdesk", isIndexed: false, frame: self, assets: assets, content: content).html
    }

    var navigation: HTML {
        #html("""
            <nav class="desk-nav" aria-label="Your desk">
              <a href="/bots">Bots</a>
              <a href="/inbox">Inbox</a>
              <a href="/account">Account</a>
              <form method="post" action="/session?_method=delete"><button class="link">Sign out</button></form>
            </nav>
            """)
    }
}
