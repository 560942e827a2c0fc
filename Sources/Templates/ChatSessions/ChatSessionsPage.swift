/// The chats of somebody who is signed in, beside the one that is open, or a new one.
@Memberwise
public struct ChatSessionsPage: Sendable {
    let bot: ChatBot
    /// Of all their chats with the bot.
    let path: String
    let list: ChatSessionList
    var session: ChatSessionView?
    /// What was refused, and what had been written.
    var fields: Fields = Fields()
    let words: ChatWords
    let assets: Assets

    public var page: HTML {
        ChatShell(
            bot: bot, title: session?.title ?? bot.name, address: path, session: session?.id ?? "", words: words, assets: assets,
            side: side.html, main: main
        ).html
    }

    private var side: ChatSide { ChatSide(path: path, list: list, current: session?.id, words: words.personal) }
    private var isRefused: Bool { fields.notice != nil || !fields.problems.sentences.isEmpty }
    private var address: String { session?.address ?? path }

    private var main: HTML {
        #html(
            """
            \(session.map(head))
            <div class="chat-log" id="log" role="log" aria-live="off" aria-label="\(words.conversation)" tabindex="0">
              \(session?.previous == nil ? welcome : nil)
              \(session)
            </div>
            <div id="notice" role="alert">\(fields.notice)\(fields.problems.sentences.values.sorted().map { Notice(message: $0) })</div>
            \(session.map { ChatHandling(chat: $0.chat(at: path), bot: bot, words: words) })
            \(composer)
            """)
    }

    private var welcome: HTML {
        #html("<p class=\"chat-said chat-welcome\" dir=\"auto\">\(bot.welcome.isEmpty ? words.welcome : bot.welcome)</p>")
    }

    private func head(_ session: ChatSessionView) -> HTML {
        #html(
            """
            <div class="chats-head">
              <h2 class="chats-title" dir="auto">\(session.title)</h2>
              <details class="chats-menu">
                <summary>\(words.personal.change)</summary>
                <div class="chats-sheet">
                  <form class="stack" method="post" action="\(session.address)?_method=patch">
                    <label for="title">\(words.personal.name)</label>
                    <input id="title" name="title" maxlength="200" value="\(session.isRenamed ? session.title : "")" placeholder="\(words.personal.firstQuestion)" dir="auto">
                    <button class="button button-quiet">\(words.personal.saveName)</button>
                  </form>
                  <form class="stack" method="post" action="\(session.address)?_method=delete">
                    <p class="small">\(words.personal.deleting)</p>
                    <button class="button button-danger">\(words.personal.delete)</button>
                  </form>
                </div>
              </details>
            </div>
            """)
    }

    private var composer: HTML {
        #html(
            """
            <form class="chat-form chats-form" id="composer" method="post" enctype="multipart/form-data" action="\(session.map { $0.address + "/messages" } ?? path)">
              <label class="unseen" for="message">\(words.message)</label>
              <textarea id="message" name="message" rows="1" maxlength="4000" required autocomplete="off" dir="auto" enterkeyhint="send" \
            placeholder="\(bot.placeholder.isEmpty ? words.message : bot.placeholder)" aria-describedby="notice usage" autofocus="\(isRefused)" data-enter-sends>
            \(fields["message"])</textarea>
              <div class="chats-attach" title="\(words.personal.attach)">
                <input id="files" name="file" type="file" multiple aria-label="\(words.personal.attach)" aria-describedby="files-hint" data-megabytes="5" \
            data-too-large="\(words.personal.files.tooLarge)" accept="\(Self.accepted)">
                <label for="files" aria-hidden="true">\(ChatIcon.clip)</label>
              </div>
              <button class="chat-send" title="\(words.send)"><span class="unseen">\(words.send)</span>\(ChatIcon.arrow)</button>
              <div class="chats-under"><p class="small" id="files-hint">\(words.personal.filesHint)</p>\(list.usage)</div>
            </form>
            """)
    }

    private static let accepted = ".txt,.md,.csv,.pdf,.docx,text/plain,application/pdf,image/png,image/jpeg,image/gif,image/webp"
}

/// An earlier version of a part of a chat, to be read.
@Memberwise
public struct ChatBranchPage: Sendable {
    let bot: ChatBot
    let path: String
    /// Of the chat as it stands.
    let address: String
    let thread: ChatThread
    let words: ChatWords
    let assets: Assets

    public var page: HTML {
        ChatShell(
            bot: bot, title: "\(words.personal.earlierVersion) · \(bot.name)", address: path, session: thread.conversation, words: words,
            assets: assets, side: nil,
            main: #html(
                """
                <div class="chats-head"><h2 class="chats-title">\(words.personal.earlierVersion)</h2><a class="button button-quiet" href="\(address)">\(words.personal.back)</a></div>
                <div class="chat-log" id="log" role="log" aria-live="off" aria-label="\(words.conversation)" tabindex="0">
                  <p class="notice notice-good">\(words.personal.hadFollowed)</p>
                  \(thread)
                </div>
                """)
        ).html
    }
}
