import CZlib

/// A zip archive as its writer wants it, honest or not.
struct Zip {
    struct Entry {
        var name: String
        var content: [UInt8]
        var isPacked = true
        /// What the archive says of the unpacked size, if not the truth.
        var claimedSize: Int?
        var flags = 0
        var mode = 0o100644

        init(_ name: String, _ content: String) { self.init(name, Array(content.utf8)) }

        init(_ name: String, _ content: [UInt8]) {
            self.name = name
            self.content = content
        }
    }

    var entries: [Entry]

    var bytes: [UInt8] {
        var local: [UInt8] = []
        var central: [UInt8] = []
        for entry in entries {
            let packed = entry.isPacked ? deflated(entry.content) : entry.content
            let size = entry.claimedSize ?? entry.content.count
            let sum = Int(crc32_z(0, entry.content, entry.content.count))
            let shared =
                little(20, 2) + little(entry.flags, 2) + little(entry.isPacked ? 8 : 0, 2) + little(0, 4) + little(sum, 4)
                + little(packed.count, 4) + little(size, 4) + little(entry.name.utf8.count, 2) + little(0, 2)
            central +=
                little(0x0201_4B50, 4) + little(0x0314, 2) + shared + little(0, 6) + little(entry.mode << 16, 4)
                + little(local.count, 4) + Array(entry.name.utf8)
            local += little(0x0403_4B50, 4) + shared + Array(entry.name.utf8) + packed
        }
        let count = little(entries.count, 2)
        return local + central + little(0x0605_4B50, 4) + little(0, 4) + count + count + little(central.count, 4) + little(local.count, 4)
            + little(0, 2)
    }
}

/// A Word file with this body, in Word's own parts.
func word(_ body: String, styles: String = "", others: [Zip.Entry] = []) -> [UInt8] {
    Zip(
        entries: [
            .init("[Content_Types].xml", "<Types/>"),
            .init("word/document.xml", "<?xml version=\"1.0\"?><w:document xmlns:w=\"x\"><w:body>\(body)</w:body></w:document>"),
            .init("word/styles.xml", "<w:styles>\(styles)</w:styles>"),
        ] + others
    ).bytes
}

func paragraph(_ text: String, _ properties: String = "") -> String {
    "<w:p><w:pPr>\(properties)</w:pPr><w:r><w:t xml:space=\"preserve\">\(text)</w:t></w:r></w:p>"
}

/// `windowBits` -15 is a zip entry's bare stream, 15 a PDF's, 31 gzip.
func deflated(_ content: [UInt8], windowBits: Int32 = -15) -> [UInt8] {
    deflated(windowBits: windowBits) { $0(content) }
}

/// Packs what comes in pieces, as a bomb is larger than the memory it should be made in.
func deflated(windowBits: Int32, _ pieces: ((_ piece: [UInt8]) -> Void) -> Void) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(&stream, 6, Z_DEFLATED, windowBits, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var packed: [UInt8] = []
    func pack(_ piece: [UInt8], _ flush: Int32) {
        var input = piece
        var output = [UInt8](repeating: 0, count: 65_536)
        input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            repeat {
                let code = output.withUnsafeMutableBufferPointer { output in
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    return deflate(&stream, flush)
                }
                packed += output.prefix(output.count - Int(stream.avail_out))
                if code == Z_STREAM_END { return }
            } while stream.avail_in > 0 || stream.avail_out == 0
        }
    }
    pieces { pack($0, Z_NO_FLUSH) }
    pack([], Z_FINISH)
    return packed
}

private func little(_ value: Int, _ length: Int) -> [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}
