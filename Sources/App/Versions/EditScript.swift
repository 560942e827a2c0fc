/// A short way from one sequence to another: what stays, what goes, what comes.
///
/// Elements that each side has once are matched first (a patience diff), which is how people see a text; between them Myers'
/// algorithm finds the shortest way, or after `maximumEdits` gives up and replaces the whole gap. So the work is bounded by the
/// length times `maximumEdits`, whatever the two are.
struct EditScript<Element: Hashable> {
    enum Step { case same, delete, insert }

    /// In the order of the sequences; what goes comes before what takes its place.
    private(set) var runs: [(step: Step, count: Int)] = []

    init(from old: [Element], to new: [Element], maximumEdits: Int = 200) {
        var place = (old: 0, new: 0)
        for anchor in anchors(old, new) {
            appendGap(old[place.old..<anchor.old], new[place.new..<anchor.new], maximumEdits)
            append(.same, 1)
            place = (anchor.old + 1, anchor.new + 1)
        }
        appendGap(old[place.old...], new[place.new...], maximumEdits)
    }

    private mutating func append(_ step: Step, _ count: Int) {
        guard count > 0 else { return }
        if let last = runs.last, last.step == step { runs[runs.count - 1].count += count } else { runs.append((step, count)) }
    }

    private mutating func appendGap(_ old: ArraySlice<Element>, _ new: ArraySlice<Element>, _ maximumEdits: Int) {
        let prefix = zip(old, new).prefix { $0 == $1 }.count
        append(.same, prefix)
        let (old, new) = (old.dropFirst(prefix), new.dropFirst(prefix))
        let suffix = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
        let (oldRest, newRest) = (Array(old.dropLast(suffix)), Array(new.dropLast(suffix)))
        if let steps = shortestWay(oldRest, newRest, maximumEdits) {
            for step in steps { append(step, 1) }
        } else {
            append(.delete, oldRest.count)
            append(.insert, newRest.count)
        }
        append(.same, suffix)
    }
}

/// Pairs of places that hold what each side has once, in the order of both: the longest such row.
private func anchors<Element: Hashable>(_ old: [Element], _ new: [Element]) -> [(old: Int, new: Int)] {
    let (oldPlaces, newPlaces) = (singlePlaces(old), singlePlaces(new))
    let common = old.enumerated().compactMap { place, element in
        oldPlaces[element] == place ? newPlaces[element].flatMap { $0 < 0 ? nil : (old: place, new: $0) } : nil
    }
    // By patience sorting: each pile's top is the end of the longest row of that length with the lowest place in `new`.
    var piles: [Int] = []
    var before = [Int](repeating: -1, count: common.count)
    for (index, pair) in common.enumerated() {
        var (low, high) = (0, piles.count)
        while low < high {
            let middle = (low + high) / 2
            if common[piles[middle]].new < pair.new { low = middle + 1 } else { high = middle }
        }
        if low > 0 { before[index] = piles[low - 1] }
        if low == piles.count { piles.append(index) } else { piles[low] = index }
    }
    var row: [(old: Int, new: Int)] = []
    var index = piles.last ?? -1
    while index >= 0 {
        row.append(common[index])
        index = before[index]
    }
    return row.reversed()
}

/// Where each element is that is there once; -1 where it is there more often.
private func singlePlaces<Element: Hashable>(_ elements: [Element]) -> [Element: Int] {
    var places: [Element: Int] = [:]
    for (place, element) in elements.enumerated() { places[element] = places[element] == nil ? place : -1 }
    return places
}

/// Myers, "An O(ND) Difference Algorithm and Its Variations" (1986). nil where more than `maximum` edits are needed.
private func shortestWay<Element: Hashable>(_ old: [Element], _ new: [Element], _ maximum: Int) -> [EditScript<Element>.Step]? {
    guard !old.isEmpty, !new.isEmpty else {
        return old.map { _ in .delete } + new.map { _ in .insert }
    }
    let bound = min(maximum, old.count + new.count)
    // The furthest place in `old` on each diagonal (its place less that in `new`), before each number of edits.
    var furthest = [Int](repeating: 0, count: 2 * bound + 3)
    let middle = bound + 1
    var history: [[Int]] = []
    for edits in 0...bound {
        history.append(Array(furthest[(middle - edits - 1)...(middle + edits + 1)]))
        for diagonal in stride(from: -edits, through: edits, by: 2) {
            let (below, above) = (furthest[middle + diagonal - 1], furthest[middle + diagonal + 1])
            var place = diagonal == -edits || diagonal != edits && below < above ? above : below + 1
            while place < old.count, place - diagonal < new.count, old[place] == new[place - diagonal] { place += 1 }
            furthest[middle + diagonal] = place
            if place >= old.count, place - diagonal >= new.count { return way(back: history, old.count, new.count) }
        }
    }
    return nil
}

private func way<Element: Hashable>(back history: [[Int]], _ oldCount: Int, _ newCount: Int) -> [EditScript<Element>.Step] {
    var steps: [EditScript<Element>.Step] = []
    var (place, other) = (oldCount, newCount)
    for (edits, furthest) in history.enumerated().reversed() {
        let diagonal = place - other
        let (below, above) = (furthest[diagonal + edits], furthest[diagonal + edits + 2])
        let comes = diagonal == -edits || diagonal != edits && below < above
        let start = comes ? above : below + 1
        steps += repeatElement(.same, count: max(0, edits == 0 ? place : place - start))
        guard edits > 0 else { break }
        steps.append(comes ? .insert : .delete)
        (place, other) = comes ? (start, start - diagonal - 1) : (start - 1, start - diagonal)
    }
    return steps.reversed()
}
