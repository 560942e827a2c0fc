internal import CPostgres

/// What a statement returned. Keeps the server's answer as it came; values are read out of it when asked for.
public struct Rows: RandomAccessCollection, Sendable {
    private let result: Result

    init(_ result: Result) { self.result = result }

    public var startIndex: Int { 0 }
    public var endIndex: Int { result.rowCount }

    /// - Precondition: as with arrays, the row exists.
    public subscript(row: Int) -> Row {
        precondition(indices.contains(row))
        return Row(result: result, row: Int32(row))
    }

    /// Rows that an insert, update or delete touched.
    public var affected: Int { result.affected }
}

/// One row; its values are found by the names of their columns.
public struct Row: Sendable {
    fileprivate let result: Result
    fileprivate let row: Int32

    /// - Throws: `.missingColumn`, `.wrongType`.
    public func get<Value: PostgresDecodable>(_ column: String, as type: Value.Type = Value.self) throws(PostgresError) -> Value {
        guard let index = result.column(column) else { throw .missingColumn(column) }
        return try value(at: index, named: column)
    }

    /// By place, from 0.
    public func get<Value: PostgresDecodable>(_ column: Int, as type: Value.Type = Value.self) throws(PostgresError) -> Value {
        guard (0..<result.columnCount).contains(column) else { throw .missingColumn("\(column)") }
        return try value(at: Int32(column), named: "\(column)")
    }

    private func value<Value: PostgresDecodable>(at column: Int32, named name: String) throws(PostgresError) -> Value {
        guard let text = result.text(row, column) else {
            guard let value = Value.fromNull else { throw .wrongType(column: name, wanted: "\(Value.self), not NULL") }
            return value
        }
        guard let value = Value(postgresText: text[...]) else { throw .wrongType(column: name, wanted: "\(Value.self)") }
        return value
    }
}

/// A result of libpq's, which isn't changed after it was received and can be read from any thread.
final class Result: @unchecked Sendable {
    let pointer: OpaquePointer
    let rowCount: Int
    let columnCount: Int

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        rowCount = Int(PQntuples(pointer))
        columnCount = Int(PQnfields(pointer))
    }

    deinit { PQclear(pointer) }

    var affected: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    func text(_ row: Int32, _ column: Int32) -> String? {
        guard PQgetisnull(pointer, row, column) == 0, let start = PQgetvalue(pointer, row, column) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(pointer, row, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// PQfnumber would fold the name and allocate for it.
    func column(_ name: String) -> Int32? {
        var name = name
        return name.withUTF8 { name in
            (0..<Int32(columnCount)).first { index in
                guard let candidate = PQfname(pointer, index) else { return false }
                for (offset, byte) in name.enumerated() where UInt8(bitPattern: candidate[offset]) != byte { return false }
                return candidate[name.count] == 0
            }
        }
    }

    var error: PostgresError {
        func field(_ code: UnicodeScalar) -> String? {
            PQresultErrorField(pointer, Int32(code.value)).map { String(cString: $0) }
        }
        return PostgresError(
            sqlState: field("C") ?? "XX000", message: field("M") ?? "", constraint: field("n"), column: field("c"),
            position: field("P").flatMap { Int($0) })
    }
}
