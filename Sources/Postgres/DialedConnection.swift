internal import CPostgres

/// A connection that was just made, or why it wasn't, on its way from the thread that made it to the loop.
///
/// Connections are made by a thread that blocks: libpq's non-blocking way still blocks to resolve names, and ignores
/// `connect_timeout`, without which it never goes on from a host that is silent to the next.
struct DialedConnection: @unchecked Sendable {
    /// For each host, where the connection string doesn't say.
    private static let connectTimeoutSeconds = "5"

    /// Owned by whoever receives it.
    let pointer: OpaquePointer?
    let problem: PostgresError?
    var isForListening = false

    /// Blocks until the connection is made or has failed.
    static func dial(_ conninfo: String, role: String? = nil) -> DialedConnection {
        guard isReadable(conninfo) else { return DialedConnection(pointer: nil, problem: .invalidConnectionString) }
        // What comes later wins: the string over our timeout, our encoding over the string.
        let role = role.map { [("options", "-c role=\($0)")] } ?? []
        let settings = [("connect_timeout", connectTimeoutSeconds), ("dbname", conninfo), ("client_encoding", "UTF8")] + role
        let pointer = withCStrings(settings.map(\.0)) { keywords in
            withCStrings(settings.map(\.1)) { values in PQconnectdbParams(keywords, values, 1) }
        }
        guard let pointer, PQstatus(pointer) == CONNECTION_OK else { return failed(pointer) }
        _ = PQsetNoticeReceiver(pointer, { _, _ in }, nil)
        return DialedConnection(pointer: pointer, problem: nil)
    }

    /// Closes what nobody wants any more.
    func discard() { PQfinish(pointer) }

    private static func failed(_ pointer: OpaquePointer?) -> DialedConnection {
        let message = pointer.flatMap { PQerrorMessage($0) }.map { String(cString: $0) } ?? "out of memory"
        PQfinish(pointer)
        return DialedConnection(pointer: nil, problem: .unavailable(reason(message)))
    }

    /// What libpq says about a string that it can't read may hold the password, so that it isn't asked.
    private static func isReadable(_ conninfo: String) -> Bool {
        guard let options = PQconninfoParse(conninfo, nil) else { return false }
        PQconninfoFree(options)
        return true
    }

    /// The first line. Only that of a connection that was tried: others may hold parts of a malformed string.
    private static func reason(_ message: String) -> String {
        guard message.hasPrefix("connection to server") else { return "the connection string doesn't lead to a server" }
        return message.split(whereSeparator: \.isNewline).first.map(String.init) ?? message
    }
}

/// The strings as an array that ends with NULL, valid during the call.
private func withCStrings<R>(_ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
    var values = SQLValues()
    for string in strings { values.append(string) }
    values.append(nil)
    return values.withCStrings { _, pointers in body(pointers) }
}
