import Synchronization

/// Results on their way back to their callers, who are told together at the end of a pass of the loop. Of the loop's thread alone.
///
/// Told one by one, each caller's thread would be woken for it, and on a single core take the loop's place before the next is told.
final class Deliveries {
    /// With a core for itself, a caller's thread needn't wait until all are told.
    private let isOneCore: Bool
    private let gauges: Gauges
    private var ended: [(work: Work, outcome: Work.Outcome)] = []

    init(isOneCore: Bool, _ gauges: Gauges) {
        self.isOneCore = isOneCore
        self.gauges = gauges
    }

    func add(_ work: Work, _ outcome: Work.Outcome) { ended.append((work, outcome)) }

    func carryOut() {
        guard !ended.isEmpty else { return }
        gauges.handedBack.wrappingAdd(1, ordering: .relaxed)
        if isOneCore, ended.count > 1 {
            let batch = ended
            Task.detached { for (work, outcome) in batch { work.end(outcome) } }
        } else {
            for (work, outcome) in ended { work.end(outcome) }
        }
        ended.removeAll(keepingCapacity: true)
    }
}
