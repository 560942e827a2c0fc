/// Code that scrolls by itself, also with the keyboard.
@View
public struct CodeBlock {
    public let label: String
    public let code: String
    /// As `python`.
    public var language: String?

    public var html: HTML {
        #html(
            """
            <div class="code" role="region" aria-label="\(label)" tabindex="0"><pre><code class="\(language.map { "language-\($0)" })">\(code)</code></pre></div>
            """)
    }
}
