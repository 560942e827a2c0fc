import Hummingbird

/// The four forms in which one handler can answer, as the request asks for them, and that of OpenAI's protocol.
enum Output: Sendable {
    case page, fragment, json, events, openAI

    init(for request: Request) {
        let (path, accept) = (request.uri.path, request.headers[.accept])
        if path.hasPrefix("/v1/") {
            self = .openAI
        } else if let accept, accept.firstPlace(of: "text/event-stream") != nil {
            self = .events
        } else if path.hasPrefix("/api/") || accept?.firstPlace(of: "application/json") != nil {
            self = .json
        } else if request.headers[.hxRequest] == "true" {
            self = .fragment
        } else {
            self = .page
        }
    }
}
