/// The shell of every page: the head, the header, the content, the footer.
struct Page {
    let title: String
    var description: String?
    /// False keeps the page out of search engines.
    var isIndexed = true
    /// Whether the header links to the landing page's sections, whose hero brings its own background.
    var isLanding = false
    /// Of somebody who is signed in.
    var frame: Frame?
    /// Whether it is for those who are signed in, where nothing else on it depends on who they are.
    var isSignedIn = false
    let assets: Assets
    let content: HTML

    /// No indicator styles and no eval, as the content security policy has it; no history, as nothing is stored in the
    /// browser; app.js says where it is shown what the server refuses.
    static let htmxConfiguration = """
        {"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"historyEnabled":false,\
        "responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},\
        {"code":"[45]..","swap":true,"error":true}]}
        """

    var html: HTML {
        #html(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            \(description.map { #html("<meta name=\"description\" content=\"\($0)\">") })
            \(isIndexed ? nil : #html("<meta name=\"robots\" content=\"noindex\">"))
            <meta name="color-scheme" content="light dark">
            <meta name="theme-color" content="#ffd3e6" media="(prefers-color-scheme: light)">
            <meta name="theme-color" content="#3d1839" media="(prefers-color-scheme: dark)">
            <meta name="htmx-config" content="\(Self.htmxConfiguration)">
            <link rel="icon" href="/static/\(assets.icon)" type="image/svg+xml">
            <link rel="stylesheet" href="/static/\(assets.css)">
            <script src="/static/\(assets.htmx)" defer></script>
            <script src="/static/\(assets.sse)" defer></script>
            <script src="/static/\(assets.js)" defer></script>
            </head>
            <body class="\(isLanding ? nil : "plain")">
            <a class="skip" href="#main">Skip to the content</a>
            \(header)
            <main id="main" class="\(mainClass)" tabindex="-1">
            <div class="toast"><div id="said" role="status">\(said)</div><div id="trouble" role="alert"></div></div>
            \(content)
            </main>
            \(footer)
            <template id="offline"><p class="notice">We couldn’t reach the server. Nothing is lost: check your connection, then try again.</p></template>
            </body>
            </html>
            """)
    }

    private var mainClass: String? { isLanding ? nil : frame == nil ? "page" : "page page-wide" }

    private var leadsToDesk: Bool { frame != nil || isSignedIn }
    private var said: HTML? { frame?.said.map { #html("<p class=\"notice notice-good\">\($0)</p>") } }

    private var header: HTML {
        #html(
            """
            <header class="top">
              <a class="brand" href="\(leadsToDesk ? "/bots" : "/")">\(icon(size: 36))Frontdesk</a>
              \(isLanding ? Self.sections : nil)
              \(leadsToDesk ? Frame.navigation : Self.signIn)
            </header>
            """)
    }

    private var footer: HTML {
        #html(
            """
            <footer class="foot">
              <div>
                <p class="brand">\(icon(size: 28))Frontdesk</p>
                <p class="small">No trackers, no advertising, nothing loaded from elsewhere.</p>
              </div>
              <nav aria-label="Footer">
                <a href="/#ask">Ask a question</a>
                <a href="/#how">How it works</a>
                <a href="/#today">What works today</a>
                <a href="/#limits">Limits</a>
                <a href="/developers">For developers</a>
              </nav>
            </footer>
            """)
    }

    private func icon(size: Int) -> HTML {
        #html(
            """
            <img src="/static/\(assets.icon)" alt="" width="\(size)" height="\(size)">
            """)
    }

    private static let signIn: HTML = #html("<nav aria-label=\"Your desk\"><a href=\"/sign-in\">Sign in</a></nav>")

    private static let sections: HTML = #html(
        """
        <nav class="top-nav" aria-label="Sections">
          <a href="/#how">How it works</a>
          <a href="/#today">What works today</a>
          <a href="/#limits">Limits</a>
          <a href="/#developers">For developers</a>
        </nav>
        """)
}
