import Curl

/// A person's address, as we compare it: mailboxes that differ in case only are one.
struct EmailAddress: Sendable, Hashable {
    let text: String

    init(_ given: String?) throws(Failure) {
        // What a phone's keyboard leaves behind: blanks, a capital at the start, invisible characters.
        let typed = (given ?? "").trimmingBlanks.lowercased()
        guard !typed.isEmpty else { throw .invalid(["email": "Please write an e-mail address."]) }
        do {
            text = try MailAddress(typed).email
        } catch CurlError.invalidMailAddress(let problem) {
            throw .invalid(["email": problem.sentence])
        } catch {
            throw .invalid(["email": "Please give one e-mail address, such as mia@example.org."])
        }
    }
}
