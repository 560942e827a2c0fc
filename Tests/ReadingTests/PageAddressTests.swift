import Testing

@testable import Reading

@Suite("The address of a page") struct PageAddressTests {
    @Test(
        "has one spelling",
        arguments: [
            ("HTTP://Example.COM:80/a/../b/./c?utm_source=x&id=1&fbclid=2#top", "http://example.com/b/c?id=1"),
            ("https://example.com:443", "https://example.com/"), ("https://example.com?", "https://example.com/"),
            ("https://example.com:8443/../../a/..", "https://example.com:8443/"),
            (" https://example.com/a b\n", "https://example.com/a%20b"),
            ("https://example.com/ü?q=ä", "https://example.com/%C3%BC?q=%C3%A4"), ("http://[::1]:8080/", "http://[::1]:8080/"),
        ])
    func spelling(text: String, expected: String) { #expect(PageAddress(text)?.text == expected) }

    @Test(
        "is one of the web's, and no longer than may be",
        arguments: [
            "", "example.com", "/a", "ftp://example.com/", "javascript:alert(1)", "data:text/html,x", "mailto:a@b.de", "https:example.com",
            "https://", "https://u:p@example.com/", "https://example.com\\@evil.example/", "https://a%00.com/", "https://e xample.com/",
            "https://example.com/" + String(repeating: "a", count: 2_000),
        ])
    func refused(text: String) { #expect(PageAddress(text) == nil) }

    @Test(
        "follows links as browsers do",
        arguments: [
            ("x", "http://example.com/a/x"), ("../x?y#z", "http://example.com/x?y"), ("/x", "http://example.com/x"),
            ("?y", "http://example.com/a/b?y"),
            ("#top", "http://example.com/a/b?q"), ("//other.example/x", "http://other.example/x"),
            ("https://other.example", "https://other.example/"),
            ("./", "http://example.com/a/"), ("x:y", nil), ("mailto:a@b.de", nil), ("a\\b", nil), ("x/y:z", "http://example.com/a/x/y:z"),
        ] as [(String, String?)])
    func links(link: String, expected: String?) throws {
        let page = try #require(PageAddress("http://example.com/a/b?q"))
        #expect(page.following(link)?.text == expected)
    }
}
