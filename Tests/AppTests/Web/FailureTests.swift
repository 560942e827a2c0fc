import HTTPTypes
import Hummingbird
import Templates
import Testing

@testable import App

@Suite("Failures")
struct FailureTests {
    private let failure = Failure.invalid(["question": "It <b>can't</b> be \"empty\"."])

    private func response(_ failure: Failure, _ output: Output) -> Response {
        failure.response(as: output, to: Request(), requestID: "0123456789abcdef", assets: .example)
    }

    @Test("In JSON it has code, message and fields", arguments: [Output.json, .events])
    func json(_ output: Output) async throws {
        let response = response(failure, output)
        #expect(response.status == .unprocessableContent && response.headers[.contentType] == "application/json")
        let message = JSON.string("It <b>can't</b> be \"empty\".")
        #expect(
            try await JSON(parsing: response.sent)
                == .object([
                    "error": .object(["code": .string("invalid"), "message": message, "fields": .object(["question": message])])
                ]))
    }

    @Test("Without fields there are none in JSON")
    func withoutFields() async throws {
        #expect(try await JSON(parsing: response(.notFound, .json).sent)["error"]?["fields"] == nil)
    }

    @Test("In a fragment it is its sentence, escaped")
    func fragment() async throws {
        let response = response(failure, .fragment)
        #expect(response.headers[.contentType] == "text/html; charset=utf-8")
        let text = try await response.text
        #expect(text.contains("It &lt;b&gt;can&#39;t&lt;/b&gt; be") && !text.contains("<b>") && !text.contains("<html"))
    }

    @Test("As a page it names the request")
    func page() async throws {
        let response = response(.notFound, .page)
        #expect(response.status == .notFound)
        let text = try await response.text
        #expect(text.contains("<html") && text.contains("404") && text.contains("0123456789abcdef"))
    }

    @Test("It is never stored", arguments: [Output.json, .events, .fragment, .page])
    func notStored(_ output: Output) {
        #expect(response(failure, output).headers[.cacheControl] == "no-store")
        #expect(response(failure, output).headers[.xContentTypeOptions] == "nosniff")
    }

    @Test("What a status needs beside it is sent in every form", arguments: [Output.json, .events, .fragment, .page])
    func headers(_ output: Output) {
        #expect(response(.tooManyRequests("Wait.", retryAfter: 7), output).headers[.retryAfter] == "7")
        #expect(response(.unavailable, output).headers[.retryAfter] == "5")
        #expect(response(.unauthorized, output).headers[.wwwAuthenticate] == "Bearer")
        #expect(response(.methodNotAllowed("POST"), output).headers[.allow] == "POST")
        #expect(response(.tooLarge, output).headers[.connection] == "close")
        for name in [HTTPField.Name.retryAfter, .wwwAuthenticate, .allow, .connection] {
            #expect(response(.notFound, output).headers[name] == nil)
        }
    }

    @Test("Of several fields, the message points to them")
    func severalFields() {
        let failure = Failure.invalid(["a": "A is wrong.", "b": "B is wrong."])
        #expect(failure.message == "Please look at the marked fields." && failure.fields.count == 2)
    }
}
