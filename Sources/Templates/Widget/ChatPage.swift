/// The page on which visitors talk to a bot: in a frame on the business's own site, or by itself.
public struct ChatPage: Sendable {
    let bot: ChatBot
    /// Whether it stands in the launcher's frame.
    let isFramed: Bool
    let chat: ChatView
    /// What was refused, and what had been written.
    let refusal: (message: String, typed: String)?
    let words: ChatWords
    let assets: Assets

    public init(bot: ChatBot, isFramed: Bool, chat: ChatView, refusal: (message: String, typed: String)? = nil, words: ChatWords, assets: Assets) {
        self.bot = bot
        self.isFramed = isFramed
        self.chat = chat
        self.refusal = refusal
        self.words = words
        self.assets = assets
    }

    public var html: HTML {
        #html("""
            <!doctype html>
            <html lang="\(words.language)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
            <title>\(bot.name)</title>
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
            <script src="/static/\(assets.chatJS)" defer></script>
            </head>
            <body class="chat" data-address="\(chat.address)" data-session="\(chat.session)" data-is-new="\(chat.isNew)">
            \(header)
            <main class="chat-main">
            \(log)
            <div id="notice" role="alert">\(refusal.map { Notice(message: $0.message) })</div>
            \(ChatHandling(chat: chat, bot: bot, words: words))
            \(composer)
            </main>
            <div class="unseen" id="status" role="status"></div>
            <template id="offline"><p class="notice">\(words.offline)</p></template>
            \(sending)
            </body>
            </html>
            """)
    }

    private var header: HTML {
        #html("""
            <header class="chat-head">
              <h1 class="chat-name"><bdi>\(bot.name)</bdi></h1>
              <a class="chat-tool" href="\(chat.address)" data-new-chat title="\(words.newConversation)"><span class="unseen">\(words.newConversation)</span>\(Self.plus)</a>
              \(isFramed ? closing : nil)
            </header>
            """)
    }

    private var closing: HTML {
        #html("""
            <button class="chat-tool" id="close" type="button" title="\(words.close)" hidden><span class="unseen">\(words.close)</span>\(Self.cross)</button>
            """)
    }

    /// Not announced as it grows: app.js says each finished answer once, in `#status`.
    private var log: HTML {
        #html("""
            <div class="chat-log" id="log" role="log" aria-live="off" aria-label="\(words.conversation)" tabindex="0">
              <p class="chat-said chat-welcome" dir="auto">\(bot.welcome.isEmpty ? words.welcome : bot.welcome)</p>
              \(chat)
            </div>
            """)
    }

    private var composer: HTML {
        #html("""
            <form class="chat-form" id="composer" method="post" action="\(chat.address)/messages">
              <input type="hidden" name="session_id" value="\(chat.session)">
              <label class="unseen" for="message">\(words.message)</label>
              <textarea id="message" name="message" rows="1" maxlength="4000" required autocomplete="off" dir="auto" enterkeyhint="send" \
            placeholder="\(words.message)" aria-describedby="notice" data-enter-sends>
            \(refusal?.typed)</textarea>
              <button class="chat-send" title="\(words.send)"><span class="unseen">\(words.send)</span>\(Self.arrow)</button>
            </form>
            """)
    }

    /// What chat.js shows of a message until the server has it.
    private var sending: HTML {
        #html("""
            <template id="sending"><article class="answer chat-sending">
              <h3 class="question" dir="auto"><span class="unseen">\(words.answer.youAsked) </span><span data-text></span></h3>
              <p class="small" data-state>\(words.sending)</p>
              <div class="notice" data-problem hidden><p>\(words.notSent) <span data-why>\(words.offline)</span></p>\
            <button class="button button-quiet" type="button" data-again>\(words.answer.tryAgain)</button></div>
            </article></template>
            """)
    }

    private static let cross: HTML = icon("M6 6l12 12M18 6L6 18")
    private static let plus: HTML = icon("M12 5v14M5 12h14")
    private static let arrow: HTML = icon("M12 20V5M5 12l7-7 7 7")

    private static func icon(_ path: String) -> HTML {
        #html("""
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.2" \
            stroke-linecap="round" stroke-linejoin="round"><path d="\(path)"></path></svg>
            """)
    }
}

/// What visitors see of a bot.
public struct ChatBot: Sendable {
    let name, welcome, contactLine: String
    /// As `c2185b`.
    let color: String
    let offersPerson: Bool

    public init(name: String, welcome: String, contactLine: String, color: String, offersPerson: Bool) {
        self.name = name
        self.welcome = welcome
        self.contactLine = contactLine
        self.color = color
        self.offersPerson = offersPerson
    }
}
