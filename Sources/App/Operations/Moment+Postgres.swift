import Postgres
import Templates

extension Row {
    func moment(_ name: String) throws -> Moment {
        Moment(microseconds: try get(name, as: PostgresTimestamp.self).microseconds)
    }

    func momentIfAny(_ name: String) throws -> Moment? {
        try get(name, as: PostgresTimestamp?.self).map { Moment(microseconds: $0.microseconds) }
    }
}
