import FoundationEssentials
import Postgres
import Templates

/// A person's new address. It counts when the codes from both mailboxes were entered, the old one's and the new one's.
enum EmailChange {
    static let minutes = 30
    static let tries = 5
    static let perPerson = RateLimit(name: "email-change", maximum: 5, windowSeconds: 3_600)
    /// To one new address, whoever wants it. Not counted with codes for signing in, which anybody can have mailed.
    static let perAddress = RateLimit(name: "email-change-to", maximum: 20, windowSeconds: 3_600)

    enum Outcome: Sendable {
        case changed(from: String, to: String)
        case wrongCodes
        /// Nothing was asked for, or it has run out, or there were too many wrong codes.
        case gone
        /// Somebody signs in with the new address.
        case taken
    }

    static func pending(of user: UUID) -> SQL {
        "select email, expires_at from email_changes where user_id = \(user) and tries_left > 0 and expires_at > now()"
    }
}

extension Transaction {
    /// Keeps what was asked for last, with the code for each of the two mailboxes.
    func keep(_ email: EmailAddress, for user: UUID, oldCode: [UInt8], newCode: [UInt8]) async throws {
        try await query(
            """
            insert into email_changes (user_id, email, old_code_hash, new_code_hash, tries_left, expires_at)
            values (\(user), \(email.text), \(oldCode), \(newCode), \(EmailChange.tries), now() + \(EmailChange.minutes) * interval '1 minute')
            on conflict (user_id) do update set email = excluded.email, old_code_hash = excluded.old_code_hash,
              new_code_hash = excluded.new_code_hash, tries_left = excluded.tries_left, expires_at = excluded.expires_at
            """)
    }

    /// Carries the change out if both codes are right. Each call takes one of the tries.
    func confirmEmail(of user: UUID, old: SignInCode, new: SignInCode, _ secrets: Secrets) async throws -> EmailChange.Outcome {
        let asked = try await query(
            """
            update email_changes c set tries_left = tries_left - 1 from users u
            where c.user_id = \(user) and u.id = c.user_id and c.tries_left > 0 and c.expires_at > now()
            returning c.email, u.email as old_email, c.old_code_hash, c.new_code_hash
            """
        ).first
        guard let asked else { return .gone }
        let (from, to) = (try asked.get("old_email", as: String.self), try asked.get("email", as: String.self))
        let isOldRight = try old.hashes(for: EmailAddress(from), secrets).contains(asked.get("old_code_hash", as: [UInt8].self))
        let isNewRight = try new.hashes(for: EmailAddress(to), secrets).contains(asked.get("new_code_hash", as: [UInt8].self))
        guard isOldRight, isNewRight else { return .wrongCodes }
        let changed = try await pipeline([
            "delete from email_changes where user_id = \(user)",
            "update users set email = \(to) where id = \(user) and not exists (select from users where email = \(to))",
        ])[1]
        return changed.affected > 0 ? .changed(from: from, to: to) : .taken
    }
}

extension EmailChangeView {
    init(_ row: Row) throws {
        self.init(email: try row.get("email", as: String.self), expiresAt: try row.moment("expires_at"))
    }
}

extension OutgoingMail {
    static func oldAddressCode(_ code: String, to old: String, new: String) -> OutgoingMail {
        OutgoingMail(
            to: old, subject: "\(code) confirms your new address for Frontdesk",
            Letter(
                lead: "You want to sign in to Frontdesk with \(new) from now on. Here is the code for your old mailbox:", highlight: code,
                lines: [
                    "Another code is in the new mailbox. Enter both within \(EmailChange.minutes) minutes.",
                    "If you didn’t ask for it, somebody else may be signed in as you: sign in, and sign out all devices on the account page.",
                ]))
    }

    static func newAddressCode(_ code: String, to new: String) -> OutgoingMail {
        OutgoingMail(
            to: new, subject: "\(code) confirms this address for Frontdesk",
            Letter(
                lead: "You want to sign in to Frontdesk with this address from now on. Here is the code for it:", highlight: code,
                lines: [
                    "Another code is in the old mailbox. Enter both within \(EmailChange.minutes) minutes.",
                    "If you didn’t ask for it, you can leave this mail alone.",
                ]))
    }

    static func addressChanged(to new: String, told old: String) -> OutgoingMail {
        OutgoingMail(
            to: old, subject: "Your address for Frontdesk has changed",
            Letter(lead: "From now on, you sign in to Frontdesk with \(new).", lines: ["Codes from both mailboxes were entered for it."]))
    }
}
