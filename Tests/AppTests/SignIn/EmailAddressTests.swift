import Testing

@testable import App

@Suite("Where a sign-in leads, and who signs in")
struct SignInAddressTests {
    @Test(
        "After signing in, a browser goes on to an address of ours",
        arguments: ["/bots/7", "/bots/7?q=a%20b", "/invitations/abc", "/account#email"])
    func ours(_ next: String) { #expect(SignIn.destination(next) == next) }

    @Test(
        "It never goes elsewhere",
        arguments: [
            nil, "", "https://evil.example", "//evil.example", "/\\evil.example", "/%09/evil.example", "javascript:alert(1)",
            "%2f%2fevil.example",
            "https:evil.example", "/..//evil.example", "/%5cevil.example", "/%2fevil.example", "/\tevil", "/\r\nSet-Cookie:x=1",
            "/%0d%0aSet-Cookie:x=1",
            "/%zz", "/%ff", " /bots", "/é", "/" + String(repeating: "a", count: 600),
        ] as [String?])
    func elsewhere(_ next: String?) { #expect(SignIn.destination(next) == "/bots") }

    @Test(
        "One mailbox is one person, in whatever case it is typed",
        arguments: ["Mia@Desk.example", " mia@desk.example ", "MIA@DESK.EXAMPLE\n"])
    func samePerson(_ text: String) throws { #expect(try EmailAddress(text).text == "mia@desk.example") }

    @Test(
        "What isn't exactly one plain address is refused",
        arguments: [
            nil, "", " ", "mia", "mia@desk", "v@x.org\r\nBcc: e@x.org", "a@x.org,b@x.org", "a@x.org b@x.org", "\"a b\"@x.org",
            "u@exämple.de", "é@x.org",
            "e\u{301}@x.org", "a@x.org.", "a\u{200B}@x.org", "<a@x.org>", "a@[127.0.0.1]", String(repeating: "a", count: 312) + "@x.org",
        ] as [String?])
    func refused(_ text: String?) async {
        #expect(await failure { _ = try EmailAddress(text) }?.fields.keys.first == "email")
    }

    @Test("Names are one line that can't turn what follows, and are empty where nothing can be seen")
    func names() throws {
        #expect(try GivenName.read(" Mia \n\t Moe ", "name") == "Mia Moe")
        #expect(try GivenName.read("Mia\u{202E}eom\u{2066}", "name") == "Miaeom")
        #expect(try GivenName.read("\u{200B}\u{2060} ", "name") == "")
        let family = "👨‍👩‍👧‍👦"
        #expect(try GivenName.read(family, "name") == family)
        #expect(try GivenName.read(String(repeating: "a", count: 80), "name").count == 80)
        #expect(throws: Failure.self) { try GivenName.read(String(repeating: "a", count: 81), "name") }
    }
}
