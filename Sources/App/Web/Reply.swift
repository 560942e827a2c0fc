import HTTPTypes
import Hummingbird
import NIOCore
import Templates

/// What a handler answers: one thing in each of the forms that a request can ask for.
struct Reply {
    var status = HTTPResponse.Status.ok
    /// nil: there is nothing to say but the status, 204.
    var json: (any JSONEncodable)?
    /// nil: the browser goes on to `location`.
    var fragment: (() -> HTML)?
    var page: (() -> HTML)?
    /// Where a browser goes on to after a change, so that a reload doesn't do it again.
    var location: String?
    var headers: HTTPFields = [:]
    /// What the page there says of the change.
    var said: Said?

    /// An answer that is itself in JSON and as a fragment.
    init<Content: View>(_ content: Content, status: HTTPResponse.Status = .ok, page: @escaping (Content) -> HTML) {
        self.status = status
        json = content
        fragment = { content.html }
        self.page = { page(content) }
    }

    init(status: HTTPResponse.Status = .ok, json: (any JSONEncodable)?, fragment: @escaping () -> HTML, page: @escaping () -> HTML) {
        self.status = status
        self.json = json
        self.fragment = fragment
        self.page = page
    }

    /// What a change leads to: programs get `json`, htmx the fragment if there is one, and a page goes on to `location`.
    init(
        status: HTTPResponse.Status = .ok, _ json: (any JSONEncodable)? = nil, fragment: (() -> HTML)? = nil, goingOnTo location: String,
        saying said: Said? = nil
    ) {
        self.status = status
        self.said = said
        self.json = json
        self.fragment = fragment
        self.location = location
    }

    /// Never stored by anyone in between: it is what one visitor asked for.
    func response(as output: Output) -> Response {
        var response = content(as: output)
        response.headers.append(contentsOf: headers)
        if let said, goesOn(output) { response.headers.append(said.cookie) }
        response.headers[.cacheControl] = "no-store"
        response.headers.append(HTTPField(name: .vary, value: "Accept, HX-Request"))
        return response
    }

    private func goesOn(_ output: Output) -> Bool {
        switch output {
        case .page: page == nil
        case .fragment: fragment == nil
        case .json, .events, .openAI: false
        }
    }

    private func content(as output: Output) -> Response {
        switch output {
        case .json, .events, .openAI:
            json.map { Response(status, json: $0) } ?? Response(status: .noContent, headers: StandardHeaders.plain)
        case .fragment: fragment.map { Response(status, html: $0()) } ?? .goingOn(to: location ?? "/")
        case .page: page.map { Response(status, html: $0()) } ?? .redirect(to: location ?? "/")
        }
    }
}

extension Response {
    init(_ status: HTTPResponse.Status = .ok, html: HTML) {
        self.init(status: status, headers: StandardHeaders.html, body: ResponseBody(byteBuffer: ByteBuffer(html)))
    }

    init(_ status: HTTPResponse.Status = .ok, json: any JSONEncodable) {
        var writer = JSONWriter()
        json.write(to: &writer)
        let body = writer.withUnsafeBytes { ByteBuffer(bytes: $0) }
        self.init(status: status, headers: StandardHeaders.json, body: ResponseBody(byteBuffer: body))
    }

    init(_ status: HTTPResponse.Status = .ok, text: String) {
        self.init(status: status, headers: StandardHeaders.text, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// What htmx takes for a redirect.
    static func goingOn(to location: String) -> Response {
        var response = Response(status: .noContent, headers: StandardHeaders.plain)
        response.headers[.hxRedirect] = location
        return response
    }

    static func redirect(to location: String) -> Response {
        var headers = StandardHeaders.plain
        headers.append(HTTPField(name: .location, value: location))
        headers.append(HTTPField(name: .cacheControl, value: "no-store"))
        return Response(status: .seeOther, headers: headers)
    }
}

extension ByteBuffer {
    init(_ html: HTML) { self = html.withUnsafeBytes { ByteBuffer(bytes: $0) } }
}

extension Reply {
    /// Does what a form asks for. Where a field is wrong, the form comes back as it was filled in, with what to mend.
    /// - Parameter place: the element that it takes the place of, where that isn't the form itself.
    static func form<Form: View>(
        _ input: Input, _ form: (Fields) -> Form, into place: String = "this", page: @escaping (Form) -> HTML,
        _ save: () async throws -> Reply
    ) async throws -> Reply {
        do {
            return try await save()
        } catch let failure as Failure where failure.status == .unprocessableContent || failure.status == .tooManyRequests {
            let form = form(input.fields(mending: failure))
            var reply = Reply(status: failure.status, json: failure, fragment: { form.html }, page: { page(form) })
            reply.headers = [.hxRetarget: place, .hxReswap: place == "#notice" ? "innerHTML" : "outerHTML"]
            if let seconds = failure.retryAfter { reply.headers[.retryAfter] = String(seconds) }
            return reply
        }
    }
}
