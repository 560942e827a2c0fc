/// Renders text that nobody vouches for (a model's answer, a visitor's message) as GitHub-flavoured Markdown.
///
/// Raw HTML is shown as text, images as links to them, and links lead only to http, https and mailto. Text beyond
/// `MarkdownLimits` is shown as it is, escaped, in one paragraph.
public func markdown(_ text: String) -> HTML {
    var text = text
    return text.withUTF8 { bytes in
        guard MarkdownLimits.allow(bytes) else { return plain(bytes) }
        if PlainParagraph.isWhole(bytes) { return PlainParagraph.html(bytes) }
        return MarkdownDocument(parsing: bytes)?.html() ?? plain(bytes)
    }
}

/// The text with its line breaks, cut at `MarkdownLimits.plainBytes`.
private func plain(_ bytes: UnsafeBufferPointer<UInt8>) -> HTML {
    var end = min(bytes.count, MarkdownLimits.plainBytes)
    while end > 0, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    var rendering = Rendering(literalCapacity: 0, interpolationCount: 0)
    rendering.appendLiteral("<p>")
    for (index, line) in bytes[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
        if index > 0 { rendering.appendLiteral("<br>\n") }
        rendering.append(escapedUTF8: UnsafeBufferPointer(rebasing: line))
    }
    rendering.appendLiteral(end < bytes.count ? "…</p>\n" : "</p>\n")
    return HTML(rendering)
}
