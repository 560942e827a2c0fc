/// What every chat page loads.
struct ChatHead: Sendable {
    let title: String
    let bot: ChatBot
    let assets: Assets
    /// Whether messages are sent from it.
    var hasComposer: Bool = true

    var html: HTML {
        #html(
            """
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
            <title>\(title)</title>
            <meta name="robots" content="noindex">
            <meta name="color-scheme" content="light dark">
            <meta name="htmx-config" content="\(Page.htmxConfiguration)">
            <link rel="icon" href="/static/\(assets.icon)" type="image/svg+xml">
            <link rel="stylesheet" href="/static/\(assets.css)">
            <link rel="stylesheet" href="/static/\(assets.chatCSS)">
            <link rel="stylesheet" href="/widget/colors/\(bot.color).css">
            <script src="/static/\(assets.htmx)" defer></script>
            <script src="/static/\(assets.sse)" defer></script>
            <script src="/static/\(assets.js)" defer></script>
            \(hasComposer ? #html("<script src=\"/static/\(assets.chatJS)\" defer></script>") : nil)
            """)
    }
}

/// What chat.js shows of a message until the server has it.
struct ChatSending: Sendable {
    let words: ChatWords

    var html: HTML {
        #html(
            """
            <template id="sending"><article class="answer chat-sending">
              <h3 class="question" dir="auto"><span class="unseen">\(words.answer.youAsked) </span><span data-text></span></h3>
              <p class="small" data-state>\(words.sending)</p>
              <div class="notice" data-problem hidden><p>\(words.notSent) <span data-why>\(words.offline)</span></p>\
            <button class="button button-quiet" type="button" data-again>\(words.answer.tryAgain)</button></div>
            </article></template>
            """)
    }
}

enum ChatIcon {
    static let cross: HTML = icon("M6 6l12 12M18 6L6 18")
    static let plus: HTML = icon("M12 5v14M5 12h14")
    static let arrow: HTML = icon("M12 20V5M5 12l7-7 7 7")
    static let list: HTML = icon("M4 6h16M4 12h16M4 18h10")
    static let clip: HTML = icon("M20 11l-8.5 8.5a5.5 5.5 0 0 1-8-8L12.5 3a3.6 3.6 0 0 1 5 5L9 16.5a1.8 1.8 0 0 1-2.5-2.5L14 6.5")

    private static func icon(_ path: String) -> HTML {
        #html(
            """
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.2" \
            stroke-linecap="round" stroke-linejoin="round"><path d="\(path)"></path></svg>
            """)
    }
}
