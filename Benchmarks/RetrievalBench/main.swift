import Answering
import Foundation

/// `RetrievalBench <folder with cran.all.1400 and cran.qry>`: what the plain ranking finds in the Cranfield collection, as
/// lines of `hits` and the documents' numbers, best first, one for each question in order. Then how long a question takes
/// over 5,000 passages, as lines of `name microseconds`.
guard CommandLine.arguments.count > 1 else {
    print("usage: RetrievalBench <folder with cran.all.1400 and cran.qry>")
    exit(2)
}
let folder = CommandLine.arguments[1]
let found = 10
let passages = 5_000

/// The records of a SMART file: each starts with ".I", and a line ".X" starts field X.
func records(_ name: String) throws -> [[String: String]] {
    var records: [[String: String]] = []
    var field = ""
    for line in try String(contentsOfFile: folder + "/" + name, encoding: .utf8).split(separator: "\n") {
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
let clock = ContinuousClock()

func microseconds(_ duration: Duration) -> Int {
    Int(duration.components.seconds) * 1_000_000 + Int(duration.components.attoseconds / 1_000_000_000_000)
}

/// The median and the 99th percentile of answering each question once.
func report(_ name: String, _ ask: (String) -> Void) {
    let times = questions.map { question in
        let start = clock.now
        ask(question)
        return microseconds(clock.now - start)
    }.sorted()
    print("\(name)_median \(times[times.count / 2])\n\(name)_p99 \(times[times.count * 99 / 100])\n\(name)_most \(times[times.count - 1])")
}

let index = PassageIndex(documents)
for question in questions {
    print((["hits"] + index.search(question, limit: found).map { String($0.passage.id) }).joined(separator: " "))
}

let start = clock.now
let large = PassageIndex((0..<passages).map { documents[$0 % documents.count] })
print("build \(microseconds(clock.now - start))")
let answerer = BuiltInAnswerer(large)
report("search") { _ = large.search($0, limit: 8) }
report("answer") { _ = answerer.answer($0) }
for (name, question) in [
    ("nonsense", String(repeating: "qwxz vbnm ", count: 400)), ("repeated", String(repeating: "What is lift? ", count: 285)),
] {
    let asked = clock.now
    _ = answerer.answer(question)
    print("\(name) \(microseconds(clock.now - asked))")
}
