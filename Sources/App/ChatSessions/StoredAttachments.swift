import Answering
import FoundationEssentials
import Postgres
import Templates

extension Transaction {
    /// Locks the person and the bot, so that of many that come at once each is counted.
    /// - Throws: `AttachmentProblem` where there is no room.
    func makeRoom(for incoming: Incoming, with bot: Bot) async throws {
        let wanted = incoming.attachments.reduce(0) { $0 + $1.bytes.count }
        let row = try await pipeline([
            "select from users where id = \(incoming.person) for no key update",
            "select from bots where id = \(bot.id) and account_id = \(bot.account) for no key update",
            """
            select (select coalesce(sum(bytes), 0)::bigint from attachments where person_id = \(incoming.person)) as of_person,
              (select coalesce(sum(bytes), 0)::bigint from attachments where bot_id = \(bot.id) and account_id = \(bot.account)) as of_bot
            """,
        ])[2].first
        guard let row else { throw Failure.unexpected }
        guard try row.get("of_person", as: Int.self) <= Attachment.maximumBytesOfPerson - wanted else {
            throw AttachmentProblem(.noRoom)
        }
        guard try row.get("of_bot", as: Int.self) <= Attachment.maximumBytesOfBot - wanted else {
            throw AttachmentProblem(.full)
        }
    }

    func keep(_ attachments: [Attachment], of message: UUID, from person: UUID?, in conversation: UUID, with bot: Bot) async throws {
        for (position, attachment) in attachments.enumerated() {
            let passages = attachment.passages
            try await pipeline([
                """
                insert into attachments (id, account_id, bot_id, conversation_id, person_id, name, media_type, bytes, width, height)
                values (\(attachment.id), \(bot.account), \(bot.id), \(conversation), \(person), \(attachment.name),
                  \(attachment.mediaType), \(attachment.bytes.count), \(attachment.picture?.width), \(attachment.picture?.height))
                """,
                """
                insert into message_attachments (message_id, attachment_id, account_id, position)
                values (\(message), \(attachment.id), \(bot.account), \(position))
                """,
                """
                insert into attachment_passages (account_id, attachment_id, position, place, title, text)
                select \(bot.account), \(attachment.id), position, place, title, text
                from unnest(\(passages.map(\.place))::text[], \(passages.map(\.title))::text[], \(passages.map(\.text))::text[])
                  with ordinality as given (place, title, text, position)
                """,
            ])
            for (position, piece) in attachment.bytes.pieces(of: Source.pieceBytes).enumerated() {
                try await query(
                    """
                    insert into attachment_files (attachment_id, account_id, position, content)
                    values (\(attachment.id), \(bot.account), \(position), \(piece))
                    """)
            }
        }
    }
}

extension Postgres {
    /// What is attached to a conversation as it stands, to be answered from; of much, the newest.
    func attachedPassages(of conversation: UUID, with bot: Bot) async throws -> [Desk.Known] {
        try await query(
            """
            select p.id, p.title, p.text, p.place, a.id as attachment_id, a.name from attachments a
            join attachment_passages p on p.attachment_id = a.id and p.account_id = a.account_id
            where a.conversation_id = \(conversation) and a.account_id = \(bot.account) and exists (
              select from message_attachments l join messages m on m.id = l.message_id
              where l.attachment_id = a.id and l.account_id = \(bot.account) and m.replaced_by is null)
            order by a.created_at desc, a.id, p.position limit \(Attachment.maximumPassages)
            """
        ).map { row in
            let origin = Desk.Known.Origin(
                source: try row.get("attachment_id", as: UUID.self), file: try row.get("name", as: String.self),
                place: try row.get("place", as: String.self), url: nil)
            // Below zero: the bot's own passages have the other numbers.
            let passage = Passage(
                id: 0 &- (try row.get("id", as: Int64.self)), title: try row.get("title", as: String.self),
                text: try row.get("text", as: String.self))
            return Desk.Known(passage: passage, origin: origin)
        }
    }
}

/// A stored file, to be sent to who may see its conversation.
struct StoredAttachment: Sendable {
    let name: String
    let mediaType: String
    let bytes: [UInt8]

    /// From its pieces, in their order, each with the name and the media type.
    /// - Throws: `Failure.notFound` where there are none.
    init(_ pieces: Rows) throws {
        guard let first = pieces.first else { throw Failure.notFound }
        name = try first.get("name", as: String.self)
        mediaType = try first.get("media_type", as: String.self)
        bytes = try pieces.flatMap { try $0.get("content", as: [UInt8].self) }
    }

    /// - Parameters:
    ///   - person: whose it must be; nil: for the bot's owner.
    ///   - conversation: in which it must be; nil: in any.
    static func pieces(of id: UUID, of account: UUID, with bot: UUID? = nil, in conversation: UUID? = nil, for person: UUID? = nil) -> SQL {
        """
        select a.name, a.media_type, f.content from attachments a
        join attachment_files f on f.attachment_id = a.id and f.account_id = a.account_id
        where a.id = \(id) and a.account_id = \(account) and (\(bot)::uuid is null or a.bot_id = \(bot))
          and (\(conversation)::uuid is null or a.conversation_id = \(conversation)) and (\(person)::uuid is null or a.person_id = \(person))
        order by f.position
        """
    }
}

extension AttachmentView {
    /// What is attached to a message, as a column.
    /// - Parameter messages: the name of their table in the statement.
    static func column(of messages: String) -> String {
        """
        coalesce((
          select json_agg(json_build_object(
            'id', a.id, 'name', a.name, 'media_type', a.media_type, 'bytes', a.bytes, 'width', a.width, 'height', a.height) order by a.created_at, l.position)
          from message_attachments l join attachments a on a.id = l.attachment_id and a.account_id = l.account_id
          where l.message_id = \(messages).id and l.account_id = \(messages).account_id), '[]') as attachments
        """
    }

    /// - Parameter path: where they are to be had.
    static func all(_ row: Row, at path: String) throws -> [AttachmentView] {
        guard case .array(let items) = try JSON(parsing: row.get("attachments", as: String.self).utf8) else { return [] }
        return items.compactMap { item in
            guard let id = item["id"]?.string, let name = item["name"]?.string, let mediaType = item["media_type"]?.string,
                let bytes = item["bytes"]?.integer
            else { return nil }
            return .init(
                id: id, name: name, mediaType: mediaType, bytes: bytes, width: item["width"]?.integer, height: item["height"]?.integer,
                address: "\(path)/\(id)")
        }
    }
}

extension AccountDatabase {
    /// For the owner of the bot that it was shown to.
    func attachment(_ id: UUID) async throws -> StoredAttachment {
        try StoredAttachment(await query(StoredAttachment.pieces(of: id, of: account)))
    }
}

extension [UInt8] {
    fileprivate func pieces(of count: Int) -> [[UInt8]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
