import Answering
import Foundation

/// `RetrievalBench <folder of the Cranfield collection>`: nDCG@10 of the plain ranking, and how long a question takes.
/// Gains are 5 minus the judgement; judgements of 5 and -1 gain nothing.
guard CommandLine.arguments.count > 1 else {
    print("usage: RetrievalBench <folder with cran.all.1400, cran.qry and cranqrel>")
    exit(2)
}
let folder = CommandLine.arguments[1]

func contents(_ name: String) throws -> [Substring] {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8).split(separator: "\n")
}

/// The records of a SMART file: each starts with ".I", and a line ".X" starts field X.
func records(_ name: String) throws -> [[String: String]] {
    var records: [[String: String]] = []
    var field = ""
    for line in try contents(name) {
        if line.hasPrefix(".I ") {
            records.append([:])
        } else if line.count == 2, line.hasPrefix(".") {
            field = String(line.dropFirst())
        } else if !records.isEmpty {
            records[records.count - 1][field, default: ""] += line + "\n"
        }
    }
    return records
}

let documents = try records("cran.all.1400").enumerated().map { number, fields in
    Passage(id: Int64(number + 1), title: fields["T"] ?? "", text: fields["W"] ?? "")
}
let questions = try records("cran.qry").map { $0["W"] ?? "" }
var judgements: [Int: [Int64: Double]] = [:]
for line in try contents("cranqrel") {
    let numbers = line.split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 3, (1...4).contains(numbers[2]) else { continue }
    judgements[numbers[0], default: [:]][Int64(numbers[1])] = Double(5 - numbers[2])
}

let clock = ContinuousClock()
let start = clock.now
let index = PassageIndex(documents)
print("built over \(documents.count) documents in \(clock.now - start)")

func gain(_ gains: some Sequence<Double>) -> Double {
    gains.prefix(10).enumerated().reduce(0) { $0 + $1.element / log2(Double($1.offset) + 2) }
}

var total = 0.0
var judged = 0
var times: [Duration] = []
for (number, question) in questions.enumerated() {
    guard let gains = judgements[number + 1] else { continue }
    let asked = clock.now
    let hits = index.search(question, limit: 10)
    times.append(clock.now - asked)
    judged += 1
    let ideal = gain(gains.values.sorted(by: >))
    if ideal > 0 { total += gain(hits.map { gains[$0.passage.id] ?? 0 }) / ideal }
}
times.sort()
print("nDCG@10 \(total / Double(judged)) over \(judged) judged questions")
print("a question: median \(times[times.count / 2]), p99 \(times[times.count * 99 / 100]), most \(times[times.count - 1])")

let copies = (0..<5_000).map { documents[$0 % documents.count] }
let builtAt = clock.now
let large = PassageIndex(copies)
print("built over 5,000 passages in \(clock.now - builtAt)")
let answerer = BuiltInAnswerer(large)
for (name, ask) in [("searching", { _ = large.search($0, limit: 8) }), ("answering from", { _ = answerer.answer($0) })] as [(String, (String) -> Void)] {
    times = questions.map { question in
        let asked = clock.now
        ask(question)
        return clock.now - asked
    }
    times.sort()
    print("\(name) 5,000 passages: median \(times[times.count / 2]), p99 \(times[times.count * 99 / 100]), most \(times[times.count - 1])")
}

for (name, question) in [("nonsense", String(repeating: "qwxz vbnm ", count: 400)), ("questions", String(repeating: "What is lift? ", count: 285))] {
    let asked = clock.now
    _ = answerer.answer(question)
    print("4,000 characters of \(name): \(clock.now - asked)")
}
