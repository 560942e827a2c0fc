import HTTPTypes
import Hummingbird
import Testing

@testable import App

@Suite("The door of what is for development")
struct DevelopmentDoorTests {
    private func isOpen(
        _ audience: DevelopmentDoor.Audience, from peer: String = "127.0.0.1", host: String? = "127.0.0.1:8080",
        _ headers: [(String, String)] = []
    ) async throws -> Bool {
        var fields = HTTPFields()
        for (name, value) in headers { fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
        let head = HTTPRequest(method: .get, scheme: nil, authority: host, path: "/dev/outbox", headerFields: fields)
        let context = try VisitorContext(from: peer)
        let refused = await failure {
            _ = try await DevelopmentDoor(audience: audience).handle(Request(head: head, body: .init(buffer: .init())), context: context) {
                _, _ in Response(text: "in")
            }
        }
        #expect(refused == nil || refused?.status == .notFound)
        return refused == nil
    }

    @Test(
        "It opens to this machine's own requests", arguments: ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"],
        ["127.0.0.1", "localhost:8080", "[::1]:8080", "LOCALHOST", "desk.localhost"])
    func own(_ peer: String, _ host: String) async throws {
        #expect(try await isOpen(.thisMachine, from: peer, host: host))
        #expect(try await isOpen(.everybody, from: peer, host: host))
        #expect(try await !isOpen(.nobody, from: peer, host: host))
    }

    @Test(
        "It doesn't open to another machine",
        arguments: ["198.51.100.7", "10.0.0.1", "192.168.1.5", "172.17.0.1", "2001:db8::1", "fe80::1", "::ffff:10.0.0.1"])
    func others(_ peer: String) async throws {
        #expect(try await !isOpen(.thisMachine, from: peer))
        #expect(try await isOpen(.everybody, from: peer))
    }

    @Test(
        "It doesn't open to what a proxy on this machine brings",
        arguments: [
            ("X-Forwarded-For", "203.0.113.9"), ("x-forwarded-for", "127.0.0.1"), ("X-Forwarded-For", ""),
            ("X-Forwarded-Host", "desk.example"),
            ("X-Forwarded-Proto", "https"), ("X-Forwarded-Server", "web"), ("Forwarded", "for=127.0.0.1"),
            ("X-Original-Forwarded-For", "203.0.113.9"),
            ("Via", "1.1 caddy"), ("X-Real-IP", "127.0.0.1"), ("True-Client-IP", "203.0.113.9"), ("CF-Connecting-IP", "203.0.113.9"),
            ("X-Cluster-Client-IP", "203.0.113.9"), ("Fly-Client-IP", "203.0.113.9"), ("CDN-Loop", "cloudflare"),
        ])
    func forwarded(_ name: String, _ value: String) async throws {
        #expect(try await !isOpen(.thisMachine, [("Accept", "*/*"), (name, value)]))
        #expect(try await isOpen(.everybody, [(name, value)]))
    }

    @Test(
        "It doesn't open to a site whose name leads here, nor to a request without one",
        arguments: [
            "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[2001:db8::1]", "",
            "localhost@evil.example", nil,
        ])
    func otherNames(_ host: String?) async throws {
        #expect(try await !isOpen(.thisMachine, host: host))
    }
}
