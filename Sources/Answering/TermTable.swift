typealias Term = Int32

/// The terms of an index, numbered from 0. Packed: a dictionary of strings takes several times as much, and there is one of
/// these for each bot.
struct TermTable: Sendable {
    /// Of the terms, one after the other, in UTF-8.
    private let letters: [UInt8]
    /// Where each term ends in `letters`.
    private let ends: [UInt32]
    /// A term's number at the place of its hash, or the next one that is free; -1 where there is none.
    private let slots: [Term]

    init(_ terms: [String]) {
        var letters: [UInt8] = []
        letters.reserveCapacity(terms.reduce(0) { $0 + $1.utf8.count })
        ends = terms.map { term in
            letters.append(contentsOf: term.utf8)
            return UInt32(letters.count)
        }
        self.letters = letters
        var size = 1
        while size * 3 / 4 < terms.count { size *= 2 }
        var slots = [Term](repeating: -1, count: size)
        for (number, term) in terms.enumerated() {
            var place = Self.hash(term) & (size - 1)
            while slots[place] >= 0 { place = (place + 1) & (size - 1) }
            slots[place] = Term(number)
        }
        self.slots = slots
    }

    var count: Int { ends.count }
    var bytes: Int { Heap.bytes(letters) + Heap.bytes(ends) + Heap.bytes(slots) }

    subscript(_ term: String) -> Term? {
        var place = Self.hash(term) & (slots.count - 1)
        while slots[place] >= 0 {
            if isTerm(Int(slots[place]), term) { return slots[place] }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }

    private func isTerm(_ number: Int, _ term: String) -> Bool {
        let own = letters[(number > 0 ? Int(ends[number - 1]) : 0)..<Int(ends[number])]
        if own.count == term.utf8.count, own.elementsEqual(term.utf8) { return true }
        // The same letter can be written in two ways, but none of ASCII's.
        return own.contains { $0 >= 0x80 } && String(decoding: own, as: UTF8.self) == term
    }

    /// Seeded anew in each process, so that nobody can choose terms that meet in one place.
    private static func hash(_ term: String) -> Int { term.hashValue }
}
