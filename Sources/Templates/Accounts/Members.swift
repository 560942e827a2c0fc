extension AccountPage {
    /// The members, and whom an owner has invited.
    var people: HTML {
        #html(
            """
            <section id="members" class="panel" aria-labelledby="members-title">
              <h2 class="title-small" id="members-title">Members</h2>
              \(MemberList(members: members))
              \(isOwner ? invitationsAndForm : nil)
            </section>
            """)
    }

    private var invitationsAndForm: HTML {
        let fields = fields(.members)
        return #html(
            """
            \(invitations.isEmpty ? nil : #html("<h3 class=\"title-small\">Invited</h3><ul class=\"entries\">\(invitations)</ul>"))
            <form class="stack" method="post" action="/account/invitations">
              <div role="status">\(fields.notice)</div>
              \(Field(
                label: "Invite somebody", name: "email", type: "email",
                hint: "Members see and change everything but this account’s name, members and end.", isRequired: true,
                maximumLength: 254, autocomplete: "off", inputMode: "email", placeholder: "colleague@your-business.com", scope: "members",
                fields: fields).html)
              <div class="row"><button class="button button-quiet">Send the invitation</button></div>
            </form>
            """)
    }
}

@View("Member")
public struct MemberView {
    /// The person's.
    public let id: String
    public let name: String
    @Described(.emailAddress) public let email: String
    @Described(.one(of: "owner", "member")) public let role: String
    public let joinedAt: Moment
    public let isYou: Bool
    /// Whether who looks at it can give them another role, or take them out of the account.
    @Hidden public let canChange: Bool
    @Hidden public let canGo: Bool

    public var html: HTML {
        #html(
            """
            <li class="entry" id="member-\(id)">
              <p>
                <bdi>\(name.isEmpty ? email : name)</bdi> \(isYou ? #html("<strong>(you)</strong>") : nil)<br>
                <span class="small">\(role == "owner" ? "Owner" : "Member")\(name.isEmpty ? nil : ", \(email)")</span>
              </p>
              \(canGo ? change : nil)
            </li>
            """)
    }

    private var change: HTML {
        #html(
            """
            <details class="more">
              <summary>Change<span class="unseen"> \(isYou ? "yourself" : email)</span></summary>
              <div class="row">
                \(canChange ? newRole : nil)
                <form method="post" action="/account/members/\(id)?_method=delete">
                  <button class="button button-danger">\(isYou ? "Leave this account" : "Remove")</button>
                </form>
              </div>
            </details>
            """)
    }

    private var newRole: HTML {
        #html(
            """
            <form method="post" action="/account/members/\(id)?_method=patch">
              <button class="button button-quiet" name="role" value="\(role == "owner" ? "member" : "owner")">\
            \(role == "owner" ? "Make a member only" : "Make an owner")</button>
            </form>
            """)
    }
}

/// The members as a list of their own.
@View("Members")
public struct MemberList {
    public let members: [MemberView]

    public var html: HTML { #html("<ul class=\"entries\">\(members)</ul>") }
}

@View("Invitation")
public struct InvitationView {
    public let id: String
    @Described(.emailAddress) public let email: String
    public let expiresAt: Moment

    public var html: HTML {
        #html(
            """
            <li class="entry" id="invitation-\(id)">
              <p>\(email)<br><span class="small">The link works until \(expiresAt).</span></p>
              <form method="post" action="/account/invitations/\(id)?_method=delete">
                <button class="button button-quiet">Withdraw<span class="unseen"> the invitation of \(email)</span></button>
              </form>
            </li>
            """)
    }
}
