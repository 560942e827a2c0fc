import FoundationEssentials
import Postgres

extension UUID: PostgresEncodable, PostgresDecodable {
    public var postgresText: String? { uuidString.lowercased() }
    public init(postgresText: String) throws { self = UUID(uuidString: postgresText) ?? UUID() }
}
