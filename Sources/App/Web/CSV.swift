import HTTPTypes
import Hummingbird
import NIOCore

/// A table as RFC 4180 has it, for a spreadsheet that may take what a stranger wrote for a formula.
struct CSV: Sendable {
    enum Cell: Sendable {
        case text(String)
        case number(Int?)
    }

    private(set) var bytes: [UInt8] = []

    /// Without this mark at the start, Excel reads UTF-8 as something else.
    mutating func markAsUTF8() { bytes += [0xEF, 0xBB, 0xBF] }

    mutating func row(_ cells: [Cell]) {
        for (place, cell) in cells.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            switch cell {
            case .number(let number): if let number { bytes += Array(String(number).utf8) }
            case .text(let text): append(text)
            }
        }
        bytes += [0x0D, 0x0A]
    }

    /// Always in quotes, so that neither a separator nor a line's end is one. What begins as a formula does gets a `'` before it.
    private mutating func append(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if Self.isLikeFormula(text) { bytes.append(UInt8(ascii: "'")) }
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// With blanks before it too, which some programs drop; `＝` is what some take for `=`.
    private static func isLikeFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        if ["\t", "\r", "\n"].contains(first) { return true }
        guard let beginning = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else { return false }
        return ["=", "+", "-", "@", "＝", "＋", "－", "＠"].contains(beginning)
    }
}

extension Response {
    /// A table to be kept as a file.
    init(_ csv: CSV, named name: String) {
        var headers = StandardHeaders.plain
        headers[.contentType] = "text/csv; charset=utf-8"
        headers[.cacheControl] = "no-store"
        headers[.contentDisposition] = FileName(name).attachment
        self.init(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: csv.bytes)))
    }
}
