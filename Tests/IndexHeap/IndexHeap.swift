import Answering
import CMalloc

/// Says of indexes of several sizes what they say themselves that they take, and what the allocator says: lines of
/// `passages words bytes allocated`. A process of its own, as in one with tests others allocate too.
@main
enum IndexHeap {
    static func main() {
        // What all indexes share is there before the first is counted.
        _ = PassageIndex(passages(1, words: 8)).search("hallo wrld", limit: 1)
        for (count, size, words) in [(400, 1, 8), (200, 12, 45), (40, 100, 45), (2, 3_000, 120)] {
            var indexes: [PassageIndex] = []
            indexes.reserveCapacity(count)
            let before = allocated
            for _ in 0..<count { indexes.append(PassageIndex(passages(size, words: words))) }
            let after = allocated
            print(size, words, indexes.reduce(0) { $0 + $1.bytes } / count, (after - before) / count)
        }
    }

    private static var allocated: Int {
        let figures = mallinfo2()
        return Int(figures.uordblks + figures.hblkhd)
    }

    /// Words of few and of many letters, common ones, and those that only one passage has.
    private static func passages(_ count: Int, words: Int) -> [Passage] {
        (0..<count).map { number in
            let text = (0..<words).map { word in
                let seed = number &* 7_919 &+ word &* 104_729
                return seed % 3 == 0
                    ? ["we", "open", "delivery", "the"][seed % 4] : "w" + String(seed % 20_000, radix: seed % 2 == 0 ? 36 : 2)
            }
            return Passage(id: Int64(number), title: "The section number \(number)", text: text.joined(separator: " ") + ".")
        }
    }
}
