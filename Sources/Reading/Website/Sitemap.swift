/// The addresses that a sitemap names: pages, or further sitemaps.
struct Sitemap: Sendable {
    static let maximumAddresses = 5_000

    private(set) var pages: [String] = []
    private(set) var sitemaps: [String] = []

    /// nil where the text is no sitemap.
    init?(_ bytes: [UInt8]) {
        guard contains(bytes.prefix(2_048), "<urlset") || contains(bytes.prefix(2_048), "<sitemapindex") else { return nil }
        var tokens = XMLTokenizer(decode(bytes, nil))
        var path: [String] = []
        var location: [UInt8] = []
        // What breaks off is read as far as it goes.
        while let token = try? tokens.next(), pages.count + sitemaps.count < Self.maximumAddresses {
            switch token {
            case .start(let name, _):
                path.append(name)
                location = []
            case .text(let text):
                if path.last == "loc", location.count <= PageAddress.maximumBytes { location += text }
            case .end:
                if path.popLast() == "loc" { add(oneLine(String(decoding: location, as: UTF8.self)), in: path.last) }
            }
        }
    }
    private mutating func add(_ address: String, in element: String?) {
        if element == "sitemap" { sitemaps.append(address) }
        if element == "url" { pages.append(address) }
    }
}
