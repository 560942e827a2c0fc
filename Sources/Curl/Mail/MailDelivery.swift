/// A composed message with its envelope.
struct MailDelivery: Sendable {
    let server: SMTPServer
    let url: ParsedURL
    let sender: String
    let recipient: String
    let message: [UInt8]

    init(_ mail: Mail, _ server: SMTPServer) throws(CurlError) {
        self.server = server
        // libcurl greets with the path: the sender's domain, not this machine's name.
        url = try ParsedURL("\(server.origin)/\(mail.from.domain)", schemes: ["smtp", "smtps"])
        sender = "<\(mail.from.email)>"
        recipient = "<\(mail.to.email)>"
        message = try MailComposer(mail).message()
    }
}
