import Crypto
import FoundationEssentials
import JWTKit
import Postgres

/// What a program shows instead of a cookie. It only points to a session: where that has ended, so has the token.
struct AccessToken: JWTPayload {
    static let audience = "frontdesk"
    /// From now; none of ours lives longer.
    static let maximumLifetimeSeconds = 86_400.0

    var iss: IssuerClaim
    var aud: AudienceClaim
    /// The session.
    var sub: SubjectClaim
    var iat: IssuedAtClaim
    var exp: ExpirationClaim
    var nbf: NotBeforeClaim?

    func verify(using: some JWTAlgorithm) throws {
        try exp.verifyNotExpired()
        try nbf?.verifyNotBefore()
        guard exp.value.timeIntervalSinceNow <= Self.maximumLifetimeSeconds else {
            throw JWTError.claimVerificationFailure(failedClaim: exp, reason: "too far away")
        }
        try aud.verifyIntendedAudience(includes: Self.audience)
    }
}

/// Signs access tokens and reads them. Keys come from `SECRET_KEYS`; the first signs.
struct AccessTokens: Sendable {
    /// Of a token that is worth reading.
    static let maximumBytes = 4_096
    private static let label = "access token"

    let lifetimeSeconds: Int
    private let issuer: String
    private let keys = JWTKeyCollection()
    private let newest: JWKIdentifier

    init(_ secrets: Secrets, issuer: String, lifetimeSeconds: Int) async {
        self.issuer = issuer
        self.lifetimeSeconds = lifetimeSeconds
        let derived = secrets.derived(Self.label)
        newest = JWKIdentifier(string: derived.first?.id ?? "")
        for (id, key) in derived {
            await keys.add(hmac: HMACKey(key: key), digestAlgorithm: .sha256, kid: JWKIdentifier(string: id))
        }
    }

    func sign(for session: UUID) async throws -> String {
        let now = Date()
        return try await keys.sign(
            AccessToken(
                iss: .init(value: issuer), aud: .init(value: [AccessToken.audience]), sub: .init(value: session.lowercased),
                iat: .init(value: now), exp: .init(value: now.addingTimeInterval(Double(lifetimeSeconds)))),
            kid: newest)
    }

    /// The session that a token names; nil for anything but one of ours that is still valid.
    func session(of token: String) async -> UUID? {
        // Of one token, there is one spelling.
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard token.utf8.count <= Self.maximumBytes, parts.allSatisfy({ Data(base64URL: $0) != nil }),
            let payload = try? await keys.verify(token, as: AccessToken.self), payload.iss.value == issuer
        else { return nil }
        return UUID(text: payload.sub.value[...])
    }
}
