/// The lines at the top and the foot of most pages: running titles and page numbers.
struct RepeatedLines {
    private static let minimumPages = 4
    private static let share = 0.6
    /// So many lines from either end of a page.
    private static let depth = 2
    private static let maximumNumberWords = 5

    private let lines: Set<String>

    init(_ pages: [String]) {
        var counts: [String: Int] = [:]
        for page in pages {
            for line in Set(Self.edges(of: Self.filled(page)).map(Self.masked)) { counts[line, default: 0] += 1 }
        }
        let needed = max(Double(Self.minimumPages), Double(pages.count) * Self.share)
        lines = Set(counts.filter { Double($0.value) >= needed }.keys)
    }

    func removed(from page: String) -> String {
        guard !lines.isEmpty else { return page }
        let all = page.split(separator: "\n", omittingEmptySubsequences: false)
        let edges = Set(Self.edges(of: Self.filled(page)))
        return all.filter { !(edges.contains($0) && lines.contains(Self.masked($0))) }.joined(separator: "\n")
    }

    private static func filled(_ page: String) -> [Substring] { page.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) } }

    private static func edges(of lines: [Substring]) -> [Substring] { lines.prefix(depth) + lines.suffix(depth) }

    /// Page numbers differ: a number at either end of a line, and any in a line as short as "page 3 of 10".
    private static func masked(_ line: Substring) -> String {
        let words = line.split(whereSeparator: \.isWhitespace)
        return words.enumerated().map { index, word in
            let mayDiffer = words.count <= maximumNumberWords || index == 0 || index == words.count - 1
            return mayDiffer && word.allSatisfy(\.isNumber) ? "0" : word
        }.joined(separator: " ")
    }
}
