import Testing

@testable import Curl

@Suite("A mail's text") struct MailTextTests {
    @Test("Subject, name and texts of any script arrive readable, in ASCII and short lines")
    func unicode() async throws {
        let text = "Grüße aus Köln 👩‍👩‍👧\nзавтра\n" + String(repeating: "長い行", count: 2000)
        let html = "<p>Gr&uuml;ße</p>" + String(repeating: "é", count: 5000)
        let subject = "Dein Code: 123456 – gültig für zehn Minuten 👩‍👩‍👧, und noch etwas mehr Text dazu"
        var mail = try Mail(to: "unicode@example.org", subject: subject, text: text, html: html)
        mail.from = try MailAddress("desk@example.net", name: "Café „Zur Post“")
        let arrived = try await MailServer.plain.deliver(mail)
        #expect(arrived["Subject"] == subject)
        #expect(arrived["From"] == "Café „Zur Post“ <desk@example.net>")
        #expect(arrived.text.map(normalized) == normalized(text))
        #expect(arrived.html.map(normalized) == html)
        #expect(arrived.is_ascii)
        #expect(arrived.longest_line <= 78)
        #expect(arrived.bare_line_ends == 0)
        #expect(arrived.defects == [])
    }

    @Test(
        "Lines arrive as they are",
        arguments: [
            ".", "..", ".\n.", "a\n.\nb", "\n.\n", "a\r\n.\r\nb", ".a\n..b", "From here", "a=b=20", "trailing blank \nnext", "tab\t",
            "=", "", "\n", "NUL \0 and \u{1}", String(repeating: ".", count: 1000), String(repeating: "x", count: 5000),
            "Subject: no\n\n--=_\nContent-Type: x",
        ])
    func lines(text: String) async throws {
        let recipient = "lines\(text.utf8.reduce(5381) { ($0 &* 33) &+ Int($1) }.magnitude)@example.org"
        for html in [nil, "<p>\(text)</p>"] as [String?] {
            let arrived = try await MailServer.plain.deliver(Mail(to: recipient, subject: "Lines", text: text, html: html))
            #expect(arrived.text.map(normalized) == normalized(text))
            #expect(arrived.html.map(normalized) == html.map(normalized))
            #expect(arrived.longest_line <= 78)
            #expect(arrived.bare_line_ends == 0)
        }
    }

    @Test("A line break in a subject or a name makes no header", arguments: ["\r\n", "\n", "\r", "\u{2028}", "\u{85}", "\0"])
    func injection(lineBreak: String) async throws {
        let recipient = "injection\(lineBreak.unicodeScalars.map { String($0.value) }.joined())@example.org"
        var mail = try Mail(to: recipient, subject: "Hello\(lineBreak)Bcc: eve@example.org\(lineBreak)\(lineBreak)x", text: "y")
        mail.from = try MailAddress("desk@example.net", name: "Desk\(lineBreak)Bcc: eve@example.org")
        let arrived = try await MailServer.plain.deliver(mail)
        #expect(arrived["Bcc"] == nil)
        #expect(arrived["Subject"]?.contains("Hello") == true)
        #expect(arrived["Subject"]?.contains("Bcc: eve@example.org") == true)
        #expect(arrived.text?.first == "y")
    }

    @Test(
        "A further header that could be two, or takes the place of ours, is refused",
        arguments: [
            ("X-A", "b\r\nBcc: eve@example.org"), ("X-A", "b\n"), ("X A", "b"), ("Bcc", "eve@example.org"), ("cc", "eve@example.org"),
            ("Subject", "b"), ("From", "b"), ("Content-Type", "text/html"), ("MIME-Version", "2"), ("X-A", "grün"),
            ("X-A", String(repeating: "x", count: 901)),
        ])
    func headers(name: String, value: String) async throws {
        var mail = try Mail(to: "headers@example.org", subject: "", text: "")
        mail.headers = [(name, value)]
        await #expect(throws: CurlError.invalidHeader(name: name)) { try await MailServer.plain.deliver(mail) }
    }

    @Test("A subject and a name are cut to a bounded length, whatever one character is made of")
    func bounds() async throws {
        let mark = "a" + String(repeating: "\u{301}", count: 10_000)
        var mail = try Mail(to: "bounds@example.org", subject: mark, text: "")
        mail.from = try MailAddress("desk@example.net", name: mark)
        let arrived = try await MailServer.plain.deliver(mail)
        #expect(arrived["Subject"]?.unicodeScalars.count == 250)
        #expect(arrived.longest_line <= 78)
    }

    /// Python's parser ends a text with a line break or not as it came; line ends are CR LF on the way.
    private func normalized(_ text: String) -> String {
        var lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")[...]
        while lines.last == "\n" { lines.removeLast() }
        return String(lines)
    }
}

@Suite("A mail address") struct MailAddressTests {
    @Test(
        "Is one plain mailbox",
        arguments: [
            "mia@example.org", "m.i+a@sub.example.co", "MIA_9@xn--exmple-cua.de", "a'b{c}@example.org",
            String(repeating: "a", count: 64) + "@example.org",
        ])
    func good(email: String) throws {
        #expect(try MailAddress(email).email == email)
    }

    @Test(
        "Is never two, nor a header, nor a command",
        arguments: [
            "", "mia", "mia@", "@example.org", "mia@example", "mia@@example.org", "a@b.org,c@d.org", "a@b.org c@d.org",
            "v@x.org\r\nBcc: e@x.org", "v@x.org\n", "v@x.org\0", "<mia@example.org>", "Mia <mia@example.org>", "\"a b\"@x.org",
            "mia@[127.0.0.1]", "mia@example.org.", "mia@.example.org", "mia@exa..org", ".mia@example.org", "mia.@example.org",
            "mia@-example.org", "mia@example-.org", "u@exämple.de", "ü@example.org", "a@b.org>", "a@b.org SIZE=1", "mia@exa_mple.org",
            String(repeating: "a", count: 65) + "@example.org", "a@" + String(repeating: "b.", count: 160) + "org",
            "a@" + String(repeating: "b", count: 64) + ".org",
        ])
    func bad(email: String) {
        let error = #expect(throws: CurlError.self) { try MailAddress(email) }
        #expect(error?.category == "invalid_mail_address")
        #expect(error.map { !"\($0)".contains("eve") } == true)
    }
}

@Suite("A mail server's address") struct SMTPServerTests {
    @Test("Hides its password")
    func secrets() throws {
        let server = try SMTPServer("smtp://mia:SECRET@mail.example.org:587")
        #expect("\(server) \(String(reflecting: server))" == "smtp://mail.example.org:587 smtp://mail.example.org:587")
        #expect(server.password == "SECRET")
        #expect(server.encryption == .required)
    }

    @Test(
        "Has the usual port and encryption",
        arguments: [
            ("smtp://mail.example.org", "smtp://mail.example.org:25"), ("smtps://mail.example.org", "smtps://mail.example.org:465"),
            ("smtp://[::1]", "smtp://[::1]:25"),
        ])
    func defaults(text: String, description: String) throws {
        let server = try SMTPServer(text)
        #expect(server.description == description)
        #expect(server.encryption == .opportunistic)
    }

    @Test(
        "Is a mail server's, and clear",
        arguments: [
            "", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://mail.example.org?starttls=maybe",
            "smtp://mail.example.org?tls=required", "smtp://mail.example.org:99999", "smtp://mail example.org",
        ])
    func bad(text: String) {
        #expect(throws: CurlError.self) { try SMTPServer(text) }
    }
}
