import Zip

/// Reads the text of a Word file (.docx): paragraphs, headings, lists and tables, as they stand after all changes.
struct WordReader {
    static let maximumEntries = 2_000
    static let maximumUnpackedBytes = 50 * 1_048_576

    private let styles: WordStyles
    private var writer = BlockWriter()
    private var title: String?
    private var skipped = 0
    private var isBold = false
    private var isText = false
    private var textBytes = 0
    private var paragraph = Paragraph()

    private struct Paragraph {
        var style = ""
        var level: Int?
        var itemDepth: Int?
        var hasBegun = false
    }

    static func document(_ bytes: [UInt8]) throws(ReadingProblem) -> Document {
        let archive = try ReadingProblem.of { () throws(ZipProblem) in
            try ZipBytes(bytes, maximumEntries: maximumEntries, maximumUnpackedBytes: maximumUnpackedBytes)
        }
        func content(_ isWanted: (String) -> Bool) throws(ReadingProblem) -> [UInt8]? {
            guard let entry = archive.entries.first(where: { isWanted($0.name) }) else { return nil }
            return decode(try ReadingProblem.of { () throws(ZipProblem) in try archive.content(of: entry) }, nil)
        }
        // Word on the web numbers it: word/document2.xml.
        guard let main = try content({ $0.hasPrefix("word/document") && $0.hasSuffix(".xml") }) else {
            throw archive.entries.contains { $0.name == "[Content_Types].xml" } ? .otherOffice : .archive
        }
        let styles = try content { $0 == "word/styles.xml" }
        guard let styles = try? WordStyles(styles ?? []) else { throw .wordDamaged }
        var reader = WordReader(styles)
        try reader.read(main)
        let blocks = reader.writer.blocks
        return Document(title: reader.title ?? blocks.title, sections: [Section(markdown: blocks.markdown)])
    }

    private init(_ styles: WordStyles) { self.styles = styles }

    private mutating func read(_ bytes: [UInt8]) throws(ReadingProblem) {
        var tokens = XMLTokenizer(bytes)
        do {
            while textBytes <= FileReader.maximumTextBytes, let token = try tokens.next() { take(token) }
        } catch {
            throw .wordDamaged
        }
        guard textBytes <= FileReader.maximumTextBytes else { throw .tooMuchText }
        writer.finish()
    }

    private mutating func take(_ token: XMLTokenizer.Token) {
        switch token {
        case .start(let name, let attributes): start(name, attributes.first { $0.name == "val" }?.value)
        case .end(let name): end(name)
        case .text(let text):
            guard isText, skipped == 0 else { return }
            begin()
            textBytes += text.count
            writer.append(Text(cleaning: text).bytes, isBold: isBold)
        }
    }

    private mutating func start(_ name: String, _ value: String?) {
        if Self.left.contains(name) { skipped += 1 }
        guard skipped == 0 else { return }
        switch name {
        case "p":
            endParagraph()
            paragraph = Paragraph()
        case "pStyle": paragraph.style = value ?? ""
        case "outlineLvl": paragraph.level = value.flatMap { Int($0) }.flatMap { (0..<6).contains($0) ? $0 + 1 : nil }
        case "numPr": paragraph.itemDepth = 0
        case "ilvl": paragraph.itemDepth = value.flatMap { Int($0) }.map { min(max($0, 0), 8) }
        case "numId": if value == "0" { paragraph.itemDepth = nil }
        case "r": isBold = false
        case "b": isBold = !["0", "false", "off"].contains(value)
        case "t": isText = true
        case "tab": if paragraph.hasBegun { writer.append([0x20]) }
        case "br", "cr": writer.breakLine()
        case "noBreakHyphen": writer.append("-".utf8, isBold: isBold)
        case "tbl": writer.beginTable()
        case "tr": writer.beginRow()
        case "tc": writer.beginCell()
        default: break
        }
    }

    private mutating func end(_ name: String) {
        if Self.left.contains(name) { return skipped = max(0, skipped - 1) }
        guard skipped == 0 else { return }
        switch name {
        case "p": endParagraph()
        case "t": isText = false
        case "tc": writer.endCell()
        case "tr": writer.endRow()
        case "tbl": writer.endTable()
        default: break
        }
    }

    /// What was deleted or moved away, a second form of what stands there already, and properties of the paragraph's mark.
    private static let left: Set<String> = ["del", "moveFrom", "Fallback", "sectPr", "pPrChange", "rPrChange", "tabs", "binData"]

    /// The paragraph's kind is known when its first text comes.
    private mutating func begin() {
        guard !paragraph.hasBegun else { return }
        paragraph.hasBegun = true
        if let level = paragraph.level ?? styles.level(paragraph.style) {
            writer.beginHeading(level)
        } else if let depth = paragraph.itemDepth ?? styles.itemDepth(paragraph.style) {
            writer.kind = .item(depth: depth, number: nil)
        } else {
            writer.kind = .paragraph
        }
    }

    private mutating func endParagraph() {
        let count = writer.blocks.count
        writer.finish()
        writer.kind = .paragraph
        guard title == nil, paragraph.hasBegun, styles.isTitle(paragraph.style), writer.blocks.count > count else { return }
        title = writer.blocks.last?.text
    }
}

extension ReadingProblem {
    /// What comes of reading an archive, or why a Word file can't be read.
    fileprivate static func of<Value>(_ reading: () throws(ZipProblem) -> Value) throws(ReadingProblem) -> Value {
        do throws(ZipProblem) {
            return try reading()
        } catch {
            switch error {
            case .tooLarge: throw .wordTooLarge
            case .damaged: throw .wordDamaged
            case .encrypted: throw .wordPassword
            case .unsafe: throw .wordUnsafe
            }
        }
    }
}
