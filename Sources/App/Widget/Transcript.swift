import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Templates

/// All that is kept of a chat, for its visitor: also what they replaced, and what they thought of answers. Read and sent in
/// parts.
struct Transcript: Sendable {
    static let messagesAtOnce = 100

    let bot: Bot
    let conversation: UUID
    private let database: AccountDatabase

    init(bot: Bot, conversation: UUID, _ postgres: Postgres) {
        self.bot = bot
        self.conversation = conversation
        database = AccountDatabase(postgres, account: bot.account)
    }

    init(_ place: ChatPlace, _ postgres: Postgres) { self.init(bot: place.bot, conversation: place.conversation, postgres) }

    /// A file of it to read, in the visitor's language.
    func text(for request: Request) async throws -> Response {
        try await response(TranscriptText(bot: bot.name, words: ChatWords.spoken(for: request, to: bot)))
    }

    /// A file of it.
    /// - Throws: `Failure.notFound` where there is no such chat.
    func response<File: TranscriptFile>(_ file: File) async throws -> Response {
        let first = try await part(after: 0)
        guard !first.messages.isEmpty else { throw Failure.notFound }
        var headers = StandardHeaders.plain
        headers[.contentType] = File.mediaType
        headers[.cacheControl] = "no-store"
        headers[.contentDisposition] = FileName("\(bot.name).\(File.ending)").attachment
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                var file = file
                var part = first
                try await writer.write(ByteBuffer(bytes: file.begin()))
                while true {
                    try await writer.write(ByteBuffer(bytes: file.write(part.messages)))
                    guard let next = part.next else { break }
                    part = try await self.part(after: next)
                }
                try await writer.write(ByteBuffer(bytes: file.end()))
                try await writer.finish(nil)
            })
    }

    func part(after place: Int64) async throws -> (messages: [TranscriptMessage], next: Int64?) {
        let rows = try await database.query(
            """
            select m.position, m.role, m.text, m.created_at, m.thumb, m.thumb_reason, u.name as author, m.replaced_by is not null as is_replaced,
              \(unsafeRaw: AttachmentView.column(of: "m"))
            from messages m join conversations c on c.id = m.conversation_id and c.account_id = m.account_id left join users u on u.id = m.author_id
            where c.id = \(conversation) and c.account_id = \(bot.account) and c.bot_id = \(bot.id) and m.position > \(place)
            order by m.position limit \(Self.messagesAtOnce + 1)
            """)
        let shown = rows.prefix(Self.messagesAtOnce)
        return (try shown.map(TranscriptMessage.init), rows.count > shown.count ? try shown.last?.get("position", as: Int64.self) : nil)
    }
}

extension TranscriptMessage {
    fileprivate init(_ row: Row) throws {
        let thumb = try row.get("thumb", as: Int?.self)
        self.init(
            role: try row.get("role", as: String.self), author: try row.get("author", as: String?.self)?.nonEmpty,
            text: try row.get("text", as: String.self), createdAt: try row.moment("created_at"),
            thumb: thumb.map { $0 > 0 ? "up" : "down" },
            thumbReason: try row.get("thumb_reason", as: String.self), isReplaced: try row.get("is_replaced", as: Bool.self),
            attachments: try AttachmentView.all(row, at: "").map(\.name))
    }
}

/// A file of a chat in the making.
protocol TranscriptFile: Sendable {
    static var mediaType: String { get }
    /// Of its name.
    static var ending: String { get }

    mutating func begin() -> [UInt8]
    mutating func write(_ messages: [TranscriptMessage]) -> [UInt8]
    mutating func end() -> [UInt8]
}

/// `{"messages":[…]}`
struct TranscriptJSON: TranscriptFile {
    static let mediaType = "application/json"
    static let ending = "json"

    private var isFirst = true

    mutating func begin() -> [UInt8] { Array(#"{"messages":["#.utf8) }

    mutating func write(_ messages: [TranscriptMessage]) -> [UInt8] {
        var bytes: [UInt8] = []
        for message in messages {
            if !isFirst { bytes += Array(",\n".utf8) }
            isFirst = false
            var json = JSONWriter()
            message.write(to: &json)
            bytes += json.bytes
        }
        return bytes
    }

    mutating func end() -> [UInt8] { Array("]}\n".utf8) }
}

/// To read.
struct TranscriptText: TranscriptFile {
    static let mediaType = "text/plain; charset=utf-8"
    static let ending = "txt"

    let bot: String
    let words: ChatWords

    func begin() -> [UInt8] { Array("\(bot)\n".utf8) }

    func write(_ messages: [TranscriptMessage]) -> [UInt8] {
        let data = words.data
        return messages.flatMap { message in
            Array(
                "\n\(data.name(of: message, bot: bot)), \(message.createdAt.rfc3339)\n\(message.text)\n\(message.attachments.map { "[\($0)]\n" }.joined())\(data.opinion(of: message).map { $0 + "\n" } ?? "")"
                    .utf8)
        }
    }

    func end() -> [UInt8] { [] }
}
