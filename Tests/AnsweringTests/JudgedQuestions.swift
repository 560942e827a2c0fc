import Foundation
import Testing

@testable import Answering

/// Questions with what is right, from `Questions/<name>.tsv`: the heading whose passage must be quoted first, or words of the quote.
struct JudgedQuestions {
    struct Question {
        var text: String
        /// The headings that are right; none where the text has no answer.
        var headings: [String]
    }

    let questions: [Question]

    init(_ name: String) throws {
        questions = try questionFile(name + ".tsv").split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let fields = line.split(separator: "\t", maxSplits: 1).map(String.init)
            let headings = fields.count > 1 && fields[1] != "-" ? fields[1].components(separatedBy: " | ") : []
            return Question(text: fields[0], headings: headings)
        }
    }

    /// How many questions are answered by the right passage first and how many are rightly declined, and which are not.
    func judge(_ answerer: BuiltInAnswerer) -> (right: Int, answerable: Int, declined: Int, unanswerable: Int, misses: [String]) {
        judge { firstHeading(answerer.answer($0.text)) }
    }

    /// - Parameter answer: what a question is answered with, in the words of `headings`; nil where it is declined.
    func judge(_ answer: (Question) -> String?) -> (right: Int, answerable: Int, declined: Int, unanswerable: Int, misses: [String]) {
        var right = 0, declined = 0
        var misses: [String] = []
        for question in questions {
            let heading = answer(question)
            if heading.map(question.headings.contains) ?? question.headings.isEmpty {
                if heading == nil { declined += 1 } else { right += 1 }
            } else {
                misses.append("\(question.text) → \(heading ?? "declined")")
            }
        }
        let answerable = questions.count { !$0.headings.isEmpty }
        return (right, answerable, declined, questions.count - answerable, misses)
    }
}

/// The innermost heading of the first quote, nil where nothing is quoted.
func firstHeading(_ verdict: Verdict) -> String? {
    guard case .quoted(let citations) = verdict else { return nil }
    return citations.first?.title.components(separatedBy: " › ").last
}

func questionFile(_ name: String) throws -> String {
    let folder = try #require(Bundle.module.url(forResource: "Questions", withExtension: nil))
    return try String(contentsOf: folder.appending(path: name), encoding: .utf8)
}

func demoText() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "Knowledge/frontdesk.md"), encoding: .utf8)
}
