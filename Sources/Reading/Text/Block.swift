/// A piece of a document on its way to Markdown.
struct Block: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case heading(Int), paragraph, row, code
        /// `number` is that of an ordered list.
        case item(depth: Int, number: Int?)
        /// A further paragraph of an item.
        case continued
    }

    var kind: Kind
    var text: String

    /// A row of a table; in its cells a bar is none.
    static func row(_ cells: [String]) -> Block {
        Block(kind: .row, text: "| " + cells.map { oneLine($0).replacing("|", with: "/") }.joined(separator: " | ") + " |")
    }

    var isHeading: Bool { if case .heading = kind { true } else { false } }

    fileprivate var line: String {
        switch kind {
        case .heading(let level): String(repeating: "#", count: level) + " " + text
        case .paragraph, .row: text
        case .code: "```\n" + text + "\n```"
        case .continued: "  " + text
        case .item(let depth, let number): String(repeating: "  ", count: depth) + (number.map { "\($0). " } ?? "- ") + text
        }
    }

    /// Items of one list and rows of a table stand close together.
    fileprivate func follows(_ other: Block) -> Bool {
        switch (other.kind, kind) {
        case (.item(0, let before), .item(0, let number)): (before == nil) == (number == nil)
        case (.row, .row), (.item, .item), (.item, .continued), (.continued, .item), (.continued, .continued): true
        default: false
        }
    }
}

extension [Block] {
    /// A table's first row counts as its head, as Markdown knows none without.
    var markdown: String {
        var result = ""
        for (index, block) in enumerated() {
            let isClose = index > 0 && block.follows(self[index - 1])
            if index > 0 { result += isClose ? "\n" : "\n\n" }
            result += block.line
            if block.kind == .row, !isClose, index + 1 < count, self[index + 1].kind == .row {
                result += "\n|" + String(repeating: "---|", count: block.text.utf8.count { $0 == UInt8(ascii: "|") } - 1)
            }
        }
        return result
    }

    /// The first heading of the highest level.
    var title: String? { first { $0.kind == .heading(1) }?.text }
}
