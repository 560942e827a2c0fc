/// Finds the words that a misspelt one may stand for: one slip from four letters on, two from nine on, a slip being
/// a letter too many, missing, wrong, or swapped with its neighbour.
struct Spelling: Sendable {
    private static let oneSlipLength = 4
    private static let twoSlipsLength = 9

    private var words: [String] = []
    private var letters: [Unicode.Scalar] = []
    /// Where each word begins in `letters`, and at the end its count.
    private var starts: [Int] = [0]
    /// Which letters each word has, folded into 32 bits: a slip changes at most two bits.
    private var masks: [UInt32] = []

    init(_ words: some Sequence<String>) {
        for word in words where !word.isEmpty {
            self.words.append(word)
            letters.append(contentsOf: word.unicodeScalars)
            starts.append(letters.count)
            masks.append(mask(of: word.unicodeScalars))
        }
    }

    /// The nearest words and the number of slips, all equally near; empty if there is none near enough.
    func nearest(to word: String) -> (words: [String], slips: Int) {
        let sought = Array(word.unicodeScalars)
        guard sought.count >= Self.oneSlipLength else { return ([], 0) }
        var allowed = sought.count >= Self.twoSlipsLength ? 2 : 1
        var best: [String] = []
        let soughtMask = mask(of: sought)
        var table = DistanceTable()
        for index in words.indices {
            let length = starts[index + 1] - starts[index]
            guard abs(length - sought.count) <= allowed, length >= Self.oneSlipLength - 1,
                (masks[index] ^ soughtMask).nonzeroBitCount <= 2 * allowed else { continue }
            let candidate = letters[starts[index]..<starts[index + 1]]
            guard let slips = table.slips(sought, candidate, atMost: allowed), startsAlike(sought, candidate) else { continue }
            if slips < allowed {
                best.removeAll(keepingCapacity: true)
                allowed = slips
            }
            best.append(words[index])
        }
        return (best, allowed)
    }

    /// People rarely mistype the first letter, and a changed one mostly makes another word.
    private func startsAlike(_ a: [Unicode.Scalar], _ b: ArraySlice<Unicode.Scalar>) -> Bool {
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
