internal import CPostgres

/// A connection whose calls block, for threads that may.
final class BlockingConnection {
    private let pointer: OpaquePointer

    init(_ conninfo: String) throws(PostgresError) {
        let dialed = DialedConnection.dial(conninfo)
        guard let pointer = dialed.pointer else { throw dialed.problem ?? .connectionLost }
        self.pointer = pointer
    }

    deinit { PQfinish(pointer) }

    var isInTransaction: Bool { PQtransactionStatus(pointer) == PQTRANS_INTRANS }

    func run(_ sql: SQL) throws(PostgresError) -> Rows {
        let result = sql.values.withCStrings { count, values in
            PQexecParams(pointer, sql.text, count, nil, values, nil, nil, 0)
        }
        guard let result else { throw .connectionLost }
        guard isSuccess(result) else {
            defer { PQclear(result) }
            throw PostgresError(ErrorReport(result), sql: sql.text)
        }
        return Rows(Result(result))
    }

    /// Runs statements that are separated by semicolons, up to the first that fails.
    func runScript(_ text: String) throws(ScriptError) {
        guard PQsendQuery(pointer, text) == 1 else { throw ScriptError(message: "the connection was lost", statement: 0) }
        var problem: ScriptError?
        var statement = 0
        while let result = PQgetResult(pointer) {
            defer { PQclear(result) }
            if isCopy(result) { throw ScriptError(message: "copy from or to the client isn't supported", statement: statement) }
            if isSuccess(result) { statement += 1 } else if problem == nil { problem = ScriptError(ErrorReport(result), statement) }
        }
        if let problem { throw problem }
    }

    private func isSuccess(_ result: OpaquePointer) -> Bool {
        [PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY].contains(PQresultStatus(result))
    }

    private func isCopy(_ result: OpaquePointer) -> Bool {
        [PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH].contains(PQresultStatus(result))
    }
}

/// What kept a script from its end. Scripts have no values, so that the server's words may be shown.
struct ScriptError: Error {
    let message: String
    /// Characters from 1, where the server says.
    var position: Int?
    /// Of the statement that failed, from 0.
    let statement: Int

    init(message: String, statement: Int) {
        self.message = message
        self.statement = statement
    }

    init(_ report: ErrorReport, _ statement: Int) {
        self.init(message: report.message, statement: statement)
        position = report.position
    }

    /// From 1. Where the server gives no position, that of the statement's beginning.
    func line(in text: String) -> Int {
        guard let position else { return firstLines(ofStatementsIn: text).dropFirst(statement).first ?? 1 }
        return 1 + text.unicodeScalars.prefix(max(0, position - 1)).count { $0 == "\n" }
    }
}
