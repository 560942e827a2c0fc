/// The secrets with which a business signs who its visitors are, with the button that makes one.
@View("VisitorSecrets")
public struct VisitorSecretList {
    @Hidden public let bot: String
    public let secrets: [VisitorSecretView]
    @Hidden public var shown: ShownVisitorSecret?

    private static let most = 2

    public func showing(_ secret: ShownVisitorSecret) -> VisitorSecretList { VisitorSecretList(bot: bot, secrets: secrets, shown: secret) }

    public var html: HTML {
        #html(
            """
            <section id="visitor-secrets" class="panel" aria-labelledby="visitor-secrets-title">
              <h2 class="title-small" id="visitor-secrets-title">Visitors whom you know</h2>
              <p>Do visitors sign in to your own site? Then sign with a secret who they are: you see it beside their questions, and nobody else \
            can go on in their chat. <a href="/developers#visitors">How that works</a></p>
              <div role="status">\(shown)</div>
              \(secrets.isEmpty ? nil : #html("<ul class=\"list\">\(secrets.map(row))</ul>"))
              \(secrets.count < Self.most ? making : nil)
            </section>
            """)
    }

    private var address: String { "/bots/\(bot)/visitor-secrets" }

    private var making: HTML {
        #html(
            """
            <form method="post" action="\(address)" hx-post="\(address)" hx-target="#visitor-secrets" hx-swap="outerHTML">
              \(secrets.isEmpty ? nil : #html("<p class=\"small\">To change it, make a second one: both count until you delete the first.</p>"))
              <div class="row"><button class="button">\(secrets.isEmpty ? "Make a secret" : "Make a second secret")</button></div>
            </form>
            """)
    }

    private func row(_ secret: VisitorSecretView) -> HTML {
        let one = "\(address)/\(secret.id)"
        return #html(
            """
            <li class="key" id="visitor-secret-\(secret.id)">
              \(secret)
              <div class="row">
                <a class="button button-quiet" href="\(one)" hx-get="\(one)" hx-target="#visitor-secrets" hx-swap="outerHTML">Show</a>
                <form method="post" action="\(one)?_method=delete" hx-delete="\(one)" hx-target="#visitor-secrets" hx-swap="outerHTML" \
            hx-confirm="What is signed with this secret doesn’t count any more. Delete it?">
                  <button class="button button-danger">Delete</button>
                </form>
              </div>
            </li>
            """)
    }
}

/// A secret in a list, without its text.
@View
public struct VisitorSecretView {
    public let id: String
    public let createdAt: Moment

    public var html: HTML { #html("<p>Secret made \(createdAt)</p>") }
}

/// A secret's text, for who asked to see it.
@View("VisitorSecret")
public struct ShownVisitorSecret {
    public let id: String
    public let secret: String

    public var html: HTML {
        #html(
            """
            <div class="notice notice-good">
              <p>Keep it on your server, and never in a page: who has it can sign for anybody.</p>
              <p><code class="key-text">\(secret)</code></p>
            </div>
            """)
    }
}
