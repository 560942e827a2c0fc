/// A mail's words, as text and as HTML.
@Memberwise
public struct Letter: Sendable {
    @Memberwise
    public struct Link: Sendable {
        public let label: String
        public let url: String
    }

    public let lead: String
    /// What stands large on a line of its own, as a code.
    public var highlight: String?
    public var link: Link?
    public var lines: [String] = []

    public var text: String {
        let parts = [lead, highlight.map { "    \($0)" }, link.map { "\($0.label):\n\($0.url)" }].compactMap(\.self)
        return (parts + lines + ["Frontdesk"]).joined(separator: "\n\n") + "\n"
    }

    /// Few elements, as mail programs read few.
    public var html: HTML {
        #html(
            """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Frontdesk</title></head>
            <body>
            <p>\(lead)</p>
            \(highlight.map { #html("<h1>\($0)</h1>") })
            \(link.map { link in #html("<p><a href=\"\(link.url)\">\(link.label)</a></p>") })
            \(lines.map { #html("<p>\($0)</p>") })
            <p>Frontdesk</p>
            </body>
            </html>
            """)
    }
}
