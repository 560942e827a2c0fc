/// A composed message with its envelope, or only a word with the server.
struct MailDelivery: Sendable {
    let server: SMTPServer
    let url: ParsedURL
    let sender: String
    /// nil where nothing is sent.
    let recipient: String?
    let message: [UInt8]

    /// Signs in to the server and leaves again.
    init(greeting server: SMTPServer, from sender: MailAddress) throws(CurlError) {
        self.server = server
        url = try ParsedURL("\(server.origin)/\(sender.domain)", schemes: ["smtp", "smtps"])
        self.sender = "<\(sender.email)>"
        recipient = nil
        message = []
    }

    init(_ mail: Mail, _ server: SMTPServer) throws(CurlError) {
        self.server = server
        // libcurl greets with the path: the sender's domain, not this machine's name.
        url = try ParsedURL("\(server.origin)/\(mail.from.domain)", schemes: ["smtp", "smtps"])
        sender = "<\(mail.from.email)>"
        recipient = "<\(mail.to.email)>"
        message = try MailComposer(mail).message()
    }
}
