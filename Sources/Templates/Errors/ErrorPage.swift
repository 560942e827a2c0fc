/// What a browser shows where a page could not be given.
@View
public struct ErrorPage {
    public let status: Int
    public let title: String
    public let message: String
    /// Found again in the log.
    public let requestID: String
    @Hidden public let assets: Assets
    @Hidden public var isSignedIn: Bool = false

    public var html: HTML {
        Page(title: "\(title) · Frontdesk", isIndexed: false, isSignedIn: isSignedIn, assets: assets, content: content).html
    }

    private var content: HTML {
        #html(
            """
            <div class="panel">
              <p class="basis basis-not-in-my-information">\(status)</p>
              <h1>\(title)</h1>
              <p class="lead">\(message)</p>
              <p class="row"><a class="button" href="\(isSignedIn ? "/bots" : "/")">\(isSignedIn ? "Go to your bots" : "Go to the start")</a></p>
              <p class="small">If you write to us about this, please name the request <code>\(requestID)</code>.</p>
            </div>
            """)
    }
}

extension ErrorPage {
    /// The words for a status, where the failure brings none of its own.
    public static func words(for status: Int) -> (title: String, message: String) {
        switch status {
        case 404: ("This page isn’t here", "The address may have a typing mistake, or the page has moved. The front desk is still open.")
        case 413: ("That’s too long", "A file can have up to 10 MB, and what you write up to 1 MB. Please go back and send less at once.")
        case 429: ("One moment, please", "That’s a lot of questions at once. Please wait a minute, then ask again.")
        case 503: ("Back in a moment", "The front desk is starting or very busy. Please try again in a minute.")
        case 400..<500: ("That didn’t come through", "Something in the request was not as expected. Please go back and try again.")
        default: ("Something went wrong on our side", "It isn’t your fault. Please try again in a moment.")
        }
    }
}

/// The same on the page that somebody looks at.
public struct SignedOutNotice: Sendable {
    public init() {}

    public var html: HTML {
        #html(
            """
            <p class="notice">You were signed out. What you wrote is still here: \
            <a href="/sign-in" target="_blank" rel="noopener">sign in in a new tab</a>, then try again.</p>
            """)
    }
}

/// Where somebody sends a form after their session has ended.
public struct SignedOutPage: Sendable {
    let assets: Assets

    public init(assets: Assets) { self.assets = assets }

    public var html: HTML {
        Page(
            title: "Please sign in again · Frontdesk", isIndexed: false, assets: assets,
            content: #html(
                """
                <div class="panel">
                  <h1 class="title">You were signed out meanwhile</h1>
                  <p class="lead">What you wrote isn’t lost. Sign in in a new tab, come back here, and reload this page: your \
                browser then sends it once more.</p>
                  <p class="row"><a class="button" href="/sign-in" target="_blank" rel="noopener">Sign in in a new tab</a></p>
                </div>
                """)
        ).html
    }
}
