import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Postgres
import Testing

@testable import App

@Suite("Tokens and cookies", .serialized)
struct TokenTests {
    private let session = UUID()
    private let secrets: Secrets

    init() throws {
        secrets = try Secrets(keys: [[UInt8](repeating: 1, count: Secrets.keyBytes), [UInt8](repeating: 2, count: Secrets.keyBytes)])
    }

    private func tokens(_ secrets: Secrets) -> AccessTokens {
        AccessTokens(secrets, issuer: "https://desk.example", lifetimeSeconds: 60)
    }

    @Test("An access token names its session, also after its key has become the older one")
    func names() throws {
        let token = tokens(secrets).sign(for: session)
        #expect(tokens(secrets).session(of: token) == session)
        let rotated = try Secrets(keys: [[UInt8](repeating: 3, count: Secrets.keyBytes), [UInt8](repeating: 1, count: Secrets.keyBytes)])
        #expect(tokens(rotated).session(of: token) == session)
        let others = try Secrets(keys: [[UInt8](repeating: 3, count: Secrets.keyBytes)])
        #expect(tokens(others).session(of: token) == nil)
    }

    /// Claims as they should be, with the time in seconds.
    private func claims(exp: String? = nil, _ more: String = "") -> String {
        let now = Int(Date().timeIntervalSince1970)
        let exp = exp.map { $0.isEmpty ? "" : #","exp":\#($0)"# } ?? #","exp":\#(now + 60)"#
        return #"{"iss":"https://desk.example","aud":["frontdesk"],"sub":"\#(session.lowercased)","iat":\#(now)\#(exp)\#(more)}"#
    }

    /// A token with a right signature, made by hand.
    private func signed(_ claims: String, header: String? = nil) throws -> String {
        let (id, key) = try #require(secrets.derived("access token").first)
        let parts = [header ?? #"{"alg":"HS256","typ":"JWT","kid":"\#(id)"}"#, claims].map { Data($0.utf8).base64URL }.joined(
            separator: ".")
        return parts + "." + Data(HMAC<SHA256>.authenticationCode(for: Array(parts.utf8), using: key)).base64URL
    }

    @Test("A token that is signed by hand counts, so that the refusals below are of what is in it")
    func byHand() throws { #expect(tokens(secrets).session(of: try signed(claims())) == session) }

    @Test(
        "Even with a right signature, odd claims are refused and end nothing",
        arguments: [
            "1", "", "\"2099-01-01\"", "\"99999999999\"", "1e30", "-1", "-1e30", "1e400", "null", "true", "[]", "{}", "9223372036854775808",
            "NaN",
        ])
    func expiry(_ exp: String) throws { #expect(tokens(secrets).session(of: try signed(claims(exp: exp))) == nil) }

    @Test("So are claims for others, and tokens that aren't valid yet")
    func others() throws {
        let soon = Int(Date().timeIntervalSince1970) + 600
        let good = claims()
        for claims in [
            claims(#","nbf":\#(soon)"#), good.replacing("frontdesk", with: "backdesk"),
            good.replacing("desk.example", with: "evil.example"),
            good.replacing(session.lowercased, with: "nobody"), "{}", "[]", "null", "", "{\"exp\":",
        ] {
            #expect(tokens(secrets).session(of: try signed(claims)) == nil, "\(claims)")
        }
    }

    @Test("Without a right signature nothing counts, whatever the header says")
    func signatures() throws {
        let good = try signed(claims())
        let parts = good.split(separator: ".").map(String.init)
        let headers = [
            #"{"alg":"none"}"#, #"{"alg":"HS512"}"#, #"{"alg":"RS256","jku":"https://evil.example/keys"}"#,
            #"{"alg":"HS256","kid":"../../dev/null"}"#,
            #"{"alg":"HS256","jwk":{"kty":"oct","k":""}}"#,
        ]
        let forged = headers.flatMap { header in ["", parts[2], "AAAA"].map { "\(Data(header.utf8).base64URL).\(parts[1]).\($0)" } }
        for token in forged + [
            "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", good + "A", good + ".", "..", ".", "", "a.b.c", "é.é.é",
            String(repeating: "a.", count: 5_000),
        ] {
            #expect(tokens(secrets).session(of: token) == nil, "\(token)")
        }
    }

    @Test("Tokens count that were signed with times in parts of a second, for one audience or several, and with any order of members")
    func earlier() throws {
        let now = Date().timeIntervalSince1970
        let (id, _) = try #require(secrets.derived("access token").first)
        let claims = #"{"sub":"\#(session.lowercased)","iat":\#(now),"exp":\#(now + 60.5),"aud":"#
        for audience in [#""frontdesk""#, #"["frontdesk"]"#, #"["another","frontdesk"]"#] {
            let token = try signed(
                claims + audience + #","iss":"https://desk.example"}"#, header: #"{"kid":"\#(id)","typ":"JWT","alg":"HS256"}"#)
            #expect(tokens(secrets).session(of: token) == session, "\(audience)")
        }
    }

    @Test("A key is named by its id: none, or another one's, isn't tried")
    func keyIDs() throws {
        let (id, other) = (secrets.derived("access token")[0].id, secrets.derived("access token")[1].id)
        for header in [
            #"{"alg":"HS256","typ":"JWT"}"#, #"{"alg":"HS256","typ":"JWT","kid":"\#(other)"}"#, #"{"alg":"HS256","typ":"JWT","kid":7}"#,
            #"{"alg":"HS256","typ":"JWT","kid":"\#(id)","jku":"https://evil.example"}"#, #"{"alg":"none","kid":"\#(id)"}"#,
        ] {
            #expect(tokens(secrets).session(of: try signed(claims(), header: header)) == nil, "\(header)")
        }
    }

    @Test("A session's cookie is bound to the host where there is HTTPS")
    func cookie() {
        let cookie = Cookie("session", baseURL: "https://desk.example").setting("abc", seconds: 60)
        #expect(cookie.value == "__Host-session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure")
        #expect(
            Cookie("session", baseURL: "http://127.0.0.1:8080").setting("abc", seconds: 60).value
                == "session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax")
    }

    @Test(
        "Cookies that aren't ours, or come twice, are nobody's",
        arguments: [
            "", "session=", "session", "Session=a", "asession=a", "session=a; session=b", "session=\(String(repeating: "a", count: 4_096))",
            "=;;;=a;=", "session==;session=",
        ])
    func strangeCookies(_ header: String) {
        #expect(Cookie("session", baseURL: "http://x").value(in: Request(.get, "/", [.cookie: header])) == nil)
    }

    @Test(
        "A token is recognised by its shape",
        arguments: [
            "", "a", String(repeating: "a", count: 44), String(repeating: "é", count: 43), "a;" + String(repeating: "a", count: 41),
        ])
    func shape(_ text: String) { #expect(Token(text) == nil) }

    @Test("A token that we made has that shape")
    func ownShape() { for _ in 0..<20 { #expect(Token(Token().text) != nil) } }
}
