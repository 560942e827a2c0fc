import Answering
import FoundationEssentials
import Postgres
import Testing

@testable import App

@Suite("The demo bot", .serialized)
struct DemoBotTests {
    private let first = "# Bakery\n\n## Hours\n\nWe open at 9.\n\n## Place\n\nWe are in Bonn.\n"
    private let second = "# Bakery\n\n## Hours\n\nWe open at 7.\n"

    private func withFile(_ body: (String) async throws -> Void) async throws {
        try await withFolder { try await body($0 + "/knowledge.md") }
    }

    private func plant(_ text: String, _ file: String, _ postgres: Postgres, contact: String = "hello@desk.example") async throws -> Bot {
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try await DemoBot.plant(from: file, contact: contact, into: postgres)
        return try #require(try await postgres.bot(publicKey: DemoBot.publicKey))
    }

    @Test("It is made once, with the file's passages, and planting again changes nothing")
    func idempotent() async throws {
        try await withFile { file in
            try await withDatabase { postgres in
                let bot = try await plant(first, file, postgres)
                let passages = try await postgres.passages(of: bot).map { try Desk.Known($0).passage }
                #expect(passages.map(\.text) == Splitter.passages(ofMarkdown: first).map(\.text) && passages.count == 2)
                let again = try await plant(first, file, postgres)
                #expect(again.version == bot.version && again.id == bot.id)
                #expect(try await postgres.passages(of: again).map { try Desk.Known($0).passage } == passages)
                #expect(try await postgres.query("select from bots").count == 1)
            }
        }
    }

    @Test("When the file changes, so do the passages and the version")
    func changes() async throws {
        try await withFile { file in
            try await withDatabase { postgres in
                let old = try await plant(first, file, postgres)
                let new = try await plant(second, file, postgres)
                #expect(new.id == old.id && new.version == old.version + 1)
                #expect(try await postgres.passages(of: new).map { try Desk.Known($0).passage.text }.joined().contains("We open at 7."))
                #expect(try await postgres.passages(of: new).count == 1)
            }
        }
    }

    @Test("When its contact changes, it says so where it doesn't know")
    func contact() async throws {
        try await withFile { file in
            try await withDatabase { postgres in
                let old = try await plant(first, file, postgres)
                let new = try await plant(first, file, postgres, contact: "anna@desk.example")
                #expect(old.decline.contains("hello@desk.example") && new.decline.contains("anna@desk.example"))
                #expect(new.version == old.version + 1)
            }
        }
    }

    @Test("Several processes that plant at once leave one bot with one set of passages")
    func atOnce() async throws {
        try await withFile { file in
            try await withDatabase { postgres in
                try first.write(toFile: file, atomically: true, encoding: .utf8)
                try await withThrowingTaskGroup { group in
                    for _ in 0..<4 { group.addTask { try await DemoBot.plant(from: file, contact: "hello@desk.example", into: postgres) } }
                    try await group.waitForAll()
                }
                let bot = try #require(try await postgres.bot(publicKey: DemoBot.publicKey))
                #expect(try await postgres.passages(of: bot).count == 2)
            }
        }
    }

    @Test("What the landing page's bot knows can be planted")
    func ourOwn() async throws {
        try await withDatabase { postgres in
            try await DemoBot.plant(from: Project.folder + "/Knowledge/frontdesk.md", contact: "hello@desk.example", into: postgres)
            let bot = try #require(try await postgres.bot(publicKey: DemoBot.publicKey))
            #expect(try await postgres.passages(of: bot).count > 10)
        }
    }

    @Test("A file that isn't there, or isn't text, changes nothing")
    func unreadable() async throws {
        try await withFile { file in
            try await withDatabase { postgres in
                await #expect(throws: (any Error).self) { try await DemoBot.plant(from: file + ".missing", contact: "", into: postgres) }
                let bytes: [UInt8] = [0x61, 0xFF, 0x62]
                try Data(bytes).write(to: URL(filePath: file))
                await #expect(throws: (any Error).self) { try await DemoBot.plant(from: file, contact: "", into: postgres) }
                #expect(try await postgres.bot(publicKey: DemoBot.publicKey) == nil)
            }
        }
    }
}
