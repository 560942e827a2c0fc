import Postgres

extension Row {
    /// Far more than can be counted, in millionths of a dollar ten millions of them; and so little that the sum of 400 days can
    /// still be taken a hundred times.
    static let mostCounted = 10_000_000_000_000

    /// How many, from 0 to `mostCounted`: whoever adds counts up, or makes shares of them, needn't fear for their size.
    func count(_ name: String) throws -> Int { min(max(try get(name, as: Int.self), 0), Self.mostCounted) }
}
