/// A PDF written by hand: lines of Helvetica at places of their own.
struct PDF {
    typealias Line = (x: Int, y: Int, text: String)

    var pages: [[Line]]
    /// Put into the trailer, as "/Encrypt 9 0 R".
    var trailer = ""
    var others: [String] = []

    /// Lines from the top of one page, 14 points apart; an empty one leaves room.
    static func page(_ lines: [String], x: Int = 72) -> [Line] {
        lines.enumerated().map { (x, 780 - $0 * 14, $1) }.filter { !$0.2.isEmpty }
    }

    var bytes: [UInt8] {
        let first = 4
        let kids = pages.indices.map { "\(first + $0 * 2) 0 R" }.joined(separator: " ")
        var objects = [
            Array("<</Type/Catalog/Pages 2 0 R>>".utf8), Array("<</Type/Pages/Kids[\(kids)]/Count \(pages.count)>>".utf8),
            Array("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".utf8),
        ]
        for (index, lines) in pages.enumerated() {
            let content = lines.map { "BT /F1 11 Tf \($0.x) \($0.y) Td (\($0.text)) Tj ET" }.joined(separator: "\n")
            let number = first + index * 2 + 1
            objects.append(
                Array("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents \(number) 0 R>>".utf8))
            objects.append(Array("<</Length \(content.utf8.count)>>stream\n\(content)\nendstream".utf8))
        }
        return Self.file(objects + others.map { Array($0.utf8) }, trailer: trailer)
    }

    /// One page whose content is this stream, packed as often as `filters` says.
    static func page(packed: [UInt8], filters: Int) -> [UInt8] {
        let filter = String(repeating: "/FlateDecode ", count: filters)
        return file([
            Array("<</Type/Catalog/Pages 2 0 R>>".utf8), Array("<</Type/Pages/Kids[4 0 R]/Count 1>>".utf8),
            Array("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".utf8),
            Array("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>".utf8),
            Array("<</Length \(packed.count)/Filter[\(filter)]>>stream\n".utf8) + packed + Array("\nendstream".utf8),
        ])
    }

    /// So many pages that share their content.
    static func copies(of lines: [String], _ count: Int) -> [UInt8] {
        let content = lines.enumerated().map { "BT /F1 7 Tf 20 \(830 - $0 * 8) Td (\($1)) Tj ET" }.joined(separator: "\n")
        let kids = (0..<count).map { "\($0 + 5) 0 R" }.joined(separator: " ")
        let page = Array("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 4 0 R>>".utf8)
        return file(
            [
                Array("<</Type/Catalog/Pages 2 0 R>>".utf8), Array("<</Type/Pages/Kids[\(kids)]/Count \(count)>>".utf8),
                Array("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".utf8),
                Array("<</Length \(content.utf8.count)>>stream\n\(content)\nendstream".utf8),
            ] + [[UInt8]](repeating: page, count: count))
    }

    /// One line in a font that isn't in the file, as those for Chinese, Japanese and Korean seldom are: what its codes mean
    /// stands in tables of the system's.
    static func eastAsian(_ collection: String, _ table: String, _ codes: String) -> [UInt8] {
        let content = "BT /F1 11 Tf 72 780 Td <\(codes)> Tj ET"
        let system = "<</Registry(Adobe)/Ordering(\(collection))/Supplement 0>>"
        return file(
            [
                "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[4 0 R]/Count 1>>",
                "<</Type/Font/Subtype/Type0/BaseFont/Any/Encoding/\(table)/DescendantFonts[6 0 R]>>",
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>",
                "<</Length \(content.utf8.count)>>stream\n\(content)\nendstream",
                "<</Type/Font/Subtype/CIDFontType0/BaseFont/Any/CIDSystemInfo\(system)/FontDescriptor 7 0 R>>",
                "<</Type/FontDescriptor/FontName/Any/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>",
            ].map { Array($0.utf8) })
    }

    static func file(_ objects: [[UInt8]], trailer: String = "") -> [UInt8] {
        var bytes = Array("%PDF-1.5\n".utf8)
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(bytes.count)
            bytes += "\(index + 1) 0 obj\n".utf8 + object + "\nendobj\n".utf8
        }
        let start = bytes.count
        bytes += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n".utf8
        for offset in offsets {
            let digits = String(offset)
            bytes += (String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n").utf8
        }
        bytes += "trailer\n<</Size \(objects.count + 1)/Root 1 0 R\(trailer)>>\nstartxref\n\(start)\n%%EOF\n".utf8
        return bytes
    }
}
