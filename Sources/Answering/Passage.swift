/// A piece of the owner's text that can stand as an answer.
public struct Passage: Sendable, Equatable, Identifiable {
    /// The row's id where the passage is stored; its place in the text when it comes from `Splitter`.
    public var id: Int64
    /// The headings it stands under, outermost first, joined by " › ". Empty where the text has none.
    public var title: String
    /// An exact substring of the owner's text.
    public var text: String
    /// Where `text` lies in the owner's text, in UTF-8 bytes.
    public var range: Range<Int>

    /// The text without the questions that it may begin with: what is quoted.
    public var answer: String { asked(in: text).answer }

    public init(id: Int64, title: String, text: String, range: Range<Int> = 0..<0) {
        self.id = id
        self.title = title
        self.text = text
        self.range = range
    }
}

/// A passage that fits a question.
public struct Hit: Sendable {
    public var passage: Passage
    /// Comparable within one search only.
    public var score: Float
    /// How much of what the question asks about occurs in the passage, 0…1.
    public var coverage: Float
}

/// A quoted source of an answer. `quote` is an exact substring of the passage's text.
public struct Citation: Sendable, Equatable {
    public var number: Int
    public var passage: Passage.ID
    public var title: String
    public var quote: String
}
