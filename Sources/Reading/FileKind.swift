/// What a file is, by its first bytes.
enum FileKind {
    case pdf, word, html
    case csv(Text), text(Text)

    /// Readers of PDF look this far for its mark.
    private static let pdfMarkWindow = 1024
    private static let htmlMarkWindow = 1024

    init(of bytes: [UInt8], fileExtension: String) throws(ReadingProblem) {
        if let problem = Self.unreadable(bytes) { throw problem }
        if contains(bytes.prefix(Self.pdfMarkWindow), "%PDF-") {
            self = .pdf
        } else if bytes.starts(with: "PK".utf8), bytes.count > 3, bytes[2] < 9, bytes[3] < 9 {
            self = .word
        } else if ["pdf", "docx"].contains(fileExtension) {
            throw .misnamed(fileExtension)
        } else {
            self = try Self.textual(bytes, fileExtension)
        }
    }

    private static func textual(_ bytes: [UInt8], _ fileExtension: String) throws(ReadingProblem) -> FileKind {
        guard let text = Text(bytes) else { throw .binary }
        let start = String(decoding: text.bytes.prefix(htmlMarkWindow), as: UTF8.self).lowercased()
        let isPage = start.contains("<!doctype html") || start.contains("<html")
        switch fileExtension {
        case "md", "markdown": return .text(text)
        case "html", "htm", "xhtml": return .html
        case "csv", "tsv", "tab": return .csv(text)
        default: return isPage ? .html : .text(text)
        }
    }

    private static func unreadable(_ bytes: [UInt8]) -> ReadingProblem? {
        if let known = signatures.first(where: { bytes.starts(with: $0.mark) }) { return known.problem }
        let mark = bytes.dropFirst(4).prefix(8)
        if mark.starts(with: "ftyp".utf8) {
            return ["ftyphe", "ftypmi", "ftypav"].contains { mark.starts(with: $0.utf8) } ? .picture : .recording
        }
        if bytes.starts(with: "RIFF".utf8) {
            return bytes.dropFirst(8).starts(with: "WEBP".utf8) ? .picture : .recording
        }
        guard bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) else { return nil }
        // A .docx with a password is an old kind of file around the encrypted one; its names are UTF-16.
        let encrypted: [UInt8] = "EncryptedPackage".utf8.flatMap { [$0, 0] as [UInt8] }
        return contains(bytes[...], encrypted) ? .wordPassword : .wordOld
    }

    private static let signatures: [(mark: [UInt8], problem: ReadingProblem)] = [
        ([0x89, 0x50, 0x4E, 0x47], .picture), ([0xFF, 0xD8, 0xFF], .picture), (Array("GIF8".utf8), .picture),
        (Array("II*\0".utf8), .picture), (Array("MM\0*".utf8), .picture), (Array("8BPS".utf8), .picture),
        (Array("ID3".utf8), .recording), (Array("OggS".utf8), .recording), (Array("fLaC".utf8), .recording),
        ([0x1A, 0x45, 0xDF, 0xA3], .recording),
        ([0x1F, 0x8B], .archive), ([0x37, 0x7A, 0xBC, 0xAF], .archive),
        (Array("Rar!".utf8), .archive), (Array("BZh".utf8), .archive), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], .archive),
        ([0x7F, 0x45, 0x4C, 0x46], .program), ([0xCA, 0xFE, 0xBA, 0xBE], .program), ([0xCF, 0xFA, 0xED, 0xFE], .program),
        (Array("{\\rtf".utf8), .richText),
    ]
}

func contains(_ bytes: ArraySlice<UInt8>, _ text: String) -> Bool { contains(bytes, Array(text.utf8)) }

func contains(_ bytes: ArraySlice<UInt8>, _ part: [UInt8]) -> Bool {
    guard let first = part.first, bytes.count >= part.count else { return false }
    let lastStart = bytes.endIndex - part.count
    var index = bytes.startIndex
    while index <= lastStart {
        if bytes[index] == first, bytes[index..<(index + part.count)].elementsEqual(part) { return true }
        index += 1
    }
    return false
}
