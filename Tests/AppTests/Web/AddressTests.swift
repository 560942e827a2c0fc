import HTTPTypes
import Hummingbird
import Testing

@testable import App

@Suite("Addresses of visitors")
struct AddressTests {
    @Test("IPv4 inside IPv6 is the same visitor", arguments: ["::ffff:192.0.2.7", "::ffff:c000:207", "0:0:0:0:0:ffff:192.0.2.7"])
    func mapped(_ text: String) {
        #expect(Address(text) == Address("192.0.2.7"))
        #expect(Address(text)?.prefix == Address("192.0.2.7")?.prefix)
    }

    @Test(
        "What isn't an address isn't one",
        arguments: ["", "desk.example", "192.0.2", "192.0.2.256", "192.0.2.7:80", "1::2::3", "[::1]", "unknown"])
    func invalid(_ text: String) {
        #expect(Address(text) == nil)
    }

    @Test(
        "Neighbours in a household share a prefix, others don't",
        arguments: [
            ("192.0.2.7", "192.0.2.250", true), ("192.0.2.7", "192.0.3.7", false), ("2001:db8:0:a00::1", "2001:db8:0:aff:1::", true),
            ("2001:db8:0:a00::1", "2001:db8:0:b00::1", false), ("::1", "127.0.0.1", false), ("1.2.3.4", "0102:03ff::", false),
        ])
    func prefix(_ one: String, _ other: String, _ same: Bool) throws {
        let (one, other) = (try #require(Address(one)), try #require(Address(other)))
        #expect((one.prefix == other.prefix) == same)
    }

    @Test(
        "Loopback is told from the rest",
        arguments: [
            ("127.0.0.1", true), ("127.255.0.3", true), ("::1", true), ("::ffff:127.0.0.1", true), ("128.0.0.1", false), ("::2", false),
            ("::", false),
            ("1::1", false),
        ])
    func loopback(_ text: String, _ isLoopback: Bool) {
        #expect(Address(text)?.isLoopback == isLoopback)
    }

    @Test(
        "A range holds what its leading bits say",
        arguments: [
            ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.4", false),
            ("10.1.2.0/25", "10.1.2.127", true), ("10.1.2.0/25", "10.1.2.128", false), ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
            ("10.0.0.0/8", "::ffff:10.9.9.9", true),
            ("::/0", "::1", true), ("::1/128", "::1", true),
        ])
    func ranges(_ range: String, _ address: String, _ contains: Bool) throws {
        let (range, address) = (try #require(AddressRange(range)), try #require(Address(address)))
        #expect(range.contains(address) == contains)
    }

    @Test(
        "What isn't a range isn't one",
        arguments: ["", "/", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0/8", "::/129", "10.0.0.0/8/8"])
    func invalidRange(_ text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(
        "X-Forwarded-For counts only as far as trusted proxies wrote it",
        arguments: [
            // Nobody is trusted, or the peer isn't.
            ("203.0.113.9", ["192.0.2.1"], "", "203.0.113.9"), ("203.0.113.9", ["192.0.2.1"], "10.0.0.0/8", "203.0.113.9"),
            ("10.0.0.1", [], "10.0.0.0/8", "10.0.0.1"), ("10.0.0.1", ["192.0.2.1"], "10.0.0.0/8", "192.0.2.1"),
            // What the visitor wrote stands in front of what the proxy added.
            ("10.0.0.1", ["1.1.1.1, 192.0.2.1"], "10.0.0.0/8", "192.0.2.1"),
            ("10.0.0.1", ["1.1.1.1", "192.0.2.1"], "10.0.0.0/8", "192.0.2.1"),
            ("10.0.0.1", ["1.1.1.1,192.0.2.1 , 10.0.0.2"], "10.0.0.0/8", "192.0.2.1"),
            ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.0/8", "10.0.0.1"),
            // Nonsense is not skipped over.
            ("10.0.0.1", ["1.1.1.1, nonsense"], "10.0.0.0/8", "10.0.0.1"), ("10.0.0.1", ["nonsense, 192.0.2.1"], "10.0.0.0/8", "192.0.2.1"),
            ("10.0.0.1", [", ,"], "10.0.0.0/8", "10.0.0.1"), ("::ffff:10.0.0.1", ["2001:db8::5"], "10.0.0.0/8", "2001:db8::5"),
        ])
    func forwarded(_ peer: String, _ headers: [String], _ proxies: String, _ expected: String) throws {
        var fields = HTTPFields()
        for value in headers { fields.append(HTTPField(name: .xForwardedFor, value: value)) }
        let ranges = proxies.isEmpty ? [] : [try #require(AddressRange(proxies))]
        let found = try VisitorContext(from: peer).address(Request(.get, "/", fields), behind: ranges)
        #expect(found == Address(expected))
    }
}
