import StreamSafe

/// Turns a page of HTML into blocks in one pass, without building its tree. What is on every page for finding one's way
/// (navigation, side bars, page head and foot, forms) and what nobody reads (scripts, drawings) is left out.
struct HTMLReader {
    /// Elements beyond are read as if their tags were not there.
    private static let maximumDepth = 512
    /// A form with more is the page itself, as some systems wrap it in one.
    private static let maximumFormWords = 80
    private static let charsetWindow = 2048

    private var tokens: HTMLTokenizer
    private var writer = BlockWriter()
    private var page = HTMLPage()
    private let keepsFooter: Bool

    /// The open elements that hold others; `counts` spares a search for those that aren't open.
    private var open: [(name: String, isDropped: Bool, start: Int)] = []
    private var counts: [String: Int] = [:]
    private var dropped = 0
    private var bold = 0
    private var lists: [(isOrdered: Bool, items: Int)] = []
    private var contact: (address: String, start: [UInt8])?
    private var code: [UInt8]?
    private var isTitle = false
    private var term: [UInt8]?

    /// `charset` as the server says; without one the page's own word counts.
    static func page(_ bytes: [UInt8], charset: String? = nil, keepsFooter: Bool = false) -> HTMLPage {
        let declared = charset ?? declaredCharset(bytes.prefix(charsetWindow))
        let text = Text(cleaning: decode(bytes, declared))
        var reader = HTMLReader(tokens: HTMLTokenizer(text.bytes), keepsFooter: keepsFooter)
        return reader.read()
    }

    static func document(_ bytes: [UInt8]) -> Document {
        let page = page(bytes)
        return Document(title: page.title ?? page.blocks.title, sections: [Section(markdown: page.blocks.markdown)])
    }

    private init(tokens: HTMLTokenizer, keepsFooter: Bool) {
        self.tokens = tokens
        self.keepsFooter = keepsFooter
    }

    private static func declaredCharset(_ bytes: ArraySlice<UInt8>) -> String? {
        let start = String(decoding: bytes, as: UTF8.self).lowercased()
        guard let mark = start.firstRange(of: "charset=") ?? start.firstRange(of: "encoding=") else { return nil }
        let name = start[mark.upperBound...].drop { "\"' ".contains($0) }.prefix { $0.isLetter || $0.isNumber || "-_".contains($0) }
        return name.isEmpty ? nil : String(name)
    }

    private mutating func read() -> HTMLPage {
        while let token = tokens.next() {
            switch token {
            case .text(let range): text(range)
            case .start(let tag): start(tag)
            case .end(let name): end(name)
            }
        }
        closeAll()
        page.blocks = writer.blocks
        return page
    }

    private mutating func text(_ range: Range<Int>) {
        if isTitle {
            let title = oneLine(tokens.string(range))
            if page.title == nil, !title.isEmpty { page.title = title }
            return
        }
        guard dropped == 0 else { return }
        let text = Text(cleaning: decodingEntities(tokens.bytes[range])).bytes
        if code != nil { return code?.append(contentsOf: text) ?? () }
        if term != nil { return term?.append(contentsOf: text) ?? () }
        contact?.start.append(contentsOf: text)
        writer.append(text, isBold: bold > 0)
    }

    private mutating func start(_ tag: HTMLTokenizer.Tag) {
        page.note(tag, tokens.string)
        isTitle = tag.name == "title" && (counts["svg"] ?? 0) == 0
        if HTMLElements.containers.contains(tag.name) { push(tag) }
        guard dropped == 0 else { return }
        if term != nil, HTMLElements.blocks.contains(tag.name) || tag.name.hasPrefix("h") { endTerm() }
        switch tag.name {
        case "h1", "h2", "h3", "h4", "h5", "h6": writer.beginHeading(Int(tag.name.dropFirst()) ?? 2)
        case "br": writer.breakLine()
        case "li": beginItem()
        case "ul", "ol": beginList(isOrdered: tag.name == "ol")
        case "table": writer.beginTable()
        case "tr": writer.beginRow()
        case "td", "th": writer.beginCell()
        case "b", "strong": bold += 1
        case "summary": writer.beginQuestion()
        case "dt": beginTerm()
        case "dd": if term != nil { endTerm() }
        case "pre": beginCode()
        case "a": beginContact(tag)
        case "img", "input", "wbr": break
        case let name where HTMLElements.blocks.contains(name): writer.finish()
        default: break
        }
    }

    private mutating func end(_ name: String) {
        isTitle = false
        if HTMLElements.containers.contains(name) { return close(name) }
        guard dropped == 0 else { return }
        switch name {
        case "h1", "h2", "h3", "h4", "h5", "h6", "summary": endBlock()
        case "li": endBlock()
        case "tr": writer.endRow()
        case "td", "th": writer.endCell()
        case "b", "strong": bold = max(0, bold - 1)
        case "dt": endTerm()
        case "dd": endBlock()
        case "a": endContact()
        case let name where HTMLElements.blocks.contains(name): writer.finish()
        default: break
        }
    }

