/// A person and the account that they look at, with whoever else is in it and where they are signed in.
@View("Account")
public struct AccountPage {
    public let user: PersonView
    public let account: AccountView
    public let accounts: [AccountView]
    public let emailChange: EmailChangeView?
    public let members: [MemberView]
    @Described("For owners") public let invitations: [InvitationView]
    public let sessions: [DeviceView]
    @Hidden public let frame: Frame
    /// The form that was sent, with what came of it.
    @Hidden public var sent: (form: AccountForm, fields: Fields)? = nil

    /// The same after this form was sent.
    public func mending(_ form: AccountForm, _ fields: Fields) -> AccountPage {
        var page = self
        page.sent = (form, fields)
        return page
    }

    /// The part whose form was sent, or all.
    public var html: HTML {
        switch sent?.form {
        case .profile: profile
        case .email: email
        case .members: people
        case .deletion: deletion
        case nil: #html("\(profile)\(email)\(choice)\(people)\(devices)\(deletion)")
        }
    }

    public var page: HTML {
        frame.page(
            "Account",
            #html(
                """
                <h1 class="title">Account</h1>
                <div class="account">
                \(profile)
                \(email)
                \(accounts.count > 1 ? choice : nil)
                \(people)
                \(models)
                \(devices)
                \(isOwner ? dataLink : nil)
                \(deletion)
                </div>
                """))
    }

    private var models: HTML {
        #html(
            """
            <section class="panel" aria-labelledby="models-title">
              <h2 class="title-small" id="models-title">Language models</h2>
              <p><a href="/account/providers">Keys of your own</a>, with which a model phrases your bots’ answers.</p>
            </section>
            """)
    }

    private var dataLink: HTML {
        #html(
            """
            <section class="panel" aria-labelledby="data-title">
              <h2 class="title-small" id="data-title">Your data</h2>
              <p><a href="/account/data">Take everything with you</a>, or bring it back.</p>
            </section>
            """)
    }

    var isOwner: Bool { account.role == "owner" }

    /// What the form shows.
    func fields(_ form: AccountForm, _ values: [String: String] = [:]) -> Fields {
        guard let sent, sent.form == form else { return Fields(values: values) }
        return Fields(
            values: values.merging(sent.fields.values) { _, typed in typed }, problems: sent.fields.problems, notice: sent.fields.notice)
    }
}

/// The forms of the page that can come back with something to mend.
public enum AccountForm: Sendable { case profile, email, members, deletion }

@View
public struct PersonView {
    public let id: String
    public let name: String
    @Described(.emailAddress) public let email: String
    /// Whether they are mailed when visitors of this account's bots wait for a person, and about leads.
    public let mails: Bool

    public var html: HTML { #html("<bdi>\(name.isEmpty ? email : name)</bdi>") }
}

@View("AccountSummary")
public struct AccountView {
    public let id: String
    public let name: String
    @Described(.one(of: "free", "paid")) public let plan: String
    /// Of the person who asks.
    @Described(.one(of: "owner", "member")) public let role: String
    public let isCurrent: Bool

    public var html: HTML {
        #html(
            """
            <li class="entry">
              <p><bdi>\(name)</bdi> <span class="small">\(role == "owner" ? "You are an owner." : "You are a member.")</span></p>
              \(isCurrent ? #html("<p class=\"small\">You look at this one.</p>") : change)
            </li>
            """)
    }

    private var change: HTML {
        #html(
            """
            <form method="post" action="/account/current?_method=put"><input type="hidden" name="account" value="\(id)">\
            <button class="button button-quiet">Go there<span class="unseen">: \(name)</span></button></form>
            """)
    }

    var planInWords: String {
        plan == "paid" ? "You have the paid plan, with up to 100 bots." : "You have the free plan, with one bot."
    }
}
