import FoundationEssentials
import Postgres

extension UUID: PostgresEncodable, PostgresDecodable {
    public var postgresText: String? { lowercased }
    public init?(postgresText text: Substring) { self.init(uuidString: String(text)) }
}
