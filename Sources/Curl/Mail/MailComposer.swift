import Glibc

/// Writes a message as RFC 5322 and MIME want it: CRLF, ASCII only, short lines.
struct MailComposer {
    static let maximumSubjectScalars = 250
    static let maximumHeaderBytes = 900

    let mail: Mail
    private let date: time_t
    private let nonce: String

    init(_ mail: Mail, date: time_t = time(nil)) {
        self.mail = mail
        self.date = date
        nonce = String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    }

    /// Throws `.invalidHeader` for one of the further headers.
    func message() throws(CurlError) -> [UInt8] {
        let head = try headers().map { "\($0): \($1)\r\n" }.joined()
        return Array((head + content()).utf8)
    }

    private func headers() throws(CurlError) -> [(String, String)] {
        var headers = [
            ("Date", dateText), ("Message-ID", "<\(nonce)@\(mail.from.domain)>"), ("From", mail.from.header),
            ("To", mail.to.header),
            ("Subject", encodedWords(oneLine(mail.subject, upTo: Self.maximumSubjectScalars))),
        ]
        if let replyTo = mail.replyTo { headers.append(("Reply-To", replyTo.header)) }
        let taken = Set((headers.map(\.0) + ["Reply-To", "Cc", "Bcc", "Sender"]).map { $0.lowercased() })
        for (name, value) in mail.headers {
            guard isHeaderName(name), isHeaderValue(value), value.utf8.count <= Self.maximumHeaderBytes,
                value.utf8.allSatisfy({ $0 < 128 }), !taken.contains(name.lowercased()),
                !["mime-", "content-"].contains(where: name.lowercased().hasPrefix)
            else { throw .invalidHeader(name: name) }
            headers.append((name, value))
        }
        return headers + [("MIME-Version", "1.0")]
    }

    private func content() -> String {
        guard let html = mail.html else { return part("text/plain", mail.text) }
        let boundary = "=_\(nonce)"  // quoted-printable never writes "=_"
        return """
            Content-Type: multipart/alternative; boundary="\(boundary)"\r
            \r
            --\(boundary)\r
            \(part("text/plain", mail.text))\r
            --\(boundary)\r
            \(part("text/html", html))\r
            --\(boundary)--\r

            """
    }

    private func part(_ type: String, _ text: String) -> String {
        """
        Content-Type: \(type); charset=utf-8\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        \(quotedPrintable(text))
        """
    }

    private var dateText: String {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var date = date
        var parts = tm()
        gmtime_r(&date, &parts)
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(days[Int(parts.tm_wday)]), \(parts.tm_mday) \(months[Int(parts.tm_mon)]) \(1900 + parts.tm_year) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) +0000"
    }
}

extension MailAddress {
    fileprivate var header: String {
        guard let name else { return email }
        let isPlain = name.utf8.count <= 60 && name.utf8.allSatisfy { $0 < 128 }
        let quoted = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return (isPlain ? "\"\(quoted)\"" : encodedWords(name)) + " <\(email)>"
    }
}
