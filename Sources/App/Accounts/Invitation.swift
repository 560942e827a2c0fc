import FoundationEssentials
import Postgres
import Templates

/// A mail that asks a person to become a member. Its link leads to a page; only the invited address can accept there.
struct Invitation: Sendable {
    static let days = 7
    static let perAccount = RateLimit(name: "invitation", maximum: 20, windowSeconds: 86_400)
    /// Of all accounts in a network together: nobody's mailbox is filled by us, and no stranger's invitations stop a friend's.
    static let perNetworkAndAddress = RateLimit(name: "invitation-from", maximum: 5, windowSeconds: 86_400)
    /// From wherever.
    static let perAddress = RateLimit(name: "invitation-to", maximum: 20, windowSeconds: 86_400)

    let account: UUID
    let accountName: String
    let email: String
    /// The name or the address of who invites; nil if they have gone.
    let inviter: String?

    static func all(of account: UUID) -> SQL {
        "select id, email, expires_at from invitations where account_id = \(account) and expires_at > now() order by created_at, id"
    }
}

extension AccountDatabase {
    /// Invites a person; a second invitation takes the first one's place.
    func invite(_ email: EmailAddress, by session: Session, with token: Token, mailer: Mailer, link: String) async throws -> InvitationView
    {
        try await transaction { transaction in
            let known = try await transaction.query(
                "select from members m join users u on u.id = m.user_id where m.account_id = \(account) and u.email = \(email.text)")
            guard known.isEmpty else { throw Failure.invalid(["email": "This person is a member already."]) }
            let row = try await transaction.query(
                """
                insert into invitations (id, account_id, email, token_hash, invited_by, expires_at)
                values (\(UUID()), \(account), \(email.text), \(token.hash), \(session.user), now() + \(Invitation.days) * interval '1 day')
                on conflict (account_id, email) do update set id = excluded.id, token_hash = excluded.token_hash,
                  invited_by = excluded.invited_by, created_at = now(), expires_at = excluded.expires_at
                returning id, email, expires_at
                """
            ).first
            guard let row else { throw PostgresError.missingColumn("id") }
            try await mailer.send(
                .invitation(from: session.name.nonEmpty ?? session.email, to: email.text, account: session.accountName, link: link),
                in: transaction)
            return try InvitationView(row)
        }
    }

    /// - Throws: `Failure.notFound`.
    func withdrawInvitation(_ id: UUID) async throws {
        let gone = try await query("delete from invitations where id = \(id) and account_id = \(account)")
        if gone.affected == 0 { throw Failure.notFound }
    }
}

extension Postgres {
    /// The invitation whose link this is, while it works.
    func invitation(token: String) async throws -> Invitation? {
        guard token.utf8.count <= Token.maximumLength else { return nil }
        return try await query(
            """
            select i.account_id, a.name, i.email, coalesce(nullif(u.name, ''), u.email) as inviter
            from invitations i join accounts a on a.id = i.account_id left join users u on u.id = i.invited_by
            where i.token_hash = \(Token.hash(token)) and i.expires_at > now()
            """
        ).first.map(Invitation.init)
    }

    /// Makes the invited person a member, uses the invitation up, and lets the session look at its account.
    /// - Throws: `Failure.otherAddress`, or `.notFound` where the link doesn't work any more.
    func accept(invitation token: String, in session: Session) async throws {
        guard let invitation = try await invitation(token: token) else { throw Failure.notFound }
        guard invitation.email == session.email else { throw Failure.otherAddress }
        try await transaction { transaction in
            let used = try await transaction.query(
                """
                delete from invitations where token_hash = \(Token.hash(token)) and email = \(session.email) and expires_at > now()
                returning account_id
                """
            ).first
            guard let account = try used?.get("account_id", as: UUID.self) else { throw Failure.notFound }
            try await transaction.pipeline([
                """
                insert into members (account_id, user_id, role) values (\(account), \(session.user), 'member')
                on conflict (account_id, user_id) do nothing
                """,
                "update sessions set account_id = \(account) where id = \(session.id) and user_id = \(session.user)",
            ])
        }
    }
}

extension Invitation {
    fileprivate init(_ row: Row) throws {
        account = try row.get("account_id", as: UUID.self)
        accountName = try row.get("name", as: String.self)
        email = try row.get("email", as: String.self)
        inviter = try row.get("inviter", as: String?.self)
    }
}

extension InvitationView {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, email: try row.get("email", as: String.self),
            expiresAt: try row.moment("expires_at"))
    }
}

extension Failure {
    static let otherAddress = Failure(
        status: .forbidden, code: "other_address",
        message: "This invitation is for another address. Please sign out, then sign in with the address that it was sent to.")
}

extension OutgoingMail {
    static func invitation(from inviter: String, to email: String, account: String, link: String) -> OutgoingMail {
        OutgoingMail(
            to: email, subject: "An invitation to \(account) on Frontdesk",
            Letter(
                lead: "\(inviter) invites you to look after the front desk of \(account) together.",
                link: Letter.Link(label: "See the invitation", url: link),
                lines: [
                    "The link works for \(Invitation.days) days, for this address.",
                    "If you don’t know \(inviter), you can leave this mail alone: nothing happens without you.",
                ]))
    }
}
