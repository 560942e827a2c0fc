import FoundationEssentials
import Zip

/// An archive that is read. Everything in it is hostile until it was looked at.
struct Archive: Sendable {
    private let zip: ZipReader

    /// - Parameter bytes: of the archive as it was sent.
    /// - Throws: `ArchiveProblem.tooLarge` where it unpacks to more than we take. It can be believed here: whoever unpacks an entry
    ///   gets no byte more than the archive said, and each is unpacked once.
    init(_ zip: ZipReader, bytes: Int) throws(ArchiveProblem) {
        let unpacked = zip.entries.reduce(0) { $0 + $1.unpacked }
        guard unpacked <= ArchiveLimits.unpackedBytes, unpacked <= ArchiveLimits.unpackedBytesOfAny + bytes * ArchiveLimits.timesPacked
        else {
            throw .tooLarge
        }
        self.zip = zip
    }

    func manifest() async throws -> ArchiveManifest {
        guard let entry = zip.entries.first(where: { $0.name == ArchiveManifest.name }) else { throw ArchiveProblem.notOurs }
        var bytes: [UInt8] = []
        try await zip.read(entry) { piece in
            bytes += piece
            guard bytes.count <= ArchiveLimits.manifestBytes else { throw ArchiveProblem.notOurs }
        }
        return try ArchiveManifest(parsing: bytes)
    }

    /// The lines of a table's file, with their numbers from 1; none where it isn't there.
    func readLines(of table: ArchiveTable, _ take: (_ line: ArraySlice<UInt8>, _ number: Int) async throws -> Void) async throws {
        guard let entry = zip.entries.first(where: { $0.name == table.entryName }) else { return }
        var waiting: [UInt8] = []
        var number = 0
        try await zip.read(entry) { piece in
            waiting += piece
            var rest = waiting[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                number += 1
                try await take(rest[..<end], number)
                rest = rest[(end + 1)...]
            }
            waiting = Array(rest)
            guard waiting.count <= ArchiveLimits.row else { throw ArchiveProblem.tooLarge }
        }
        guard waiting.isEmpty else { throw ArchiveProblem.damaged }
    }

    /// The files of this kind, each in pieces of so many bytes.
    func readFiles(
        _ files: ArchiveFiles, pieceBytes: Int, _ take: (_ row: UUID, _ position: Int, _ piece: [UInt8]) async throws -> Void
    ) async throws {
        for entry in zip.entries {
            guard let row = files.row(ofEntry: entry.name) else { continue }
            var waiting: [UInt8] = []
            var position = 0
            try await zip.read(entry) { piece in
                waiting += piece
                guard waiting.count >= pieceBytes else { return }
                try await take(row, position, Array(waiting.prefix(pieceBytes)))
                waiting.removeFirst(pieceBytes)
                position += 1
            }
            if !waiting.isEmpty { try await take(row, position, waiting) }
        }
    }
}

extension ArchiveProblem {
    init(_ problem: ZipProblem) {
        self = problem == .tooLarge ? .tooLarge : .damaged
    }
}
