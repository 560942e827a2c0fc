/// The page on which visitors talk to a bot: in a frame on the business's own site, or by itself.
@Memberwise
public struct ChatPage: Sendable {
    let bot: ChatBot
    /// Whether it stands in the launcher's frame.
    let isFramed: Bool
    /// Whether the chat is there, but isn't shown to whoever asks.
    var isLocked: Bool = false
    let chat: ChatView
    /// What was refused, and what had been written.
    var refusal: (message: String, typed: String)?
    /// What stands where a visitor leaves an address, if they do.
    var lead: HTML?
    /// What names the next message, so that a form that is sent twice counts once.
    var once: String = ""
    let words: ChatWords
    let assets: Assets

    public var html: HTML {
        #html(
            """
            <!doctype html>
            <html lang="\(words.language)">
            <head>
            \(ChatHead(title: bot.name, bot: bot, assets: assets).html)
            </head>
            <body class="chat" data-address="\(chat.address)" data-session="\(chat.session)" data-is-new="\(chat.isNew && !isLocked)">
            \(header)
            <main class="chat-main">
            \(log)
            <div id="notice" role="alert">\(refusal.map { Notice(message: $0.message) })</div>
            \(ChatHandling(chat: chat, bot: bot, words: words))
            \(lead ?? #html("<div id=\"lead\"></div>"))
            \(composer)
            </main>
            <div class="unseen" id="status" role="status"></div>
            <template id="offline"><p class="notice">\(words.offline)</p></template>
            \(ChatSending(words: words).html)
            </body>
            </html>
            """)
    }

    private var header: HTML {
        #html(
            """
            <header class="chat-head">
              <h1 class="chat-name"><bdi>\(bot.name)</bdi></h1>
              <a class="chat-tool" href="\(chat.address)" data-new-chat title="\(words.newConversation)"><span class="unseen">\(words.newConversation)</span>\(ChatIcon.plus)</a>
              \(isFramed ? closing : own)
            </header>
            """)
    }

    /// With an account, chats are kept, on every device.
    private var own: HTML {
        #html(
            """
            <a class="chat-tool" href="\(chat.address)/sessions" title="\(words.yourChats)"><span class="unseen">\(words.yourChats)</span>\(ChatIcon.list)</a>
            """)
    }

    private var closing: HTML {
        #html(
            """
            <button class="chat-tool" id="close" type="button" title="\(words.close)" hidden><span class="unseen">\(words.close)</span>\(ChatIcon.cross)</button>
            """)
    }

    /// Not announced as it grows: app.js says each finished answer once, in `#status`.
    private var log: HTML {
        #html(
            """
            <div class="chat-log" id="log" role="log" aria-live="off" aria-label="\(words.conversation)" tabindex="0">
              <h2 class="unseen">\(words.conversation)</h2>
              <p class="chat-said chat-welcome" dir="auto">\(bot.welcome.isEmpty ? words.welcome : bot.welcome)</p>
              \(chat)
            </div>
            """)
    }

    private var composer: HTML {
        #html(
            """
            <form class="chat-form" id="composer" method="post" action="\(chat.address)/messages">
              <input type="hidden" name="session_id" value="\(chat.session)">
              <input type="hidden" name="once" value="\(once)">
              <label class="unseen" for="message">\(words.message)</label>
              <textarea id="message" name="message" rows="1" maxlength="4000" required autocomplete="off" dir="auto" enterkeyhint="send" \
            placeholder="\(bot.placeholder.isEmpty ? words.message : bot.placeholder)" aria-describedby="notice" autofocus="\(refusal != nil)" data-enter-sends>
            \(refusal?.typed)</textarea>
              <button class="chat-send" title="\(words.send)"><span class="unseen">\(words.send)</span>\(ChatIcon.arrow)</button>
            </form>
            """)
    }
}

/// What visitors see of a bot.
@Memberwise
public struct ChatBot: Sendable {
    let name, welcome: String
    /// Of the empty message box; empty: the usual words.
    var placeholder: String = ""
    let contactLine: String
    /// As `c2185b`.
    let color: String
    let offersPerson: Bool
    /// Whether an address can be left.
    var takesLeads: Bool = false
}
