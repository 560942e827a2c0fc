/// Where a visitor sees all that is kept of their chat, takes it with them, or erases it. Needs no script.
@Memberwise
public struct ChatDataPage: Sendable {
    let bot: ChatBot
    let chat: ChatView
    public let data: ChatData
    let words: ChatWords
    let assets: Assets

    public var html: HTML {
        #html(
            """
            <!doctype html>
            <html lang="\(words.language)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(own.title) · \(bot.name)</title>
            <meta name="robots" content="noindex">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="/static/\(assets.icon)" type="image/svg+xml">
            <link rel="stylesheet" href="/static/\(assets.css)">
            <link rel="stylesheet" href="/static/\(assets.chatCSS)">
            <link rel="stylesheet" href="/widget/colors/\(bot.color).css">
            </head>
            <body class="chat">
            <header class="chat-head"><h1 class="chat-name">\(own.title) · <bdi>\(bot.name)</bdi></h1></header>
            <main class="chat-data">
            <p><a href="\(chat.path)">\(own.back)</a></p>
            \(data.messages.isEmpty ? #html("<p role=\"status\">\(own.nothing)</p>") : content)
            </main>
            </body>
            </html>
            """)
    }

    private var own: ChatDataWords { words.data }

    private var content: HTML {
        #html(
            """
            <p>\(own.about)</p>
            <div class="row">
              <a class="button button-quiet" href="\(chat.path + "/data.txt")" download>\(own.asText)</a>
              <a class="button button-quiet" href="\(chat.path + "/data.json")" download>\(own.asJSON)</a>
            </div>
            <details class="more">
              <summary>\(own.erase)</summary>
              <form class="panel" method="post" action="\(chat.path)?_method=delete">
                <p>\(own.sure)</p>
                <div class="row"><button class="button button-danger">\(own.eraseForGood)</button></div>
              </form>
            </details>
            <ol class="chat-record" aria-label="\(words.conversation)">
            \(data.messages.map { message in
                #html("""
                    <li><p class="small"><bdi>\(own.name(of: message, bot: bot.name))</bdi>, \(message.createdAt)</p>\
                    <p class="passage-text" dir="auto">\(message.text)</p>\(message.attachments.map { #html("<p class=\"small\"><bdi>\($0)</bdi></p>") })\(own.opinion(of: message).map { #html("<p class=\"small\">\($0)</p>") })</li>
                    """)
            })
            </ol>
            \(data.isWhole ? nil : #html("<p class=\"small\">\(own.more)</p>"))
            """)
    }
}

/// What is kept of a chat, oldest first.
@View
public struct ChatData {
    public let messages: [TranscriptMessage]
    /// Whether there are no more than these.
    public let isWhole: Bool

    public var html: HTML { #html("\(messages.count)") }
}

/// A message as its visitor may see it.
@View
public struct TranscriptMessage {
    @Described(.one(of: "visitor", "bot", "person")) public let role: String
    /// Of a person, where that is known.
    public let author: String?
    public let text: String
    public let createdAt: Moment
    /// What the visitor thought of it.
    @Described(.one(of: "up", "down")) public let thumb: String?
    public let thumbReason: String
    /// Whether the visitor wrote something else instead, later.
    public let isReplaced: Bool
    /// The names of the files that came with it.
    public let attachments: [String]

    public var html: HTML { #html("\(text)") }
}
