/// Reads the text of a PDF with `pdftotext` of poppler, page by page.
enum PDFReader {
    static let maximumPages = 2_000
    /// A whole PDF has its end mark here, also with something small after it.
    private static let endWindow = 2_048
    /// With so many words a page there are page numbers only, and pictures around them.
    private static let wordsOfAPicture = 1

    static func document(_ bytes: [UInt8], _ stop: Stop) throws(ReadingProblem) -> Document {
        let end = bytes.suffix(endWindow)
        guard contains(end, "%%EOF") || contains(end, "startxref") else { throw .pdfCut }
        var pages = try text(of: bytes, ["-layout"], stop)
        guard pages.count <= maximumPages else { throw .pdfTooManyPages }
        guard pages.reduce(0, { $0 + wordCount($1) }) > pages.count * wordsOfAPicture else { throw .pdfPictures }
        // Columns of running text want another reading than tables do.
        let inColumns = pages.indices.filter { PageText.isInColumns(pages[$0]) }
        if !inColumns.isEmpty {
            let flowing = try text(of: bytes, [], stop)
            for index in inColumns where flowing.indices.contains(index) { pages[index] = flowing[index] }
        }
        return document(pages)
    }

    private static func document(_ pages: [String]) -> Document {
        let repeated = RepeatedLines(pages)
        var heading: Block?
        var title: String?
        let sections = pages.enumerated().compactMap { index, page -> Section? in
            var blocks = PageText.blocks(repeated.removed(from: page))
            guard !blocks.isEmpty else { return nil }
            // A chapter goes on over the page's end.
            if let heading, blocks.first?.isHeading == false { blocks.insert(heading, at: 0) }
            heading = blocks.last(where: \.isHeading) ?? heading
            if title == nil { title = index == 0 ? blocks.first(where: \.isHeading)?.text : nil }
            return Section(place: "page \(index + 1)", markdown: blocks.markdown)
        }
        return Document(title: title, sections: sections)
    }

    private static func text(of bytes: [UInt8], _ options: [String], _ stop: Stop) throws(ReadingProblem) -> [String] {
        let last = String(maximumPages + 1)
        let arguments = ["pdftotext", "-enc", "UTF-8", "-eol", "unix", "-l", last] + options + ["/dev/stdin", "-"]
        let result = try BoundedProgram.run(arguments, input: bytes, stop)
        if let problem = problem(of: result) { throw problem }
        var pages = result.output.split(separator: 0x0C, omittingEmptySubsequences: false).map {
            Text(cleaning: Array(String(decoding: $0, as: UTF8.self).utf8)).string
        }
        // Each page ends with a form feed.
        if pages.last?.allSatisfy(\.isWhitespace) == true { pages.removeLast() }
        return pages
    }

    private static func problem(of result: BoundedProgram.Result) -> ReadingProblem? {
        if result.isOutputFull { return .tooMuchText }
        switch result.end {
        case .ended(.exit(0)): return nil
        case .ended(.exit(127)): return .pdfReaderMissing
        case .ended(.exit): return result.complaint.contains("password") ? .pdfPassword : .pdfDamaged
        case .ended(.signal), .outOfTime: return .pdfTooHard
        case .stopped: return .cancelled
        }
    }
}
