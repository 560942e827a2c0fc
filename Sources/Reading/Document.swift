import Answering
import StreamSafe

/// A piece of a document that has a place of its own: a page of a PDF, a page of a website, or the whole of it.
public struct Section: Sendable, Equatable {
    /// "page 3", or nothing.
    public var place: String
    public var url: String?
    public var markdown: String

    public init(place: String = "", url: String? = nil, markdown: String) {
        self.place = place
        self.url = url
        self.markdown = markdown
    }
}

/// What was read, as Markdown, and cut into passages.
public struct Document: Sendable {
    public let title: String?
    public let sections: [Section]
    public let words: Int
    private let pieces: [Piece]

    /// `text` is an exact substring of its section's Markdown.
    public typealias Piece = (place: String, url: String?, title: String, text: String)

    /// Cuts the passages at once, which for a long document takes a while: meant for a thread of its own.
    init(title: String?, sections: [Section]) {
        let title = title.map { String(oneLine($0).prefix(maximumTitleCharacters)) }.flatMap { $0.isEmpty ? nil : $0 }
        self.title = title
        self.sections = sections
        words = sections.reduce(0) { $0 + wordCount($1.markdown) }
        pieces = sections.flatMap { section in
            Splitter.passages(ofMarkdown: section.markdown).map { passage in
                (section.place, section.url, passage.title.isEmpty ? title ?? "" : passage.title, passage.text)
            }
        }
    }

    /// In the document's order. A passage's title is the headings it stands under, or else the document's title.
    public func passages() -> [Piece] { pieces }
}

/// Words between spaces, and at least one for every ten bytes, for languages that write without spaces.
func wordCount(_ text: String) -> Int {
    var count = 0
    var bytes = 0
    var isInside = false
    for byte in text.utf8 {
        if !isSpace(byte), !isInside { count += 1 }
        isInside = !isSpace(byte)
        bytes += 1
    }
    return max(count, bytes / 10)
}

/// Without line ends and doubled spaces.
func oneLine(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
        if !isSpace(byte) {
            bytes.append(byte)
        } else if let last = bytes.last, last != 0x20 {
            bytes.append(0x20)
        }
    }
    if bytes.last == 0x20 { bytes.removeLast() }
    return String(streamSafe: bytes)
}

private let maximumTitleCharacters = 200
