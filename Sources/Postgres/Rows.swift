/// What a statement returned. Keeps the server's answer as it came; values are read out of it when asked for.
public struct Rows: RandomAccessCollection, Sendable {
    let result: Result

    init(_ result: Result) { self.result = result }

    public var startIndex: Int { 0 }
    public var endIndex: Int { result.rowCount }

    /// A row beyond the end has no values.
    public subscript(row: Int) -> Row { Row(result: result, row: row) }

    /// Rows that an insert, update or delete touched.
    public var affected: Int { result.affected }
}

/// One row; its values are found by the names of their columns, or by their places from 0.
///
/// Reading is inlinable, so that each type's is compiled where it is used: pages read a thousand values.
public struct Row: Sendable {
    @usableFromInline let result: Result
    @usableFromInline let row: Int

    init(result: Result, row: Int) {
        self.result = result
        self.row = row
    }

    /// - Throws: `.missingColumn`, `.wrongType`.
    @inlinable
    public func get<Value: PostgresDecodable>(_ column: String, as type: Value.Type = Value.self) throws(PostgresError) -> Value {
        guard let place = result.column(column) else { throw .missingColumn(column) }
        return try value(at: place)
    }

    /// - Throws: `.missingColumn`, `.wrongType`.
    @inlinable
    public func get<Value: PostgresDecodable>(_ column: Int, as type: Value.Type = Value.self) throws(PostgresError) -> Value {
        guard (0..<result.columnCount).contains(column) else { throw .missingColumn("\(column)") }
        return try value(at: column)
    }

    @inlinable
    func value<Value: PostgresDecodable>(at column: Int) throws(PostgresError) -> Value {
        guard let bytes = result.bytes(row, column) else {
            if let null = Value.fromNull { return null }
            throw .wrongType(column: result.name(ofColumn: column), wanted: "\(Value.self), and is NULL")
        }
        let value = withExtendedLifetime(result) { Value(postgresBytes: bytes) }
        guard let value else { throw .wrongType(column: result.name(ofColumn: column), wanted: "\(Value.self)") }
        return value
    }
}
