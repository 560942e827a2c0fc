/// What the HTML standard says about elements, as far as a template can get it wrong.
enum Elements {
    static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    ]

    /// Their content is text up to their closing tag.
    static let rawText: Set<String> = ["script", "style", "textarea", "title", "iframe"]

    static let foreignRoots: Set<String> = ["svg", "math"]

    static func isKnown(_ name: String) -> Bool {
        name.contains("-") || all.contains(name) || void.contains(name) || rawText.contains(name)
            || foreignRoots.contains(name)
    }

    private static let all: Set<String> = [
        "a", "abbr", "address", "article", "aside", "audio", "b", "bdi", "bdo", "blockquote", "body", "button", "canvas",
        "caption", "center", "cite", "code", "colgroup", "data", "datalist", "dd", "del", "details", "dfn", "dialog", "div",
        "dl", "dt", "em", "fieldset", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "head", "header", "hgroup", "html", "i", "ins", "kbd", "label", "legend", "li", "main", "map", "mark", "menu",
        "meter", "nav", "noscript", "object", "ol", "optgroup", "option", "output", "p", "picture", "pre", "progress", "q",
        "rp", "rt", "ruby", "s", "samp", "search", "section", "select", "slot", "small", "span", "strong", "sub", "summary",
        "sup", "table", "tbody", "td", "template", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "video",
    ]

    /// Opening one of these makes the browser close an open `<p>`.
    static let closesParagraph: Set<String> = [
        "address", "article", "aside", "blockquote", "center", "details", "dialog", "div", "dl", "fieldset", "figcaption",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "main", "menu", "nav",
        "ol", "p", "pre", "search", "section", "table", "ul",
    ]

    /// A `<p>` outside one of these is not closed from inside it.
    static let paragraphBoundaries: Set<String> = [
        "button", "caption", "object", "svg", "math", "table", "td", "template", "th",
    ]

    /// May not stand anywhere inside themselves.
    static let notInsideThemselves: Set<String> = ["a", "button", "form"]

    /// An open one of the same group is closed by the browser, so it may not be the parent.
    static let siblings: [String: Set<String>] = [
        "li": ["li"], "option": ["option"], "dt": ["dt", "dd"], "dd": ["dt", "dd"], "h1": headings, "h2": headings,
        "h3": headings, "h4": headings, "h5": headings, "h6": headings,
    ]

    private static let headings: Set<String> = ["h1", "h2", "h3", "h4", "h5", "h6"]

    /// Where the browser drops the tag anywhere else.
    static let parents: [String: Set<String>] = [
        "td": ["tr", "template"], "th": ["tr", "template"],
        "tr": ["table", "tbody", "thead", "tfoot", "template"],
        "tbody": ["table", "template"], "thead": ["table", "template"], "tfoot": ["table", "template"],
        "caption": ["table", "template"], "colgroup": ["table", "template"],
        "html": [], "head": ["html"], "body": ["html"],
    ]

    /// Text in them ends up elsewhere: before the table, or in the body.
    static let textless: Set<String> = ["html", "head", "table", "thead", "tbody", "tfoot", "tr", "colgroup"]

    /// The browser moves everything else out of the table.
    static let tableChildren: [String: Set<String>] = [
        "table": ["caption", "colgroup", "thead", "tbody", "tfoot", "tr", "script", "template"],
        "thead": ["tr", "script", "template"], "tbody": ["tr", "script", "template"], "tfoot": ["tr", "script", "template"],
        "tr": ["td", "th", "script", "template"],
    ]
}