    private mutating func endBlock() {
        writer.finish()
        bold = 0
        writer.kind = .paragraph
    }
}

// MARK: Open elements

extension HTMLReader {
    private mutating func push(_ tag: HTMLTokenizer.Tag) {
        guard open.count < Self.maximumDepth else { return }
        let isDropped = drops(tag)
        open.append((tag.name, isDropped, writer.blocks.count))
        counts[tag.name, default: 0] += 1
        if isDropped {
            if dropped == 0 { writer.finish() }
            dropped += 1
        }
    }

    private func drops(_ tag: HTMLTokenizer.Tag) -> Bool {
        let role = tag.attributes.first { $0.name == "role" }.map { tokens.string($0.value) }
        if HTMLElements.dropped.contains(tag.name) || role == "navigation" || role == "search" { return true }
        let isInside = ["main", "article", "section"].contains { (counts[$0] ?? 0) > 0 }
        if tag.name == "footer" || role == "contentinfo" { return !keepsFooter && !isInside }
        return (tag.name == "header" || role == "banner") && !isInside
    }

    private mutating func close(_ name: String) {
        guard (counts[name] ?? 0) > 0 else { return }
        while let element = open.popLast() {
            leave(element)
            if element.name == name { return }
        }
    }

    private mutating func closeAll() {
        while let element = open.popLast() { leave(element) }
        writer.endTable()
    }

    private mutating func leave(_ element: (name: String, isDropped: Bool, start: Int)) {
        counts[element.name, default: 1] -= 1
        if element.isDropped { dropped -= 1 }
        guard dropped == 0, !element.isDropped else { return }
        switch element.name {
        case "ul", "ol": endList()
        case "table": writer.endTable()
        case "details": writer.resumeHeading()
        case "dl":
            endTerm()
            writer.kind = .paragraph
            writer.resumeHeading()
        case "pre": endCode()
        case "form": endForm(element.start)
        default: writer.finish()
        }
    }

    /// The labels of fields are no text.
    private mutating func endForm(_ start: Int) {
        writer.finish()
        let words = writer.blocks.dropFirst(start).reduce(0) { $0 + wordCount($1.text) }
        if words <= Self.maximumFormWords { writer.shorten(to: start) }
    }
}

// MARK: Lists, terms, code, contacts

extension HTMLReader {
    private static let maximumListDepth = 8

    private mutating func beginList(isOrdered: Bool) {
        writer.finish()
        lists.append((isOrdered, 0))
    }

    private mutating func endList() {
        writer.finish()
        _ = lists.popLast()
        writer.kind = lists.isEmpty ? .paragraph : .continued
    }

    private mutating func beginItem() {
        writer.finish()
        bold = 0
        guard let last = lists.indices.last else { return writer.kind = .item(depth: 0, number: nil) }
        lists[last].items += 1
        let depth = min(last, Self.maximumListDepth)
        writer.kind = .item(depth: depth, number: lists[last].isOrdered ? lists[last].items : nil)
    }

    private mutating func beginTerm() {
        endTerm()
        writer.finish()
        term = []
    }

    /// A question heads its answer; any other term begins the line of what it means.
    private mutating func endTerm() {
        guard let text = term.map({ oneLine(String(decoding: $0, as: UTF8.self)) }) else { return }
        writer.finish()
        term = nil
        if text.hasSuffix("?") {
            writer.beginQuestion()
            writer.append(text.utf8)
            writer.finish()
        } else if !text.isEmpty {
            writer.kind = .item(depth: 0, number: nil)
            writer.append((text.hasSuffix(":") ? text + " " : text + ": ").utf8)
        }
    }

    private mutating func beginCode() {
        writer.finish()
        code = []
    }

    private mutating func endCode() {
        if let code { writer.addCode(String(streamSafe: code)) }
        code = nil
    }

    /// Where a link writes or calls, its address belongs to the text.
    private mutating func beginContact(_ tag: HTMLTokenizer.Tag) {
        guard let link = tag.attributes.first(where: { $0.name == "href" }) else { return }
        let parts = tokens.string(link.value).split(separator: ":", maxSplits: 1)
        guard parts.count == 2, ["mailto", "tel"].contains(parts[0].lowercased()) else { return }
        contact = (String(parts[1].prefix { $0 != "?" }), [])
    }

    private mutating func endContact() {
        guard let (address, text) = contact else { return }
        contact = nil
        let shown = String(streamSafe: text)
        let isNumber = address.first == "+" || address.first?.isNumber == true
        let isShown = isNumber ? shown.contains(where: \.isNumber) : shown.contains("@")
        if !isShown, !address.isEmpty, address.utf8.count < 100 { writer.append(" (\(address))".utf8) }
    }
}
