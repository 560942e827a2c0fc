/// What stands around a chat of somebody who is signed in.
struct ChatShell: Sendable {
    let bot: ChatBot
    let title: String
    /// Of all their chats with the bot.
    let address: String
    /// Of the one that is open; empty for a new one.
    let session: String
    let words: ChatWords
    let assets: Assets
    let side: HTML?
    let main: HTML

    var html: HTML {
        #html(
            """
            <!doctype html>
            <html lang="\(words.language)">
            <head>
            \(ChatHead(title: title, bot: bot, assets: assets, hasComposer: side != nil).html)
            </head>
            <body class="chat chats" data-address="\(address)" data-session="\(session)" data-is-new="false" data-is-personal>
            <header class="chat-head">
              \(side == nil ? nil : #html("<a class=\"chat-tool chats-open\" href=\"#chats\" title=\"\(words.personal.yourChats)\"><span class=\"unseen\">\(words.personal.yourChats)</span>\(ChatIcon.list)</a>"))
              <h1 class="chat-name"><bdi>\(bot.name)</bdi></h1>
              <a class="chat-tool" href="\(address)" data-new-chat title="\(words.newConversation)"><span class="unseen">\(words.newConversation)</span>\(ChatIcon.plus)</a>
            </header>
            <div class="chats-body">
              \(side)
              <main class="chat-main">
              \(main)
              </main>
            </div>
            <div class="unseen" id="status" role="status"></div>
            <template id="offline"><p class="notice">\(words.offline)</p></template>
            \(ChatSending(words: words).html)
            </body>
            </html>
            """)
    }
}

/// The list of chats: beside the chat, on a phone a drawer that an address opens (`#chats`), so that it needs no script.
struct ChatSide: Sendable {
    let path: String
    let list: ChatSessionList
    let current: String?
    let words: PersonalChatWords

    var html: HTML {
        #html(
            """
            <nav class="chats-side" id="chats" aria-labelledby="chats-title" tabindex="-1">
              <div class="chats-side-head">
                <h2 class="title-small" id="chats-title">\(words.yourChats)</h2>
                <a class="chat-tool chats-close" href="#log" title="\(words.back)"><span class="unseen">\(words.back)</span>\(ChatIcon.cross)</a>
              </div>
              <a class="button button-quiet" href="\(path)">\(words.newChat)</a>
              <form role="search" method="get" action="\(path)#chats" hx-get="\(path)" hx-target="#chats-found" \
            hx-trigger="input changed delay:300ms, submit" hx-indicator="#chats-found">
                <label class="unseen" for="chats-search">\(words.search)</label>
                <input id="chats-search" name="q" type="search" maxlength="200" placeholder="\(words.search)" value="\(list.search)" dir="auto">
              </form>
              <div class="chats-found" id="chats-found" aria-live="polite">\(marked)</div>
              \(list.activity.html(words))
              <div class="chats-profile">
                <a href="/account">\(words.profile)</a>
                <form method="post" action="/session?_method=delete"><button class="link">\(words.signOut)</button></form>
              </div>
            </nav>
            """)
    }

    private var marked: ChatSessionList {
        var list = list
        for place in list.sessions.indices { list.sessions[place].isCurrent = list.sessions[place].id == current }
        return list
    }
}
