/// The statements that one connection has prepared, found by their text. What wasn't used for longest makes place.
struct PreparedStatements {
    static let maximum = 256

    final class Statement {
        let name: String
        let text: String
        let valueCount: Int
        /// Whether the server has said that it is prepared; until then, others send it unprepared.
        var isConfirmed = false
        fileprivate var lastUse = 0
        fileprivate var useCount = 1

        init(name: String, text: String, valueCount: Int) {
            self.name = name
            self.text = text
            self.valueCount = valueCount
        }
    }

    private var byText: [String: Statement] = [:]
    private var uses = 0

    mutating func find(_ text: String) -> Statement? {
        guard let statement = byText[text] else { return nil }
        uses += 1
        statement.lastUse = uses
        statement.useCount += 1
        return statement
    }

    /// Under a name that was never used on this connection.
    mutating func add(_ text: String, valueCount: Int) -> Statement {
        uses += 1
        let statement = Statement(name: "s\(uses)", text: text, valueCount: valueCount)
        statement.lastUse = uses
        byText[text] = statement
        return statement
    }

    var count: Int { byText.count }

    /// Those that were used most.
    func most(_ count: Int) -> [Statement] {
        Array(byText.values.filter(\.isConfirmed).sorted { $0.useCount > $1.useCount }.prefix(count))
    }

    var isFull: Bool { byText.count >= Self.maximum }

    /// Removes the one that wasn't used for longest, if the limit is reached.
    mutating func removeOldest() -> Statement? {
        guard isFull, let oldest = byText.values.min(by: { $0.lastUse < $1.lastUse }) else { return nil }
        return remove(oldest.text)
    }

    mutating func remove(_ text: String) -> Statement? { byText.removeValue(forKey: text) }
}
