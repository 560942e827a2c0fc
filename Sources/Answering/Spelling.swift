/// Finds the words that a misspelt one may stand for: one slip from four letters on, two from nine on, a slip being
/// a letter too many, missing, wrong, or swapped with its neighbour.
struct Spelling: Sendable {
    private static let oneSlipLength = 4
    private static let twoSlipsLength = 9

    /// Of the words, one after the other, in UTF-8.
    private let letters: [UInt8]
    /// Where each word ends in `letters`.
    private let ends: [UInt32]
    /// In Unicode scalars; words are no longer than 48.
    private let lengths: [UInt8]
    /// Which letters each word has, folded into 32 bits: a slip changes at most two bits.
    private let masks: [UInt32]

    init(_ words: [String]) {
        var letters: [UInt8] = []
        letters.reserveCapacity(words.reduce(0) { $0 + $1.utf8.count })
        ends = words.map { word in
            letters.append(contentsOf: word.utf8)
            return UInt32(letters.count)
        }
        self.letters = letters
        lengths = words.map { UInt8(clamping: $0.unicodeScalars.count) }
        masks = words.map { mask(of: $0.unicodeScalars) }
    }

    var bytes: Int { Heap.bytes(letters) + Heap.bytes(ends) + Heap.bytes(lengths) + Heap.bytes(masks) }

    /// The nearest words of this and others, and the number of slips, all equally near; empty if there is none near enough.
    func nearest(to word: String, with others: [Spelling] = []) -> (words: [String], slips: Int) {
        var search = Search(word)
        for spelling in [self] + others { search.look(in: spelling) }
        return (search.nearest, search.allowed)
    }

    private struct Search {
        var nearest: [String] = []
        /// Slips: of the nearest, or what there may be.
        var allowed: Int
        private let sought: [Unicode.Scalar]
        private let soughtMask: UInt32
        private var table = DistanceTable()

        init(_ word: String) {
            sought = Array(word.unicodeScalars)
            soughtMask = mask(of: sought)
            allowed = sought.count >= twoSlipsLength ? 2 : sought.count >= oneSlipLength ? 1 : 0
        }

        mutating func look(in spelling: Spelling) {
            guard allowed > 0 || !nearest.isEmpty else { return }
            for index in spelling.ends.indices {
                let length = Int(spelling.lengths[index])
                guard abs(length - sought.count) <= allowed, length >= oneSlipLength - 1,
                    (spelling.masks[index] ^ soughtMask).nonzeroBitCount <= 2 * allowed
                else { continue }
                let word = spelling.word(index)
                let candidate = Array(word.unicodeScalars)[...]
                guard let slips = table.slips(sought, candidate, atMost: allowed), startsAlike(sought, candidate) else { continue }
                if slips < allowed {
                    nearest.removeAll(keepingCapacity: true)
                    allowed = slips
                }
                nearest.append(word)
            }
        }
    }

    private func word(_ index: Int) -> String {
        String(decoding: letters[(index > 0 ? Int(ends[index - 1]) : 0)..<Int(ends[index])], as: UTF8.self)
    }

    /// People rarely mistype the first letter, and a changed one mostly makes another word.
    private static func startsAlike(_ a: [Unicode.Scalar], _ b: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = b.first, let second = b.dropFirst().first else { return false }
        let isSwapped = a[0] == second && a[1] == first
        let soundsAlike = soundAlike.contains([a[0], first]) && a.dropFirst().elementsEqual(b.dropFirst())
        let isOneOff = a.count >= 6 && (a[1] == first && a.count < b.count + 2 || a[0] == second)
        return a[0] == first || isSwapped || soundsAlike || isOneOff
    }
}

/// Letters that are confused at the beginning of a word too.
private let soundAlike: Set<Set<Unicode.Scalar>> = [["c", "k"], ["s", "z"], ["s", "c"], ["i", "e"], ["v", "w"], ["j", "g"]]

private func mask(of letters: some Sequence<Unicode.Scalar>) -> UInt32 {
    letters.reduce(0) { $0 | 1 << ($1.value & 31) }
}

/// The optimal string alignment distance, by rows that are used again.
private struct DistanceTable {
    private var rows: [[Int]] = [[], [], []]

    mutating func slips(_ a: [Unicode.Scalar], _ b: ArraySlice<Unicode.Scalar>, atMost limit: Int) -> Int? {
        let base = b.startIndex
        var beforeLast = rows[0]
        var last = Array(0...b.count)
        var current = last
        for i in 1...a.count {
            current[0] = i
            var lowest = i
            for j in stride(from: 1, through: b.count, by: 1) {
                let letter = b[base + j - 1]
                var cost = min(last[j] + 1, current[j - 1] + 1, last[j - 1] + (a[i - 1] == letter ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[base + j - 2], a[i - 2] == letter { cost = min(cost, beforeLast[j - 2] + 1) }
                current[j] = cost
                lowest = min(lowest, cost)
            }
            if lowest > limit { return nil }
            (beforeLast, last, current) = (last, current, last)
        }
        return last[b.count] <= limit ? last[b.count] : nil
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first place from which on `belongs` holds, in a collection sorted by it.
    func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
        var low = startIndex, high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
