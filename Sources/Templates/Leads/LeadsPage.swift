/// A bot's leads, the form by which visitors leave them, and where they are sent on.
@Memberwise
public struct LeadsPage: Sendable {
    let bot: String
    let name: String
    let list: LeadList
    let form: LeadSettings
    let webhook: WebhookView
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Leads · \(name)",
            #html(
                """
                \(BotTabs(bot: bot, name: name, current: .leads).html)
                \(list.leads.isEmpty ? nothing : found)
                \(form)
                \(webhook)
                """))
    }

    private var found: HTML {
        #html(
            """
            <section class="panel" aria-labelledby="leads-title">
              <h2 class="title-small" id="leads-title">Visitors who left an address</h2>
              \(list)
              <p class="small"><a href="/bots/\(bot)/leads.csv" download>Take them with you as a table (CSV)</a></p>
            </section>
            """)
    }

    private var nothing: HTML {
        #html(
            """
            <div class="panel">
              <h2 class="title-small">Nobody has left an address yet</h2>
              <p>Where your bot doesn’t know, or nobody is there, visitors can leave their address here, if you ask for one below. You get a mail in the \
            morning after.</p>
            </div>
            """)
    }
}

/// What visitors are asked for.
@View
public struct LeadSettings {
    @Hidden public let bot: String
    /// Of `name`, `email` and `phone`; none: they aren't asked.
    public let leadFields: [String]
    public let consentText: String
    /// Counts up with each change of the text.
    @Described(.integer.readOnly) public let consentVersion: Int
    @Hidden public let fields: Fields

    public var html: HTML {
        #html(
            """
            <form id="lead-form" class="panel" method="post" action="/bots/\(bot)/lead-form?_method=put" hx-put="/bots/\(bot)/lead-form" hx-target="this" \
            hx-swap="outerHTML" data-guard>
              <h2 class="title-small">What you ask for</h2>
              <div role="status">\(fields.notice)</div>
              \(Field(label: "Visitors can leave", name: "lead_fields", fields: Fields(values: ["lead_fields": chosen], problems: fields.problems)).choice(Self.choices))
              \(Field(
                label: "What they agree to", name: "consent_text",
                hint: "They tick a box beside it. Empty: there is no box. Each lead keeps the words that stood there.", maximumLength: 1_000,
                placeholder: "You may write to me about my question. I can take this back at any time.",
                fields: Fields(values: ["consent_text": fields.values["consent_text"] ?? consentText], problems: fields.problems)).box(rows: 2))
              <div class="row"><button class="button">Save</button></div>
            </form>
            """)
    }

    private var chosen: String { fields.values["lead_fields"] ?? leadFields.joined(separator: ",") }

    private static let choices = [
        Choice("", "Nothing: there is no form"), Choice("email", "E-mail"), Choice("name,email", "Name and e-mail"),
        Choice("name,email,phone", "Name, e-mail and phone"), Choice("name,phone", "Name and phone"), Choice("phone", "Phone"),
        Choice("email,phone", "E-mail and phone"),
    ]
}

/// Where leads are sent on, and what came of it.
@View("Webhook")
public struct WebhookView {
    @Hidden public let bot: String
    /// nil: nowhere.
    public let url: String?
    /// nil where there is none, or `problem` says why it isn't known.
    public let secret: String?
    @Hidden public let problem: String?
    /// Newest first.
    public let deliveries: [DeliveryView]
    @Hidden public let fields: Fields

    public var html: HTML {
        #html(
            """
            <section id="webhook" class="panel" aria-labelledby="webhook-title">
              <h2 class="title-small" id="webhook-title">Send them to another program</h2>
              <div role="status">\(fields.notice)</div>
              <form class="stack-wide" method="post" action="/bots/\(bot)/webhook?_method=put" hx-put="/bots/\(bot)/webhook" hx-target="#webhook" hx-swap="outerHTML">
                \(Field(
                    label: "Its address", name: "url", type: "url", hint: "We send each lead there as JSON, at once. How to check our signature stands under “For developers”.",
                    isRequired: true, maximumLength: 2_000, placeholder: "https://crm.example.com/leads", scope: "webhook",
                    fields: Fields(values: ["url": fields.values["url"] ?? url ?? ""], problems: fields.problems)).html)
                <div class="row"><button class="button button-quiet">Save</button></div>
              </form>
              \(url == nil ? nil : set)
            </section>
            """)
    }

    private var set: HTML {
        #html(
            """
            \(secret.map { #html("<p>The secret of its signature: <code class=\"key-text\">\($0)</code></p>") })
            \(problem.map { Notice(message: $0).html })
            <div class="row">
              <form method="post" action="/bots/\(bot)/webhook/trials"><button class="button button-quiet">Send a trial</button></form>
              <form method="post" action="/bots/\(bot)/webhook?_method=delete"><button class="button button-danger">Stop sending</button></form>
            </div>
            \(deliveries.isEmpty ? nil : log)
            """)
    }

    private var log: HTML {
        #html(
            """
            <div class="scroll" role="region" aria-label="What came of it" tabindex="0">
              <table class="figures deliveries">
                <thead><tr><th scope="col">When</th><th scope="col">Attempt</th><th scope="col">Status</th><th scope="col">Time</th><th scope="col">What came of it</th></tr></thead>
                <tbody>\(deliveries)</tbody>
              </table>
            </div>
            """)
    }
}
