/// How much somebody may have at the same time, in one process.
struct Bound: Sendable {
    /// Whom it is counted for.
    let key: String
    let maximum: Int
}

/// How much everybody has.
struct BoundCounts: Sendable {
    /// By a bound's key; none is 0.
    private var counts: [String: Int] = [:]

    /// Counts one for each of these, or, where one of them is reached, for none; then returns that.
    mutating func add(_ bounds: [Bound]) -> Bound? {
        if let reached = bounds.first(where: { counts[$0.key, default: 0] >= $0.maximum }) { return reached }
        for bound in bounds { counts[bound.key, default: 0] += 1 }
        return nil
    }

    mutating func remove(_ bounds: [Bound]) {
        for bound in bounds { counts[bound.key] = counts[bound.key].flatMap { $0 > 1 ? $0 - 1 : nil } }
    }
}
