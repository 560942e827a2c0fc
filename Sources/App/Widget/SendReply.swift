import FoundationEssentials
import Hummingbird
import NIOCore
import Templates

extension Asking {
    /// What became of a visitor's message, as programs get it: the answer, or its events.
    func reply(
        to sent: Sent, in conversation: UUID, _ words: ChatWords, _ output: Output, _ request: Request, _ context: some ConnectedContext
    ) async throws -> Response {
        switch (sent.kind, output) {
        case (.answering(let live), .events): return events(of: live, question: sent.text, as: .json, from: nil, on: context.channel)
        case (.answering(let live), _):
            let reply = try await finished(live, on: context.channel).replyOrFailure
            return Reply(reply) { $0.html }.response(as: .json)
        case (.answered(let id), .events): return try await events(of: id, with: sent.bot, as: .json, for: request, on: context.channel)
        case (.answered(let id), _):
            return Reply(try await finished(id, with: sent.bot, on: context.channel).replyOrFailure) { $0.html }.response(as: .json)
        case (.leftForPerson(let id), .events): return events(of: sent.note(id, in: conversation, words))
        case (.leftForPerson(let id), _):
            return Reply(try sent.note(id, in: conversation, words).replyOrFailure) { $0.html }.response(as: .json)
        }
    }

    /// A whole message as a stream of its own.
    private func events(of message: Message) -> Response {
        let stream = EventStream(id: message.id.lowercased, form: .json)
        var buffer = stream.start(conversation: message.conversation.lowercased)
        buffer.writeImmutableBuffer(stream.delta(message.text, end: message.text.utf8.count))
        buffer.writeImmutableBuffer(stream.end(of: message))
        return Response(status: .ok, headers: StandardHeaders.events, body: ResponseBody(byteBuffer: buffer))
    }
}
