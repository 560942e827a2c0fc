import HTTPTypes
import Hummingbird

/// What every request must satisfy before it is routed.
enum RequestRules {
    static let maximumTargetBytes = 8 * 1_024

    /// - Parameter scheme: by which browsers reach us.
    static func check(_ request: Request, scheme: String) throws(Failure) {
        try checkTarget(request)
        try checkHost(request)
        // Of a name that is given twice, each reader would choose another.
        _ = try request.query
        try checkFraming(request)
        guard request.method != .get, request.method != .head else { return }
        let path = request.uri.path
        if !OtherSites.paths.contains(where: path.hasPrefix) { try checkOrigin(request, scheme) }
    }

    /// Only a path with a query is taken; both must decode to UTF-8, and the path to one without control characters.
    private static func checkTarget(_ request: Request) throws(Failure) {
        let target = request.head.path ?? ""
        guard target.utf8.count <= maximumTargetBytes else { throw .uriTooLong }
        guard target.utf8.first == UInt8(ascii: "/") else { throw .badRequest("This address can't be read.") }
        guard target.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 <= 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "\\") }) else {
            return
        }
        guard PercentEncoding.decode(target.utf8, plusIsSpace: false) != nil,
            let path = PercentEncoding.decode(request.uri.path.utf8, plusIsSpace: false),
            !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }),
            !path.contains("\\"), !path.split(separator: "/").contains("..")
        else { throw .badRequest("This address can't be read.") }
    }

    /// None came with HTTP/1.0.
    private static func checkHost(_ request: Request) throws(Failure) {
        guard let host = request.head.authority else { return }
        guard Authority(host) != nil else { throw .badRequest("The name of this host can't be read.") }
    }

    private static func checkFraming(_ request: Request) throws(Failure) {
        guard request.headers[.contentEncoding] == nil else { throw .unsupportedMediaType }
        guard request.headers[values: .authorization].count <= 1 else {
            throw .badRequest("A header was sent twice.")
        }
        guard RequestBodyLimit.allows(request.head) else { throw .tooLarge }
    }

    /// Cross-site request forgery: a browser says where a request comes from; programs, which say nothing, carry no cookie.
    private static func checkOrigin(_ request: Request, _ scheme: String) throws(Failure) {
        switch request.headers[.secFetchSite] {
        case "same-origin", "none": break
        // Old browsers, and all of them towards an address without TLS, name the origin only.
        case nil where request.isOfOwnOrigin(scheme): break
        default: throw .crossSite
        }
    }
}

extension Request {
    /// What stands behind the question mark of its address.
    var query: Form {
        get throws(Failure) { try Form(parsing: uri.query ?? "") }
    }
}

/// Bytes of a request's body by its kind.
enum RequestBodyLimit {
    /// JSON or a form.
    static let fields = 1_024 * 1_024
    /// A file with the fields beside it.
    static let upload = 10 * 1_024 * 1_024 + 256 * 1_024
    /// A question with its attachments.
    static let attachments = Attachment.maximumCount * Attachment.maximumBytes + 256 * 1_024

    /// Where an archive is sent: it is stored as it comes.
    private static let archives = ["/account/imports", "/api/v1/account/imports"]

    static func takesArchive(_ head: HTTPRequest) -> Bool {
        head.method == .post && archives.contains(String((head.path ?? "").prefix { $0 != "?" }))
    }

    /// Whether a body of the length that the head announces may be sent. Of chunks, nobody knows it yet.
    static func allows(_ head: HTTPRequest) -> Bool {
        guard let length = head.headerFields[.contentLength] else { return true }
        // Some more than the archive, for the form around it.
        if takesArchive(head) { return Int(length).map { $0 <= ArchiveLimits.bytes + fields } ?? false }
        let limit = head.headerFields[.contentType]?.lowercased().hasPrefix("multipart/form-data") == true ? attachments : fields
        return Int(length).map { $0 <= limit } ?? false
    }
}
