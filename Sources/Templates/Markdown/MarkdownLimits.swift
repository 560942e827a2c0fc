/// What is parsed at all. The parser is quadratic or worse on some texts, so they are recognised before it sees them.
enum MarkdownLimits {
    static let bytes = 16 * 1024
    static let tableColumns = 64
    /// The parser fills each row up to the columns of its table, so a row of one byte can cost 64 cells.
    static let tableCells = 8192
    /// Elements open inside each other.
    static let depth = 32
    static let outputBytes = 256 * 1024
    /// What is shown of a text that is not parsed.
    static let plainBytes = 64 * 1024

    static func allow(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.count <= bytes && allowTables(text)
    }

    private static func allowTables(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var lines = 1
        var pipes = 0
        var mostPipes = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "|"):
                pipes += 1
                mostPipes = max(mostPipes, pipes)
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                lines += 1
                pipes = 0
            default: break
            }
        }
        return mostPipes <= tableColumns + 1 && mostPipes * lines <= tableCells
    }
}
