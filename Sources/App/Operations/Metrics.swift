import HTTPTypes
import Synchronization

/// Counts requests by the first digit of their status.
final class RequestMetrics: Sendable {
    private let byClass: [CountedClass] = (0...5).map { _ in CountedClass() }

    private final class CountedClass: Sendable {
        let count = Atomic<Int>(0)
        let nanoseconds = Atomic<Int>(0)
    }

    func count(_ status: HTTPResponse.Status, nanoseconds: Int64) {
        let counted = byClass[min(max(status.code / 100, 0), 5)]
        counted.count.wrappingAdd(1, ordering: .relaxed)
        counted.nanoseconds.wrappingAdd(Int(nanoseconds), ordering: .relaxed)
    }

    /// Each class, from 1xx, with its number of requests and the seconds until their heads were ready.
    var totals: [(name: String, requests: Int, seconds: Double)] {
        byClass.enumerated().dropFirst().map { digit, counted in
            ("\(digit)xx", counted.count.load(ordering: .relaxed), Double(counted.nanoseconds.load(ordering: .relaxed)) / 1e9)
        }
    }
}

/// Prometheus' text format, version 0.0.4.
struct MetricsText {
    private(set) var text = ""

    mutating func add(_ name: String, _ type: StaticString, _ help: String, _ values: [(labels: String, value: String)]) {
        text += "# HELP frontdesk_\(name) \(help)\n# TYPE frontdesk_\(name) \(type)\n"
        for (labels, value) in values { text += "frontdesk_\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value)\n" }
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Int) { add(name, "gauge", help, [("", "\(value)")]) }
}
