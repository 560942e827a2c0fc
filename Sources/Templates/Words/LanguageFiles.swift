import FoundationEssentials

/// The files in the folder `Words`, one a language: its names, and whatever a visitor reads around a chat. Each has the sentences
/// that the English one has.
public struct LanguageFiles: Sendable {
    private static let folder = "Words"

    /// By their English names.
    let languages: [Language]
    let spoken: [ChatWords]
    let english: ChatWords

    init(folder: String) throws {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw LanguageProblems(problems: ["The folder \(folder) can’t be read. It belongs beside Public, where the server runs."])
        }
        let files = try names.filter { $0.hasSuffix(".json") }.sorted().map { try LanguageFile(path: "\(folder)/\($0)") }
        guard let model = files.first(where: { $0.language.code == "en" }), let english = try model.words() else {
            throw LanguageProblems(problems: ["\(folder)/en.json is missing, or has no “plurals”."])
        }
        let known = try LanguageFile.sentences(in: JSONEncoder().encode(english)).merging(model.names) { own, _ in own }
        let problems = files.flatMap { $0.problems(beside: known) }
        guard problems.isEmpty else { throw LanguageProblems(problems: problems) }
        languages = files.map(\.language).sorted { $0.name < $1.name }
        spoken = try files.compactMap { try $0.words() }
        self.english = english
    }
}

extension LanguageFiles {
    private static let outcome = Result { try LanguageFiles(folder: folder) }

    /// What they were when they were read first. Where they can't be read, `check` has refused the start.
    static let read: LanguageFiles = {
        do { return try outcome.get() } catch { fatalError("\(error)") }
    }()

    /// Reads them, if they haven't been yet. They are in the folder that the process runs in.
    /// - Throws: what is wrong with which file.
    public static func check() throws { _ = try outcome.get() }
}

/// What is wrong with the files of languages.
struct LanguageProblems: Error, CustomStringConvertible {
    let problems: [String]
    var description: String { problems.joined(separator: "\n") }
}

private struct LanguageFile {
    let path: String
    let language: Language
    private let content: Data
    /// By their places, as `answer.yes`.
    private let sentences: [String: String]

    init(path: String) throws {
        do {
            self.path = path
            content = try Data(contentsOf: URL(filePath: path))
            language = try JSONDecoder().decode(Language.self, from: content)
            sentences = try Self.sentences(in: content)
        } catch { throw LanguageProblems(problems: ["\(path): \(error)"]) }
    }

    /// nil where it has none yet.
    func words() throws -> ChatWords? {
        guard let plurals = language.plurals else { return nil }
        let decoder = JSONDecoder()
        if let key = CodingUserInfoKey.plurals { decoder.userInfo[key] = plurals }
        do { return try decoder.decode(ChatWords.self, from: content) } catch { throw LanguageProblems(problems: ["\(path): \(error)"]) }
    }

    /// What there is beside the sentences.
    var names: [String: String] {
        let keys: [Language.CodingKeys] = language.plurals == nil ? [.code, .name, .ownName] : [.code, .name, .ownName, .plurals]
        return Dictionary(uniqueKeysWithValues: keys.map { ($0.rawValue, "") })
    }

    /// - Parameter english: all that there may be.
    func problems(beside english: [String: String]) -> [String] {
        let wanted = language.plurals == nil ? names : english
        let missing = wanted.keys.filter { sentences[$0] == nil }.sorted().map { "“\($0)” is missing" }
        let wrong = sentences.sorted { $0.key < $1.key }.compactMap { place, text -> String? in
            guard let english = wanted[place] else { return "there is no “\(place)”" }
            if text.isEmpty { return "“\(place)” is empty" }
            return Phrase.places(of: text) == Phrase.places(of: english) ? nil : "“\(place)” has other places in {} than in English"
        }
        let misnamed = path.hasSuffix("/\(language.code).json") ? [] : ["“language” isn’t what the file is called"]
        return (misnamed + missing + wrong).map { "\(path): \($0)." }
    }

    static func sentences(in content: Data) throws -> [String: String] {
        try JSONDecoder().decode([String: Tree].self, from: content).reduce(into: [:]) { $1.value.add($1.key, to: &$0) }
    }

    /// Sentences, and groups of them.
    private enum Tree: Decodable {
        case sentence(String)
        case group([String: Tree])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            do { self = .sentence(try container.decode(String.self)) } catch { self = .group(try container.decode([String: Tree].self)) }
        }

        func add(_ place: String, to sentences: inout [String: String]) {
            switch self {
            case .sentence(let text): sentences[place] = text
            case .group(let group): for (key, tree) in group { tree.add("\(place).\(key)", to: &sentences) }
            }
        }
    }
}
