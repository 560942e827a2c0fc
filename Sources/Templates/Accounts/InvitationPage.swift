/// Where the link of an invitation leads.
@View
public struct InvitationPage {
    @Hidden public let token: String
    public let accountName: String
    /// Who is invited.
    public let email: String
    public let inviter: String?
    /// The address of who looks at it; nil if they aren't signed in.
    @Hidden public let signedInAs: String?
    @Hidden public let assets: Assets

    public var html: HTML {
        Page(
            title: "Invitation · Frontdesk", isIndexed: false, isSignedIn: signedInAs != nil, assets: assets,
            content: #html(
                """
                <div class="panel panel-narrow">
                  <h1 class="title">You are invited</h1>
                  <p class="lead">\(inviter.map { #html("<bdi>\($0)</bdi> asks you") } ?? #html("You are asked")) to look after the front \
                desk of <strong><bdi>\(accountName)</bdi></strong> together.</p>
                  \(way)
                </div>
                """)
        ).html
    }

    private var way: HTML {
        switch signedInAs {
        case email:
            #html(
                """
                <form method="post" action="\("/invitations/" + token)"><button class="button">Accept the invitation</button></form>
                """)
        case nil:
            #html(
                """
                <p>The invitation is for <strong>\(email)</strong>. Please sign in with this address first; if you are new, that \
                opens your account.</p>
                <p class="row"><a class="button" href="/sign-in?next=/invitations/\(token)">Sign in</a></p>
                """)
        case let other?:
            #html(
                """
                <p class="notice">The invitation is for <strong>\(email)</strong>, and you are signed in as <strong>\(other)</strong>. Please \
                sign out, then follow the link in the mail once more.</p>
                <form method="post" action="/session?_method=delete"><button class="button">Sign out</button></form>
                """)
        }
    }
}

/// The same for a link that doesn't work any more.
@Memberwise
public struct InvitationGonePage: Sendable {
    let isSignedIn: Bool
    let assets: Assets

    public var html: HTML {
        Page(
            title: "Invitation · Frontdesk", isIndexed: false, isSignedIn: isSignedIn, assets: assets,
            content: #html(
                """
                <div class="panel panel-narrow">
                  <h1 class="title">This invitation doesn’t work any more</h1>
                  <p>It was accepted or withdrawn, or its time has run out. Please ask whoever invited you for a new one.</p>
                  <p class="row"><a class="button" href="/bots">Go to your front desk</a></p>
                </div>
                """)
        ).html
    }
}
