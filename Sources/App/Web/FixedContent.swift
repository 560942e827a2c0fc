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
