internal import CMarkGFM
import Glibc

/// Writes a tree as HTML, node by node, without recursion: how deep a text goes is its author's choice.
struct MarkdownWriter {
    typealias Node = OpaquePointer

    var rendering = Rendering(literalCapacity: 0, interpolationCount: 0)
    private var depth = 0
    /// For each link that is open, whether it was written: a link inside a link is not.
    private var links: [Bool] = []
    /// The link whose text isn't written, as it would mislead.
    private var misleading: Node?
    private var isInHeaderRow = false

    var isTooLarge: Bool {
        depth > MarkdownLimits.depth || rendering.output.written.count > MarkdownLimits.outputBytes
    }

    mutating func enter(_ node: Node) {
        if misleading != nil { return }
        if cmark_node_first_child(node) != nil { depth += 1 }
        switch cmark_node_get_type(node) {
        case CMARK_NODE_TEXT, CMARK_NODE_HTML_INLINE: text(cmark_node_get_literal(node))
        case CMARK_NODE_SOFTBREAK: write("\n")
        case CMARK_NODE_LINEBREAK: write("<br>\n")
        case CMARK_NODE_CODE: element("code", cmark_node_get_literal(node))
        case CMARK_NODE_HTML_BLOCK: element("p", cmark_node_get_literal(node))
        case CMARK_NODE_CODE_BLOCK: codeBlock(node)
        case CMARK_NODE_THEMATIC_BREAK: write("<hr>\n")
        case CMARK_NODE_LIST: openList(node)
        case CMARK_NODE_ITEM: openItem(node)
        case CMARK_NODE_LINK, CMARK_NODE_IMAGE: openLink(node)
        case CMARK_NODE_PARAGRAPH: if !isInTightList(node) { write("<p>") }
        case CMARK_NODE_HEADING: openHeading(node)
        case CMARK_NODE_BLOCK_QUOTE: write("<blockquote>\n")
        case CMARK_NODE_EMPH: write("<em>")
        case CMARK_NODE_STRONG: write("<strong>")
        case CMARK_NODE_DOCUMENT: break
        default: enterExtension(node)
        }
    }

    mutating func leave(_ node: Node) {
        if misleading == node { misleading = nil }
        if misleading != nil { return }
        if cmark_node_first_child(node) != nil { depth -= 1 }
        switch cmark_node_get_type(node) {
        case CMARK_NODE_LIST: write(cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? "</ol>\n" : "</ul>\n")
        case CMARK_NODE_ITEM: write("</li>\n")
        case CMARK_NODE_LINK, CMARK_NODE_IMAGE: if links.popLast() == true { write("</a>") }
        case CMARK_NODE_PARAGRAPH: if !isInTightList(node) { write("</p>\n") }
        case CMARK_NODE_HEADING: closeHeading(node)
        case CMARK_NODE_BLOCK_QUOTE: write("</blockquote>\n")
        case CMARK_NODE_EMPH: write("</em>")
        case CMARK_NODE_STRONG: write("</strong>")
        default: leaveExtension(node)
        }
    }

    // MARK: Blocks

    private mutating func codeBlock(_ node: Node) {
        write("<pre><code>")
        text(cmark_node_get_literal(node))
        write("</code></pre>\n")
    }

    private mutating func openList(_ node: Node) {
        guard cmark_node_get_list_type(node) == CMARK_ORDERED_LIST else { return write("<ul>\n") }
        let start = Int(cmark_node_get_list_start(node))
        write("<ol")
        if start != 1 { rendering.appendInterpolation(attribute: start, " start=\"") }
        write(">\n")
    }

    private mutating func openItem(_ node: Node) {
        write("<li>")
        guard name(node) == "tasklist" else { return }
        write("<input type=\"checkbox\" disabled")
        if cmark_gfm_extensions_get_tasklist_item_checked(node) { write(" checked") }
        write("> ")
    }

    /// An answer stands below the headings of the page, so `#` is an `<h3>`.
    private func level(_ node: Node) -> Int {
        min(Int(cmark_node_get_heading_level(node)) + 2, 6)
    }

    private mutating func openHeading(_ node: Node) {
        write("<h")
        rendering.output.append(level(node))
        write(">")
    }

    private mutating func closeHeading(_ node: Node) {
        write("</h")
        rendering.output.append(level(node))
        write(">\n")
    }

