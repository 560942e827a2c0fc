/// How a program asks a bot: with examples that run as they stand, against the demo.
@View
public struct DevelopersPage {
    /// Without a slash at the end.
    public let baseURL: String
    public let demoKey: String
    @Hidden public let assets: Assets
    @Hidden public var isSignedIn: Bool = false

    public var html: HTML {
        Page(
            title: "For developers · Frontdesk",
            description: "Ask a front desk from your own program: keys, streaming, OpenAI’s protocol, limits.",
            isSignedIn: isSignedIn, assets: assets, content: content
        ).html
    }

    private var content: HTML {
        #html(
            """
            <h1 class="title">For developers</h1>
            <p class="lead">Ask a front desk from your own program. Every example here runs as it stands: it asks our demo.</p>
            \(key)
            \(asking)
            \(streaming)
            \(conversations)
            \(openAI)
            \(Self.limits)
            \(repeating)
            \(visitors)
            \(Self.errors)
            \(Self.webhooks)
            \(Self.more)
            """)
    }

    private static let webhooks: HTML = #html(
        """
        <section class="stack" aria-labelledby="webhooks">
          <h2 id="webhooks">Leads, sent to you</h2>
          <p>A bot’s page “Leads” takes an address of yours. Each visitor who leaves theirs is posted there at once, as JSON: <code>event</code> \
        (<code>lead.created</code>, or <code>trial</code>), <code>bot_id</code> and <code>lead</code>. Answer with any 2xx within 10 seconds; else it comes again, \
        eight times in three hours, with the same <code>Frontdesk-Delivery</code>.</p>
          <p>Check that it is from us: <code>Frontdesk-Signature</code> is <code>t=…,v1=…</code>, where <code>v1</code> is the HMAC-SHA256 of the time, a dot and the \
        body, with the secret from that page. In Python, as a function of the header, the body’s bytes and the secret:</p>
          \(CodeBlock(label: "Check a signature", code: checking, language: "python-function"))
        </section>
        """)

    private static let checking = """
        import hashlib, hmac, time

        def is_genuine(header, body, secret):
            parts = dict(part.split("=", 1) for part in header.split(","))
            expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
            return hmac.compare_digest(expected, parts["v1"]) and abs(time.time() - int(parts["t"])) < 300
        """

    private var examples: Examples { Examples(baseURL: baseURL, key: demoKey) }

    private var key: HTML {
        #html(
            """
            <section class="stack" aria-labelledby="key">
              <h2 id="key">A key of your own</h2>
              <p><a href="/sign-in">Sign in</a>, make a bot, and open its page “Keys”. A key is for one bot, and you see it once. Whoever has it can \
            ask in your name, so keep it on your server. If one gets lost, take it back there: it ends at once.</p>
              <p>The key in these examples, <code>\(demoKey)</code>, is public and for trying only.</p>
            </section>
            """)
    }

    private var asking: HTML {
        #html(
            """
            <section class="stack" aria-labelledby="ask">
              <h2 id="ask">Ask</h2>
              <h3>curl</h3>
              \(CodeBlock(label: "Ask with curl", code: examples.curl, language: "bash"))
              <h3>Python</h3>
              \(CodeBlock(label: "Ask with Python", code: examples.python, language: "python"))
              <h3>JavaScript</h3>
              \(CodeBlock(label: "Ask with JavaScript", code: examples.javaScript, language: "javascript"))
              <h3>Swift</h3>
              \(CodeBlock(label: "Ask with Swift", code: examples.swift, language: "swift"))
              <p>The answer is Markdown. <code>citations</code> are the passages that it comes from, word for word, and <code>basis</code> says \
            what it rests on:</p>
              <ul class="limits">
                <li><strong><code>quoted</code></strong> The owner’s own words.</li>
                <li><strong><code>based_on</code></strong> Phrased by a model from the owner’s words.</li>
                <li><strong><code>not_in_my_information</code></strong> The text doesn’t hold it, and the answer says so.</li>
              </ul>
            </section>
            """)
    }

    private var streaming: HTML {
        #html(
            """
            <section class="stack" aria-labelledby="streaming">
              <h2 id="streaming">Word by word</h2>
              <p>With <code>Accept: text/event-stream</code> the answer comes while it is made: <code>start</code> with the ids, \
            <code>delta</code> with the next words, <code>citations</code>, and <code>done</code> with the whole answer, or <code>error</code>.</p>
              \(CodeBlock(label: "Stream with curl", code: examples.curlStream, language: "bash"))
              \(CodeBlock(label: "Stream with JavaScript", code: examples.javaScriptStream, language: "javascript"))
              <p>Each event has an <code>id</code>. When a connection breaks, get <code>/api/v1/ask/{message_id}/events</code> with the last one as \
            <code>Last-Event-ID</code>: it goes on without a lost or repeated word.</p>
            </section>
            """)
    }

    private var conversations: HTML {
        #html(
            """
            <section class="stack" aria-labelledby="conversations">
              <h2 id="conversations">Ask on</h2>
              <p>Send the answer’s <code>conversation_id</code> with the next question, and it is understood with what came before.</p>
              \(CodeBlock(label: "A conversation with Python", code: examples.pythonConversation, language: "python"))
            </section>
            """)
    }

    private var openAI: HTML {
        #html(
            """
            <section class="stack" aria-labelledby="openai">
              <h2 id="openai">With OpenAI’s clients</h2>
              <p>Programs that talk to OpenAI ask your bot when you change the address and the key. The model is <code>frontdesk</code>, or the \
            bot’s id.</p>
              \(CodeBlock(label: "With OpenAI’s Python client", code: examples.pythonOpenAI, language: "python"))
              \(CodeBlock(label: "OpenAI’s protocol with curl", code: examples.curlOpenAI, language: "bash"))
              <ul class="limits">
                <li><strong>The last user message is the question.</strong> The messages before it are the conversation so far.</li>
                <li><strong>System messages don’t count.</strong> What the bot knows and how it speaks is its owner’s to say.</li>
                <li><strong>What tunes a model is ignored,</strong> such as <code>temperature</code> and <code>max_tokens</code>. What would change \
            the answer’s shape is refused: several answers, required tools, images, JSON.</li>
                <li><strong>One conversation stays one</strong> if you send <code>user</code>, or the answer’s <code>conversation_id</code> in \
            <code>metadata</code>. Without either, each request is stored as a conversation of its own.</li>
                <li><strong><code>citations</code></strong> stand in the message, or in the last piece of a stream, with <code>basis</code> and \
            <code>conversation_id</code> beside it.</li>
              </ul>
            </section>
            """)
    }

    private var repeating: HTML {
        #html(
            """
            <section class="stack" aria-labelledby="repeating">
              <h2 id="repeating">Send again without asking twice</h2>
              <p>Give a question a name of your own as <code>Idempotency-Key</code>, up to 255 characters. If you send the same again within 24 \
            hours, you get the same answer, marked <code>Idempotent-Replayed</code>, and nothing is asked or charged twice. The name with another \
            question is refused with 422. If the same is being asked at this very moment, you may get 409: send it again a second later.</p>
              \(CodeBlock(label: "An idempotency key with curl", code: examples.curlIdempotency, language: "bash"))
            </section>
            """)
    }

    private var visitors: HTML {
        #html(
            """
            <section class="stack" aria-labelledby="visitors">
              <h2 id="visitors">Say who your visitors are</h2>
              <p>Where visitors are signed in to your own site, sign with a secret of your bot (on its page “Keys”) who they are: you then see it, \
            marked as verified, beside what they ask, and their chat can only be gone on with by them. What you sign is a JSON Web Token: \
            HS256, with <code>sub</code>, your own id of the visitor, up to 200 characters, and <code>exp</code>, at most 24 hours ahead. \
            <code>name</code>, <code>email</code> and <code>nbf</code> may be there; the header holds <code>alg</code> and <code>typ</code> and \
            nothing else. Make it on your server: whoever has the secret can sign for anybody.</p>
              \(CodeBlock(label: "Sign a visitor with Python", code: examples.pythonVisitor, language: "python"))
              \(CodeBlock(label: "Sign a visitor with JavaScript", code: examples.javaScriptVisitor, language: "javascript"))
              <p>Put it into your page as the widget’s <code>data-visitor-token</code>, or send it as <code>visitor_token</code> with a message. From then on the chat is theirs alone: \
            to read, follow or erase it over the API, add <code>visitor_token</code> to the address, beside <code>session_id</code>.</p>
              \(CodeBlock(label: "The widget for a signed visitor", code: examples.visitorWidget, language: "html"))
              \(CodeBlock(label: "A message of a signed visitor", code: examples.visitorMessage, language: "http"))
              <p>A bot has up to two secrets, which both count, so that you can change one for the other without anybody noticing. A token that \
            doesn’t count is refused with 401 and a sentence that says why.</p>
            </section>
            """)
    }

    private static let limits: HTML = #html(
        """
        <section class="stack" aria-labelledby="limits">
          <h2 id="limits">Limits</h2>
          <p>A key may ask 60 questions a minute, all keys of an account 600, and on the free plan 2,000 a day. A question has up to 4,000 \
        characters. Each answer says how you stand with the limit that is nearest: <code>X-RateLimit-Limit-Requests</code>, \
        <code>X-RateLimit-Remaining-Requests</code> and <code>X-RateLimit-Reset-Requests</code>. Beyond it, you get 429 with \
        <code>Retry-After</code> in seconds.</p>
          <p>Visitors of one network may write 60 messages a minute and 2,000 a day to a bot, whatever session they name; one whom you have \
        signed, 20 a minute and 500 a day, wherever they are; all together 600 a minute.</p>
        </section>
        """)

    private static let errors: HTML = #html(
        """
        <section class="stack" aria-labelledby="errors">
          <h2 id="errors">When something is wrong</h2>
          <p>Below 500 it is something that you can mend; <code>error.message</code> says how, and <code>error.fields</code> where. \
        <code>error.code</code> stays the same for programs.</p>
          <ul class="limits">
            <li><strong>400</strong> The body can’t be read as a JSON object.</li>
            <li><strong>401</strong> There is no key, or it was taken back.</li>
            <li><strong>404</strong> There is no such conversation, answer or model for this key.</li>
            <li><strong>415</strong> Please send <code>Content-Type: application/json</code>.</li>
            <li><strong>422</strong> A field isn’t right, such as an empty question.</li>
            <li><strong>429</strong> That was too often. Please wait for as long as <code>Retry-After</code> says.</li>
            <li><strong>500, 503</strong> It is our fault. Please try again in a moment.</li>
          </ul>
        </section>
        """)

    private static let more: HTML = #html(
        """
        <section class="stack" aria-labelledby="more">
          <h2 id="more">All of it</h2>
          <p>Bots, what they know, and their keys can be managed by programs too: sign in with a mailed code, and send the access token in place of \
        a key. <a href="/api/v1/openapi.json">openapi.json</a> describes every route, for people and for code generators.</p>
        </section>
        """)
}
