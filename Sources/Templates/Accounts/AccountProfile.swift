extension AccountPage {
    /// Names, and the plan.
    var profile: HTML {
        let fields = fields(.profile, ["name": user.name, "account_name": account.name, "mails": user.mails ? "true" : "false"])
        return #html(
            """
            <form id="profile" class="panel" method="post" action="/account?_method=patch" hx-patch="/account" hx-target="this" \
            hx-swap="outerHTML" data-guard>
              <h2 class="title-small">You and your business</h2>
              <div role="status">\(fields.notice)</div>
              \(Field(
                label: "Your name", name: "name", hint: "Members of this account see it, whom you invite, and visitors whom you answer.", maximumLength: 80,
                autocomplete: "name", scope: "profile", fields: fields).html)
              \(isOwner
                ? Field(
                    label: "Your business", name: "account_name", isRequired: true, maximumLength: 80, autocomplete: "organization",
                    scope: "profile", fields: fields).html
                : #html("<p>You are a member of <bdi>\(account.name)</bdi>. Its owners can change its name.</p>"))
              \(Field(
                label: "Mails to you when a visitor wants a person or leaves an address", name: "mails", scope: "profile", fields: fields)
                .choice([Choice("true", "Yes"), Choice("false", "No")]))
              <p class="small">\(account.planInWords)</p>
              <div class="row"><button class="button">Save</button></div>
            </form>
            """)
    }

    /// The address, and how it changes.
    var email: HTML {
        let fields = fields(.email)
        return #html(
            """
            <section id="email" class="panel" aria-labelledby="email-title">
              <h2 class="title-small" id="email-title">Your e-mail address</h2>
              <p>You sign in with <strong>\(user.email)</strong>.</p>
              <div role="status">\(fields.notice)</div>
              \(emailChange.map { $0.form(fields) } ?? newEmail(fields))
            </section>
            """)
    }

    private func newEmail(_ fields: Fields) -> HTML {
        #html(
            """
            <form class="stack" method="post" action="/account/email">
              \(Field(
                label: "New address", name: "email", type: "email",
                hint: "We’ll send a code there and one to your old address, so that nobody else can change it.", isRequired: true,
                maximumLength: 254, autocomplete: "email", inputMode: "email", scope: "email", fields: fields).html)
              <div class="row"><button class="button button-quiet">Send both codes</button></div>
            </form>
            """)
    }

    /// The person's accounts, to go from one to another.
    var choice: HTML {
        #html(
            """
            <section id="accounts" class="panel" aria-labelledby="accounts-title">
              <h2 class="title-small" id="accounts-title">Your accounts</h2>
              <ul class="entries">\(accounts)</ul>
            </section>
            """)
    }

    var devices: HTML {
        #html(
            """
            <section id="devices" class="panel" aria-labelledby="devices-title">
              <h2 class="title-small" id="devices-title">Where you are signed in</h2>
              \(DeviceList(sessions: sessions))
              <form method="post" action="/account/sessions?_method=delete">
                <button class="button button-danger">Sign out everywhere</button>
              </form>
            </section>
            """)
    }

    /// For owners only.
    var deletion: HTML {
        guard isOwner else { return #html("") }
        let fields = fields(.deletion)
        return #html(
            """
            <details id="deletion" class="more" open="\(sent?.form == .deletion)">
              <summary>Delete this account</summary>
              <form class="panel" method="post" action="/account?_method=delete">
                <p>It goes with everything in it: bots, what they know, keys, conversations, members. This can’t be undone.</p>
                <div role="status">\(fields.notice)</div>
                <p>Its name is <strong><bdi>\(account.name)</bdi></strong>.</p>
                \(Field(
                    label: "Type that name", name: "account_name", isRequired: true, maximumLength: 80, autocomplete: "off",
                    scope: "deletion", fields: fields).html)
                <div class="row"><button class="button button-danger">Delete the account for good</button></div>
              </form>
            </details>
            """)
    }
}

/// A new address that waits for its codes.
@View
public struct EmailChangeView {
    @Described(.emailAddress) public let email: String
    public let expiresAt: Moment

    public var html: HTML { form(Fields()) }

    func form(_ fields: Fields) -> HTML {
        #html(
            """
            <form class="stack" method="post" action="/account/email?_method=put">
              <p>We’ve sent a code to your old address and one to <strong>\(email)</strong>. Enter both until \(expiresAt).</p>
              \(Field(
                label: "The code in your old mailbox", name: "old_code", isRequired: true, maximumLength: 40, autocomplete: "off",
                scope: "email", fields: fields).html)
              \(Field(
                label: "The code in your new mailbox", name: "new_code", isRequired: true, maximumLength: 40, autocomplete: "off",
                scope: "email", fields: fields).html)
              <div class="row">
                <button class="button">Change my address</button>
                <button class="button button-quiet" formaction="/account/email?_method=delete" formnovalidate>Keep the old one</button>
              </div>
            </form>
            """)
    }
}

/// Where a person is signed in, as a list of its own.
@View("Sessions")
public struct DeviceList {
    public let sessions: [DeviceView]

    public var html: HTML { #html("<ul class=\"entries\">\(sessions)</ul>") }
}

/// A browser or a program that is signed in.
@View("Session")
public struct DeviceView {
    public let id: String
    @Described(.one(of: "browser", "api")) public let kind: String
    public let device: String
    public let createdAt: Moment
    public let lastSeenAt: Moment
    public let isCurrent: Bool

    public var html: HTML {
        #html(
            """
            <li class="entry" id="session-\(id)">
              <p>
                <bdi>\(device)</bdi>\(kind == "api" ? ", a program" : nil) \(isCurrent ? #html("<strong>(this device)</strong>") : nil)<br>
                <span class="small">Last used \(lastSeenAt)</span>
              </p>
              <form method="post" action="/account/sessions/\(id)?_method=delete">
                <button class="button button-quiet">Sign out<span class="unseen">: \(device)</span></button>
              </form>
            </li>
            """)
    }
}
