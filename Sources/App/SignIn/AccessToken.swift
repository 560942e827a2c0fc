import Crypto
import FoundationEssentials
import Templates

/// Signs access tokens, which a program shows instead of a cookie, and reads them. A token only points to a session: where that
/// has ended, so has the token. Keys come from `SECRET_KEYS`; the first signs.
struct AccessTokens: Sendable {
    private static let audience = "frontdesk"
    private static let label = "access token"

    let lifetimeSeconds: Int
    private let issuer: String
    private let keys: [(id: String, key: SymmetricKey)]

    init(_ secrets: Secrets, issuer: String, lifetimeSeconds: Int) {
        self.issuer = issuer
        self.lifetimeSeconds = lifetimeSeconds
        keys = secrets.derived(Self.label)
    }

    func sign(for session: UUID) -> String {
        // There is always a key.
        keys.first.map { JSONWebToken.signed(claims(of: session), with: $0.key, id: $0.id) } ?? ""
    }

    /// The session that a token names; nil for anything but one of ours that is still valid.
    func session(of text: String) -> UUID? {
        guard let token = try? JSONWebToken(text), let key = keys.first(where: { $0.id == token.keyID })?.key, token.isSigned(with: key),
            (try? token.end(now: .now)) != nil, token.claims["iss"]?.string == issuer, isForUs(token.claims["aud"])
        else { return nil }
        return token.claims["sub"]?.string.flatMap { UUID(text: $0[...]) }
    }

    /// One audience, or several.
    private func isForUs(_ audience: JSON?) -> Bool { (audience?.items ?? [audience].compactMap(\.self)).contains(.string(Self.audience)) }

    private func claims(of session: UUID) -> Claims {
        let now = Int.now
        return Claims(issuer: issuer, audience: Self.audience, session: session.lowercased, start: now, end: now + lifetimeSeconds)
    }

    private struct Claims: JSONEncodable {
        let issuer, audience, session: String
        let start, end: Int

        func write(to json: inout JSONWriter) {
            json.object {
                $0.member("iss", issuer)
                $0.member("aud", audience)
                $0.member("sub", session)
                $0.member("iat", start)
                $0.member("exp", end)
            }
        }
    }
}
