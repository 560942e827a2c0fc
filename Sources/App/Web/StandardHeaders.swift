import HTTPTypes

/// The headers that every answer of a kind has.
enum StandardHeaders {
    /// Nothing inline, nothing from elsewhere, no frames.
    private static let contentSecurityPolicy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
        base-uri 'none'; frame-ancestors 'none'
        """

    static let plain: HTTPFields = [.xContentTypeOptions: "nosniff", .referrerPolicy: "same-origin"]
    static let html = plain.adding([
        .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: contentSecurityPolicy, .xFrameOptions: "DENY",
        .crossOriginOpenerPolicy: "same-origin", .permissionsPolicy: "camera=(), geolocation=(), microphone=()",
    ])
    static let json = plain.adding([.contentType: "application/json"])
    static let text = plain.adding([.contentType: "text/plain; charset=utf-8"])
    static let events = plain.adding([
        .contentType: "text/event-stream", .cacheControl: "no-store", .xAccelBuffering: "no",
    ])
}

extension HTTPFields {
    fileprivate func adding(_ fields: HTTPFields) -> HTTPFields {
        var all = self
        all.append(contentsOf: fields)
        return all
    }
}

extension HTTPField.Name {
    static let crossOriginOpenerPolicy = constant("Cross-Origin-Opener-Policy")
    static let crossOriginResourcePolicy = constant("Cross-Origin-Resource-Policy")
    static let hxRedirect = constant("HX-Redirect")
    static let hxReswap = constant("HX-Reswap")
    static let hxRetarget = constant("HX-Retarget")
    static let hxTrigger = constant("HX-Trigger")
    static let hxRequest = constant("HX-Request")
    static let lastEventID = constant("Last-Event-ID")
    static let permissionsPolicy = constant("Permissions-Policy")
    static let referrerPolicy = constant("Referrer-Policy")
    static let secFetchSite = constant("Sec-Fetch-Site")
    static let xAccelBuffering = constant("X-Accel-Buffering")
    static let xForwardedFor = constant("X-Forwarded-For")
    static let xFrameOptions = constant("X-Frame-Options")
    static let xRequestID = constant("X-Request-Id")

    /// For names written here: they are valid tokens, and were one not, the header would merely go unseen.
    static func constant(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .accept }
}
