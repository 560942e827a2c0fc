import Foundation
import Testing

@testable import Zip

@Suite struct ZipTests {
    @Test func whatIsWrittenIsReadAgain() async throws {
        let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let archive = try zip([("a.txt", Array("Hello".utf8)), ("folder/ü.bin", large), ("empty", [])])
        let read = try await contents(archive)
        #expect(read.map(\.0) == ["a.txt", "folder/ü.bin", "empty"])
        #expect(read.map(\.1) == [Array("Hello".utf8), large, []])
    }

    @Test func theSameFilesGiveTheSameBytes() throws {
        #expect(try zip([("a", [1, 2, 3])]) == zip([("a", [1, 2, 3])]))
    }

    @Test func anotherProgramReadsItToo() throws {
        let path = NSTemporaryDirectory() + "zip-\(UUID()).zip"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(zip([("a.txt", Array("Hello".utf8)), ("b/ü.txt", Array(repeating: 7, count: 200_000))])).write(to: URL(filePath: path))
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/env")
        let program =
            "import sys, zipfile as z; a = z.ZipFile(sys.argv[1]); assert a.testzip() is None; assert a.namelist() == ['a.txt', 'b/ü.txt']; assert a.read('a.txt') == b'Hello'"
        python.arguments = ["python3", "-c", program, path]
        try python.run()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
    }

    @Test func partsOfTheArchiveAreReadOnlyAsTheyAreNeeded() async throws {
        let archive = try zip([("a", Array(repeating: 0, count: 10)), ("b", noise(2_000_000))])
        let reader = try await ZipReader(byteCount: archive.count) { Array(archive[$0]) }
        var pieces = 0
        await #expect(throws: Enough.self) {
            try await reader.read(reader.entries[1]) { _ in
                pieces += 1
                throw Enough()
            }
        }
        #expect(pieces == 1)
    }

    @Test(arguments: [0, 10, 40, 100]) func anArchiveThatWasCutIsRefused(bytes: Int) async throws {
        let archive = try zip([("a.txt", Array("Hello".utf8))])
        await #expect(throws: ZipProblem.damaged) { try await contents(Array(archive.prefix(bytes))) }
    }

    @Test func changedContentIsRefused() async throws {
        var archive = try zip([("a.txt", noise(1_000))])
        archive[200] ^= 0xFF
        await #expect(throws: ZipProblem.damaged) { try await contents(archive) }
    }

    @Test func aFileLargerThanItSaysIsRefusedAtTheFirstByteTooMany() async throws {
        var archive = try zip([("a", Array(repeating: 0, count: 5_000_000))])
        let directory = try #require(archive.indices.last { archive[$0...].starts(with: [0x50, 0x4B, 0x01, 0x02]) })
        archive.replaceSubrange((directory + 24)..<(directory + 28), with: [10, 0, 0, 0])
        let reader = try await ZipReader(byteCount: archive.count) { [archive] in Array(archive[$0]) }
        var taken = 0
        await #expect(throws: ZipProblem.damaged) { try await reader.read(reader.entries[0]) { taken += $0.count } }
        #expect(taken < 100_000)
    }

    @Test func anArchiveInMemoryIsReadTheSameWay() throws {
        let files = [("a.txt", Array("Hello".utf8)), ("b", noise(100_000)), ("empty", [])]
        let archive = try zip(files)
        let read = try ZipBytes(archive, maximumEntries: 3, maximumUnpackedBytes: 100_005)
        #expect(read.entries.map(\.name) == files.map(\.0))
        #expect(try read.entries.map { try read.content(of: $0) } == files.map(\.1))
        #expect(throws: ZipProblem.tooLarge) { try ZipBytes(archive, maximumEntries: 2, maximumUnpackedBytes: 100_005) }
        #expect(throws: ZipProblem.tooLarge) { try ZipBytes(archive, maximumEntries: 3, maximumUnpackedBytes: 100_004) }
        for length in 0..<200 {
            #expect(throws: ZipProblem.damaged) {
                try ZipBytes(Array(archive.prefix(length)), maximumEntries: 3, maximumUnpackedBytes: 100_005)
            }
        }
    }

    @Test(arguments: [(5_000_000, ZipProblem.tooLarge), (1_000, .damaged)])
    func inMemoryAFileIsCountedWhateverItSays(bytes: Int, problem: ZipProblem) throws {
        var archive = try zip([("a", Array(repeating: 0, count: bytes))])
        let directory = try #require(archive.indices.last { archive[$0...].starts(with: [0x50, 0x4B, 0x01, 0x02]) })
        archive.replaceSubrange((directory + 24)..<(directory + 28), with: [10, 0, 0, 0])
        let read = try ZipBytes(archive, maximumEntries: 1, maximumUnpackedBytes: 10_000_000)
        #expect(throws: problem) { try read.content(of: read.entries[0]) }
    }

    @Test(arguments: ["../x", "/etc/passwd", "a/../../b", "C:\\x", "a\\b", "a\0b", "", String(repeating: "a", count: 1_001)])
    func aNameThatLeadsElsewhereIsRefused(name: String) async throws {
        await #expect(throws: ZipProblem.unsafe) { try await contents(try zip([(name, [1])])) }
    }

    @Test func aNameThatComesTwiceIsRefused() async throws {
        await #expect(throws: ZipProblem.unsafe) { try await contents(try zip([("a", [1]), ("a", [2])])) }
    }

    @Test func everyChangedByteIsEitherNoticedOrHarmless() async throws {
        let files = [("a.txt", Array("Hello, hello, hello".utf8)), ("b", noise(300))]
        let archive = try zip(files)
        for place in archive.indices {
            var changed = archive
            changed[place] ^= 0x55
            // A name may change; a file's content doesn't unseen.
            guard let read = try? await contents(changed) else { continue }
            for (_, content) in read { #expect(files.contains { $0.1 == content } || content.isEmpty) }
        }
    }

    private struct Enough: Error {}

    private func zip(_ files: [(String, [UInt8])]) throws -> [UInt8] {
        var zip = ZipWriter()
        var bytes: [UInt8] = []
        for (name, content) in files {
            try zip.begin(name)
            for start in stride(from: 0, to: content.count, by: 70_000) {
                try zip.write(Array(content[start..<min(start + 70_000, content.count)]))
                bytes += zip.taken()
            }
            zip.end()
        }
        try zip.finish()
        return bytes + zip.taken()
    }

    @discardableResult
    private func contents(_ archive: [UInt8]) async throws -> [(String, [UInt8])] {
        let reader = try await ZipReader(byteCount: archive.count) { range in
            guard range.upperBound <= archive.count else { throw ZipProblem.damaged }
            return Array(archive[range])
        }
        var contents: [(String, [UInt8])] = []
        for entry in reader.entries {
            var content: [UInt8] = []
            try await reader.read(entry) { content += $0 }
            contents.append((entry.name, content))
        }
        return contents
    }

    private func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 42
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }
}
