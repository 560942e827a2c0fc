import HTTPTypes
import Hummingbird
import NIOCore
import Templates

/// What is the same for everybody, made once: bytes with a tag by which a browser finds that it has them.
struct FixedContent: Sendable {
    private let bytes: ByteBuffer
    private let headers: HTTPFields
    private let tag: String

    init(_ html: HTML) { self.init(ByteBuffer(html), StandardHeaders.html) }

    init(json content: some JSONEncodable) {
        var writer = JSONWriter()
        content.write(to: &writer)
        self.init(writer.withUnsafeBytes { ByteBuffer(bytes: $0) }, StandardHeaders.json)
    }

    private init(_ bytes: ByteBuffer, _ headers: HTTPFields) {
        self.bytes = bytes
        tag = bytes.withUnsafeReadableBytes { "\"\(Fingerprint($0).text)\"" }
        var headers = headers
        headers.append(HTTPField(name: .cacheControl, value: "no-cache"))
        headers.append(HTTPField(name: .eTag, value: tag))
        self.headers = headers
    }

    func response(to request: Request) -> Response {
        if request.isFresh(tag) { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }
}

/// A page of which only the header differs, between those who are signed in and others: two pages, each the same for everybody.
struct FixedPage: Sendable {
    private let page: FixedContent
    private let signedIn: FixedContent

    init(_ html: (_ isSignedIn: Bool) -> HTML) {
        page = FixedContent(html(false))
        signedIn = FixedContent(html(true))
    }

    func response(to request: Request, _ context: VisitorContext) -> Response {
        var response = (context.hasSession ? signedIn : page).response(to: request)
        response.headers.append(HTTPField(name: .vary, value: "Cookie"))
        return response
    }
}
