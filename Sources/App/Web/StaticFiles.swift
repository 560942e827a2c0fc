import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Templates

/// The files of `Public`, read once and kept. Each has a name that changes with its content, so that browsers may
/// keep it for good: `/static/app.3f9a1c….css`.
struct StaticFiles: Feature {
    private struct File: Sendable {
        let type: String
        let tag: String
        /// The content as it is, and as bin/setup has compressed it.
        let plain: ByteBuffer
        let gzip: ByteBuffer?
        let brotli: ByteBuffer?
    }

    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "ico": "image/x-icon", "txt": "text/plain; charset=utf-8", "webp": "image/webp",
    ]

    /// By hashed name.
    private var files: [String: File] = [:]
    /// The hashed name of a file by its path in the folder.
    private(set) var names: [String: String] = [:]

    init(directory: String) throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: directory).sorted() {
            guard let dot = path.lastIndex(of: "."), let type = Self.types[String(path[path.index(after: dot)...])],
                let content = FileManager.default.contents(atPath: "\(directory)/\(path)")
            else { continue }
            func compressed(_ ending: String) -> ByteBuffer? {
                let copy = "\(directory)/\(path).\(ending)"
                guard Self.isFresh(copy, of: "\(directory)/\(path)") else { return nil }
                return FileManager.default.contents(atPath: copy).map { ByteBuffer(bytes: $0) }
            }
            let fingerprint = content.withUnsafeBytes { Fingerprint($0).text }
            let name = "\(path[..<dot].split(separator: "/").last ?? "").\(fingerprint)\(path[dot...])"
            names[path] = name
            files[name] = File(
                type: type, tag: "\"\(fingerprint)\"", plain: ByteBuffer(bytes: content), gzip: compressed("gz"),
                brotli: compressed("br"))
        }
    }

    /// Whether the file was compressed after it was last changed: an older copy would be served for good under the new name.
    private static func isFresh(_ copy: String, of file: String) -> Bool {
        func modified(_ path: String) -> Date? {
            (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
        }
        guard let copied = modified(copy), let changed = modified(file) else { return false }
        return copied >= changed
    }

    func add(to routes: RouteMap) {
        routes.visitor.get("/static/{name}") { try serve($0, $1) }
        routes.visitor.get("/favicon.ico") { request, _ in try serve("favicon.ico", request) }
    }

    /// `GET /static/{name}`
    func serve(_ request: Request, _ context: VisitorContext) throws -> Response {
        guard let file = context.parameters.get("name").flatMap({ files[$0] }) else { throw Failure.notFound }
        return response(file, request, cache: "public, max-age=31536000, immutable")
    }

    /// A file at an address that others fix, such as `/favicon.ico`.
    func serve(_ path: String, _ request: Request) throws -> Response {
        guard let file = names[path].flatMap({ files[$0] }) else { throw Failure.notFound }
        return response(file, request, cache: "public, max-age=86400")
    }

    /// What is written in a file.
    func text(_ path: String) throws -> String {
        guard let file = names[path].flatMap({ files[$0] }) else { throw MissingAsset(path: path) }
        return String(buffer: file.plain)
    }

    private func response(_ file: File, _ request: Request, cache: String) -> Response {
        let accepted = request.headers[.acceptEncoding] ?? ""
        var headers = StandardHeaders.plain
        headers.append(HTTPField(name: .contentType, value: file.type))
        headers.append(HTTPField(name: .cacheControl, value: cache))
        headers.append(HTTPField(name: .vary, value: "Accept-Encoding"))
        headers.append(HTTPField(name: .eTag, value: file.tag))
        if request.isFresh(file.tag) { return Response(status: .notModified, headers: headers) }
        var body = file.plain
        if let brotli = file.brotli, accepted.accepts("br") {
            headers.append(HTTPField(name: .contentEncoding, value: "br"))
            body = brotli
        } else if let gzip = file.gzip, accepted.accepts("gzip") {
            headers.append(HTTPField(name: .contentEncoding, value: "gzip"))
            body = gzip
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}

extension Assets {
    /// The names of what every page loads; the error says what is missing.
    init(_ files: StaticFiles) throws {
        func name(_ path: String) throws -> String {
            guard let name = files.names[path] else { throw MissingAsset(path: path) }
            return name
        }
        self.init(
            css: try name("app.css"), js: try name("app.js"), htmx: try name("vendor/htmx.min.js"),
            sse: try name("vendor/sse.min.js"), icon: try name("icon.svg"),
            chatCSS: try name("chat.css"), chatJS: try name("chat.js"))
    }
}

struct MissingAsset: Error, CustomStringConvertible {
    let path: String
    var description: String { "Public/\(path) is missing. bin/setup fetches it." }
}

/// FNV-1a, 64 bits: tells contents apart; not meant against someone who makes two alike on purpose.
struct Fingerprint {
    let text: String

    init(_ bytes: UnsafeRawBufferPointer) {
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        text = String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Request {
    /// Whether the browser's copy, named by `If-None-Match`, is the one with this tag.
    func isFresh(_ tag: String) -> Bool {
        guard let tags = headers[.ifNoneMatch] else { return false }
        return tags == tag
            || tags.split(separator: ",").contains { part in
                let part = part.trimmingBlanks
                return part == tag || part == "W/\(tag)" || part == "*"
            }
    }
}

extension String {
    /// Whether `Accept-Encoding` names this coding, and not with a weight of zero.
    func accepts(_ coding: String) -> Bool {
        split(separator: ",").contains { part in
            let parts = part.split(separator: ";").map(\.trimmingBlanks)
            guard parts.first?.lowercased() == coding else { return false }
            return !parts.dropFirst().contains { $0.hasPrefix("q=0") && !$0.dropFirst(3).contains { $0 != "." && $0 != "0" } }
        }
    }
}
