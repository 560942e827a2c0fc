import Testing

@testable import App

@Suite("Forms with a file")
struct MultipartTests {
    private func part(_ head: String, _ content: String) -> String {
        "--x\r\nContent-Disposition: form-data; \(head)\r\n\r\n\(content)\r\n"
    }
    private func parse(_ text: String) throws -> Multipart { try Multipart(parsing: Array(text.utf8), boundary: "x") }

    @Test("Fields and the file come apart, the file's bytes as they are")
    func parsed() throws {
        let content = "a\r\n--\r\n--y\r\n\0\u{FF}--x"
        let form = try parse(part("name=\"kind\"", "file") + part("name=\"file\"; filename=\"me%22nu.pdf\"", content) + "--x--\r\n")
        #expect(form.fields == ["kind": "file"])
        #expect(form.files.first?.name == "me\"nu.pdf" && form.files.first?.bytes == Array(content.utf8))
    }

    @Test("An empty file field is none, as browsers send it where nothing was chosen")
    func empty() throws {
        #expect(try parse(part("name=\"file\"; filename=\"\"", "") + "--x--").files.isEmpty)
    }

    @Test(
        "What isn't well-formed is refused",
        arguments: [
            "", "--x", "--x--x", "--y\r\n\r\n\r\n--y--", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end",
            "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x",
            "--x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--x--",
            "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", "--x\r\n\r\n1\r\n--x--", "--x\r\nname=\"a\"\r\n\r\n1\r\n--x--",
            "--x\r\n--x--",
        ])
    func malformed(_ text: String) async {
        #expect(await failure { _ = try parse(text) }?.status == .badRequest)
    }

    @Test("A field that comes twice, a second file, too many parts and parts with long heads are refused")
    func tooMuch() async {
        let twice = part("name=\"a\"", "1") + part("name=\"a\"", "2")
        let files = part("name=\"f\"; filename=\"a\"", "1") + part("name=\"g\"; filename=\"b\"", "2")
        let many = (0...Multipart.maximumParts).map { part("name=\"\($0)\"", "1") }.joined()
        let long = part("name=\"a\"; x=\"\(String(repeating: "y", count: Multipart.maximumPartHeaderBytes))\"", "1")
        let large = part("name=\"a\"", String(repeating: "y", count: Multipart.maximumFieldBytes + 1))
        for form in [twice, files, many, long, large] {
            #expect(await failure { _ = try parse(form + "--x--") }?.status == .badRequest)
        }
    }

    @Test(
        "The boundary is read with quotes and without",
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"), ("multipart/form-data; boundary=\"a b\"", "a b"),
            ("multipart/form-data; boundary=abc; charset=utf-8", "abc"),
        ])
    func boundary(_ type: String, _ boundary: String) throws { #expect(try Multipart.boundary(of: type) == boundary) }

    @Test(
        "A boundary that is missing, empty or too long is refused",
        arguments: [
            "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + String(repeating: "b", count: 71),
        ])
    func noBoundary(_ type: String) async { #expect(await failure { _ = try Multipart.boundary(of: type) }?.status == .badRequest) }
}
