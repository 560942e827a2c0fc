import FoundationEssentials
import Hummingbird
import NIOCore
import Postgres
import Synchronization

/// The open event streams of those who are signed in. A stream ends with its session, on whichever process that was ended.
final class SignedInStreams: Sendable {
    /// The channel on which the database announces each session that has ended; a trigger sees to it.
    static let channel = "sessions"

    private let postgres: Postgres
    private let number = Atomic(0)
    private let open = Mutex([UUID: [Int: @Sendable () -> Void]]())

    init(_ postgres: Postgres) { self.postgres = postgres }

    /// The same stream, cut off with its connection as soon as the session has ended.
    func endWith(session: UUID, _ stream: Response, on channel: any NIOCore.Channel) -> Response {
        // What has a length isn't a stream.
        guard stream.body.contentLength == nil else { return stream }
        var response = stream
        response.body = ResponseBody { writer in
            try await self.endWith(session: session, stop: { channel.close(promise: nil) }) { try await stream.body.write(writer) }
        }
        return response
    }

    /// Closes a connection that a stream has for itself as soon as the session has ended.
    func close(_ channel: any NIOCore.Channel, with session: UUID) async throws {
        let number = add(session) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in self.forget(number, of: session) }
        try await endThoseThatEnded(among: [session])
    }

    /// Runs `stream` and calls `stop`, from any thread and perhaps twice, as soon as the session has ended.
    func endWith<R>(session: UUID, stop: @escaping @Sendable () -> Void, _ stream: () async throws -> R) async throws -> R {
        let number = add(session, stop)
        defer { forget(number, of: session) }
        // It may have ended between the check of the request and now.
        try await endThoseThatEnded(among: [session])
        return try await stream()
    }

    /// Ends streams when their sessions' ends are announced. After a time without a connection, looks for itself.
    func followSessions() async {
        for await payload in postgres.notifications(on: Self.channel) {
            if let session = UUID(text: payload[...]) {
                end(session)
            } else {
                try? await endThoseThatEnded(among: open.withLock { Array($0.keys) })
            }
        }
    }

    private func endThoseThatEnded(among sessions: [UUID]) async throws {
        guard !sessions.isEmpty else { return }
        let rows = try await postgres.query("select id from sessions where id = any(\(sessions)::uuid[]) and expires_at > now()")
        let open = try Set(rows.map { try $0.get("id", as: UUID.self) })
        for session in sessions where !open.contains(session) { end(session) }
    }

    private func end(_ session: UUID) {
        for stop in open.withLock({ Array(($0[session] ?? [:]).values) }) { stop() }
    }

    private func add(_ session: UUID, _ stop: @escaping @Sendable () -> Void) -> Int {
        let number = number.add(1, ordering: .relaxed).newValue
        open.withLock { $0[session, default: [:]][number] = stop }
        return number
    }

    private func forget(_ number: Int, of session: UUID) {
        open.withLock { open in
            open[session]?[number] = nil
            if open[session]?.isEmpty == true { open[session] = nil }
        }
    }
}
