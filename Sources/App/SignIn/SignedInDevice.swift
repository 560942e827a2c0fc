import FoundationEssentials
import Postgres
import Templates

/// A session as its person sees it in the list of devices. It is the person's, whichever account it looks at.
enum SignedInDevice {
    static func all(of user: UUID) -> SQL {
        """
        select id, kind, device, created_at, last_seen_at from sessions
        where user_id = \(user) and expires_at > now() order by last_seen_at desc, id
        """
    }

    static func view(_ row: Row, current: UUID) throws -> DeviceView {
        let id = try row.get("id", as: UUID.self)
        return DeviceView(
            id: id.lowercased, kind: try row.get("kind", as: String.self), device: try row.get("device", as: String.self),
            createdAt: try row.moment("created_at"), lastSeenAt: try row.moment("last_seen_at"), isCurrent: id == current)
    }
}

extension Postgres {
    /// Signs a device out.
    /// - Throws: `Failure.notFound` where it isn't this person's.
    func endSession(_ id: UUID, of user: UUID) async throws {
        let ended = try await query("delete from sessions where id = \(id) and user_id = \(user)")
        if ended.affected == 0 { throw Failure.notFound }
    }

    /// Signs a person out everywhere.
    func endSessions(of user: UUID) async throws { try await query("delete from sessions where user_id = \(user)") }
}
