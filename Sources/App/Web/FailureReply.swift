import HTTPTypes
import Hummingbird
import Templates

extension Failure {
    /// The failure in the form that the request asks for.
    func response(as output: Output, to request: Request, requestID: String, assets: Assets, isSignedIn: Bool = false) -> Response {
        var response = content(as: output, request, requestID, assets, isSignedIn)
        response.headers[.cacheControl] = "no-store"
        response.headers.append(contentsOf: headers)
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        if let allowed { response.headers[.allow] = allowed }
        if response.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        // What is still being sent of a body isn't wanted.
        if status == .contentTooLarge { response.headers[.connection] = "close" }
        return response
    }

    private func content(as output: Output, _ request: Request, _ requestID: String, _ assets: Assets, _ isSignedIn: Bool) -> Response {
        switch output {
        case .json, .events: Response(status, json: self)
        case .openAI: Response(status, json: OpenAIError(self))
        // No redirect where something was sent: what was just written would be lost.
        case .fragment where signIn: signedOut(request)
        case .fragment: Response(status, html: Notice(message: message).html)
        // What was just written comes along when the page is sent once more: it must not be lost to a redirect.
        case .page where signIn && request.method == .get: .redirect(to: SignIn.address(returningTo: request))
        case .page: Response(status, html: page(requestID, assets, isSignedIn))
        }
    }

    private func signedOut(_ request: Request) -> Response {
        var response = Response(status, html: SignedOutNotice().html)
        if request.method == .get { response.headers[.hxRedirect] = "/sign-in" }
        return response
    }

    private func page(_ requestID: String, _ assets: Assets, _ isSignedIn: Bool) -> HTML {
        if signIn { return SignedOutPage(assets: assets).html }
        let words = ErrorPage.words(for: status.code)
        // What is refused to somebody, and what they can mend, has words of its own.
        let message = status == .forbidden || status == .unprocessableContent ? message : words.message
        return ErrorPage(
            status: status.code, title: words.title, message: message, requestID: requestID, assets: assets, isSignedIn: isSignedIn
        ).html
    }
}

extension Failure: Describable {
    static var schema: Schema {
        let words = Schema.object(required: ["code": .string, "message": .string], optional: ["fields": .map(to: .string)])
        return .object(required: ["error": words])
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("error", Words(code: code, message: message, fields: fields))
        }
    }

    struct Words: JSONEncodable {
        let code, message: String
        var fields: [String: String] = [:]

        func write(to json: inout JSONWriter) {
            json.object {
                $0.member("code", code)
                $0.member("message", message)
                if !fields.isEmpty { $0.member("fields", fields) }
            }
        }
    }
}
