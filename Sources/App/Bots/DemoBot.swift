import Answering
import FoundationEssentials
import Postgres

/// The landing page's bot: like any other, but made by us from a file, and open to everyone by a key that is public.
enum DemoBot {
    static let publicKey = "fd_demo_public"
    private static let account = UUID(uuid: (0xfd, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1))
    private static let bot = UUID(uuid: (0xfd, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 2))

    /// Makes the bot, or gives it the file's text and the address if these have changed.
    static func plant(from file: String, contact: String, into postgres: Postgres) async throws {
        let contactLine = "A person at \(contact) will be glad to help."
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try await postgres.transaction { transaction in
            _ = try await transaction.query(
                "insert into accounts (id, name) values (\(account), 'Frontdesk') on conflict (id) do nothing")
            let changed = try await transaction.query(
                """
                insert into bots (id, account_id, name, contact_line, public_key, knowledge)
                values (\(bot), \(account), 'Frontdesk', \(contactLine), \(publicKey), \(text))
                on conflict (id) do update
                set knowledge = excluded.knowledge, contact_line = excluded.contact_line
                where (bots.knowledge, bots.contact_line) is distinct from (excluded.knowledge, excluded.contact_line)
                returning id
                """)
            if !changed.isEmpty { try await transaction.keep(text, asContextOf: bot, in: account) }
        }
    }
}
