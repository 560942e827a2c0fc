import Postgres
import Templates

extension Row {
    func moment(_ name: String) throws -> Moment { Moment(microseconds: try microseconds(name)) }

    func momentIfAny(_ name: String) throws -> Moment? {
        try get(name, as: NearestMoment?.self).map { Moment(microseconds: $0.microseconds) }
    }

    /// Since 1970 began; of what lies beyond our calendar, its nearest end.
    func microseconds(_ name: String) throws -> Int64 { try get(name, as: NearestMoment.self).microseconds }
}

/// Any `timestamptz`: Postgres's calendar reaches further than ours, and has infinities at both ends.
private struct NearestMoment: PostgresDecodable {
    let microseconds: Int64

    init?(postgresBytes bytes: UnsafeRawBufferPointer) {
        let isEarly = bytes.first == UInt8(ascii: "-") || bytes.suffix(3).elementsEqual(" BC".utf8)
        microseconds = PostgresTimestamp(postgresBytes: bytes)?.microseconds ?? (isEarly ? .min : .max)
    }
}
