/// The addresses still to be visited, nearest to the start first. Bounded in every direction in which a site can be
/// without end: calendars, filters, sessions, paths that repeat themselves.
struct Frontier: Sendable {
    static let maximumAddresses = 5_000
    /// Links away from the start.
    static let maximumDepth = 12
    /// Pages that differ only in their query.
    static let maximumQueries = 40
    private static let maximumPathParts = 12
    private static let maximumRepeats = 3

    struct Entry: Sendable {
        var address: PageAddress
        var depth: Int
        /// A sitemap names pages, and its depth counts sitemaps.
        var isSitemap = false
    }

    private var entries: [Entry] = []
    private var first = 0
    private var seen: Set<PageAddress> = []
    private var queries: [String: Int] = [:]

    var count: Int { entries.count - first }

    mutating func next() -> Entry? {
        guard first < entries.count else { return nil }
        defer { first += 1 }
        return entries[first]
    }

    /// True when the address was not known before.
    mutating func note(_ address: PageAddress) -> Bool { seen.insert(address).inserted }

    mutating func add(_ entry: Entry) {
        guard seen.count < Self.maximumAddresses, entry.depth <= Self.maximumDepth, Self.isSensible(entry.address) else { return }
        if note(entry.address), mayQuery(entry.address) { entries.append(entry) }
    }

    private mutating func mayQuery(_ address: PageAddress) -> Bool {
        guard address.query != nil else { return true }
        queries[address.path, default: 0] += 1
        return queries[address.path, default: 0] <= Self.maximumQueries
    }

    private static func isSensible(_ address: PageAddress) -> Bool {
        let parts = address.path.split(separator: "/")
        return parts.count <= maximumPathParts && Dictionary(grouping: parts, by: \.self).values.allSatisfy { $0.count <= maximumRepeats }
    }
}

/// What a link leads to, by its name.
enum LinkTarget {
    case page, file, nothing

    init(_ address: PageAddress) {
        let ending = address.fileExtension
        self = Self.files.contains(ending) ? .file : Self.media.contains(ending) ? .nothing : .page
    }

    private static let files: Set<String> = [
        "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "rtf", "csv", "epub",
    ]
    private static let media: Set<String> = [
        "jpg", "jpeg", "png", "gif", "svg", "webp", "avif", "ico", "bmp", "tif", "tiff", "heic", "mp3", "mp4", "m4a", "ogg", "wav", "webm",
        "mov", "avi", "css", "js", "mjs", "json", "xml", "rss", "atom", "ics", "vcf", "woff", "woff2", "ttf", "zip", "gz", "tar", "rar",
        "7z", "exe", "dmg", "apk", "msi", "iso", "bin",
    ]
}
