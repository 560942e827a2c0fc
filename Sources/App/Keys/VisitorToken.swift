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

/// A JWT (RFC 7519) that a business signs with one of its bot's secrets, by HMAC-SHA256 and nothing else. Whatever a header could
/// choose, as another algorithm or a key from elsewhere, is refused.
enum VisitorToken {
    static let maximumBytes = 4_096
    static let maximumLifetimeSeconds = 86_400
    /// By which clocks may differ.
    static let clockSkewSeconds = 60
    private static let partsOfToken = 3

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
        let (claims, secret) = try claims(of: text, signedWith: secrets)
        let end = try checkTimes(claims, now)
        if let audience = claims["aud"], audience.string != bot { throw .visitorToken("It is for another bot (“aud”).") }
        guard let id = claims["sub"]?.string, isKept(id) else {
            throw .visitorToken("It must say who the visitor is: “sub” is a text of 1 to \(SignedVisitor.maximumLength) characters.")
        }
        let visitor = SignedVisitor(id: id, name: try detail("name", of: claims), email: try detail("email", of: claims))
        return Proof(visitor: visitor, secret: secret, end: end)
    }

    private static func claims(of text: String, signedWith secrets: [String]) throws(Failure) -> (JSON, secret: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.count <= maximumBytes, parts.count == partsOfToken, let header = object(parts[0]), let claims = object(parts[1]),
            let signature = Data(base64URL: parts[2])
        else { throw .visitorToken("It isn’t a JSON Web Token.") }
        guard case .object(var members) = header, members.removeValue(forKey: "alg") == .string("HS256"),
            [nil, .string("JWT")].contains(members.removeValue(forKey: "typ")), members.isEmpty
        else { throw .visitorToken("Its header must be {\"alg\":\"HS256\",\"typ\":\"JWT\"}.") }
        let signed = Array(text.utf8[..<parts[1].endIndex])
        let signer = secrets.first { secret in
            HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: signed, using: SymmetricKey(data: Array(secret.utf8)))
        }
        guard let signer else { throw .visitorToken("It wasn’t signed with a secret of this bot.") }
        return (claims, signer)
    }

    private static func object(_ part: Substring.UTF8View) -> JSON? {
        guard let bytes = Data(base64URL: part), let json = try? JSON(parsing: bytes, depth: 4), case .object = json else { return nil }
        return json
    }

    /// When it ends.
    private static func checkTimes(_ claims: JSON, _ now: Int) throws(Failure) -> Int {
        guard let end = claims["exp"]?.integer else {
            throw .visitorToken("It must say when it ends: “exp” is a whole number of seconds since 1970.")
        }
        guard end > now else { throw .visitorToken("It has run out.") }
        guard end <= now + maximumLifetimeSeconds + clockSkewSeconds else {
            throw .visitorToken("It may be valid for 24 hours at most (“exp”).")
        }
        for name in ["nbf", "iat"] where claims[name] != nil {
            guard let start = claims[name]?.integer, start <= now + clockSkewSeconds else {
                throw .visitorToken("It isn’t valid yet (“\(name)”).")
            }
        }
        return end
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

extension Data {
    /// RFC 4648, section 5, without padding; nil for anything else, also for what a lenient reader would take for the same.
    init?(base64URL text: some BidirectionalCollection<UInt8>) {
        var bytes = text.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): UInt8(0)
            default: byte
            }
        }
        bytes += Array(repeating: UInt8(ascii: "="), count: (4 - bytes.count % 4) % 4)
        self.init(base64Encoded: Data(bytes))
        guard base64URL.utf8.elementsEqual(text) else { return nil }
    }
}
