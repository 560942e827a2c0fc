import Templates

/// What became of a text, line by line, and within lines word by word.
struct TextDiff {
    /// Lines around a change that help to find its place.
    static let linesAround = 3
    /// What a page can show.
    static let maximumLines = 2_000
    /// Of the words of two lines; others are simply replaced.
    static let leastShareInCommon = 0.3

    /// A run of lines that stayed, or of those that went and came in one place.
    private enum Part {
        case same([Substring])
        case changed(old: [Substring], new: [Substring])
    }

    private let parts: [Part]

    init(from old: String, to new: String) {
        let (oldLines, newLines) = (Self.lines(old), Self.lines(new))
        var parts: [Part] = []
        var place = (old: 0, new: 0)
        for run in EditScript(from: oldLines, to: newLines).runs {
            switch run.step {
            case .same:
                parts.append(.same(Array(newLines[place.new..<(place.new + run.count)])))
                place = (place.old + run.count, place.new + run.count)
            case .delete:
                Self.change(&parts, old: oldLines[place.old..<(place.old + run.count)], new: [])
                place.old += run.count
            case .insert:
                Self.change(&parts, old: [], new: newLines[place.new..<(place.new + run.count)])
                place.new += run.count
            }
        }
        self.parts = parts
    }

    /// The headings under which something changed, in their order; "" is what stands before the first.
    var changedSections: [String] {
        var heading = ""
        var changed: [String] = []
        var noted: Set<String> = []
        func note(_ lines: [Substring]) {
            for line in lines {
                if let name = Self.heading(line) { heading = name }
                guard !line.allSatisfy(\.isWhitespace), noted.insert(heading).inserted else { continue }
                changed.append(heading)
            }
        }
        for part in parts {
            switch part {
            case .same(let lines):
                if let name = lines.reversed().lazy.compactMap(Self.heading).first { heading = name }
            case .changed(let old, let new):
                let before = heading
                note(old)
                if !new.isEmpty { heading = before }
                note(new)
            }
        }
        return changed
    }

    /// For people: what changed with what stands around it.
    var lines: [ComparedLine] {
        var shown: [ComparedLine] = []
        for (place, part) in parts.enumerated() {
            switch part {
            case .same(let lines):
                shown += Self.around(lines, isFirst: place == 0, isLast: place == parts.count - 1)
            case .changed(let old, let new):
                shown += Self.compared(old, new)
            }
            if shown.count > Self.maximumLines { return shown.prefix(Self.maximumLines) + [.more] }
        }
        return shown
    }

    private static func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    private static func heading(_ line: Substring) -> String? {
        guard line.first == "#" else { return nil }
        return String(line.drop { $0 == "#" || $0.isWhitespace })
    }

    private static func change(_ parts: inout [Part], old: ArraySlice<Substring>, new: ArraySlice<Substring>) {
        if case .changed(let before, let after) = parts.last {
            parts[parts.count - 1] = .changed(old: before + old, new: after + new)
        } else {
            parts.append(.changed(old: Array(old), new: Array(new)))
        }
    }

    private static func around(_ lines: [Substring], isFirst: Bool, isLast: Bool) -> [ComparedLine] {
        let (before, after) = (isFirst ? 0 : linesAround, isLast ? 0 : linesAround)
        let left = lines.count - before - after
        guard left > 1 else { return lines.map { .same(String($0)) } }
        return lines.prefix(before).map { .same(String($0)) } + [.skipped(left)] + lines.suffix(after).map { .same(String($0)) }
    }

    /// Lines that took each other's place are compared word by word.
    private static func compared(_ old: [Substring], _ new: [Substring]) -> [ComparedLine] {
        var (gone, come): ([ComparedLine], [ComparedLine]) = ([], [])
        for (before, after) in zip(old, new) {
            let (deleted, inserted) = words(before, after)
            gone.append(.deleted(deleted))
            come.append(.inserted(inserted))
        }
        gone += old.dropFirst(new.count).map { .deleted([.init(String($0), isChanged: false)]) }
        come += new.dropFirst(old.count).map { .inserted([.init(String($0), isChanged: false)]) }
        return gone + come
    }

    private static func words(_ before: Substring, _ after: Substring) -> ([ComparedLine.Piece], [ComparedLine.Piece]) {
        let (old, new) = (pieces(before), pieces(after))
        var (deleted, inserted): ([ComparedLine.Piece], [ComparedLine.Piece]) = ([], [])
        var place = (old: 0, new: 0)
        var common = 0
        for run in EditScript(from: old, to: new).runs {
            let goes = run.step == .insert ? [] : old[place.old..<(place.old + run.count)]
            let comes = run.step == .delete ? [] : new[place.new..<(place.new + run.count)]
            if run.step == .same { common += goes.reduce(0) { $0 + $1.utf8.count } }
            if !goes.isEmpty { deleted.append(.init(goes.joined(), isChanged: run.step == .delete)) }
            if !comes.isEmpty { inserted.append(.init(comes.joined(), isChanged: run.step == .insert)) }
            place = (place.old + goes.count, place.new + comes.count)
        }
        guard Double(common) >= leastShareInCommon * Double(max(before.utf8.count, after.utf8.count)) else {
            return ([.init(String(before), isChanged: false)], [.init(String(after), isChanged: false)])
        }
        return (deleted, inserted)
    }

    /// Words and numbers as "3.50", and what stands between them.
    private static func pieces(_ line: Substring) -> [Substring] {
        var pieces: [Substring] = []
        var start = line.startIndex
        var isWord = false
        for index in line.indices {
            let next = line.index(after: index)
            let isInNumber = ".,:".contains(line[index]) && isWord && next < line.endIndex && line[next].isNumber
            let belongs = line[index].isLetter || line[index].isNumber || isInNumber
            if index > start, belongs != isWord || !belongs {
                pieces.append(line[start..<index])
                start = index
            }
            isWord = belongs
        }
        if start < line.endIndex { pieces.append(line[start...]) }
        return pieces
    }
}
