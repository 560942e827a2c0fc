import Foundation
import Testing

@testable import Curl

@Suite("Mail") struct MailTests {
    @Test("A mail arrives with its sender, recipient, subject and both texts")
    func arrives() async throws {
        var mail = try Mail(to: "mia@example.org", subject: "Your code: 123456", text: "Hello\nworld", html: "<p>Hello</p>")
        mail.replyTo = try MailAddress("owner@example.com", name: "The \"owner\" \\ of it")
        mail.headers = [("Auto-Submitted", "auto-generated")]
        let arrived = try await MailServer.plain.deliver(mail)
        #expect(arrived.sender == "<desk@example.net>")
        #expect(arrived.greeting == "example.net")
        #expect(arrived["From"] == "Frontdesk <desk@example.net>")
        #expect(arrived["To"] == "mia@example.org")
        #expect(arrived["Reply-To"] == #""The \"owner\" \\ of it" <owner@example.com>"#)
        #expect(arrived["Subject"] == "Your code: 123456")
        #expect(arrived["Auto-Submitted"] == "auto-generated")
        #expect(arrived["Date"]?.hasSuffix("+0000") == true)
        #expect(arrived["Message-ID"]?.hasSuffix("@example.net>") == true)
        #expect(arrived.text == "Hello\r\nworld" || arrived.text == "Hello\nworld")
        #expect(arrived.html == "<p>Hello</p>")
        #expect(arrived.defects == [])
    }

    @Test("Two hundred mails of one process all arrive")
    func many() async throws {
        let server = MailServer.plain
        try await withThrowingTaskGroup { group in
            for number in 0..<200 {
                group.addTask {
                    let arrived = try await server.deliver(Mail(to: "many\(number)@example.org", subject: "\(number)", text: ""))
                    #expect(arrived["Subject"] == "\(number)")
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(
        "A recipient that the server refuses is told with its code",
        arguments: [
            ("refused", 550, false), ("later", 450, true), ("too-big", 552, false),
        ])
    func refusal(recipient: String, code: Int, isTransient: Bool) async throws {
        let error = await #expect(throws: CurlError.self) {
            try await MailServer.plain.deliver(Mail(to: "\(recipient)@example.org", subject: "", text: ""))
        }
        #expect(error == .mailRefused(code: code))
        #expect(error?.isTransient == isTransient)
    }

    @Test("A server that ends the conversation before it has taken the mail is an error", arguments: ["cut", "silent-failure"])
    func cut(recipient: String) async throws {
        let error = await #expect(throws: CurlError.self) {
            try await MailServer.plain.deliver(Mail(to: "\(recipient)@example.org", subject: "", text: ""))
        }
        #expect(error?.category == "cut")
    }

    @Test("A server that stops answering is left when it has been silent for too long", arguments: ["hang", "hang-end"])
    func silence(recipient: String) async throws {
        let recipient = "\(recipient)+silent@example.org"
        let error = await #expect(throws: CurlError.self) {
            try await MailServer.plain.deliver(Mail(to: recipient, subject: "", text: ""), silence: .seconds(3))
        }
        #expect(error?.category == "silent")
        #expect(try await eventually { MailServer.plain.saw(recipient) == "gone" })
    }

    @Test("A mail that the server has taken is sent, even if the server does not say good-bye")
    func taken() async throws {
        let mail = try Mail(to: "hang-quit@example.org", subject: "Taken", text: "")
        #expect(try await MailServer.plain.deliver(mail)["Subject"] == "Taken")
    }

    @Test("While a mail server keeps us waiting, answers go on streaming", arguments: ["hang", "hang-end"])
    func noStreamWaits(recipient: String) async throws {
        let curl = Curl()
        let server = MailServer.plain
        let recipient = "\(recipient)+waits@example.org"
        let sending = Task { try? await curl.mail(Mail(to: recipient, subject: "", text: ""), through: server.address()) }
        #expect(try await eventually { server.saw(recipient) == "hanging" })
        #expect(try await curl.text(LocalServer.http.request("/hello")) == "hello")
        #expect(server.saw(recipient) == "hanging")
        sending.cancel()
        #expect(try await eventually { server.saw(recipient) == "gone" })
        await curl.shutdown()
    }

    @Test("Cancelling the task closes the connection", arguments: ["hang", "hang-end"])
    func cancellation(recipient: String) async throws {
        let server = MailServer.plain
        let recipient = "\(recipient)+cancelled@example.org"
        let sending = Task { try await server.deliver(Mail(to: recipient, subject: "", text: "")) }
        #expect(try await eventually { server.saw(recipient) == "hanging" })
        sending.cancel()
        await #expect(throws: CurlError.cancelled) { _ = try await sending.value }
        #expect(try await eventually { server.saw(recipient) == "gone" })
    }

    @Test("Half a mail is never taken for a whole one")
    func half() async throws {
        let server = MailServer.plain
        let recipient = "stall@example.org"
        let text = String(repeating: "half of this is no mail\n", count: 100_000)
        let sending = Task { try await server.deliver(Mail(to: recipient, subject: "", text: text)) }
        #expect(try await eventually { server.saw(recipient) == "hanging" })
        sending.cancel()
        await #expect(throws: CurlError.cancelled) { _ = try await sending.value }
        try server.letGo(recipient)
        #expect(try await eventually { server.saw(recipient) == "gone" || server.took(recipient) })
        #expect(!server.took(recipient))
    }

    @Test("A shutdown ends mail on its way", arguments: ["hang", "hang-end"])
    func shutdown(recipient: String) async throws {
        let curl = Curl()
        let server = MailServer.plain
        let recipient = "\(recipient)+shutdown@example.org"
        let sending = Task { try await curl.mail(Mail(to: recipient, subject: "", text: ""), through: server.address()) }
        #expect(try await eventually { server.saw(recipient) == "hanging" })
        await curl.shutdown()
        await #expect(throws: CurlError.shutdown) { try await sending.value }
    }

    @Test("A server that nobody runs is refused as a connection")
    func refusedConnection() async throws {
        let server = try SMTPServer("smtp://127.0.0.1:1")
        let error = await #expect(throws: CurlError.self) {
            try await Curl.shared.mail(Mail(to: "mia@example.org", subject: "", text: ""), through: server)
        }
        #expect(error?.category == "connect")
    }
}

