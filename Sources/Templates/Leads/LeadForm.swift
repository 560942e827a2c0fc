/// What a visitor may leave, so that somebody can get in touch.
@View
public struct LeadForm {
    /// The chat's own address.
    @Hidden public let path: String
    /// Of `name`, `email` and `phone`.
    public let asks: [String]
    /// What they agree to; empty: nothing.
    public let consentText: String
    public let consentVersion: Int
    @Hidden public let fields: Fields
    @Hidden public let words: HandOffWords

    public var html: HTML {
        #html(
            """
            <form class="lead stack-wide" id="lead" method="post" action="\(path + "/leads")" hx-post="\(path + "/leads")" hx-target="this" hx-swap="outerHTML">
              <p class="lead-title">\(words.weWillWrite)</p>
              \(fields.notice)
              \(asks.contains("name") ? Field(label: words.name, name: "name", maximumLength: 80, autocomplete: "name", scope: "lead", fields: fields).html : nil)
              \(asks.contains("email")
                ? Field(label: words.email, name: "email", type: "email", maximumLength: 254, autocomplete: "email", scope: "lead", fields: fields).html : nil)
              \(asks.contains("phone")
                ? Field(label: words.phone, name: "phone", type: "tel", maximumLength: 40, autocomplete: "tel", scope: "lead", fields: fields).html : nil)
              \(Field(label: words.note, name: "note", maximumLength: 1_000, scope: "lead", fields: fields).box(rows: 2))
              \(consentText.isEmpty ? nil : consent)
              <div class="row"><button class="button">\(words.send)</button></div>
            </form>
            """)
    }

    /// The version that they saw goes along: what they agree to is what stood there.
    private var consent: HTML {
        #html(
            """
            <div class="field">
              <p class="wrong" id="lead-consent-problem">\(fields.problems["consent"])</p>
              <label class="check"><input type="checkbox" name="consent" value="\(consentVersion)" aria-describedby="lead-consent-problem" \
            aria-invalid="\(fields.problems["consent"] == nil ? nil : "true")" autofocus="\(fields.problems.first == "consent")"> <span dir="auto">\(consentText)</span></label>
            </div>
            """)
    }
}

/// The way to the form.
public struct LeadLink: Sendable {
    private let words: HandOffWords

    public init(words: HandOffWords) { self.words = words }

    /// - Parameter path: the chat's own address.
    func link(to path: String) -> HTML {
        #html(
            """
            <p><a class="button button-quiet" href="\(path + "/leads")" hx-get="\(path + "/leads")" hx-target="#lead" hx-swap="outerHTML show:bottom">\(words.leaveAddress)</a></p>
            """)
    }
}

/// What a visitor reads who has left an address.
@View
public struct LeadThanks {
    @Hidden public let words: HandOffWords

    public var html: HTML { #html("<p class=\"notice notice-good\" id=\"lead\" role=\"status\">\(words.thanks)</p>") }
}
