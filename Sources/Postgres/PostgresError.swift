/// What kept a statement from its result. Holds neither values nor credentials.
public enum PostgresError: Error, Hashable, Sendable {
    // From the server, by SQLSTATE
    case uniqueViolation(constraint: String)
    case foreignKeyViolation(constraint: String)
    case checkViolation(constraint: String)
    case notNullViolation(column: String)
    case serializationFailure
    case deadlock
    /// The server's own words, without its detail, which may hold values; `position` counts characters of the statement
    /// from 1.
    case server(sqlState: String, message: String, position: Int?)

    // On the way
    /// The connection broke while the statement was under way: whether it was carried out is unknown.
    case connectionLost
    /// No connection could be made in time; the reason is libpq's.
    case unavailable(String)
    /// More callers wait than the pool lets wait.
    case queueFull(limit: Int)
    case timedOut
    case cancelled
    case closed

    // Of the caller's making
    /// A text with a NUL character, which PostgreSQL can't hold.
    case nulCharacter
    case missingColumn(String)
    /// A column that isn't what was asked for, or NULL where a value was.
    case wrongType(column: String, wanted: String)
    case migration(String)

    /// Whether the same statement may succeed a moment later.
    public var isTransient: Bool {
        switch self {
        case .connectionLost, .unavailable, .queueFull, .timedOut, .serializationFailure, .deadlock, .closed: true
        // Class 53: out of connections, memory or disk; 57P0x: the server is going down or coming up.
        case .server(let state, _, _): state.hasPrefix("53") || state.hasPrefix("57P")
        default: false
        }
    }

    init(sqlState: String, message: String, constraint: String?, column: String?, position: Int?) {
        switch sqlState {
        case "23505": self = .uniqueViolation(constraint: constraint ?? "")
        case "23503": self = .foreignKeyViolation(constraint: constraint ?? "")
        case "23514": self = .checkViolation(constraint: constraint ?? "")
        case "23502": self = .notNullViolation(column: column ?? "")
        case "40001": self = .serializationFailure
        case "40P01": self = .deadlock
        // The server was shut down or this session was ended: to the caller, the connection is gone.
        case "57P01", "57P02", "57P05": self = .connectionLost
        case "57P03": self = .unavailable(message)
        default: self = .server(sqlState: sqlState, message: message, position: position)
        }
    }
}
