/// A sentence with places for what isn't known before: `{limit}`, and `{count|message|messages}`, where the number decides the form.
struct Phrase: Codable, Sendable {
    private enum Part {
        case text(String)
        case value(String)
        case form(of: String, [String])
    }

    private let source: String
    private let parts: [Part]
    private let plurals: Plurals

    init(_ source: String, _ plurals: Plurals) throws(PhraseError) {
        self.source = source
        self.plurals = plurals
        var parts: [Part] = []
        for (place, piece) in source.split(separator: "{", omittingEmptySubsequences: false).enumerated() {
            let halves = piece.split(separator: "}", omittingEmptySubsequences: false).map(String.init)
            guard halves.count == (place == 0 ? 1 : 2), let text = halves.last else { throw .braces(source) }
            if place > 0 { parts.append(try Self.hole(halves[0], plurals)) }
            parts.append(.text(text))
        }
        self.parts = parts
    }

    private static func hole(_ text: String, _ plurals: Plurals) throws(PhraseError) -> Part {
        let words = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard let name = words.first, words.count > 1 else { return .value(text) }
        guard words.count == plurals.count + 1 else { throw .forms(text, wanted: plurals.count) }
        return .form(of: name, Array(words.dropFirst()))
    }

    /// The sentence with these in its places.
    func with(_ values: [String: any CustomStringConvertible & Sendable]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .value(let name): values[name].map { "\($0)" } ?? ""
            case .form(let name, let forms): forms[plurals.form(of: values[name] as? Int ?? 0)]
            }
        }.joined()
    }

    /// The names of a sentence's places.
    static func places(of text: String) -> Set<Substring> {
        Set(text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().map { $0.prefix { $0 != "}" && $0 != "|" } })
    }
}

extension Phrase {
    init(from decoder: any Decoder) throws {
        let plurals = CodingUserInfoKey.plurals.flatMap { decoder.userInfo[$0] as? Plurals }
        try self.init(decoder.singleValueContainer().decode(String.self), plurals ?? .one)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(source)
    }
}

extension CodingUserInfoKey {
    /// Of the language that is read.
    static let plurals = CodingUserInfoKey(rawValue: "plurals")
}

enum PhraseError: Error, CustomStringConvertible {
    case braces(String)
    case forms(String, wanted: Int)

    var description: String {
        switch self {
        case .braces(let text): "a brace is left open, or closed twice, in “\(text)”"
        case .forms(let text, let wanted): "“\(text)” needs \(wanted) forms"
        }
    }
}
