/// Where somebody signs in: first the address, then the code.
@Memberwise
public struct SignInPage: Sendable {
    let content: HTML
    let assets: Assets

    public var html: HTML {
        Page(
            title: "Sign in · Frontdesk", isIndexed: false, assets: assets,
            content: #html(
                """
                <div class="panel panel-narrow">
                  <h1 class="title">Sign in</h1>
                  \(content)
                </div>
                """)
        ).html
    }
}

/// Asks for the address.
@View
public struct EmailForm {
    @Hidden public let next: String
    @Hidden public let fields: Fields

    public var html: HTML {
        #html(
            """
            <form id="sign-in" class="stack" method="post" action="/sign-in/code" hx-post="/sign-in/code" hx-target="this" hx-swap="outerHTML">
              <p>We’ll mail you a code. There is no password to remember, and if you are new, this opens your account.</p>
              \(fields.notice)
              \(Field(
                label: "Your e-mail address", name: "email", type: "email", isRequired: true, maximumLength: 254,
                autocomplete: "email", inputMode: "email", placeholder: "you@your-business.com", fields: fields).html)
              <input type="hidden" name="next" value="\(next)">
              <div class="row"><button class="button">Send me a code</button></div>
            </form>
            """)
    }
}

/// Asks for the code that was mailed.
@View
public struct CodeForm {
    public let email: String
    @Hidden public let next: String
    @Hidden public let minutes: Int
    @Hidden public let fields: Fields

    public var html: HTML {
        #html(
            """
            <form id="sign-in" class="stack" method="post" action="/sign-in/token" hx-post="/sign-in/token" hx-target="this" hx-swap="outerHTML">
              <p>We’ve sent a code to <strong>\(email)</strong>. It works for \(minutes) minutes. If it isn’t there, look in \
            the spam folder.</p>
              \(fields.notice)
              \(Field(
                label: "The code from the mail", name: "code", hint: "8 letters and digits, in any case, with or without the space.",
                isRequired: true, maximumLength: 40, autocomplete: "one-time-code", placeholder: "ABCD 2345", isAwaited: true, fields: fields).html)
              <input type="hidden" name="email" value="\(email)">
              <input type="hidden" name="next" value="\(next)">
              <div class="row"><button class="button">Sign in</button> <a class="button button-quiet" href="/sign-in?next=\(next)">Use another address</a></div>
            </form>
            """)
    }
}

/// What a program signs in with.
@View("Tokens")
public struct TokenGrant {
    public let accessToken: String
    public let tokenType: String = "Bearer"
    /// Seconds.
    public let expiresIn: Int
    public let refreshToken: String

    public var html: HTML { #html("") }
}
