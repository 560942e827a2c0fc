import FoundationEssentials
import Postgres

/// What is mailed to somebody who wants to sign in: 8 characters that nobody confuses, valid for ten minutes.
struct SignInCode: Sendable {
    static let length = 8
    static let minutes = 10
    static let tries = 5
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
        /// There is no code for this address, or it was used: nothing that could be guessed.
        case unasked
    }

    /// In two groups, as it is mailed and shown.
    var grouped: String { "\(text.prefix(4)) \(text.suffix(4))" }

    func hash(for email: EmailAddress, _ secrets: Secrets) -> [UInt8] { secrets.mac(Self.label, "\(text) \(email.text)") }

    /// With every key: it may have been sent before the newest came.
    func hashes(for email: EmailAddress, _ secrets: Secrets) -> [[UInt8]] { secrets.macs(Self.label, "\(text) \(email.text)") }
}

extension Transaction {
    /// The newest code of an address is the only one.
    func keep(_ code: [UInt8], for email: EmailAddress, browser: [UInt8]?) async throws {
        try await query(
            """
            insert into sign_in_codes (email, code_hash, browser_hash, tries_left, expires_at)
            values (\(email.text), \(code), \(browser), \(SignInCode.tries), now() + \(SignInCode.minutes) * interval '1 minute')
            on conflict (email) do update set code_hash = excluded.code_hash, browser_hash = excluded.browser_hash,
              tries_left = excluded.tries_left, expires_at = excluded.expires_at
            """)
    }

    /// Takes one try before it looks: however many come at once, no more of them count than there are tries, and of those
    /// who come with the right code one gets it.
    func attempt(_ codes: [[UInt8]], of email: EmailAddress, browser: [UInt8]?) async throws -> SignInCode.Attempt {
        let tried = try await pipeline([
            """
            update sign_in_codes set tries_left = tries_left - 1
            where email = \(email.text) and tries_left > 0 and expires_at > now() and (browser_hash is null or browser_hash = \(browser))
            returning code_hash = any(\(codes)::bytea[]) as is_right
            """,
            "select from sign_in_codes where email = \(email.text)",
        ])
        guard let isRight = try tried[0].first?.get("is_right", as: Bool.self), isRight else {
            return tried[1].isEmpty ? .unasked : .wrong
        }
        try await query("delete from sign_in_codes where email = \(email.text)")
        return .right
    }
}
