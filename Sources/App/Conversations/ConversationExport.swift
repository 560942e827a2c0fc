import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Templates

/// All conversations that fit a filter, as a file. Read and sent in parts, so that it takes no more memory for many than
/// for few.
struct ConversationExport: Sendable {
    static let conversationsAtOnce = 20
    static let messagesAtOnce = 100

    let database: AccountDatabase
    let bot: UUID
    let filter: ConversationFilter

    /// - Throws: `Failure.notFound` where the account has no such bot.
    func response<File: ConversationFile>(_ file: File) async throws -> Response {
        let first = try await part(after: nil)
        var headers = StandardHeaders.plain
        headers[.contentType] = File.mediaType
        headers[.cacheControl] = "no-store"
        headers[.contentDisposition] = FileName("Conversations of \(first.botName).\(File.ending)").attachment
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                var file = file
                file.begin()
                var part: ConversationPart? = first
                while let current = part {
                    try await write(current, to: &file, &writer)
                    part = current.next == nil ? nil : try await self.part(after: current.next)
                }
                file.end()
                try await writer.write(file.taken())
                try await writer.finish(nil)
            })
    }

    private func part(after cursor: ConversationCursor?) async throws -> ConversationPart {
        try await database.conversations(of: bot, filter, .after(cursor), limit: Self.conversationsAtOnce)
    }

    private func write(_ part: ConversationPart, to file: inout some ConversationFile, _ writer: inout any ResponseBodyWriter) async throws
    {
        let ids = part.conversations.compactMap { UUID(text: $0.id[...]) }
        let beginnings = try await database.messages(ofEach: ids, limit: Self.messagesAtOnce)
        for ((id, conversation), beginning) in zip(zip(ids, part.conversations), beginnings) {
            file.begin(conversation)
            file.add(beginning.messages)
            var place = beginning.next
            while let after = place {
                try await writer.write(file.taken())
                let more = try await database.messages(of: id, after: after, limit: Self.messagesAtOnce)
                file.add(more.messages)
                place = more.next
            }
            file.endConversation()
        }
        try await writer.write(file.taken())
    }
}

/// A file of conversations in the making.
protocol ConversationFile: Sendable {
    static var mediaType: String { get }
    /// Of its name.
    static var ending: String { get }

    mutating func begin()
    mutating func begin(_ conversation: ConversationSummary)
    mutating func add(_ messages: [MessageView])
    mutating func endConversation()
    mutating func end()
    /// What was written since the last time.
    mutating func taken() -> ByteBuffer
}

/// A row for each message.
struct ConversationTable: ConversationFile {
    static let mediaType = "text/csv; charset=utf-8"
    static let ending = "csv"

    private static let titles = [
        "conversation_id", "channel", "visitor", "message_id", "created_at", "role", "text", "state", "basis", "sources", "provider",
        "model",
        "input_tokens", "output_tokens", "cost_micros", "first_word_ms", "total_ms", "attachments",
    ]

    private var csv = CSV()
    private var conversation: ConversationSummary?

    mutating func begin() {
        csv.markAsUTF8()
        csv.row(Self.titles.map { .text($0) })
    }

    mutating func begin(_ conversation: ConversationSummary) { self.conversation = conversation }

    mutating func add(_ messages: [MessageView]) {
        guard let conversation else { return }
        for message in messages {
            csv.row([
                .text(conversation.id), .text(conversation.channel), .text(conversation.visitor), .text(message.id),
                .text(message.createdAt.rfc3339), .text(message.role), .text(message.text), .text(message.state),
                .text(message.basis?.rawValue ?? ""), .text(message.citations.map(\.title).joined(separator: "; ")),
                .text(message.provider ?? ""), .text(message.model ?? ""), .number(message.usage.inputTokens),
                .number(message.usage.outputTokens), .number(message.costMicros), .number(message.firstWordMS), .number(message.totalMS),
                .text(message.attachments.map(\.name).joined(separator: "; ")),
            ])
        }
    }

    mutating func endConversation() { conversation = nil }
    mutating func end() {}

    mutating func taken() -> ByteBuffer {
        defer { csv = CSV() }
        return ByteBuffer(bytes: csv.bytes)
    }
}

/// `{"conversations":[{…,"messages":[…]}]}`
struct ConversationDocument: ConversationFile {
    static let mediaType = "application/json"
    static let ending = "json"

    private var buffer = ByteBuffer()
    private var isFirstConversation = true
    private var isFirstMessage = true

    mutating func begin() { buffer.writeString(#"{"conversations":["#) }

    mutating func begin(_ conversation: ConversationSummary) {
        if !isFirstConversation { buffer.writeString(",\n") }
        isFirstConversation = false
        isFirstMessage = true
        write(conversation)
        // The object goes on with its messages.
        buffer.moveWriterIndex(to: buffer.writerIndex - 1)
        buffer.writeString(#","messages":["#)
    }

    mutating func add(_ messages: [MessageView]) {
        for message in messages {
            if !isFirstMessage { buffer.writeString(",") }
            isFirstMessage = false
            write(message)
        }
    }

    mutating func endConversation() { buffer.writeString("]}") }
    mutating func end() { buffer.writeString("]}\n") }

    mutating func taken() -> ByteBuffer {
        defer { buffer = ByteBuffer() }
        return buffer
    }

    private mutating func write(_ value: some JSONEncodable) {
        var json = JSONWriter()
        value.write(to: &json)
        json.withUnsafeBytes { _ = buffer.writeBytes($0) }
    }
}
