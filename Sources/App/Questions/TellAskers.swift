import FoundationEssentials
import Jobs
import Postgres
import Templates

/// Mails the answer to visitors who asked in vain and left an address: each once.
struct TellAskers: Sendable {
    static let kind = "tell_askers"

    let postgres: Postgres
    let mailer: Mailer

    static func enqueueing(_ group: UUID, of account: UUID) -> SQL {
        .enqueue(kind, payload: group.lowercased, account: account, uniqueKey: group.lowercased)
    }

    var handlers: [Handler] { [Handler(Self.kind) { job, lease in try await tell(job, lease) }] }

    private func tell(_ job: Job, _ lease: Lease) async throws {
        guard let group = UUID(text: job.payload[...]), let account = job.account else { throw JobFailure.permanent("no group") }
        try await AccountDatabase(postgres, account: account).transaction { transaction in
            try await lease.complete(in: transaction)
            for asker in try await transaction.askersToTell(group, of: account) { try await mailer.send(.answer(asker), in: transaction) }
        }
    }
}

/// A visitor who left an address, with what they asked.
struct Asker: Sendable {
    let email: String
    let question: String
    let answer: String
    let business: String
}

extension Transaction {
    /// Notes that they are told. A conversation that is gone has no address any more.
    fileprivate func askersToTell(_ group: UUID, of account: UUID) async throws -> [Asker] {
        let waiting = try await query(
            """
            update questions q set told_at = now() from question_groups g, bots b
            where g.id = \(group) and g.account_id = \(account) and g.state = 'answered' and q.group_id = g.id and q.account_id = g.account_id
              and b.id = g.bot_id and b.account_id = g.account_id and q.told_at is null and q.message_id is not null
            returning q.asker, q.text, g.answer, b.name
            """)
        let addresses = try await addresses(ofConversations: waiting.map { try $0.get("asker", as: UUID.self) }, of: account)
        var told: Set<String> = []
        return try waiting.compactMap { row in
            guard let email = addresses[try row.get("asker", as: UUID.self)], told.insert(email).inserted else { return nil }
            return Asker(
                email: email, question: try row.get("text", as: String.self), answer: try row.get("answer", as: String.self),
                business: try row.get("name", as: String.self))
        }
    }

    /// The addresses that visitors left, by their conversations; none where visitors can't leave any.
    private func addresses(ofConversations ids: [UUID], of account: UUID) async throws -> [UUID: String] {
        guard try await query("select to_regclass('leads') is not null as leads").first?.get("leads", as: Bool.self) == true else {
            return [:]
        }
        let rows = try await query(
            """
            select conversation_id, email from leads
            where account_id = \(account) and conversation_id = any(\(ids.map(\.lowercased))::uuid[]) and email <> '' order by created_at desc
            """)
        return Dictionary(try rows.map { (try $0.get("conversation_id", as: UUID.self), try $0.get("email", as: String.self)) }) {
            first, _ in first
        }
    }
}

extension OutgoingMail {
    fileprivate static func answer(_ asker: Asker) -> OutgoingMail {
        OutgoingMail(
            to: asker.email, subject: "\(asker.business): the answer to your question".withoutLineBreaks,
            Letter(
                lead: "You asked us: “\(asker.question)”. We had no answer then; here it is:", highlight: nil,
                lines: [asker.answer, "You get this mail once, because you left your address with your question.", asker.business]))
    }
}

extension String {
    fileprivate var withoutLineBreaks: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
