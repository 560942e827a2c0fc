/// A language that a bot may be told to answer in.
struct Language: Sendable, Equatable {
    /// ISO 639-1.
    let code: String
    /// In English, as a model reads it.
    let name: String

    /// nil for a code that isn't among `all`.
    init?(code: String) {
        guard let known = Self.all.first(where: { $0.code == code }) else { return nil }
        self = known
    }

    private init(_ code: String, _ name: String) {
        self.code = code
        self.name = name
    }

    static let all = [
        ("cs", "Czech"), ("da", "Danish"), ("nl", "Dutch"), ("en", "English"), ("fi", "Finnish"), ("fr", "French"), ("de", "German"),
        ("it", "Italian"), ("nb", "Norwegian"), ("pl", "Polish"), ("pt", "Portuguese"), ("es", "Spanish"), ("sv", "Swedish"),
        ("tr", "Turkish"), ("uk", "Ukrainian"),
    ].map { Language($0.0, $0.1) }
}
