import Testing

@testable import Templates

@Suite("A chat of somebody who is signed in")
struct ChatThreadTests {
    private func message(
        _ id: String, _ role: String, _ text: String, replyTo: String? = nil, state: String = "answered",
        attachments: [AttachmentView] = [], hasEarlier: Bool = false
    ) -> ChatMessageView {
        ChatMessageView(
            id: id, role: role, author: nil, text: text, state: state, basis: role == "bot" ? .quoted : nil, citations: [],
            attachments: attachments,
            hasEarlier: hasEarlier, createdAt: Moment(microseconds: 0), replyTo: replyTo, thumb: nil, position: 1)
    }

    private func html(_ messages: [ChatMessageView], isEditable: Bool = true) -> String {
        ChatThread(
            messages: messages, conversation: "c", surface: AnswerSurface(path: "/chat/t/sessions/c/messages"), isEditable: isEditable,
            words: .english
        ).html.string
    }

    @Test("Each question stands with its answer, what a person says by itself")
    func thread() {
        let html = html([
            message("1", "visitor", "First?"), message("2", "bot", "One.", replyTo: "1"), message("3", "visitor", "Second?"),
            message("4", "person", "Two."),
            message("5", "visitor", "Third?"), message("6", "bot", "", replyTo: "5", state: "pending"),
        ])
        #expect(html.components("<article") == 4 && html.components("Our team") == 1)
        #expect(html.contains("sse-connect=\"/chat/t/sessions/c/messages/6/events\"") && html.contains("id=\"answer-2\""))
    }

    @Test("What failed says so; an answer whose question is on the page before stands alone")
    func remains() {
        #expect(
            html([message("1", "visitor", "First?"), message("2", "bot", "", replyTo: "1", state: "failed")]).contains(
                "Something went wrong"))
        #expect(html([message("2", "bot", "One.", replyTo: "1")]).contains("<p>One.</p>"))
    }

    @Test(
        "Whatever people write and call their files is text",
        arguments: ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</textarea><b>"])
    func hostile(_ text: String) {
        let files = ["image/png", "text/plain"].map {
            AttachmentView(id: "a", name: text, mediaType: $0, bytes: 1, width: 1, height: 1, address: "/x")
        }
        let html = html([
            message("1", "visitor", text, attachments: files), message("2", "bot", text, replyTo: "1"), message("3", "person", text),
        ])
        #expect(!html.contains("<script") && !html.contains("<img src=x") && !html.contains("<b>"))
    }

    @Test("A question can be written anew where the chat stands, and not in an earlier version of it")
    func tools() {
        let messages = [message("1", "visitor", "First?", hasEarlier: true)]
        #expect(html(messages).contains("name=\"replaces\" value=\"1\"") && html(messages).contains("/messages/1/earlier"))
        #expect(
            !html(messages, isEditable: false).contains("replaces") && html(messages, isEditable: false).contains("/messages/1/earlier"))
    }
}

extension String {
    fileprivate func components(_ part: String) -> Int { split(separator: part, omittingEmptySubsequences: false).count - 1 }
}
