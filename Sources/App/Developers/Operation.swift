import Templates

/// What openapi.json says of a route, beside what the route table knows itself.
struct Operation: Sendable {
    let summary: String
    /// What its body is, if it takes one.
    let takes: Schema?
    /// What it answers with; nil is nothing, 204.
    let gives: Schema?
    let status: Int
    /// Whether the answer also comes as a stream of events.
    let streams: Bool
    /// Whether an `Idempotency-Key` keeps it from being carried out twice.
    let isIdempotent: Bool

    init(
        _ summary: String, takes: Schema? = nil, gives: Schema? = nil, status: Int = 200, streams: Bool = false, isIdempotent: Bool = false
    ) {
        self.summary = summary
        self.takes = takes
        self.gives = gives
        self.status = gives == nil ? 204 : status
        self.streams = streams
        self.isIdempotent = isIdempotent
    }
}

/// Who may call a route of the API.
enum Access: String, Sendable {
    case anybody
    /// With a bot's key.
    case key = "apiKey"
    /// Signed in, with an access token.
    case account = "accessToken"
    /// In development, from this machine.
    case thisMachine
}
