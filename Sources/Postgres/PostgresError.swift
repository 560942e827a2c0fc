/// What kept a statement from its result. Holds neither values nor credentials.
public enum PostgresError: Error, Hashable, Sendable {
    // From the server, by SQLSTATE
    case uniqueViolation(constraint: String)
    case foreignKeyViolation(constraint: String)
    case checkViolation(constraint: String)
    case exclusionViolation(constraint: String)
    case notNullViolation(column: String)
    case serializationFailure
    case deadlock
    /// The server's own words without what may be values; `position` counts characters of the statement from 1.
    case server(sqlState: String, message: String, position: Int?)

    // On the way
    /// The connection broke while the statement was under way: whether it was carried out is unknown.
    case connectionLost
    /// No connection could be made in time; the reason is libpq's.
    case unavailable(String)
    /// More callers wait than the pool lets wait.
    case queueFull(limit: Int)
    /// The statement was given up; for a `commit`, whether it was carried out is unknown.
    case timedOut
    case cancelled
    case closed
    /// The transaction had failed before its end, so that the server rolled it back instead of committing it.
    case rolledBack

    // Of the caller's making
    /// libpq can't read the connection string.
    case invalidConnectionString
    /// A text with a NUL character, which PostgreSQL can't hold.
    case nulCharacter
    case tooManyValues(limit: Int)
    case missingColumn(String)
    /// A column that isn't what was asked for, or NULL where a value was.
    case wrongType(column: String, wanted: String)
    /// A sentence that names the file and, where there is one, the line.
    case migration(String)

    /// Whether the same statement may succeed a moment later.
    public var isTransient: Bool {
        switch self {
        case .connectionLost, .unavailable, .queueFull, .timedOut, .serializationFailure, .deadlock, .closed: true
        // Class 53: out of connections, memory or disk; 57P0x: the server is going down or coming up; 55P03: lock_timeout.
        case .server(let state, _, _): state.hasPrefix("53") || state.hasPrefix("57P") || state == "55P03" || state == "57014"
        default: false
        }
    }
}

extension PostgresError {
    /// From what the server says about an error. `sql` is the statement's text.
    init(_ report: ErrorReport, sql: String) {
        switch report.sqlState {
        case "23505": self = .uniqueViolation(constraint: report.constraint)
        case "23503": self = .foreignKeyViolation(constraint: report.constraint)
        case "23514": self = .checkViolation(constraint: report.constraint)
        case "23P01": self = .exclusionViolation(constraint: report.constraint)
        case "23502": self = .notNullViolation(column: report.column)
        case "40001": self = .serializationFailure
        case "40P01": self = .deadlock
        // The server was shut down, this session was ended, or libpq speaks: to the caller, the connection is gone.
        case "57P01", "57P02", "57P05", "25P03", "08006": self = .connectionLost
        default: self = .server(sqlState: report.sqlState, message: report.redactedMessage(sql), position: report.position)
        }
    }
}

/// The fields of an error that the server sent. Its detail, hint and context may hold values and are left out.
struct ErrorReport {
    var sqlState: String
    var message: String
    var constraint = ""
    var column = ""
    var position: Int?

    /// Messages about values (class 22, and 42601 of text search) quote them; what isn't from the statement's own text goes.
    func redactedMessage(_ sql: String) -> String {
        guard sqlState.hasPrefix("22") || sqlState == "42601", let first = message.firstIndex(of: "\""),
            let last = message.lastIndex(of: "\"")
        else { return message }
        let quoted = message[first...last].dropFirst().dropLast()
        return sql.contains(quoted) ? message : "\(message[...first])…\(message[last...])"
    }
}

extension PostgresError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .uniqueViolation(let constraint): "a row like this exists already (\(constraint))"
        case .foreignKeyViolation(let constraint): "what the row refers to, or what refers to it, doesn't allow it (\(constraint))"
        case .checkViolation(let constraint), .exclusionViolation(let constraint): "the row isn't allowed (\(constraint))"
        case .notNullViolation(let column): "\(column) is missing"
        case .serializationFailure: "another transaction changed the same rows"
        case .deadlock: "two transactions waited for each other"
        case .server(let state, let message, let position): "\(message) (\(state)\(position.map { ", at character \($0)" } ?? ""))"
        case .connectionLost: "the connection to the database was lost"
        case .unavailable(let reason): "the database can't be reached: \(reason)"
        case .queueFull(let limit): "\(limit) callers wait for the database already"
        case .timedOut: "the database took too long"
        case .cancelled: "the query was cancelled"
        case .closed: "the connections to the database are closed"
        case .rolledBack: "the transaction was rolled back, since a statement in it had failed"
        case .invalidConnectionString: "the database's connection string can't be read"
        case .nulCharacter: "a text holds a NUL character"
        case .tooManyValues(let limit): "a statement has more than \(limit) values"
        case .missingColumn(let name): "there is no column \(name)"
        case .wrongType(let column, let wanted): "\(column) can't be read as \(wanted)"
        case .migration(let sentence): sentence
        }
    }
}
