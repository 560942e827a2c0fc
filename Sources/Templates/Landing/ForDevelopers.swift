/// How a program asks the demo.
@View
struct ForDevelopers {
    let demoKey: String
    let baseURL: String

    var html: HTML {
        #html(
            """
            <section class="band band-split" id="developers">
              <h2>For developers</h2>
              <div class="stack">
                <p>The demo answers programs too. This key is public and works under the demo’s limits.</p>
                \(CodeBlock(label: "Example request", code: Examples(baseURL: baseURL, key: demoKey).curl))
                <p>The reply holds <code>answer</code>, <code>citations</code> and <code>basis</code>: <code>quoted</code>, \
            <code>based_on</code> or <code>not_in_my_information</code>. Add <code>Accept: text/event-stream</code> to get \
            it word by word.</p>
                <p><a href="/developers">Keys, examples in four languages, and OpenAI’s protocol</a></p>
              </div>
            </section>
            """)
    }
}
