/// One message to one recipient, as text and, if given, as HTML beside it.
public struct Mail: Sendable {
    public var from: MailAddress
    public var to: MailAddress
    /// Line breaks become blanks; at most 250 Unicode scalars are sent.
    public var subject: String
    public var text: String
    public var html: String?
    public var replyTo: MailAddress?
    /// Further headers, as `("Auto-Submitted", "auto-generated")`: plain ASCII, at most 900 bytes each.
    public var headers: [(String, String)] = []

    public init(
        from: MailAddress, to: MailAddress, subject: String, text: String, html: String? = nil,
        replyTo: MailAddress? = nil
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.replyTo = replyTo
    }
}

/// A mail server: `smtp://user:password@mail.example.org:587` or `smtps://…`.
public struct SMTPServer: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// STARTTLS on an `smtp://` connection.
    public enum Encryption: String, Sendable { case required, opportunistic, none }

    public let encryption: Encryption
    public var timeouts = Curl.Timeouts(connect: .seconds(10), total: .seconds(60), silence: .seconds(30))
    let user: String?
    let password: String?
    let origin: String

    /// The password is percent-encoded. STARTTLS is required with a password, tried without; `?starttls=required`,
    /// `opportunistic` or `none` says otherwise. Throws `.invalidURL`.
    public init(_ text: String) throws(CurlError) {
        let url = try ParsedURL(text, schemes: ["smtp", "smtps"])
        user = url.decodedUser
        password = url.decodedPassword
        origin = "\(url.scheme)://\(url.authority)"
        encryption = try Self.encryption(url.query, hasPassword: password != nil)
    }

    /// Without the credentials.
    public var description: String { origin }
    public var debugDescription: String { origin }

    private static func encryption(_ query: String?, hasPassword: Bool) throws(CurlError) -> Encryption {
        guard let query else { return hasPassword ? .required : .opportunistic }
        let parts = query.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0] == "starttls", let choice = Encryption(rawValue: String(parts[1])) else {
            throw .invalidURL(.malformed)
        }
        return choice
    }
}
