import HTTPTypes
import Hummingbird
import NIOCore
import Templates

/// What a handler answers: one thing in each of the forms that a request can ask for.
struct Reply {
    var status = HTTPResponse.Status.ok
    var json: any JSONEncodable
    var fragment: () -> HTML
    var page: () -> HTML

    /// An answer that is itself in JSON and as a fragment.
    init<Content: View>(_ content: Content, status: HTTPResponse.Status = .ok, page: @escaping (Content) -> HTML) {
        self.status = status
        json = content
        fragment = { content.html }
        self.page = { page(content) }
    }

    init(status: HTTPResponse.Status = .ok, json: any JSONEncodable, fragment: @escaping () -> HTML, page: @escaping () -> HTML) {
        self.status = status
        self.json = json
        self.fragment = fragment
        self.page = page
    }

    /// Never stored by anyone in between: it is what one visitor asked for.
    func response(as output: Output) -> Response {
        var response =
            switch output {
            case .json, .events: Response(status, json: json)
            case .fragment: Response(status, html: fragment())
            case .page: Response(status, html: page())
            }
        response.headers.append(HTTPField(name: .cacheControl, value: "no-store"))
        response.headers.append(HTTPField(name: .vary, value: "Accept, HX-Request"))
        return response
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