@Suite("Mail over TLS") struct MailOverTLSTests {
    @Test("With a password, STARTTLS comes first and the password after it")
    func password() async throws {
        let mail = try Mail(to: "password@example.org", subject: "", text: "")
        let arrived = try await MailServer.starttls.deliver(mail, credentials: "mia:p%25ss%20w%C3%B6rd@")
        #expect(arrived.is_encrypted)
        #expect(arrived.user == "mia")
    }

    @Test("A wrong password is a refusal")
    func wrongPassword() async throws {
        await #expect(throws: CurlError.mailRefused(code: 535)) {
            try await MailServer.starttls.deliver(
                Mail(to: "wrong-password@example.org", subject: "", text: ""), credentials: "mia:no@")
        }
    }

    @Test("A server can be tried without sending a mail, its password too")
    func check() async throws {
        try await MailServer.plain.check()
        try await MailServer.starttls.check(credentials: "mia:p%25ss%20w%C3%B6rd@")
        await #expect(throws: CurlError.mailRefused(code: 535)) { try await MailServer.starttls.check(credentials: "mia:no@") }
        let nobody = await #expect(throws: CurlError.self) {
            try await Curl.shared.check(SMTPServer("smtp://127.0.0.1:1"), from: MailAddress("desk@example.net"))
        }
        #expect(nobody?.category == "connect")
    }

    @Test("A server without STARTTLS gets no password")
    func noEncryption() async throws {
        let error = await #expect(throws: CurlError.self) {
            try await MailServer.passwordInClear.deliver(
                Mail(to: "clear@example.org", subject: "", text: ""), credentials: "mia:p%25ss%20w%C3%B6rd@")
        }
        #expect(error?.category == "tls")
        // The same server takes it when the operator says so.
        let arrived = try await MailServer.passwordInClear.deliver(
            Mail(to: "clear@example.org", subject: "", text: ""), credentials: "mia:p%25ss%20w%C3%B6rd@",
            query: "?starttls=none")
        #expect(arrived.user == "mia")
    }

    @Test("Without a password, STARTTLS is used where it is offered")
    func opportunistic() async throws {
        let encrypted = try await MailServer.starttls.deliver(Mail(to: "offered@example.org", subject: "", text: ""))
        #expect(encrypted.is_encrypted)
        let clear = try await MailServer.starttls.deliver(
            Mail(to: "declined@example.org", subject: "", text: ""), query: "?starttls=none")
        #expect(!clear.is_encrypted)
    }

    @Test("smtps is encrypted from the first byte")
    func implicit() async throws {
        let mail = try Mail(to: "implicit@example.org", subject: "", text: "")
        #expect(try await MailServer.smtps.deliver(mail, scheme: "smtps").is_encrypted)
    }

    @Test("A certificate of nobody we trust is refused", arguments: [(MailServer.starttls, "smtp"), (.smtps, "smtps")])
    func untrusted(server: MailServer, scheme: String) async throws {
        let error = await #expect(throws: CurlError.self) {
            try await Curl.shared.mail(
                Mail(to: "untrusted@example.org", subject: "", text: ""), through: server.address(scheme: scheme))
        }
        #expect(error?.category == "tls")
    }
}

