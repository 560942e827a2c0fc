import Templates
import Testing

@testable import App

@Suite("Comparing texts")
struct TextDiffTests {
    private func lines(_ old: String, _ new: String) -> [String] {
        TextDiff(from: old, to: new).lines.map { line in
            switch line {
            case .same(let text): " " + text
            case .deleted(let pieces): "-" + pieces.map(Self.shown).joined()
            case .inserted(let pieces): "+" + pieces.map(Self.shown).joined()
            case .skipped(let count): "… \(count)"
            case .more: "more"
            }
        }
    }

    private static func shown(_ piece: ComparedLine.Piece) -> String { piece.isChanged ? "[\(piece.text)]" : piece.text }

    @Test("A line that stayed is shown once, one that changed with its words marked")
    func words() {
        #expect(lines("a\nIt costs 3 now.\nc", "a\nIt costs 4 now.\nc") == [" a", "-It costs [3] now.", "+It costs [4] now.", " c"])
    }

    @Test("Lines that have little in common are replaced as a whole")
    func replaced() {
        #expect(lines("We open at nine.", "Dogs may sleep anywhere") == ["-We open at nine.", "+Dogs may sleep anywhere"])
    }

    @Test("What stayed far from a change is left out")
    func skipped() {
        let many = (0..<20).map { "line \($0)" }
        let changed = many.map { $0 == "line 10" ? "other words altogether" : $0 }
        #expect(
            lines(many.joined(separator: "\n"), changed.joined(separator: "\n")) == [
                "… 7", " line 7", " line 8", " line 9", "-line 10", "+other words altogether", " line 11", " line 12", " line 13", "… 6",
            ])
    }

    @Test("A paragraph that moved is one that went and one that came, with the others in place")
    func moved() {
        #expect(lines("a\nb\nc\nd", "b\nc\nd\na").filter { $0.first != " " } == ["-a", "+a"])
    }

    @Test("The changed sections are those under whose heading something went or came")
    func sections() {
        let old = "intro\n## Hours\n9 to 5\n## Prices\nBread 3\n## Cats\nNo\n"
        #expect(TextDiff(from: old, to: old.replacing("9 to 5", with: "9 to 6")).changedSections == ["Hours"])
        #expect(
            TextDiff(from: old, to: old.replacing("intro", with: "hello").replacing("No", with: "Yes")).changedSections == ["", "Cats"])
        #expect(TextDiff(from: old, to: old.replacing("## Prices\nBread 3\n", with: "")).changedSections == ["Prices"])
        #expect(TextDiff(from: old, to: old + "\n\n").changedSections == [])
    }

    @Test("Either text can be made from the comparison's steps, whatever the two are")
    func random() {
        var numbers = SystemRandomNumberGenerator()
        for round in 0..<400 {
            let letters = round % 4 + 1
            let old = (0..<Int.random(in: 0...60, using: &numbers)).map { _ in Int.random(in: 0...letters * 5, using: &numbers) }
            var new = old
            for _ in 0..<Int.random(in: 0...20, using: &numbers) {
                if Bool.random(using: &numbers), !new.isEmpty { new.remove(at: Int.random(in: 0..<new.count, using: &numbers)) }
                new.insert(Int.random(in: 0...letters * 5, using: &numbers), at: Int.random(in: 0...new.count, using: &numbers))
            }
            let script = EditScript(from: old, to: new, maximumEdits: round % 3 == 0 ? 3 : 200)
            var (rebuiltOld, rebuiltNew): ([Int], [Int]) = ([], [])
            var place = (old: 0, new: 0)
            for run in script.runs {
                if run.step != .insert { rebuiltOld += old[place.old..<(place.old + run.count)] }
                if run.step != .delete { rebuiltNew += new[place.new..<(place.new + run.count)] }
                if run.step == .same { #expect(old[place.old..<(place.old + run.count)] == new[place.new..<(place.new + run.count)]) }
                place.old += run.step == .insert ? 0 : run.count
                place.new += run.step == .delete ? 0 : run.count
            }
            #expect(rebuiltOld == old && rebuiltNew == new)
        }
    }

    @Test("Without anything that is there once, the way is the shortest")
    func shortest() {
        let script = EditScript(from: Array("abcabba"), to: Array("cbabac"))
        #expect(script.runs.filter { $0.step != .same }.reduce(0) { $0 + $1.count } == 5)
    }

    @Test("Texts of the greatest length that have nothing, or everything and its order, against them are compared all the same")
    func enormous() {
        let letters = String(repeating: "a\n", count: 100_000)
        let blanks = String(repeating: "\n", count: 200_000)
        #expect(!TextDiff(from: letters, to: blanks).lines.isEmpty)
        let rising = (0..<20_000).map { "row \($0)" }
        #expect(!TextDiff(from: rising.joined(separator: "\n"), to: rising.reversed().joined(separator: "\n")).lines.isEmpty)
        let words = (0..<50_000).map { _ in "word" }.joined(separator: " ")
        #expect(TextDiff(from: words, to: words + " more").lines.count == 2)
    }
}
