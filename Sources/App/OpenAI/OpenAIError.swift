import Templates

/// A failure as OpenAI's clients expect it.
struct OpenAIError: JSONEncodable {
    let failure: Failure

    init(_ failure: Failure) { self.failure = failure }

    func write(to json: inout JSONWriter) { json.object { $0.member("error", Words(failure: failure)) } }

    private struct Words: JSONEncodable {
        let failure: Failure

        func write(to json: inout JSONWriter) {
            json.object {
                $0.member("message", failure.message)
                $0.member("type", type)
                $0.member("param", failure.fields.keys.min())
                $0.member("code", code)
            }
        }

        private var type: String {
            switch failure.status.code {
            case 429: "requests"
            case 500...: "server_error"
            default: "invalid_request_error"
            }
        }

        private var code: String {
            switch failure.status {
            case .unauthorized: "invalid_api_key"
            case .tooManyRequests: "rate_limit_exceeded"
            default: failure.code
            }
        }
    }
}
