/// A bot's keys, with the form that makes another.
@View("Keys")
public struct KeyList {
    @Hidden public let bot: String
    public let keys: [KeyView]
    @Hidden public var fields: Fields = Fields()
    /// The text of a key that was made just now.
    @Hidden public var newKey: String?

    public func with(_ fields: Fields) -> KeyList { KeyList(bot: bot, keys: keys, fields: fields) }
    public func showing(_ key: String) -> KeyList { KeyList(bot: bot, keys: keys, newKey: key) }

    public var html: HTML {
        #html(
            """
            <section id="keys" class="panel" aria-labelledby="keys-title">
              <h2 class="title-small" id="keys-title">Keys for programs</h2>
              <p>With a key, a program of yours can ask this bot. <a href="/developers">How that works</a></p>
              <div role="status">\(fields.notice)\(newKey.map { NewKeyNotice(key: $0) })</div>
              \(keys.isEmpty ? nil : list)
              <form method="post" action="/bots/\(bot)/keys" hx-post="/bots/\(bot)/keys" hx-target="#keys" hx-swap="outerHTML">
                \(Field(
                    label: "A new key’s name", name: "name", hint: "So that you know later what uses it.", maximumLength: 100,
                    placeholder: "Our shop’s app", fields: fields).html)
                <div class="row"><button class="button">Make a key</button></div>
              </form>
            </section>
            """)
    }

    private var list: HTML {
        #html(
            """
            <ul class="list">
              \(keys.map { key in #html("<li class=\"key\" id=\"key-\(key.id)\">\(key)\(revocation(key))</li>") })
            </ul>
            """)
    }

    private func revocation(_ key: KeyView) -> HTML {
        let address = "/bots/\(bot)/keys/\(key.id)"
        return #html(
            """
            <form method="post" action="\(address)?_method=delete" hx-delete="\(address)" hx-target="#keys" hx-swap="outerHTML" \
            hx-confirm="Programs that use this key can’t ask any more. Take it back?">
              <button class="button button-danger" aria-label="Take back \(key.label)">Take back</button>
            </form>
            """)
    }
}

/// A key as its owner knows it: never the whole.
@View
public struct KeyView {
    public let id: String
    public let name: String
    public let prefix: String
    public let createdAt: Moment
    public let lastUsedAt: Moment?

    var label: String { name.isEmpty ? "\(prefix)…" : name }

    public var html: HTML {
        #html(
            """
            <p><strong><bdi>\(label)</bdi></strong> <code>\(prefix)…</code></p>
            <p class="small">Made \(createdAt). \(lastUsedAt.map { #html("Last used \($0).") } ?? #html("Not used yet."))</p>
            """)
    }
}

/// What a program gets that has made a key.
@View("NewKey")
public struct NewKey {
    public let id: String
    @Described("Shown this once") public let key: String

    public var html: HTML { NewKeyNotice(key: key).html }
}

/// A key's text, the one time that it is shown.
@View
struct NewKeyNotice {
    let key: String

    var html: HTML {
        #html(
            """
            <div class="notice notice-good" tabindex="-1" autofocus>
              <p>This is the new key. Please copy it now: we keep no copy that could be shown again.</p>
              <p><code class="key-text">\(key)</code></p>
            </div>
            """)
    }
}
