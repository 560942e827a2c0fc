import Crypto
import FoundationEssentials
import Testing

@testable import App

@Suite("Tokens of signed visitors")
struct VisitorTokenTests {
    private static let secret = "vs_secret", bot = "0123bot", now = 1_900_000_000

    private static func token(header: String = #"{"alg":"HS256","typ":"JWT"}"#, _ claims: String, secret: String = secret) -> String {
        let signed = [header, claims].map { Data($0.utf8).base64URL }.joined(separator: ".")
        let signature = HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: SymmetricKey(data: Array(secret.utf8)))
        return "\(signed).\(Data(signature).base64URL)"
    }

    private static func claims(_ more: String = "") -> String { #"{"sub":"customer-7","exp":\#(now + 600)\#(more)}"# }

    private func visitor(_ token: String, _ secrets: [String] = [secret]) throws -> SignedVisitor {
        try VisitorToken.proof(of: token, signedWith: secrets, for: Self.bot, now: Self.now).visitor
    }

    @Test("It says who the visitor is")
    func valid() throws {
        #expect(try visitor(Self.token(Self.claims())) == SignedVisitor(id: "customer-7"))
        let ada = try visitor(
            Self.token(Self.claims(#","name":"Ada Lovelace","email":"ada@shop.example","plan":"gold","aud":"0123bot","nbf":\#(Self.now)"#)))
        #expect(
            ada == SignedVisitor(id: "customer-7", name: "Ada Lovelace", email: "ada@shop.example")
                && ada.label == "Ada Lovelace · ada@shop.example")
        #expect(try visitor(Self.token(header: #"{"alg":"HS256"}"#, Self.claims())).label == "customer-7")
    }

    @Test("Of two secrets either counts, and no third")
    func rotation() throws {
        for secret in ["vs_old", "vs_new"] {
            #expect(try visitor(Self.token(Self.claims(), secret: secret), ["vs_old", "vs_new"]).id == "customer-7")
        }
        #expect(throws: Failure.self) { try visitor(Self.token(Self.claims(), secret: "vs_gone"), ["vs_old", "vs_new"]) }
        #expect(throws: Failure.self) { try visitor(Self.token(Self.claims(), secret: ""), []) }
    }

    @Test(
        "A header that chooses anything is refused, even if the signature fits",
        arguments: [
            #"{"alg":"none"}"#, #"{"alg":"None","typ":"JWT"}"#, #"{"alg":"hs256"}"#, #"{"alg":"HS512"}"#, #"{"alg":"RS256"}"#,
            #"{"typ":"JWT"}"#,
            #"{"alg":"HS256","kid":"../../dev/null"}"#, #"{"alg":"HS256","jku":"https://evil.example"}"#,
            #"{"alg":"HS256","jwk":{"k":"x"}}"#,
            #"{"alg":"HS256","crit":["exp"]}"#, #"{"alg":"HS256","typ":"at+jwt"}"#, #"{"alg":"HS256","alg":"none"}"#, #"["HS256"]"#, "{}",
            "",
        ])
    func header(_ header: String) {
        #expect(throws: Failure.self) { try visitor(Self.token(header: header, Self.claims())) }
    }

    @Test(
        "Claims that are missing, of another kind or out of their time are refused",
        arguments: [
            #"{"exp":1900000600}"#, #"{"sub":"","exp":1900000600}"#, #"{"sub":"  ","exp":1900000600}"#, #"{"sub":7,"exp":1900000600}"#,
            #"{"sub":null,"exp":1900000600}"#,
            #"{"sub":"a\u0000b","exp":1900000600}"#, #"{"sub":"a"}"#, #"{"sub":"a","exp":"1900000600"}"#, #"{"sub":"a","exp":null}"#,
            #"{"sub":"a","exp":1e30}"#,
            #"{"sub":"a","exp":1.9e9}"#, #"{"sub":"a","exp":-5}"#, #"{"sub":"a","exp":1900000000}"#, #"{"sub":"a","exp":1900086461}"#,
            #"{"sub":"a","exp":9223372036854775807}"#, #"{"sub":"a","exp":1900000600,"nbf":1900000600}"#,
            #"{"sub":"a","exp":1900000600,"nbf":"now"}"#,
            #"{"sub":"a","exp":1900000600,"iat":1900000600}"#, #"{"sub":"a","exp":1900000600,"aud":"other"}"#,
            #"{"sub":"a","exp":1900000600,"aud":["0123bot"]}"#,
            #"{"sub":"a","exp":1900000600,"name":7}"#, #"{"sub":"a","exp":1900000600,"email":["a@b.example"]}"#,
            #"{"sub":"a","sub":"b","exp":1900000600}"#, "[]", "null", "{",
        ])
    func claims(_ claims: String) {
        #expect(throws: Failure.self) { try visitor(Self.token(claims)) }
    }

    @Test(
        "What isn't a token is refused",
        arguments: [
            "", ".", "..", "a.b", "a.b.c", "....", "ä.ö.ü", String(repeating: "a", count: 5_000), String(repeating: ".", count: 4_000),
        ])
    func garbage(_ text: String) {
        #expect(throws: Failure.self) { try visitor(text) }
    }

    @Test("A signature that was cut, changed, lengthened or taken away is refused")
    func signature() {
        let token = Self.token(Self.claims())
        let (signed, signature) = (token.split(separator: ".").dropLast().joined(separator: "."), token.split(separator: ".").last ?? "")
        for other in ["", String(signature.dropLast(2)), "\(signature)AA", "\(signature)=", String(signature.reversed())] {
            #expect(throws: Failure.self, "\(other)") { try visitor("\(signed).\(other)") }
        }
        let forged = Self.token(Self.claims(#","name":"Eve""#)).split(separator: ".")
        #expect(throws: Failure.self) { try visitor("\(forged[0]).\(forged[1]).\(signature)") }
    }

    @Test("A token has one spelling: what a lenient reader would take for the same is refused")
    func spelling() throws {
        let token = Self.token(Self.claims())
        let last = try #require(token.last.flatMap { "AEIMQUYcgkosw048".contains($0) ? $0 : nil }, "two bits are left over")
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let place = try #require(alphabet.firstIndex(of: last))
        let twins = (1...3).map { "\(token.dropLast())\(alphabet[place + $0])" }
        for spelling in twins + ["\(token)=", "\(token)==", token.replacing(".", with: "=.")] {
            #expect(throws: Failure.self) { try visitor(spelling) }
        }
    }

    @Test("An id of 200 characters is kept, and one of 201 isn't")
    func length() throws {
        let id = String(repeating: "ü", count: SignedVisitor.maximumLength)
        #expect(try visitor(Self.token(#"{"sub":"\#(id)","exp":\#(Self.now + 1)}"#)).id == id)
        #expect(throws: Failure.self) { try visitor(Self.token(#"{"sub":"\#(id)x","exp":\#(Self.now + 1)}"#)) }
    }
}