/// A mail server of ours with a client that trusts it.
struct MailServer: Sendable {
    static let plain = MailServer()
    static let starttls = MailServer("starttls", "password")
    static let smtps = MailServer("smtps")
    static let passwordInClear = MailServer("password")

    private let server: LocalServer
    private let curl: Curl

    var port: Int { server.port }

    /// What Python's parser read.
    struct Arrived: Decodable {
        let sender: String
        let greeting: String
        let user: String?
        let is_encrypted: Bool
        let headers: [[String]]
        let text: String?
        let html: String?
        let longest_line: Int
        let is_ascii: Bool
        let defects: [String]
        let bare_line_ends: Int

        subscript(name: String) -> String? { headers.first { $0[0] == name }?[1] }
    }

    /// Hands the mail over and answers what arrived.
    @discardableResult
    func deliver(
        _ mail: Mail, scheme: String = "smtp", credentials: String = "", query: String = "",
        silence: Duration = .seconds(30)
    ) async throws -> Arrived {
        var address = try address(scheme: scheme, credentials: credentials, query: query)
        address.timeouts.silence = silence
        try await curl.mail(mail, through: address)
        let file = server.folder.appending(path: mail.to.email + ".json")
        return try JSONDecoder().decode(Arrived.self, from: Data(contentsOf: file))
    }

    func check(credentials: String = "") async throws {
        try await curl.check(address(credentials: credentials), from: MailAddress("desk@example.net"))
    }

    func address(scheme: String = "smtp", credentials: String = "", query: String = "") throws -> SMTPServer {
        try SMTPServer("\(scheme)://\(credentials)127.0.0.1:\(server.port)\(query)")
    }

    /// What the server saw of a mail that it did not take.
    func saw(_ recipient: String) -> String? {
        try? String(contentsOf: server.folder.appending(path: recipient + ".seen"), encoding: .utf8)
    }

    func took(_ recipient: String) -> Bool {
        FileManager.default.fileExists(atPath: server.folder.appending(path: recipient + ".json").path)
    }

    /// Lets a stalled server read on.
    func letGo(_ recipient: String) throws {
        try Data().write(to: server.folder.appending(path: recipient + ".go"))
    }

    private init(_ options: String...) {
        server = LocalServer("smtp_server.py", options)
        var configuration = Curl.Configuration()
        configuration.certificateAuthorities = server.folder.appending(path: "certificate.pem").path
        curl = Curl(configuration)
    }
}

extension Mail {
    /// From the desk.
    init(to recipient: String, subject: String, text: String, html: String? = nil) throws {
        self.init(
            from: try MailAddress("desk@example.net", name: "Frontdesk"), to: try MailAddress(recipient),
            subject: subject, text: text, html: html)
    }
}
