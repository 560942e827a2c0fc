/// Which of a Word file's paragraph styles are headings and which are lists. A style's id depends on the language that
/// the file was written in ("berschrift1"); its name doesn't.
struct WordStyles {
    private var levels: [String: Int] = [:]
    private var items: [String: Int] = [:]
    private var titles: Set<String> = []

    init(_ bytes: [UInt8]) throws(XMLTokenizer.Broken) {
        var tokens = XMLTokenizer(bytes)
        var id = ""
        while let token = try tokens.next() {
            guard case .start(let element, let attributes) = token else { continue }
            func attribute(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
            switch element {
            case "style": id = attribute("styleId") ?? ""
            case "name": note(id, name: attribute("val")?.lowercased() ?? "")
            case "outlineLvl":
                if let level = attribute("val").flatMap({ Int($0) }), (0..<6).contains(level) { levels[id] = level + 1 }
            case "numPr": items[id] = 0
            default: break
            }
        }
    }

    /// 1…6 for a heading. Files made by other programs may lack the list of styles, but use the usual names.
    func level(_ style: String) -> Int? {
        levels[style] ?? (style.hasPrefix("Heading") ? Int(style.dropFirst(7)).flatMap { (1...6).contains($0) ? $0 : nil } : nil)
    }

    func itemDepth(_ style: String) -> Int? { items[style] }

    func isTitle(_ style: String) -> Bool { titles.contains(style) || style == "Title" }

    private mutating func note(_ id: String, name: String) {
        if name == "title" {
            levels[id] = 1
            titles.insert(id)
        } else if name.hasPrefix("heading "), let level = Int(name.dropFirst(8)), (1...6).contains(level) {
            levels[id] = level
        } else if name.hasPrefix("list bullet") || name.hasPrefix("list number") {
            items[id] = 0
        }
    }
}
