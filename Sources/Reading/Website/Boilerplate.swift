/// What stands on most pages of a site: menus, notices, the shop's address. It is kept where it stands first.
enum Boilerplate {
    private static let minimumPages = 5
    private static let share = 0.6

    static func removed(from pages: [[Block]]) -> [[Block]] {
        guard pages.count >= minimumPages else { return pages }
        var counts: [String: Int] = [:]
        for page in pages {
            for text in Set(page.map(\.text)) { counts[text, default: 0] += 1 }
        }
        var seen: Set<String> = []
        return pages.map { page in
            let kept = page.filter { block in
                Double(counts[block.text] ?? 0) <= Double(pages.count) * share || !seen.contains(block.text)
            }
            seen.formUnion(page.map(\.text))
            return kept
        }
    }
}
