import Hummingbird

/// The four forms in which one handler can answer, as the request asks for them, and that of OpenAI's protocol.
enum Output: Sendable {
    case page, fragment, json, events, openAI

    init(for request: Request) {
        let accept = request.headers[.accept]
        if request.uri.path.hasPrefix("/v1/") {
            self = .openAI
        } else if let accept, accept.contains("text/event-stream") {
            self = .events
        } else if request.uri.path.hasPrefix("/api/") || accept?.contains("application/json") == true {
            self = .json
        } else if request.headers[.hxRequest] == "true" {
            self = .fragment
        } else {
            self = .page
        }
    }
}
