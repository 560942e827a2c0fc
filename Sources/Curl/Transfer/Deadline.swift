/// A point in time, or never.
struct Deadline: Sendable {
    let instant: ContinuousClock.Instant?

    init(_ duration: Duration?) {
        instant = duration.map { ContinuousClock.now.advanced(by: $0) }
    }

    /// Time left, never negative; nil: without end.
    var left: Duration? {
        instant.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
    }
}

extension Duration {
    /// Whole milliseconds, at least 1 and at most a day, as libcurl's options take them (0 would mean "never").
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        let day = 86_400
        guard seconds < day else { return day * 1000 }
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
