import Hummingbird
import NIOCore
import Testing

@testable import App

@Suite("What a request carries")
struct InputTests {
    private func input(_ type: String?, _ body: String) async throws -> Input {
        try await input(type, bytes: Array(body.utf8))
    }

    private func input(_ type: String?, bytes: [UInt8]) async throws -> Input {
        try await Input(of: Request(.post, "/ask", type.map { [.contentType: $0] } ?? [:], bytes: bytes))
    }

    @Test(
        "A form and a JSON object say the same",
        arguments: [
            ("application/x-www-form-urlencoded", "question=Wo+ist+das%3F"), ("application/json", #"{"question":"Wo ist das?"}"#),
            ("Application/JSON; charset=UTF-8", #"{"question":"Wo ist das?"}"#),
            (" application/json ;charset=\"utf-8\"", #"{"question":"Wo ist das?"}"#),
            ("application/x-www-form-urlencoded;charset=utf-8", "question=Wo%20ist%20das%3f"),
        ])
    func bothForms(_ type: String, _ body: String) async throws {
        let input = try await input(type, body)
        #expect(try input.text("question") == "Wo ist das?")
        #expect(try input.text("other") == nil)
    }

    @Test(
        "Other kinds of bodies are refused as such",
        arguments: [
            nil, "", "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=utf-16",
            "application/json; charset=latin1", "application/jsonp", "application/json, text/plain", "json",
        ])
    func unsupported(_ type: String?) async {
        #expect(await failure { _ = try await input(type, "{}") }?.status == .unsupportedMediaType)
    }

    @Test(
        "A JSON body that isn't an object is a bad request",
        arguments: ["", "null", "[]", "\"x\"", "0", "{", #"{"a":1,"a":2}"#, #"{"a":"\ud800"}"#])
    func notAnObject(_ body: String) async {
        #expect(await failure { _ = try await input("application/json", body) }?.status == .badRequest)
    }

    @Test("Bytes that aren't UTF-8 are a bad request", arguments: ["application/json", "application/x-www-form-urlencoded"])
    func invalidUTF8(_ type: String) async {
        let body = Array("{\"question\":\"".utf8) + [0xFF] + Array("\"}".utf8)
        #expect(await failure { _ = try await input(type, bytes: body) }?.status == .badRequest)
    }

    @Test("A field that isn't text is named", arguments: ["1", "true", "[]", "{}", "0.5"])
    func wrongKind(_ value: String) async throws {
        let input = try await input("application/json", "{\"question\":\(value)}")
        #expect { try input.text("question") } throws: {
            ($0 as? Failure)?.status == .unprocessableContent && ($0 as? Failure)?.fields["question"] != nil
        }
    }

    @Test("null is as good as nothing")
    func null() async throws {
        #expect(try await input("application/json", #"{"question":null}"#).text("question") == nil)
    }

    @Test(
        "Control characters are removed on both ways, tabs and line ends stay",
        arguments: [
            ("application/json", #"{"q":"a\u0000b\u001b[31m\u007f\ufeffc\t\r\nd"}"#),
            ("application/x-www-form-urlencoded", "q=a%00b%1B[31m%7F%EF%BB%BFc%09%0D%0Ad"),
        ])
    func controls(_ type: String, _ body: String) async throws {
        #expect(try await input(type, body).text("q") == "ab[31mc\t\r\nd")
    }

    @Test("A body has its limit", arguments: [("application/json", #"{"q":""#, "\"}"), ("application/x-www-form-urlencoded", "q=", "")])
    func limits(_ type: String, _ before: String, _ after: String) async throws {
        let text = String(repeating: "x", count: RequestBodyLimit.fields - before.utf8.count - after.utf8.count)
        #expect(try await input(type, before + text + after).text("q") == text)
        #expect(await failure { _ = try await input(type, before + text + "x" + after) }?.status == .contentTooLarge)
    }

    @Test(
        "Blanks are trimmed at the ends only",
        arguments: [
            ("", ""), (" \n\t\u{A0}\u{2003}", ""), ("a", "a"), ("  a b ", "a b"), ("\r\na\r\n", "a"), ("\u{200B}a", "\u{200B}a"),
        ])
    func blanks(_ given: String, _ trimmed: String) {
        #expect(given.trimmingBlanks == trimmed)
    }
}
