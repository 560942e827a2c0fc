/// Cuts a table into rows and values. What breaks the rules is read as it stands; a row may have any number of values.
struct CSVParser {
    private static let quote = UInt8(ascii: "\"")

    private let bytes: [UInt8]
    private let delimiter: UInt8
    private var index = 0
    /// A quote that is never closed would swallow the rest: from there on, quotes are taken as they stand.
    private var readsQuotes = true

    static func rows(_ bytes: [UInt8], _ delimiter: UInt8, limit: Int) -> [[String]] {
        var parser = CSVParser(bytes: bytes, delimiter: delimiter)
        var rows: [[String]] = []
        while parser.index < bytes.count, rows.count < limit { rows.append(parser.row()) }
        return rows
    }

    private init(bytes: [UInt8], delimiter: UInt8) {
        self.bytes = bytes
        self.delimiter = delimiter
    }

    private mutating func row() -> [String] {
        var fields: [String] = []
        while true {
            fields.append(field())
            guard index < bytes.count else { return fields }
            index += 1
            if bytes[index - 1] == 0x0A { return fields }
            // The row ends after a delimiter, with an empty value.
            if index == bytes.count { return fields + [""] }
        }
    }

    private var isAtEnd: Bool { index >= bytes.count || bytes[index] == delimiter || bytes[index] == 0x0A }

    private mutating func field() -> String {
        let start = index
        while !isAtEnd, bytes[index] == 0x20 { index += 1 }
        if readsQuotes, !isAtEnd, bytes[index] == Self.quote {
            if let value = quoted() { return trimmed(value) }
            readsQuotes = false
        }
        index = start
        while !isAtEnd { index += 1 }
        return trimmed(Array(bytes[start..<index]))
    }

    /// nil where the quote is never closed.
    private mutating func quoted() -> [UInt8]? {
        var value: [UInt8] = []
        index += 1
        while index < bytes.count {
            if bytes[index] == Self.quote {
                index += 1
                guard index < bytes.count, bytes[index] == Self.quote else {
                    while !isAtEnd {
                        value.append(bytes[index])
                        index += 1
                    }
                    return value
                }
            }
            value.append(bytes[index])
            index += 1
        }
        return nil
    }

    private func trimmed(_ value: [UInt8]) -> String {
        let start = value.firstIndex { !isSpace($0) } ?? value.endIndex
        let end = value.lastIndex { !isSpace($0) } ?? start - 1
        return start <= end ? String(decoding: value[start...end], as: UTF8.self) : ""
    }
}