    private func isInTightList(_ node: Node) -> Bool {
        guard let list = cmark_node_parent(node).flatMap({ cmark_node_parent($0) }) else { return false }
        return cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list) != 0
    }

    // MARK: Links

    private mutating func openLink(_ node: Node) {
        guard !links.contains(true), let url = cmark_node_get_url(node), isLink(url) else { return links.append(false) }
        links.append(true)
        write("<a href=\"")
        text(url)
        write("\" rel=\"nofollow ugc noopener noreferrer\" target=\"_blank\">")
        if cmark_node_first_child(node) == nil {
            if cmark_node_get_type(node) == CMARK_NODE_IMAGE { text(url) }
        } else if LinkText.misleads(linkText(node), to: String(decoding: bytes(url), as: UTF8.self)) {
            text(url)
            misleading = node
        }
    }

    /// What is read between `<a>` and `</a>`.
    private func linkText(_ link: Node) -> String {
        guard let iterator = cmark_iter_new(link) else { return "" }
        defer { cmark_iter_free(iterator) }
        var text = ""
        while true {
            let event = cmark_iter_next(iterator)
            guard event != CMARK_EVENT_DONE, let node = cmark_iter_get_node(iterator) else { return text }
            switch cmark_node_get_type(node) {
            case CMARK_NODE_TEXT, CMARK_NODE_CODE, CMARK_NODE_HTML_INLINE:
                if event == CMARK_EVENT_ENTER, let literal = cmark_node_get_literal(node) {
                    text += String(decoding: bytes(literal), as: UTF8.self)
                }
            case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: text += " "
            default: break
            }
        }
    }

    private func isLink(_ url: UnsafePointer<CChar>) -> Bool {
        URLScheme.isLink(bytes(url))
    }

    // MARK: Extensions

    private func name(_ node: Node) -> String {
        cmark_node_get_type_string(node).map { String(cString: $0) } ?? ""
    }

    private mutating func enterExtension(_ node: Node) {
        switch name(node) {
        case "strikethrough": write("<del>")
        case "table": write("<table>\n")
        case "table_header":
            isInHeaderRow = true
            write("<thead>\n<tr>")
        case "table_row": write(isFirstRow(node) ? "<tbody>\n<tr>" : "<tr>")
        case "table_cell": openCell(node)
        default: break
        }
    }

    private mutating func leaveExtension(_ node: Node) {
        switch name(node) {
        case "strikethrough": write("</del>")
        case "table": write(hasBody(node) ? "</tbody>\n</table>\n" : "</table>\n")
        case "table_header":
            isInHeaderRow = false
            write("</tr>\n</thead>\n")
        case "table_row": write("</tr>\n")
        case "table_cell": write(isInHeaderRow ? "</th>" : "</td>")
        default: break
        }
    }

    private func isFirstRow(_ row: Node) -> Bool {
        cmark_node_previous(row).map { cmark_gfm_extensions_get_table_row_is_header($0) != 0 } ?? true
    }

    private func hasBody(_ table: Node) -> Bool {
        cmark_node_last_child(table).map { cmark_gfm_extensions_get_table_row_is_header($0) == 0 } ?? false
    }

    private mutating func openCell(_ cell: Node) {
        write(isInHeaderRow ? "<th" : "<td")
        switch alignment(cell) {
        case UInt8(ascii: "l"): write(" align=\"left\"")
        case UInt8(ascii: "c"): write(" align=\"center\"")
        case UInt8(ascii: "r"): write(" align=\"right\"")
        default: break
        }
        write(">")
    }

    /// `l`, `c`, `r` or 0.
    private func alignment(_ cell: Node) -> UInt8 {
        guard let table = cmark_node_parent(cell).flatMap({ cmark_node_parent($0) }),
            let alignments = cmark_gfm_extensions_get_table_alignments(table)
        else { return 0 }
        var column = 0
        var previous = cmark_node_previous(cell)
        while let cell = previous {
            column += 1
            previous = cmark_node_previous(cell)
        }
        return column < Int(cmark_gfm_extensions_get_table_columns(table)) ? alignments[column] : 0
    }

    // MARK: Output

    private mutating func write(_ literal: StaticString) {
        rendering.output.append(literal)
    }

    private mutating func element(_ name: StaticString, _ content: UnsafePointer<CChar>?) {
        write("<")
        write(name)
        write(">")
        text(content)
        write("</")
        write(name)
        write(">")
    }

    private mutating func text(_ text: UnsafePointer<CChar>?) {
        if let text { rendering.append(escapedUTF8: bytes(text)) }
    }

    private func bytes(_ text: UnsafePointer<CChar>) -> UnsafeBufferPointer<UInt8> {
        let raw = UnsafeRawBufferPointer(start: text, count: strlen(text))
        return raw.bindMemory(to: UInt8.self)
    }
}
