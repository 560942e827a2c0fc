internal import CPostgres

/// A result of libpq's. Nothing changes it after it was received, so that any thread may read it.
@usableFromInline
final class Result: @unchecked Sendable {
    private let pointer: OpaquePointer
    let rowCount: Int
    @usableFromInline let columnCount: Int

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        rowCount = Int(PQntuples(pointer))
        columnCount = Int(PQnfields(pointer))
    }

    deinit { PQclear(pointer) }

    /// Rows that the statement touched or returned.
    var affected: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// `SELECT 3`, `ROLLBACK` …
    var command: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }

    /// A value's bytes, valid as long as the result. nil is NULL, and what is beyond the end.
    @usableFromInline
    func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
        let row = Int32(truncatingIfNeeded: row), column = Int32(truncatingIfNeeded: column)
        guard PQgetisnull(pointer, row, column) == 0, let start = PQgetvalue(pointer, row, column) else { return nil }
        return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(pointer, row, column)))
    }

    /// Where the column is. PQfnumber would fold the name's case, and copy it.
    @usableFromInline
    func column(_ name: String) -> Int? {
        name.withCString { name in
            (0..<columnCount).first { index in
                guard let other = PQfname(pointer, Int32(truncatingIfNeeded: index)) else { return false }
                var at = 0
                while name[at] == other[at], name[at] != 0 { at += 1 }
                return name[at] == other[at]
            }
        }
    }

    @usableFromInline
    func name(ofColumn column: Int) -> String {
        PQfname(pointer, Int32(truncatingIfNeeded: column)).map { String(cString: $0) } ?? "\(column)"
    }
}

extension ErrorReport {
    /// Of a result that is an error.
    init(_ pointer: OpaquePointer) {
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(pointer, Int32(code.value)).map { String(cString: $0) }
        }
        // Without a state it is libpq that speaks: of a connection that broke.
        self.init(
            sqlState: field("C") ?? "08006", message: field("M") ?? "the connection broke", constraint: field("n") ?? "",
            column: field("c") ?? "", position: field("P").flatMap { Int($0) })
    }
}
