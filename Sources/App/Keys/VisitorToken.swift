import Crypto
import FoundationEssentials

/// Who a business says that its visitor is.
struct SignedVisitor: Sendable, Equatable {
    /// Unicode scalars, as those of the others.
    static let maximumLength = 200

    /// The business's own id of them.
    let id: String
    var name: String?
    var email: String?

    /// For the business to read.
    var label: String { [name, email].compactMap(\.self).joined(separator: " · ").nonEmpty ?? id }
}

/// A token that a business signs with one of its bot's secrets.
enum VisitorToken {
    /// A token that counts.
    struct Proof: Sendable {
        let visitor: SignedVisitor
        /// Which of the bot's has signed it.
        let secret: String
        /// Until when it counts, in seconds since 1970.
        let end: Int
    }

    /// - Parameters:
    ///   - bot: the public token of the bot, which the claim `aud` names if there is one.
    ///   - now: seconds since 1970.
    /// - Throws: `Failure.visitorToken`, with a sentence for who has to mend it.
    static func proof(of text: String, signedWith secrets: [String], for bot: String, now: Int) throws(Failure) -> Proof {
        let (claims, secret, end) = try read(text, signedWith: secrets, now)
        if let audience = claims["aud"], audience.string != bot { throw .visitorToken("It is for another bot (“aud”).") }
        guard let id = claims["sub"]?.string, isKept(id) else {
            throw .visitorToken("It must say who the visitor is: “sub” is a text of 1 to \(SignedVisitor.maximumLength) characters.")
        }
        let visitor = SignedVisitor(id: id, name: try detail("name", of: claims), email: try detail("email", of: claims))
        return Proof(visitor: visitor, secret: secret, end: end)
    }

    private static func read(_ text: String, signedWith secrets: [String], _ now: Int) throws(Failure) -> (JSON, secret: String, end: Int) {
        do throws(JSONWebToken.Problem) {
            let (token, secret) = try token(text, signedWith: secrets)
            return (token.claims, secret, try token.end(now: now))
        } catch {
            throw .visitorToken(error.why)
        }
    }

    private static func token(_ text: String, signedWith secrets: [String]) throws(JSONWebToken.Problem) -> (JSONWebToken, secret: String) {
        let token = try JSONWebToken(text)
        // A bot's secrets have no ids.
        guard token.keyID == nil else { throw .header }
        guard let signer = secrets.first(where: { token.isSigned(with: SymmetricKey(data: Array($0.utf8))) }) else {
            throw JSONWebToken.Problem(why: "It wasn’t signed with a secret of this bot.")
        }
        return (token, signer)
    }

    private static func detail(_ name: String, of claims: JSON) throws(Failure) -> String? {
        guard let claim = claims[name], claim != .null else { return nil }
        guard let text = claim.string, isKept(text) else {
            throw .visitorToken("“\(name)” is a text of 1 to \(SignedVisitor.maximumLength) characters, or left out.")
        }
        return text
    }

    private static func isKept(_ text: String) -> Bool {
        !text.trimmingBlanks.isEmpty && text.unicodeScalars.count <= SignedVisitor.maximumLength && text.withoutControls == text
    }
}

extension Failure {
    static func visitorToken(_ why: String) -> Failure {
        Failure(status: .unauthorized, code: "visitor_token", message: "The visitor’s token doesn’t count. \(why)")
    }

    /// Whoever has a chat's secret, but not the visitor's token, isn't the visitor.
    static let chatOfSignedVisitor = Failure(
        status: .unauthorized, code: "visitor_token",
        message: "This chat belongs to somebody who is signed in. Please sign in again, or begin a new chat.")
}
