/// Makes paragraphs, lists, tables and headings of a page's lines, by how they lie on the page.
enum PageText {
    /// So many blanks separate columns.
    private static let columnGap = 3
    /// A column with as many words is running text.
    private static let proseWords = 4
    private static let columnShare = 0.4
    private static let maximumHeadingWords = 10
    /// A line that ends so far before the longest one ends its paragraph.
    private static let shortLineShare = 0.75

    /// Whether much of the page is two or more columns of running text side by side.
    static func isInColumns(_ page: String) -> Bool {
        let lines = page.split(separator: "\n").map(cells).filter { !$0.isEmpty }
        let parallel = lines.count { $0.count > 1 && $0.count { $0.split(separator: " ").count >= proseWords } > 1 }
        return lines.count > 5 && Double(parallel) > Double(lines.count) * columnShare
    }

    static func blocks(_ page: String) -> [Block] {
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        let longest = lines.reduce(0) { max($0, $1.utf8.count) }
        var blocks: [Block] = []
        var paragraph: [String] = []
        func finish() {
            if let block = block(of: paragraph) { blocks.append(block) }
            paragraph = []
        }
        var wasShort = false
        for line in lines {
            let cells = cells(of: line)
            if cells.count > 1 {
                finish()
                blocks.append(.row(cells))
            } else if let text = cells.first {
                if isItem(text) || wasShort && startsAnew(text) || isCapitals(text) || paragraph.last.map(isCapitals) == true { finish() }
                paragraph.append(text)
            } else {
                finish()
            }
            wasShort = Double(line.utf8.count) < Double(longest) * shortLineShare
        }
        finish()
        return headed(blocks)
    }

    private static func cells(of line: Substring) -> [String] {
        var cells: [String] = []
        var cell: [UInt8] = []
        var blanks = columnGap
        for byte in line.utf8 {
            if isSpace(byte) {
                blanks += byte == 0x09 ? columnGap : 1
                continue
            }
            if blanks >= columnGap, !cell.isEmpty {
                cells.append(String(decoding: cell, as: UTF8.self))
                cell = []
            } else if blanks > 0, !cell.isEmpty {
                cell.append(0x20)
            }
            cell.append(byte)
            blanks = 0
        }
        if !cell.isEmpty { cells.append(String(decoding: cell, as: UTF8.self)) }
        // A bullet stands apart from its text.
        if cells.count == 2, isBullet(cells[0]) { return [cells[0] + " " + cells[1]] }
        return cells
    }

    private static func block(of lines: [String]) -> Block? {
        var text = ""
        for line in lines {
            if text.hasSuffix("-"), line.first?.isLowercase == true, text.dropLast().last?.isLetter == true {
                text.removeLast()
            } else if !text.isEmpty {
                text += " "
            }
            text += line
        }
        guard text.utf8.contains(where: isWordByte) else { return nil }
        guard let first = text.split(separator: " ", maxSplits: 1).first, isBullet(String(first)) else {
            return Block(kind: .paragraph, text: text)
        }
        return Block(kind: .item(depth: 0, number: nil), text: String(text.dropFirst(first.count + 1)))
    }

    private static func isBullet(_ word: String) -> Bool { ["•", "-", "–", "*", "▪", "●", "○", "◦", "‣", "", "·", "o"].contains(word) }

    private static func isItem(_ line: String) -> Bool {
        guard let first = line.split(separator: " ", maxSplits: 1).first.map(String.init), first.count < line.count else { return false }
        let number = first.dropLast()
        let isNumbered = (1...3).contains(number.count) && number.allSatisfy(\.isNumber) && (first.hasSuffix(".") || first.hasSuffix(")"))
        return isBullet(first) || isNumbered
    }

    private static func startsAnew(_ line: String) -> Bool { line.first.map { $0.isUppercase || $0.isNumber } ?? false }

    private static func isCapitals(_ line: String) -> Bool {
        line.count { $0.isUppercase } > 3 && !line.contains { $0.isLowercase } && line.split(separator: " ").count <= maximumHeadingWords
    }

    /// A few words alone, without a stop at their end, head what follows them.
    private static func headed(_ blocks: [Block]) -> [Block] {
        blocks.indices.map { index in
            let block = blocks[index]
            guard block.kind == .paragraph, index + 1 < blocks.count, isHeading(block.text),
                blocks[index + 1].kind != .paragraph || !isHeading(blocks[index + 1].text)
            else { return block }
            return Block(kind: .heading(2), text: block.text)
        }
    }

    private static func isHeading(_ text: String) -> Bool {
        guard let last = text.last, text.split(separator: " ").count <= maximumHeadingWords, text.utf8.count <= 80 else { return false }
        let isNumbered = text.first?.isNumber == true
        return startsAnew(text) && !".,;:!".contains(last) && !text.contains("@")
            && (!text.contains(where: \.isNumber) || isNumbered && text.contains(where: \.isUppercase))
            && text.contains(where: \.isLetter)
    }
}
