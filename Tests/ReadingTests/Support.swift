import Testing

@testable import Reading

func read(_ text: String, _ name: String) async throws -> Document { try await FileReader.read(Array(text.utf8), named: name) }

func markdown(_ text: String, _ name: String) async throws -> String {
    try await read(text, name).sections.map(\.markdown).joined(separator: "\n\n")
}

/// What keeps these bytes from being read, if anything does.
func problem(_ bytes: [UInt8], _ name: String) async -> ReadingProblem? {
    do {
        _ = try await FileReader.read(bytes, named: name)
        return nil
    } catch {
        return error
    }
}

func titlesAndTexts(_ document: Document) -> [[String]] { document.passages().map { [$0.title, $0.text] } }

func wide(_ text: String, isBigEndian: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    for unit in text.utf16 {
        let pair = [UInt8(unit >> 8), UInt8(unit & 255)]
        bytes += isBigEndian ? pair : pair.reversed()
    }
    return bytes
}
