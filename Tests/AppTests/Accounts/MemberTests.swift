import FoundationEssentials
import Postgres
import Testing

@testable import App

@Suite("Accounts and their members", .serialized)
struct MemberTests {
    private func role(_ person: SignedIn) async throws -> Session.Role { try await person.current.role }

    @Test("The last owner stays one, and stays; of two who leave at once, one does")
    func lastOwner() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let tom = try await SignedIn("tom@desk.example", in: postgres, account: mia.session.account)
            let (account, user) = (mia.session.account, mia.session.user)
            #expect(await failure { try await mia.database.setRole(.member, of: user) }?.code == "last_owner")
            #expect(await failure { try await postgres.removeMember(user, of: account) }?.code == "last_owner")
            try await mia.database.setRole(.owner, of: user)
            try await mia.database.setRole(.owner, of: tom.session.user)
            #expect(try await role(tom) == .owner)
            let refused = await withTaskGroup(of: Failure?.self) { group in
                for leaving in [user, tom.session.user] {
                    group.addTask { await failure { try await postgres.removeMember(leaving, of: account) } }
                }
                return await group.reduce(into: [Failure]()) { if let failure = $1 { $0.append(failure) } }
            }
            #expect(refused.map(\.code) == ["last_owner"])
            #expect(try await postgres.query("select from members where account_id = \(account)").count == 1)
        }
    }

    @Test("Who isn't a member can't be changed or removed, in whichever account they are")
    func strangers() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let eva = try await SignedIn("eva@desk.example", in: postgres)
            #expect(await failure { try await mia.database.setRole(.member, of: eva.session.user) }?.status == .notFound)
            #expect(await failure { try await postgres.removeMember(eva.session.user, of: mia.session.account) }?.status == .notFound)
            #expect(try await role(eva) == .owner)
        }
    }

    @Test("A member who is removed is signed out of that account; without another, they are forgotten")
    func removed() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let own = try await SignedIn("tom@desk.example", in: postgres)
            let here = try await SignedIn("tom@desk.example", in: postgres, account: mia.session.account)
            try await postgres.removeMember(here.session.user, of: mia.session.account)
            #expect(try await !here.isSignedIn)
            #expect(try await own.isSignedIn)
            let zoe = try await SignedIn("zoe@desk.example", in: postgres, account: mia.session.account)
            try await postgres.query(
                "delete from accounts where id in (select account_id from members where user_id = \(zoe.session.user) and role = 'owner')")
            try await postgres.removeMember(zoe.session.user, of: mia.session.account)
            #expect(try await postgres.query("select from users where email = 'zoe@desk.example'").isEmpty)
            #expect(try await postgres.count("users") == 2)
        }
    }

    @Test("A deleted account takes everything with it, but not the persons who have another")
    func deleted() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let tomAtHome = try await SignedIn("tom@desk.example", in: postgres)
            let tom = try await SignedIn("tom@desk.example", in: postgres, account: mia.session.account)
            _ = try await mia.database.makeBot(named: "Bakery", knowing: "We open at 7.", plan: .free)
            _ = try await mia.database.invite(
                EmailAddress("eva@desk.example"), by: mia.session, with: Token(), mailer: .toOutbox(postgres), link: "")
            try await postgres.deleteAccount(mia.session.account)
            #expect(try await !mia.isSignedIn)
            #expect(try await !tom.isSignedIn)
            #expect(try await tomAtHome.isSignedIn)
            for table in ["bots", "passages", "invitations"] { #expect(try await postgres.count(table) == 0, "\(table)") }
            #expect(
                try await postgres.query("select email from users").map { try $0.get("email", as: String.self) } == ["tom@desk.example"])
            #expect(try await postgres.count("accounts") == 1)
        }
    }

    @Test("A person goes from one of their accounts to another, and nowhere else")
    func looking() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let tom = try await SignedIn("tom@desk.example", in: postgres)
            _ = try await SignedIn("tom@desk.example", in: postgres, account: mia.session.account)
            try await postgres.look(at: mia.session.account, in: tom.session)
            #expect(try await tom.current.account == mia.session.account)
            #expect(try await tom.current.role == .member)
            #expect(await failure { try await postgres.look(at: tom.session.account, in: mia.session) }?.status == .notFound)
            #expect(await failure { try await postgres.look(at: UUID(), in: mia.session) }?.status == .notFound)
        }
    }

    @Test("An invitation is for its address, for a week, once")
    func invitation() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let tom = try await SignedIn("tom@desk.example", in: postgres)
            let eva = try await SignedIn("eva@desk.example", in: postgres)
            let token = Token()
            func invite(_ token: Token) async throws {
                _ = try await mia.database.invite(
                    EmailAddress("Tom@desk.example"), by: mia.session, with: token, mailer: .toOutbox(postgres), link: "x/\(token.text)")
            }
            let first = Token()
            try await invite(first)
            try await invite(token)
            #expect(try await postgres.invitation(token: first.text) == nil)
            #expect(try await postgres.count("invitations") == 1)
            #expect(await failure { try await postgres.accept(invitation: token.text, in: eva.session) }?.code == "other_address")
            #expect(await failure { try await postgres.accept(invitation: Token().text, in: tom.session) }?.status == .notFound)
            try await postgres.query("update invitations set expires_at = now() - interval '1 second'")
            #expect(await failure { try await postgres.accept(invitation: token.text, in: tom.session) }?.status == .notFound)
            try await postgres.query("update invitations set expires_at = now() + interval '1 hour'")
            try await postgres.accept(invitation: token.text, in: tom.session)
            #expect(try await tom.current.account == mia.session.account)
            #expect(try await tom.current.role == .member)
            #expect(await failure { try await postgres.accept(invitation: token.text, in: tom.session) }?.status == .notFound)
            #expect(await failure { try await invite(Token()) }?.fields["email"] != nil, "who is a member isn't invited again")
            #expect(try await postgres.count("outbox") == 2)
        }
    }

    @Test("A new address needs both codes, within five tries")
    func newAddress() async throws {
        try await withDatabase { postgres in
            let secrets = try Secrets(keys: [[UInt8](repeating: 7, count: Secrets.keyBytes)])
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let eva = try await SignedIn("eva@desk.example", in: postgres)
            let (old, new) = (SignInCode(), SignInCode())
            func start(_ email: String) async throws {
                let email = try EmailAddress(email)
                try await postgres.transaction {
                    try await $0.keep(
                        email, for: mia.session.user, oldCode: old.hash(for: EmailAddress("mia@desk.example"), secrets),
                        newCode: new.hash(for: email, secrets))
                }
            }
            func confirm(_ first: SignInCode, _ second: SignInCode, _ user: UUID? = nil) async throws -> String {
                "\(try await postgres.transaction { try await $0.confirmEmail(of: user ?? mia.session.user, old: first, new: second, secrets) })"
            }
            #expect(try await confirm(old, new) == "gone")
            try await start("mia@other.example")
            #expect(try await confirm(old, new, eva.session.user) == "gone")
            for (first, second) in [(old, SignInCode()), (SignInCode(), new), (new, old)] {
                #expect(try await confirm(first, second) == "wrongCodes")
            }
            #expect(try await confirm(old, new).hasPrefix("changed"))
            #expect(try await mia.current.email == "mia@other.example")
            #expect(try await confirm(old, new) == "gone")
        }
    }

    @Test("Five wrong tries, half an hour, or an address that somebody else has come to use leave the old one")
    func oldAddress() async throws {
        try await withDatabase { postgres in
            let secrets = try Secrets(keys: [[UInt8](repeating: 7, count: Secrets.keyBytes)])
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            _ = try await SignedIn("eva@desk.example", in: postgres)
            let (old, new, email) = (SignInCode(), SignInCode(), try EmailAddress("eva@desk.example"))
            func start() async throws {
                try await postgres.transaction {
                    try await $0.keep(
                        email, for: mia.session.user, oldCode: old.hash(for: EmailAddress("mia@desk.example"), secrets),
                        newCode: new.hash(for: email, secrets))
                }
            }
            func confirm(_ first: SignInCode) async throws -> String {
                "\(try await postgres.transaction { try await $0.confirmEmail(of: mia.session.user, old: first, new: new, secrets) })"
            }
            try await start()
            for _ in 0..<EmailChange.tries { #expect(try await confirm(SignInCode()) == "wrongCodes") }
            #expect(try await confirm(old) == "gone")
            try await start()
            try await postgres.query("update email_changes set expires_at = now() - interval '1 second'")
            #expect(try await confirm(old) == "gone")
            try await start()
            #expect(try await confirm(old) == "taken")
            #expect(try await mia.current.email == "mia@desk.example")
        }
    }
}
