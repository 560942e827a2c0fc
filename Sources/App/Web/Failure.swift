import HTTPTypes

/// An expected failure: a value on its way to becoming an HTTP answer, once, in `FailureReply`.
struct Failure: Error, Sendable {
    var status: HTTPResponse.Status
    /// Stable, for programs.
    var code: String
    /// A sentence for people.
    var message: String
    /// A sentence for each field that the caller can mend.
    var fields: [String: String] = [:]
    /// Seconds until trying again makes sense.
    var retryAfter: Int?
    /// Methods that the path does answer, on a 405.
    var allowed: String?
    /// Whether a browser is sent to sign in.
    var signIn = false
    /// How the caller stands with what it may ask.
    var headers: HTTPFields = [:]

    static func badRequest(_ message: String) -> Failure {
        Failure(status: .badRequest, code: "bad_request", message: message)
    }

    static func invalid(_ fields: [String: String]) -> Failure {
        let message = fields.count == 1 ? fields.values.joined() : "Please look at the marked fields."
        return Failure(status: .unprocessableContent, code: "invalid", message: message, fields: fields)
    }

    static let tooManyRequestsCode = "too_many_requests"

    static func tooManyRequests(_ message: String, retryAfter: Int) -> Failure {
        Failure(status: .tooManyRequests, code: tooManyRequestsCode, message: message, retryAfter: retryAfter)
    }

    static func methodNotAllowed(_ allowed: String) -> Failure {
        Failure(
            status: .methodNotAllowed, code: "method_not_allowed", message: "This address can't be used that way.",
            allowed: allowed)
    }

    static let notFound = Failure(status: .notFound, code: "not_found", message: "There is nothing at this address.")
    static let unauthorized = Failure(
        status: .unauthorized, code: "unauthorized", message: "This needs a valid key, as “Authorization: Bearer …”.")
    static let notSignedIn = Failure(
        status: .unauthorized, code: "unauthorized", message: "Please sign in first.", signIn: true)
    static let onlyOwners = Failure(
        status: .forbidden, code: "only_owners", message: "Only an owner of this account can do that.")
    static let crossSite = Failure(
        status: .forbidden, code: "cross_site", message: "This request came from another site, so nothing was done.")
    static let unsupportedMediaType = Failure(
        status: .unsupportedMediaType, code: "unsupported_media_type", message: "Please send JSON or a form, in UTF-8.")
    static let tooLarge = Failure(status: .contentTooLarge, code: "too_large", message: "That is more than we take at once.")
    static let uriTooLong = Failure(status: .uriTooLong, code: "uri_too_long", message: "This address is too long.")
    static let unavailable = Failure(
        status: .serviceUnavailable, code: "unavailable",
        message: "We can't reach our own records just now. Please try again in a moment.", retryAfter: 5)
    static let overloaded = Failure(
        status: .serviceUnavailable, code: "overloaded", message: "There is too much to do just now. Please try again in a moment.",
        retryAfter: 5)
    static let unexpected = Failure(
        status: .internalServerError, code: "unexpected", message: "Something went wrong on our side. It has been noted.")
}
