import Answering
import Templates

extension BotTest {
    /// What becomes of it with a change, and what it could expect instead.
    func result(from old: GivenAnswer, to new: GivenAnswer) -> TestResult {
        var result = TestResult(self, passed: problem(with: old) == nil, problem: problem(with: new))
        if result.passed, result.problem != nil { result.updates = updates(from: old, to: new) ?? [] }
        return result
    }

    /// For expected words that an answer doesn't have any more, those in their place; nil where that isn't clear, or wouldn't do.
    private func updates(from old: GivenAnswer, to new: GivenAnswer) -> [WordUpdate]? {
        var updates: [WordUpdate] = []
        for word in words where !new.says(word) {
            guard let now = Successor(from: old.text, to: new.text).of(word), now.unicodeScalars.count <= Self.maximumWordLength else {
                return nil
            }
            updates.append(WordUpdate(was: word, now: now))
        }
        var updated = self
        updated.words = words.map { word in updates.first { $0.was == word }?.now ?? word }
        return updated.problem(with: new) == nil ? updates : nil
    }
}

extension TestResult {
    init(_ test: BotTest, passed: Bool, problem: String?) {
        self.init(id: test.id.lowercased, question: test.question, passed: passed, problem: problem)
    }
}

/// Finds what took the place of a value in a text that is otherwise much the same: "4.50" of "3.50", "8 to 17" of "9 to 18".
struct Successor {
    private struct Token {
        let text: Substring
        let key: [String]
    }

    private let old: [Token]
    private let new: [Token]
    /// For each word of the old text, the one of the new text that it stayed or became.
    private var places: [Int: Int] = [:]

    init(from oldText: String, to newText: String) {
        old = Self.tokens(oldText)
        new = Self.tokens(newText)
        // Where the words begin that went and came since the last one that stayed.
        var gap = (old: 0, new: 0)
        var place = gap
        for run in EditScript(from: old.map(\.key), to: new.map(\.key)).runs {
            switch run.step {
            case .same:
                pair(gap.old..<place.old, gap.new..<place.new)
                for offset in 0..<run.count { places[place.old + offset] = place.new + offset }
                place = (place.old + run.count, place.new + run.count)
                gap = place
            case .delete: place.old += run.count
            case .insert: place.new += run.count
            }
        }
        pair(gap.old..<place.old, gap.new..<place.new)
    }

    /// The same words with the new values; nil where they stand in several places that became different, or where something else
    /// than a number or a day is another one.
    func of(_ words: String) -> String? {
        let sought = Self.tokens(words)
        guard !sought.isEmpty, sought.count <= old.count else { return nil }
        var found: Set<String> = []
        for start in 0...(old.count - sought.count) where zip(sought, old[start...]).allSatisfy({ $0.key == $1.key }) {
            guard let now = replaced(words, sought, at: start) else { return nil }
            found.insert(now)
        }
        return found.count == 1 ? found.first : nil
    }

    private func replaced(_ words: String, _ sought: [Token], at start: Int) -> String? {
        guard let first = places[start] else { return nil }
        var text = ""
        var end = words.startIndex
        for (offset, token) in sought.enumerated() {
            guard places[start + offset] == first + offset else { return nil }
            let stays = old[start + offset].key == new[first + offset].key
            text += words[end..<token.text.startIndex] + (stays ? token.text : new[first + offset].text)
            end = token.text.endIndex
        }
        return text + words[end...]
    }

    /// Values that follow on what stayed take each other's place, as far as they are of the same kind.
    private mutating func pair(_ gone: Range<Int>, _ come: Range<Int>) {
        let isWhole = gone.count == come.count
        guard isWhole || gone.lowerBound > 0 else { return }
        for (before, after) in zip(gone, come) {
            let (before, after, was, now) = (before, after, old[before].text, new[after].text)
            guard Wording.isSameKind(was, now), isWhole || was.contains(where: \.isPunctuation) == now.contains(where: \.isPunctuation)
            else { return }
            places[before] = after
        }
    }

    /// Words and numbers as "3.50".
    private static func tokens(_ text: String) -> [Token] {
        var tokens: [Token] = []
        var start: String.Index?
        for index in text.indices {
            let character = text[index]
            let next = text.index(after: index)
            let isInNumber =
                ".,:".contains(character) && start != nil && next < text.endIndex && text[next].isNumber
                && text[text.index(before: index)].isNumber
            if character.isLetter || character.isNumber || isInNumber {
                start = start ?? index
            } else if let begin = start {
                tokens.append(token(text[begin..<index]))
                start = nil
            }
        }
        if let start { tokens.append(token(text[start...])) }
        return tokens.filter { !$0.key.isEmpty }
    }

    private static func token(_ text: Substring) -> Token { Token(text: text, key: Wording.words(of: text)) }
}
