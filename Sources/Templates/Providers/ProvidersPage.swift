/// An account's own key of a provider. The key itself is never shown again.
@View("ProviderKey")
public struct ProviderKey {
    public let id: String
    /// As a bot's settings name it: `openai`.
    public let provider: String
    /// For people.
    public let name: String
    /// nil: the provider's usual one.
    public let baseURL: String?
    /// The key's last characters; empty for a short key or none.
    public let hint: String
    /// When the provider last took it.
    public let checkedAt: Moment?

    public var html: HTML {
        #html(
            """
            <li class="row" id="provider-\(id)">
              <p><strong>\(name)</strong> \(hint.isEmpty ? nil : #html("<span class=\"small\">key ending in \(hint)</span>"))
              \(baseURL.map { #html("<br><span class=\"small\"><bdi>\($0)</bdi></span>") })</p>
              <form method="post" action="/account/providers/\(id)?_method=delete"><button class="link">Remove<span class="unseen"> \
            the key of \(name)</span></button></form>
            </li>
            """)
    }
}

/// A provider that an account may add its own key of.
public struct ProviderChoice: Sendable {
    let value: String
    let name: String

    public init(value: String, name: String) {
        self.value = value
        self.name = name
    }
}

/// An account's own keys, and the form that adds one.
@View("ProviderKeys")
public struct ProviderKeys {
    public let keys: [ProviderKey]
    @Hidden public let choices: [ProviderChoice]
    /// Whether whoever looks may change them.
    @Hidden public let isOwner: Bool
    @Hidden public let fields: Fields

    public var html: HTML {
        #html(
            """
            <div class="columns" id="providers">
              \(isOwner ? form : nil)
              <section aria-labelledby="providers-title">
                <h2 class="title-small" id="providers-title">Your keys</h2>
                \(keys.isEmpty ? #html("<p class=\"small\">None yet. Your bots use what this server offers, or quote your text.</p>") : nil)
                <ul class="list">\(keys)</ul>
              </section>
            </div>
            """)
    }

    private var form: HTML {
        #html(
            """
            <form class="panel" method="post" action="/account/providers" hx-post="/account/providers" hx-target="#providers" hx-swap="outerHTML">
              <h2 class="title-small">Add a key of your own</h2>
              <p>A language model then phrases your bots’ answers, and its provider charges you directly.</p>
              <div role="status">\(fields.notice)</div>
              \(Field(label: "Provider", name: "provider", scope: "provider", fields: fields).choice(choices.map { Choice($0.value, $0.name) }))
              \(Field(
                label: "Key", name: "key", type: "password", hint: "We try it at once, keep it encrypted and never show it again.",
                maximumLength: 512, autocomplete: "off", scope: "provider", fields: fields).html)
              \(Field(
                label: "Address, for another server", name: "base_url", hint: "Of a server that speaks OpenAI’s protocol.", maximumLength: 2_048,
                inputMode: "url", placeholder: "https://models.example.com/v1", scope: "provider", fields: fields).html)
              <div class="row"><button class="button">Try it and keep it</button></div>
            </form>
            """)
    }
}

@Memberwise
public struct ProvidersPage: Sendable {
    let keys: ProviderKeys
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Language models",
            #html(
                """
                <h1 class="title">Language models</h1>
                \(keys)
                """))
    }
}
