import Foundation
import Testing

@testable import Templates

@Suite("The files of languages")
struct LanguageTests {
    @Test("Those that are there have every sentence of the English one, with its places, and no other")
    func whole() throws {
        let files = try LanguageFiles(folder: "Words")
        #expect(files.spoken.map(\.language) == ["de", "en", "es", "fr", "it", "nl", "pt", "sv"])
        #expect(Set(files.spoken.map(\.language)).isSubset(of: files.languages.map(\.code)))
    }

    @Test("A further language is a further file")
    func further() throws {
        let folder = try Folder()
        #expect(try LanguageFiles(folder: folder.path).languages.map(\.code) == ["en"])
        try folder.write("is.json") { $0.replacing(#""en""#, with: #""is""#).replacing(#""English""#, with: #""Icelandic""#) }
        try folder.write("fo.json", #"{"language": "fo", "name": "Faroese", "ownName": "Føroyskt"}"#)
        let files = try LanguageFiles(folder: folder.path)
        #expect(files.languages.map(\.name) == ["English", "Faroese", "Icelandic"] && files.spoken.map(\.language) == ["en", "is"])
    }

    @Test(
        "What is wrong is said with its place",
        arguments: [
            (#"    "yes": "Yes","#, "", "“answer.yes” is missing"),
            (#"    "yes": "Yes","#, #"    "yes": "Yes", "yess": "Yes","#, "there is no “answer.yess”"),
            (#"    "yes": "Yes","#, #"    "yes": "","#, "“answer.yes” is empty"),
            (#""more in {time}""#, #""more in {hours}""#, "“personal.moreIn” has other places in {} than in English"),
            (#""more in {time}""#, #""more""#, "“personal.moreIn” has other places in {} than in English"),
            (#""Your message""#, #""Your {time}""#, "“message” has other places in {} than in English"),
            (#""more in {time}""#, #""more in {time""#, "a brace is left open"),
            (#""more in {time}""#, #""more in {time}}""#, "closed twice"),
            ("|hour|hours}", "|hour}", "“count|hour” needs 2 forms"), (#""one""#, #""polish""#, "needs 3 forms"),
            (#""one""#, #""two""#, "two"), (#""language": "xx""#, #""language": "yy""#, "“language” isn’t what the file is called"),
            (#"  "plurals": "one","#, "", "there is no “answer.yes”"), (#""name": "X","#, "", "name"), ("{", "", "xx.json"),
        ])
    func wrong(_ right: String, _ wrong: String, _ problem: String) throws {
        let folder = try Folder()
        let english = try String(contentsOfFile: "Words/en.json", encoding: .utf8)
        let other = english.replacing(#""en""#, with: #""xx""#).replacing(#""name": "English""#, with: #""name": "X""#)
        try folder.write("xx.json", other)
        #expect(try LanguageFiles(folder: folder.path).spoken.count == 2)
        #expect(other.contains(right))
        try folder.write("xx.json", other.replacing(right, with: wrong, maxReplacements: 1))
        let error = #expect(throws: LanguageProblems.self) { try LanguageFiles(folder: folder.path) }
        #expect(error?.description.contains(problem) == true && error?.description.contains("/xx.json: ") == true)
    }

    @Test("The English one can't miss a sentence, or have one that nobody reads")
    func english() throws {
        let folder = try Folder()
        for (right, wrong) in [(#"    "yes": "Yes","#, ""), (#"    "yes": "Yes","#, #"    "yes": "Yes", "yess": "Yes","#)] {
            try folder.write("en.json") { $0.replacing(right, with: wrong) }
            #expect(throws: LanguageProblems.self) { try LanguageFiles(folder: folder.path) }
        }
        try FileManager.default.removeItem(atPath: folder.path + "/en.json")
        #expect(throws: LanguageProblems.self) { try LanguageFiles(folder: folder.path) }
        #expect(throws: LanguageProblems.self) { try LanguageFiles(folder: folder.path + "/none") }
    }

    @Test(
        "A number decides the form of a word",
        arguments: [
            (.one, [0, 1, 2, 21], "1011"), (.zeroOrOne, [0, 1, 2, 21], "0011"), (.czech, [0, 1, 2, 4, 5, 21, 22], "2011222"),
            (.polish, [0, 1, 2, 4, 5, 12, 21, 22, 112, 122], "2011222121"),
            (.ukrainian, [0, 1, 2, 4, 5, 11, 12, 21, 22, 111, 121], "20112220120"),
        ] as [(Plurals, [Int], String)])
    func plurals(_ plurals: Plurals, _ numbers: [Int], _ forms: String) {
        #expect(numbers.map { "\(plurals.form(of: $0))" }.joined() == forms)
        #expect(numbers.allSatisfy { (0..<plurals.count).contains(plurals.form(of: $0)) })
    }

    @Test("What is put in a place is put there as it is")
    func places() throws {
        let phrase = try Phrase("“{file}”: {problem} {count|day|days}", .one)
        #expect(phrase.with(["file": "{problem}", "problem": "{count}", "count": 2]) == "“{problem}”: {count} days")
    }
}

/// A folder that has the English file, and is gone with its test.
private final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/words-\(UUID())"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try write("en.json") { $0 }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws { try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8) }

    func write(_ name: String, _ change: (String) -> String) throws {
        try write(name, change(try String(contentsOfFile: "Words/en.json", encoding: .utf8)))
    }
}
