import StreamSafe

/// Gathers running text into blocks, for documents whose marks come as a stream: HTML and Word.
struct BlockWriter {
    private static let maximumTables = 16
    private static let maximumBoldHeadingWords = 8
    /// A cell with more holds prose, and its table is there for the looks.
    private static let maximumCellBytes = 600

    private(set) var blocks: [Block] = []
    /// What the text gathered next will be.
    var kind = Block.Kind.paragraph
    private var line: [UInt8] = []
    private var letters = 0
    private var boldLetters = 0
    /// Of each open table, whether it is there for the looks only.
    private var tables: [Bool] = []
    private var cells: [String] = []
    private var isInCell = false
    private var isQuestion = false
    private var isUnderQuestion = false
    /// What is under a question is done: what comes next stands under the heading before.
    private var resumesHeading = false
    private var heading: Block?

    /// The level for a question below the headings in force.
    private var questionLevel: Int {
        guard case .heading(let level) = heading?.kind else { return 2 }
        return min(level + 1, 6)
    }

    /// Any run of spaces is one space.
    mutating func append(_ text: some Sequence<UInt8>, isBold: Bool = false) {
        for byte in text {
            if isSpace(byte) {
                if let last = line.last, last != 0x20, last != 0x0A { line.append(0x20) }
            } else {
                line.append(byte)
                letters += 1
                if isBold { boldLetters += 1 }
            }
        }
    }

    /// A new line in the same block, where there can be one.
    mutating func breakLine() {
        guard kind == .paragraph, !isInCell else { return append([0x20]) }
        if line.last == 0x20 { line.removeLast() }
        if !line.isEmpty { line.append(0x0A) }
    }

    mutating func beginHeading(_ level: Int) {
        if isInCell { loosenTable() }
        finish()
        kind = .heading(min(max(level, 1), 6))
    }

    /// A question heads its answer, until `resumeHeading`.
    mutating func beginQuestion() {
        beginHeading(questionLevel)
        isQuestion = true
    }

    /// Text up to here is a block of its own. In a cell of a table it is a part of the cell.
    mutating func finish() {
        guard !isInCell else { return append([0x20]) }
        let isBold = boldLetters == letters
        guard let text = takeLine() else { return }
        let endsInLetter = text.utf8.last.map(isWordByte) ?? false || text.hasSuffix("?") || text.hasSuffix(":")
        if kind == .paragraph, isBold, endsInLetter, wordCount(text) <= Self.maximumBoldHeadingWords, !text.contains("\n") {
            add(Block(kind: .paragraph, text: "**\(text)**"))
        } else {
            add(Block(kind: kind, text: text))
        }
        switch kind {
        case .heading: kind = .paragraph
        case .item: kind = .continued
        default: break
        }
    }

    /// As it is written, line by line.
    mutating func addCode(_ text: String) {
        finish()
        if text.utf8.contains(where: isWordByte) { add(Block(kind: .code, text: text)) }
    }

    mutating func resumeHeading() {
        finish()
        resumesHeading = isUnderQuestion
    }

    /// Takes back what came after the first `count` blocks.
    mutating func shorten(to count: Int) { blocks.removeSubrange(min(count, blocks.count)...) }

    private mutating func takeLine() -> String? {
        defer {
            line.removeAll(keepingCapacity: true)
            (letters, boldLetters) = (0, 0)
        }
        while let last = line.last, isSpace(last) { line.removeLast() }
        guard line.contains(where: isWordByte) else { return nil }
        return String(streamSafe: line)
    }

    private mutating func add(_ block: Block) {
        if block.isHeading {
            if !isQuestion { heading = block }
            isUnderQuestion = isQuestion
            isQuestion = false
        } else if resumesHeading, let heading {
            blocks.append(heading)
            isUnderQuestion = false
        }
        resumesHeading = false
        blocks.append(block)
    }
}

// MARK: Tables

extension BlockWriter {
    mutating func beginTable() {
        loosenTable()
        finish()
        if tables.count < Self.maximumTables { tables.append(false) }
    }

    mutating func beginRow() { endRow() }

    mutating func beginCell() {
        endCell()
        guard tables.last == false else { return finish() }
        finish()
        isInCell = true
    }

    mutating func endCell() {
        guard isInCell else { return }
        isInCell = false
        cells.append(takeLine() ?? "")
        if cells.last.map({ $0.utf8.count > Self.maximumCellBytes }) ?? false { loosenTable() }
    }

    mutating func endRow() {
        endCell()
        finish()
        defer { cells = [] }
        let filled = cells.filter { !$0.isEmpty }
        if filled.count > 1 {
            add(.row(cells))
        } else {
            for cell in filled { add(Block(kind: .paragraph, text: cell)) }
        }
    }

    mutating func endTable() {
        endRow()
        _ = tables.popLast()
    }

    /// A table with headings, lists or tables in it is a layout: its cells are read as running text.
    mutating func loosenTable() {
        guard tables.last == false else { return }
        tables[tables.count - 1] = true
        endCell()
        for cell in cells where !cell.isEmpty { add(Block(kind: .paragraph, text: cell)) }
        cells = []
    }
}
