import FoundationEssentials
import Hummingbird
import Postgres
import Templates

/// The routes of the account page: the person, the business, its members, the devices.
struct Accounts: Feature {
    static let path = "/account"

    let services: Services
    let assets: Assets

    func add(to routes: RouteMap) {
        routes.account.get("/account", show, .init("The account, who is signed in, and where", gives: .account))
        routes.account.patch("/account", update, .init("Changes a person’s name or the business’s", takes: .names, gives: .account))
        routes.owner.delete("/account", delete, .init("Deletes the account with everything in it", takes: .businessName))
        routes.account.put("/account/current", lookAt, .init("Goes on in another of the person’s accounts", takes: .accountID))
        routes.account.post(
            "/account/email", startEmailChange,
            .init("Mails codes to the old and to the new address", takes: .email, gives: .sent, status: 202))
        routes.account.put(
            "/account/email", confirmEmailChange, .init("Changes the address, with both codes", takes: .bothCodes, gives: .email))
        routes.account.delete("/account/email", cancelEmailChange, .init("Gives the change of the address up"))
        routes.account.get("/account/sessions", devices, .init("Where the person is signed in", gives: .sessions))
        routes.account.delete("/account/sessions", endSessions, .init("Signs out everywhere"))
        routes.account.get("/account/sessions/{session}", device, .init("A device", gives: .session))
        routes.account.delete("/account/sessions/{session}", endSession, .init("Signs a device out"))
        routes.account.get("/account/members", members, .init("Who belongs to the account", gives: .members))
        routes.owner.patch("/account/members/{member}", changeMember, .init("Makes an owner of a member, or the other way", takes: .role))
        routes.account.delete("/account/members/{member}", removeMember, .init("Removes a member"))
        routes.owner.post("/account/invitations", invite, .init("Invites somebody by mail", takes: .email, gives: .invitation, status: 201))
        routes.owner.delete("/account/invitations/{invitation}", withdrawInvitation, .init("Withdraws an invitation"))
        routes.guest.get("/invitations/{token}", showInvitation)
        routes.account.post("/invitations/{token}", acceptInvitation, .init("Accepts an invitation"))
    }

    /// `GET /account`
    func show(_ request: Request, _ context: AccountContext) async throws -> Reply {
        Reply(try await page(context)) { $0.page }
    }

    /// `PATCH /account`: the person's name; an owner changes the business's as well.
    func update(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = try await page(context)
        return try await .form(input, { before.mending(.profile, $0) }, page: { $0.page }) {
            let mails = try input.scalar("mails")
            guard mails == nil || mails.flatMap(Bool.init) != nil else { throw Failure.invalid(["mails": "This can be true or false."]) }
            let name = try input.text("name").map { try GivenName.read($0, "name") }
            let business = try input.text("account_name").map { try GivenName.read($0, "account_name") }
            if business != nil { try context.requireOwner() }
            if business == "" { throw Failure.invalid(["account_name": "Please give your business a name."]) }
            if let mails = mails.flatMap(Bool.init) { try await context.database.sendMails(mails, to: context.session.user) }
            if let name { try await services.postgres.rename(user: context.session.user, to: name) }
            if let business { try await context.database.rename(to: business) }
            let saved = Fields(notice: Notice(message: "Saved.", isGood: true))
            return Reply(try await page(context).mending(.profile, saved)) { $0.page }
        }
    }

    /// `PUT /account/current`: looks at another account of the person's.
    func lookAt(_ request: Request, _ context: AccountContext) async throws -> Reply {
        guard let account = try await Input(of: request).text("account").flatMap({ UUID(text: $0[...]) }) else { throw Failure.notFound }
        try await services.postgres.look(at: account, in: context.session)
        return Reply(goingOnTo: "/bots")
    }

    /// `DELETE /account`: with everything in it. Whoever does it types the business's name, so that it isn't done by accident.
    func delete(_ request: Request, _ context: OwnerContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = try await page(context)
        return try await .form(input, { before.mending(.deletion, $0) }, page: { $0.page }) {
            guard try GivenName.read(input.text("account_name") ?? "", "account_name") == context.session.accountName else {
                throw Failure.invalid(["account_name": "This isn’t the name. Please type it as it stands above."])
            }
            try await services.postgres.deleteAccount(context.session.account)
            return signedOut()
        }
    }

    /// Everything on the page, in two trips: what the account may see, and what is the person's own.
    func page(_ context: some SignedInContext) async throws -> AccountPage {
        let session = context.session
        let ours = try await context.database.pipeline([Member.all(of: session.account), Invitation.all(of: session.account)])
        let own = try await services.postgres.pipeline([
            """
            select u.id, u.name, u.email, m.mails from users u join members m on m.user_id = u.id
            where u.id = \(session.user) and m.account_id = \(session.account)
            """, AccountView.all(of: session.user),
            SignedInDevice.all(of: session.user), EmailChange.pending(of: session.user),
        ])
        let accounts = try own[1].map { try AccountView($0, current: session.account) }
        guard let person = try own[0].first.map(PersonView.init), let account = accounts.first(where: \.isCurrent) else {
            throw Failure.notSignedIn
        }
        return AccountPage(
            user: person, account: account, accounts: accounts, emailChange: try own[3].first.map(EmailChangeView.init),
            members: try ours[0].map { try MemberView($0, seenBy: session) },
            invitations: session.role == .owner ? try ours[1].map(InvitationView.init) : [],
            sessions: try own[2].map { try SignedInDevice.view($0, current: session.id) },
            frame: context.frame)
    }

    /// For who isn't signed in any more.
    func signedOut() -> Reply {
        var reply = Reply(goingOnTo: "/")
        reply.headers.append(services.sessionCookie.clearing)
        return reply
    }
}

extension PersonView {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id", as: UUID.self).lowercased, name: try row.get("name", as: String.self),
            email: try row.get("email", as: String.self), mails: try row.get("mails", as: Bool.self))
    }
}

extension Schema {
    static let account = AccountPage.schema
    static let names = component(
        "Names",
        .object(optional: [
            "name": .string(upTo: GivenName.maximumLength),
            "account_name": .string(upTo: GivenName.maximumLength).saying("The business’s; owners only"),
            "mails": .boolean.saying("Whether visitors who wait for a person, and leads, are mailed to them"),
        ]))
    static let accountID = component("AccountID", .object(required: ["account": .uuid]))
    static let businessName = component(
        "BusinessName", .object(required: ["account_name": .string.saying("As it is, so that nothing is deleted by mistake")]))
}
