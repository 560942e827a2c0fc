import FoundationEssentials
import Postgres

// What a stranger does must not stop whoever holds the mail. So codes and tries belong to who asked, a limit never refuses
// the right code of who asked, and somebody who asks when enough was mailed may enter the code that lies in the mailbox.
//
// Guessing stays hopeless all the same. There are 31^8 = 8.5e11 codes, and who asked has 5 tries at one. From one network,
// 1,000 ask in 10 minutes: 30,000 tries an hour, and one in 28 million that any is right. At one address, from all networks
// together, 10,000 ask: 300,000 tries, one in 2.8 million. An attack that fills that limit day and night has even odds at
// its address after 220 years. On the whole server, a million who ask within an hour have one in 170,000.

/// What is mailed to somebody who wants to sign in: 8 characters that nobody confuses, valid for ten minutes.
struct SignInCode: Sendable {
    static let length = 8
    static let minutes = 10
    static let tries = 5
    /// Left of a code that somebody else asked for, so that it is worth looking for in the mailbox.
    static let sharedMinutes = 5
    /// Without 0 and O, 1, I and L; what is left, people read out on the phone without a mistake.
    private static let alphabet = Array("23456789ABCDEFGHJKMNPQRSTUVWXYZ")
    /// What a keyed hash of one is for.
    private static let label = "sign-in code"

    /// Upper case, without blanks.
    let text: String

    init() {
        var generator = SystemRandomNumberGenerator()
        text = String((0..<Self.length).map { _ in Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &generator)] })
    }

    /// As typed or pasted: in any case, with blanks and hyphens anywhere. nil if it can't be one.
    init?(typed: String) {
        let text = typed.uppercased().filter { !$0.isWhitespace && $0 != "-" }
        guard text.count == Self.length, text.allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
        self.text = text
    }

    enum Attempt: Sendable {
        case right, wrong
        /// There is no code for this address, or it was used a moment ago: nothing that could be guessed.
        case unasked
    }

    /// In two groups, as it is mailed and shown.
    var grouped: String { "\(text.prefix(4)) \(text.suffix(4))" }

    func hash(for email: EmailAddress, _ secrets: Secrets) -> [UInt8] { secrets.mac(Self.label, "\(text) \(email.text)") }

    /// With every key: it may have been sent before the newest came.
    func hashes(for email: EmailAddress, _ secrets: Secrets) -> [[UInt8]] { secrets.macs(Self.label, "\(text) \(email.text)") }
}

/// Who may enter a code: the browser that asked for it or, as programs have no cookies, those of the network that asked.
struct CodeAsker: Sendable {
    let hash: [UInt8]

    static func browser(_ token: Token) -> CodeAsker { CodeAsker(hash: token.hash) }

    /// Never a browser's: a token has no blank.
    static func programs(in network: String) -> CodeAsker { CodeAsker(hash: Token.hash("programs \(network)")) }
}

extension Transaction {
    /// Keeps a code that is mailed now. Of one asker, the newest is the only one; those of others stay as they are.
    func keep(_ code: [UInt8], for email: EmailAddress, asker: CodeAsker) async throws {
        try await query(
            """
            with code as (
              insert into sign_in_codes (id, email, code_hash, expires_at)
              values (\(UUID()), \(email.text), \(code), now() + \(SignInCode.minutes) * interval '1 minute') returning id)
            insert into sign_in_askers (email, asker_hash, code_id, tries_left)
            select \(email.text), \(asker.hash), id, \(SignInCode.tries) from code
            on conflict (email, asker_hash) do update set code_id = excluded.code_id, tries_left = excluded.tries_left
            """)
    }

    /// Lets somebody who asks enter the code that was mailed last, if it works for a while yet: it lies in the mailbox already.
    /// Whoever may enter it already gets no new tries.
    func share(codeOf email: EmailAddress, with asker: CodeAsker) async throws -> Bool {
        let shared = try await query(
            """
            insert into sign_in_askers (email, asker_hash, code_id, tries_left)
            select email, \(asker.hash), id, \(SignInCode.tries) from sign_in_codes
            where email = \(email.text) and expires_at > now() + \(SignInCode.sharedMinutes) * interval '1 minute'
            order by expires_at desc limit 1
            on conflict (email, asker_hash) do update set code_id = excluded.code_id,
              tries_left = case sign_in_askers.code_id when excluded.code_id then sign_in_askers.tries_left else excluded.tries_left end
            """)
        return shared.affected > 0
    }

    /// Takes one try before it looks: however many come at once, no more of them count than there are tries, and of those
    /// who come with the right code one gets it.
    func attempt(_ codes: [[UInt8]], of email: EmailAddress, asker: CodeAsker?) async throws -> SignInCode.Attempt {
        let tried = try await pipeline([
            """
            update sign_in_askers a set tries_left = tries_left - 1 from sign_in_codes c
            where a.email = \(email.text) and a.asker_hash = \(asker?.hash) and a.tries_left > 0 and c.id = a.code_id and c.expires_at > now()
            returning c.id, c.code_hash = any(\(codes)::bytea[]) as is_right
            """,
            "select from sign_in_codes where email = \(email.text) limit 1",
        ])
        guard let row = tried[0].first, try row.get("is_right", as: Bool.self) else { return tried[1].isEmpty ? .unasked : .wrong }
        let used = try await query("delete from sign_in_codes where id = \(row.get("id", as: UUID.self))")
        return used.affected > 0 ? .right : .unasked
    }
}
