import FoundationEssentials
import NIOEmbedded
import Postgres
import Synchronization
import Testing

@testable import App

@Suite("Sessions", .serialized)
struct SessionTests {
    @Test("A session is found by its cookie alone, and its token isn't kept")
    func found() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            #expect(try await postgres.session(mia.session.id) == nil, "a browser's id is no access token's")
            #expect(try await postgres.session(token: Token().text) == nil)
            let dump = try await postgres.query("select sessions::text as row from sessions").map { try $0.get("row", as: String.self) }
                .joined()
            #expect(!dump.contains(mia.token.text))
        }
    }

    @Test("One that nobody used for long has ended, and is forgotten")
    func idle() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            try await postgres.query("update sessions set expires_at = now() - interval '1 second'")
            #expect(try await !mia.isSignedIn)
            try await postgres.sweep("forget_sessions")
            #expect(try await postgres.count("sessions") == 0)
        }
    }

    @Test("A device is signed out by its own person only; everywhere means that person's devices")
    func ending() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let phone = try await SignedIn("mia@desk.example", in: postgres)
            let tom = try await SignedIn("tom@desk.example", in: postgres)
            #expect(await failure { try await postgres.endSession(mia.session.id, of: tom.session.user) }?.status == .notFound)
            try await postgres.endSession(phone.session.id, of: mia.session.user)
            #expect(try await !phone.isSignedIn)
            #expect(try await mia.isSignedIn)
            try await postgres.endSessions(of: mia.session.user)
            #expect(try await !mia.isSignedIn)
            #expect(try await tom.isSignedIn)
        }
    }

    @Test("A refresh token works once; used twice, it ends the session and its successors with it")
    func theft() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let (first, second, third, session) = (Token(), Token(), Token(), UUID())
            try await postgres.transaction {
                try await $0.open(session: session, token: nil, for: mia.session.user, in: mia.session.account, device: "Python")
                try await $0.keep(first, for: session)
            }
            #expect(try await postgres.exchange(refreshToken: first.text, for: second) == session)
            #expect(try await postgres.session(session) != nil)
            #expect(try await postgres.exchange(refreshToken: first.text, for: third) == nil)
            #expect(try await postgres.session(session) == nil)
            #expect(try await postgres.exchange(refreshToken: second.text, for: third) == nil)
            #expect(try await postgres.exchange(refreshToken: Token().text, for: third) == nil)
            #expect(try await mia.isSignedIn)
        }
    }

    /// A stream that lasts until it is stopped.
    private func stream(_ streams: SignedInStreams, _ session: UUID) -> Task<Void, any Error> {
        let (stopped, stop) = AsyncStream.makeStream(of: Void.self)
        return Task { try await streams.endWith(session: session, stop: { stop.finish() }) { for await _ in stopped {} } }
    }

    @Test("Streams end on every process when their session does, whatever ends it, and others go on")
    func streams() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let phone = try await SignedIn("mia@desk.example", in: postgres)
            let tom = try await SignedIn("tom@desk.example", in: postgres, account: mia.session.account)
            let eva = try await SignedIn("eva@desk.example", in: postgres)
            let processes = [SignedInStreams(postgres), SignedInStreams(postgres)]
            let listening = processes.map { streams in Task { await streams.followSessions() } }
            defer { for task in listening { task.cancel() } }
            let ends: [(SignedIn, () async throws -> Void)] = [
                (phone, { try await postgres.endSession(phone.session.id, of: mia.session.user) }),
                (tom, { try await postgres.removeMember(tom.session.user, of: mia.session.account) }),
                (mia, { try await postgres.deleteAccount(mia.session.account) }),
            ]
            let other = stream(processes[0], eva.session.id)
            for (person, end) in ends {
                let open = processes.map { stream($0, person.session.id) }
                try await end()
                for stream in open { try await stream.value }
            }
            #expect(try await eva.isSignedIn)
            try await postgres.endSessions(of: eva.session.user)
            try await other.value
        }
    }

    @Test("A stream that starts after its session has ended is stopped at once, with nobody listening")
    func late() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            try await postgres.endSessions(of: mia.session.user)
            try await stream(SignedInStreams(postgres), mia.session.id).value
        }
    }

    @Test("A connection that a stream has for itself is closed with its session, also where that has ended already")
    func connections() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let streams = SignedInStreams(postgres)
            let listening = Task { await streams.followSessions() }
            defer { listening.cancel() }
            let (early, late) = (NIOAsyncTestingChannel(), NIOAsyncTestingChannel())
            try await streams.close(early, with: mia.session.id)
            try await postgres.endSessions(of: mia.session.user)
            try await early.closeFuture.get()
            try await streams.close(late, with: mia.session.id)
            try await late.closeFuture.get()
        }
    }

    @Test("A stream that has ended by itself isn't stopped again")
    func over() async throws {
        try await withDatabase { postgres in
            let mia = try await SignedIn("mia@desk.example", in: postgres)
            let streams = SignedInStreams(postgres)
            let stops = Atomic(0)
            let result = try await streams.endWith(session: mia.session.id, stop: { stops.add(1, ordering: .relaxed) }) { 7 }
            #expect(result == 7)
            let listening = Task { await streams.followSessions() }
            defer { listening.cancel() }
            let next = try await SignedIn("mia@desk.example", in: postgres)
            let stream = stream(streams, next.session.id)
            try await postgres.endSessions(of: mia.session.user)
            try await stream.value
            #expect(stops.load(ordering: .relaxed) == 0)
        }
    }
}
