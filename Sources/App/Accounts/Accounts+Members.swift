import FoundationEssentials
import Hummingbird
import Templates

extension Accounts {
    /// `GET /account/members`
    func members(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let page = try await page(context)
        return Reply(MemberList(members: page.members)) { _ in page.page }
    }

    /// `PATCH /account/members/{member}`: makes a member an owner, or the other way round.
    func changeMember(_ request: Request, _ context: OwnerContext) async throws -> Reply {
        let user = try context.id("member")
        guard let role = Session.Role(rawValue: try await Input(of: request).text("role") ?? "") else {
            throw Failure.invalid(["role": "This can be owner or member."])
        }
        try await context.database.setRole(role, of: user)
        return Reply(goingOnTo: Self.path + "#members", saying: .saved)
    }

    /// `DELETE /account/members/{member}`: an owner removes anybody, everybody can leave.
    func removeMember(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let user = try context.id("member")
        if user != context.session.user { try context.requireOwner() }
        try await services.postgres.removeMember(user, of: context.session.account)
        return user == context.session.user ? signedOut() : Reply(goingOnTo: Self.path + "#members", saying: .removed)
    }

    /// `POST /account/invitations`
    func invite(_ request: Request, _ context: OwnerContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = try await page(context)
        return try await .form(input, { before.mending(.members, $0) }, page: { $0.page }) {
            let email = try EmailAddress(input.text("email"))
            try await count(Invitation.perAccount, context.session.account.lowercased)
            let network = context.address(request, behind: services.configuration.trustedProxies)?.prefix ?? "unknown"
            try await count(Invitation.perNetworkAndAddress, "\(network) \(email.text)")
            try await count(Invitation.perAddress, email.text)
            let token = Token()
            let invitation = try await context.database.invite(
                email, by: context.session, with: token, mailer: services.mailer,
                link: "\(services.configuration.baseURL)/invitations/\(token.text)")
            return Reply(status: .created, invitation, goingOnTo: Self.path + "#members", saying: .invited)
        }
    }

    /// `DELETE /account/invitations/{invitation}`
    func withdrawInvitation(_ request: Request, _ context: OwnerContext) async throws -> Reply {
        try await context.database.withdrawInvitation(context.id("invitation"))
        return Reply(goingOnTo: Self.path + "#members", saying: .removed)
    }

    /// `GET /invitations/{token}`: who invites whom, for anybody who has the link.
    func showInvitation(_ request: Request, _ context: VisitorContext) async throws -> Reply {
        let token = context.parameters.get("token") ?? ""
        guard let invitation = try await services.postgres.invitation(token: token) else {
            let page = InvitationGonePage(isSignedIn: context.signedIn != nil, assets: assets)
            return Reply(status: .notFound, json: Failure.notFound, fragment: { page.html }, page: { page.html })
        }
        let page = InvitationPage(
            token: token, accountName: invitation.accountName, email: invitation.email, inviter: invitation.inviter,
            signedInAs: context.signedIn?.session.email, assets: assets)
        return Reply(page) { $0.html }
    }

    /// `POST /invitations/{token}`: accepts it.
    func acceptInvitation(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await services.postgres.accept(invitation: context.parameters.get("token") ?? "", in: context.session)
        return Reply(goingOnTo: "/bots")
    }

    private func count(_ limit: RateLimit, _ key: String) async throws {
        guard let wait = try await limit.count(key, in: services.postgres) else { return }
        throw Failure.tooManyRequests("That were many invitations for one day. Please try again tomorrow.", retryAfter: wait)
    }
}

extension Schema {
    static let members = MemberList.schema, invitation = InvitationView.schema
    static let role = component("Role", .object(required: ["role": .one(of: Session.Role.self)]))
}
