/// Two changes of a text as one, where no line of one stands beside a line of the other.
struct TextMerge {
    private struct Edit: Equatable {
        /// Lines of the text that both began with.
        var gone: Range<Int>
        var come: [Substring]
    }

    /// nil where both changed the same place.
    let text: String?

    init(of base: String, mine: String, theirs: String, _ thread: OwnThread) {
        let lines = Self.lines(base)
        guard let edits = Self.both(Self.edits(lines, Self.lines(mine)), Self.edits(lines, Self.lines(theirs))) else {
            text = nil
            return
        }
        var merged: [Substring] = []
        var place = 0
        for edit in edits {
            merged += lines[place..<edit.gone.lowerBound] + edit.come
            place = edit.gone.upperBound
        }
        text = (merged + lines[place...]).joined(separator: "\n")
    }

    /// The edits of both in their order, the same one once; nil where two meet. Of one side, none meets another.
    private static func both(_ mine: [Edit], _ theirs: [Edit]) -> [Edit]? {
        var both: [Edit] = []
        var (ours, others) = (mine[...], theirs[...])
        while let one = ours.first, let other = others.first {
            guard one == other || !meet(one, other) else { return nil }
            let isFirst = one.gone.lowerBound <= other.gone.lowerBound
            both.append(isFirst ? one : other)
            if isFirst { ours.removeFirst() }
            if !isFirst || one == other { others.removeFirst() }
        }
        return both + ours + others
    }

    private static func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    private static func meet(_ one: Edit, _ other: Edit) -> Bool {
        one.gone.lowerBound <= other.gone.upperBound && other.gone.lowerBound <= one.gone.upperBound
    }

    private static func edits(_ old: [Substring], _ new: [Substring]) -> [Edit] {
        var edits: [Edit] = []
        var edit = Edit(gone: 0..<0, come: [])
        var place = 0
        func end() {
            if !edit.gone.isEmpty || !edit.come.isEmpty { edits.append(edit) }
        }
        for run in EditScript(from: old, to: new).runs {
            switch run.step {
            case .same:
                end()
                let next = edit.gone.upperBound + run.count
                edit = Edit(gone: next..<next, come: [])
                place += run.count
            case .delete: edit.gone = edit.gone.lowerBound..<(edit.gone.upperBound + run.count)
            case .insert:
                edit.come += new[place..<(place + run.count)]
                place += run.count
            }
        }
        end()
        return edits
    }
}
