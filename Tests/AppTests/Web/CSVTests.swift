import Testing

@testable import App

@Suite("Tables for a spreadsheet")
struct CSVTests {
    private func line(_ cells: CSV.Cell...) -> String {
        var csv = CSV()
        csv.row(cells)
        return String(decoding: csv.bytes, as: UTF8.self)
    }

    @Test(
        "Text stands in quotes, with its own doubled, and line breaks are kept",
        arguments: [
            ("a", "\"a\""), ("", "\"\""), ("a,b;c", "\"a,b;c\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines\r\n", "\"two\nlines\r\n\""), ("ä😀", "\"ä😀\""),
        ])
    func text(_ text: String, _ cell: String) {
        #expect(line(.text(text)) == cell + "\r\n")
    }

    @Test(
        "What a spreadsheet would take for a formula gets an apostrophe",
        arguments: [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", "  =1", "\u{A0}=1", "＝1", "＋1", "－1", "＠x", "=\"\"",
        ])
    func formula(_ text: String) {
        #expect(line(.text(text)).hasPrefix("\"'"))
    }

    @Test("What isn't one is left alone", arguments: ["1=1", "a-b", "’=1", "'=1", " a", "(=1)", "e@shop.example"])
    func harmless(_ text: String) {
        #expect(line(.text(text)) == "\"\(text)\"\r\n")
    }

    @Test("Numbers stand as they are, and nothing where there is none")
    func numbers() {
        #expect(line(.number(0), .number(nil), .number(-5), .text("x")) == "0,,-5,\"x\"\r\n")
    }
}

@Suite("Names of files")
struct FileNameTests {
    @Test(
        "Nothing of a name leads elsewhere, breaks a header or misleads the eye",
        arguments: [
            ("../../etc/passwd", "_.._etc_passwd"), ("a\0.csv", "a_.csv"), ("a\r\nSet-Cookie: x.csv", "a__Set-Cookie_ x.csv"),
            ("a\"b\\c.csv", "a_b_c.csv"),
            ("\u{202E}gpj.exe", "_gpj.exe"), ("...", "file"), ("a.b/c", "a.b_c"), ("x.tar.gz", "x.tar.gz"), ("..csv", "file.csv"),
            ("", "file"), (".csv", "file.csv"), ("   .csv", "file.csv"), ("Café 😀.csv", "Café 😀.csv"),
            ("Joe’s Diner.json", "Joe’s Diner.json"), ("C:\\x.csv", "C__x.csv"), (".htaccess", "file.htaccess"),
            ("a;b*=c%20.csv", "a_b_=c_20.csv"),
        ])
    func names(_ wanted: String, _ name: String) {
        #expect(FileName(wanted).text == name)
    }

    @Test("A long name keeps its ending")
    func long() {
        let name = FileName(String(repeating: "😀", count: 300) + ".csv").text
        #expect(name.hasSuffix("😀.csv") && name.unicodeScalars.count <= FileName.maximumLength)
    }

    @Test("The header has the name twice: in ASCII, and as it is")
    func header() {
        #expect(FileName("Café 100.csv").attachment == "attachment; filename=\"Caf_ 100.csv\"; filename*=UTF-8''Caf%c3%a9%20100.csv")
    }
}
