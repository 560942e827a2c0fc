import Curl

/// Why something could not be read; `sentence` is for the owner who gave it.
public enum ReadingProblem: Error, Hashable, Sendable {
    // Any file
    case empty, noText, tooLarge, tooMuchText, picture, recording, archive, program, binary
    /// An extension that the content does not bear out, such as "pdf".
    case misnamed(String)
    case cancelled, busy

    // PDF
    case pdfPassword, pdfPictures, pdfCut, pdfDamaged, pdfTooManyPages, pdfTooHard
    /// `pdftotext` is not installed: the operator's fault, not the owner's.
    case pdfReaderMissing

    // Word and other office files
    case wordPassword, wordOld, wordDamaged, wordTooLarge, wordUnsafe, otherOffice, richText

    // Websites
    case address(URLProblem)
    case unreachable(PageProblem)
    case leadsElsewhere(String)
    case robotsForbid, robotsUnavailable
    case noPages

    public var sentence: String {
        switch self {
        case .empty: "The file is empty. Please choose another one."
        case .noText: "There is no text in this file."
        case .tooLarge: "This file is larger than 10 MB. Please split it, or leave out its pictures."
        case .tooMuchText: "There is more text in this file than can be read at once. Please split it and upload the parts."
        case .picture: "This looks like a picture. Please upload the text itself, as a PDF, Word or text file."
        case .recording: "This looks like a recording. Please upload what is said in it as text."
        case .archive: "This is a packed archive. Please unpack it and upload the files in it one by one."
        case .program: "This looks like a program, not a text. Please upload a PDF, Word or text file."
        case .binary: "This is not a text that can be read. Please upload a PDF, Word, text, Markdown, CSV or HTML file."
        case .misnamed(let kind):
            "This file is called .\(kind), but it is something else. Please save it as a real \(kind.uppercased()) and upload that."
        case .cancelled: "Reading was stopped."
        case .busy: "The server had no room to read this. Please try again in a few minutes."

        case .pdfPassword: "This PDF is protected with a password. Save a copy without one and upload that."
        case .pdfPictures:
            "This PDF holds pictures of text only. Run text recognition (OCR) on it first, or upload the text it was made from."
        case .pdfCut: "This PDF ends in the middle. Please upload it again."
        case .pdfDamaged: "This PDF is damaged and can't be read. Please save it again and upload that."
        case .pdfTooManyPages: "This PDF has more than \(PDFReader.maximumPages) pages. Please split it and upload the parts."
        case .pdfTooHard: "This PDF takes too long to read. Please save it in a simpler form, or upload its text."
        case .pdfReaderMissing: "PDF files can't be read on this server at the moment. Please upload the text in another form."

        case .wordPassword: "This Word file is protected with a password. Save a copy without one and upload that."
        case .wordOld: "This is a file of an older Office format. Save it as .docx or PDF and upload that."
        case .wordDamaged: "This Word file is damaged or ends in the middle. Please save it again and upload that."
        case .wordTooLarge: "This Word file unpacks to more than can be read. Please split it, or leave out its pictures."
        case .wordUnsafe: "This Word file holds things that don't belong in one. Please save it again with Word and upload that."
        case .otherOffice: "This kind of file can't be read. Save it as PDF, Word (.docx) or CSV and upload that."
        case .richText: "This is a rich text file. Save it as Word (.docx), PDF or plain text and upload that."

        case .address(let problem): problem.sentence
        case .unreachable(let problem): problem.sentence
        case .leadsElsewhere(let site): "This address leads to another site, \(site). If that one is yours, please give its address."
        case .robotsForbid: "The site's robots.txt asks programs not to read this page. Please allow “FrontdeskBot” there."
        case .robotsUnavailable: "The site's robots.txt could not be read, so nothing else was. Please try again later."
        case .noPages: "No page with text was found there. Please give the address of a page that shows text."
        }
    }
}
