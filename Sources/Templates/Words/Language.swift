/// A language that a bot may be told to answer in. Each has a file in the folder `Words`.
public struct Language: Codable, Equatable, Sendable {
    /// ISO 639-1, as the file is called.
    public let code: String
    /// In English, as a model reads it.
    public let name: String
    /// In the language itself.
    public let ownName: String
    /// How it counts; nil: visitors don't read it around their chats yet, and the file has nothing but these names.
    let plurals: Plurals?

    enum CodingKeys: String, CodingKey {
        case code = "language"
        case name, ownName, plurals
    }
}

extension Language {
    /// By their English names.
    public static var all: [Language] { LanguageFiles.read.languages }

    /// nil for a code that isn't among `all`.
    public init?(code: String) {
        guard let known = Self.all.first(where: { $0.code == code }) else { return nil }
        self = known
    }
}

/// Which form of a word a language puts beside a number, as Unicode's CLDR has it for whole numbers.
enum Plurals: String, Codable, Sendable {
    /// One, and any other number.
    case one
    /// Up to one, and any other number.
    case zeroOrOne
    /// Three forms: of one, of a few, of many.
    case czech, polish, ukrainian

    /// How many forms there are.
    var count: Int {
        switch self {
        case .one, .zeroOrOne: 2
        case .czech, .polish, .ukrainian: 3
        }
    }

    /// The place among the forms.
    func form(of number: Int) -> Int {
        let isFew = (2...4).contains(number % 10) && !(12...14).contains(number % 100)
        return switch self {
        case .one: number == 1 ? 0 : 1
        case .zeroOrOne: (0...1).contains(number) ? 0 : 1
        case .czech: number == 1 ? 0 : (2...4).contains(number) ? 1 : 2
        case .polish: number == 1 ? 0 : isFew ? 1 : 2
        case .ukrainian: number % 10 == 1 && number % 100 != 11 ? 0 : isFew ? 1 : 2
        }
    }
}
