/// Two changes of a text as one, where no line of one stands beside a line of the other.
struct TextMerge {
    private struct Edit: Equatable {
        /// Lines of the text that both began with.
        var gone: Range<Int>
        var come: [Substring]
    }

    /// nil where both changed the same place.
    let text: String?

    init(of base: String, mine: String, theirs: String) {
        let lines = Self.lines(base)
        let (mine, theirs) = (Self.edits(lines, Self.lines(mine)), Self.edits(lines, Self.lines(theirs)))
        let added = mine.filter { !theirs.contains($0) }
        guard !added.contains(where: { edit in theirs.contains { Self.meet(edit, $0) } }) else {
            text = nil
            return
        }
        var merged: [Substring] = []
        var place = 0
        for edit in (theirs + added).sorted(by: { $0.gone.lowerBound < $1.gone.lowerBound }) {
            merged += lines[place..<edit.gone.lowerBound] + edit.come
            place = edit.gone.upperBound
        }
        text = (merged + lines[place...]).joined(separator: "\n")
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
