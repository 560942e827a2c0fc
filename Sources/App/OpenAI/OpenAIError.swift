import HTTPTypes
import Templates

/// A failure as OpenAI's clients expect it.
@JSONObject("OpenAIError")
struct OpenAIError {
    let error: Words

    @JSONObject
    struct Words {
        let message: String
        let type: String
        /// The field that is wrong.
        let param: String?
        let code: String
    }

    init(_ failure: Failure) {
        error = Words(
            message: failure.message, type: Self.type(failure.status), param: failure.fields.keys.min(), code: Self.code(failure))
    }

    private static func type(_ status: HTTPResponse.Status) -> String {
        switch status.code {
        case 429: "requests"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    private static func code(_ failure: Failure) -> String {
        switch failure.status {
        case .unauthorized: "invalid_api_key"
        case .tooManyRequests: "rate_limit_exceeded"
        default: failure.code
        }
    }
}

extension Schema {
    static let openAIError = OpenAIError.schema
}
