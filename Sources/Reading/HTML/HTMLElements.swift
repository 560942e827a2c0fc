/// What the elements of HTML are to a reader.
enum HTMLElements {
    /// They can hold blocks, and closing one closes what was left open in it.
    static let containers: Set<String> = [
        "html", "body", "div", "main", "article", "section", "center", "blockquote", "ul", "ol", "dl", "table", "details", "pre", "form",
        "header", "footer", "nav", "aside", "noscript", "svg", "template", "select", "button", "object", "audio", "video", "canvas", "math",
        "dialog", "datalist",
    ]

    /// Ways to get around, things to press, drawings.
    static let dropped: Set<String> = [
        "nav", "aside", "noscript", "svg", "template", "select", "button", "object", "audio", "video", "canvas", "math", "dialog",
        "datalist",
    ]

    /// Text before and after them is not one.
    static let blocks: Set<String> = [
        "html", "body", "p", "div", "main", "article", "section", "center", "blockquote", "header", "footer", "form", "fieldset", "figure",
        "figcaption", "address", "hr", "caption", "thead", "tbody", "tfoot", "hgroup", "label", "legend", "option",
    ]
}
