import Postgres

/// A type that a setting's values have: how a column and JSON hold them.
protocol SettingValue: Sendable {
    static func read(_ column: String, of row: Row) throws -> Self
    var json: JSON { get }
}

extension SettingValue where Self: PostgresDecodable {
    static func read(_ column: String, of row: Row) throws -> Self { try row.get(column) }
}

extension String: SettingValue {
    var json: JSON { .string(self) }
}

extension Bool: SettingValue {
    var json: JSON { .bool(self) }
}

extension Double: SettingValue {
    var json: JSON { .number(description) }
}

extension Int: SettingValue {
    var json: JSON { .number(String(self)) }
}

extension Int64: SettingValue {
    var json: JSON { .number(String(self)) }
}

extension Optional: SettingValue where Wrapped: SettingValue & PostgresDecodable {
    var json: JSON { self?.json ?? .null }
}

/// Of texts that need no quotes in Postgres' arrays.
extension [String]: SettingValue {
    static func read(_ column: String, of row: Row) throws -> Self { try row.elements(column) }
    var json: JSON { .array(map { .string($0) }) }
}

extension Bot.Position: SettingValue {
    static func read(_ column: String, of row: Row) throws -> Self { Self(rawValue: try row.get(column)) ?? .right }
    var json: JSON { .string(rawValue) }
}

extension Row {
    /// Of an array whose elements need no quotes.
    func elements(_ column: String) throws -> [String] {
        try get(column, as: String.self).dropFirst().dropLast().split(separator: ",").map(String.init)
    }
}
