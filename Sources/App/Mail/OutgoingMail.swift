import Templates

/// A mail to one person, in text and in HTML.
struct OutgoingMail: Sendable {
    var to: String
    var subject: String
    var text: String
    var html: String
}

extension OutgoingMail {
    init(to: String, subject: String, _ letter: Letter) {
        self.init(to: to, subject: subject, text: letter.text, html: letter.html.string)
    }

    static func signInCode(_ code: String, minutes: Int, to email: String) -> OutgoingMail {
        OutgoingMail(
            to: email, subject: "\(code) is your code for Frontdesk",
            Letter(
                lead: "Here is your code for signing in to Frontdesk:", highlight: code,
                lines: [
                    "It works for \(minutes) minutes, once.",
                    "If you didn’t ask for it, you can leave this mail alone: nobody gets in without the code.",
                ]))
    }

    static func guessing(to email: String) -> OutgoingMail {
        OutgoingMail(
            to: email, subject: "Somebody is guessing codes for your Frontdesk",
            Letter(
                lead: "Many wrong codes were entered for your address in a short time.", highlight: nil,
                lines: [
                    "Nobody got in, and nobody gets in without a code from your mails. You can sign in as always.",
                    "You need not do anything.",
                ]))
    }

    static func alarm(_ kind: String, _ words: String, to admin: String) -> OutgoingMail {
        OutgoingMail(
            to: admin, subject: "Frontdesk needs you: \(kind)",
            Letter(
                lead: words, highlight: nil,
                lines: ["You get one mail of this kind an hour, however often it happens. The log has the details."]))
    }
}
