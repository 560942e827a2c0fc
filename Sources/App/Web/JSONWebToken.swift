import Crypto
import FoundationEssentials
import Templates

/// A JSON Web Token (RFC 7519) that is signed by HMAC-SHA256 and nothing else. Whatever a header could choose, as another algorithm
/// or a key from elsewhere, is refused, and of one token there is one spelling.
struct JSONWebToken {
    static let maximumBytes = 4_096
    static let maximumLifetimeSeconds = 86_400
    /// By which clocks may differ.
    static let clockSkewSeconds = 60
    private static let parts = 3
    private static let depth = 4

    /// What the header says of the key, which counts only where keys have ids.
    let keyID: String?
    /// Not to be believed before `isSigned`.
    let claims: JSON
    private let signed: [UInt8]
    private let signature: Data

    init(_ text: String) throws(Problem) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.maximumBytes, parts.count == Self.parts, case .object(var header) = Self.json(parts[0]),
            let claims = Self.json(parts[1]), case .object = claims, let signature = Data(base64URL: parts[2])
        else { throw Problem(why: "It isn’t a JSON Web Token.") }
        let keyID = header.removeValue(forKey: "kid")
        guard header.removeValue(forKey: "alg") == .string("HS256"), [nil, .string("JWT")].contains(header.removeValue(forKey: "typ")),
            header.isEmpty, keyID == nil || keyID?.string != nil
        else { throw .header }
        self.keyID = keyID?.string
        self.claims = claims
        signed = Array(text.utf8[..<parts[1].endIndex])
        self.signature = signature
    }

    func isSigned(with key: SymmetricKey) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: signed, using: key)
    }

    /// When it ends, in seconds since 1970.
    /// - Parameter now: in seconds since 1970.
    func end(now: Int) throws(Problem) -> Int {
        guard let end = seconds("exp") else {
            throw Problem(why: "It must say when it ends: “exp” is a whole number of seconds since 1970.")
        }
        guard end > now else { throw Problem(why: "It has run out.") }
        guard end <= now + Self.maximumLifetimeSeconds + Self.clockSkewSeconds else {
            throw Problem(why: "It may be valid for 24 hours at most (“exp”).")
        }
        for name in ["nbf", "iat"] where claims[name] != nil {
            guard let start = seconds(name), start <= now + Self.clockSkewSeconds else {
                throw Problem(why: "It isn’t valid yet (“\(name)”).")
            }
        }
        return end
    }

    /// A token's text.
    static func signed(_ claims: some JSONEncodable, with key: SymmetricKey, id: String) -> String {
        let parts = [bytes(Header(keyID: id)), bytes(claims)].map { Data($0).base64URL }.joined(separator: ".")
        return parts + "." + Data(HMAC<SHA256>.authenticationCode(for: Array(parts.utf8), using: key)).base64URL
    }

    /// Why it doesn't count, in a sentence for who has to mend it.
    struct Problem: Error {
        let why: String

        static let header = Problem(why: "Its header must be {\"alg\":\"HS256\",\"typ\":\"JWT\"}.")
    }

    private struct Header: JSONEncodable {
        let keyID: String

        func write(to json: inout JSONWriter) {
            json.object {
                $0.member("alg", "HS256")
                $0.member("typ", "JWT")
                $0.member("kid", keyID)
            }
        }
    }

    private static func json(_ part: Substring.UTF8View) -> JSON? {
        Data(base64URL: part).flatMap { try? JSON(parsing: $0, depth: depth) }
    }

    private static func bytes(_ value: some JSONEncodable) -> [UInt8] {
        var json = JSONWriter()
        value.write(to: &json)
        return json.bytes
    }

    /// As RFC 7519 has times, without an exponent: a part of a second is left out.
    private func seconds(_ claim: String) -> Int? {
        guard case .number(let text) = claims[claim] else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(parts[0])
    }
}
