import HTTPTypes
import Hummingbird
import Testing

@testable import App

@Suite("Requests that no route answers")
struct RouteTableTests {
    private let table: RouteTable = {
        var table = RouteTable()
        table.add(.get, "/")
        table.add(.get, "/bots/{bot}")
        table.add(.patch, "/bots/{bot}")
        table.add(.post, "/ask")
        table.add(.get, "/dev/outbox", for: .thisMachine)
        return table
    }()

    @Test(
        "A path that is known answers a wrong method with those that are right",
        arguments: [
            ("/", .post, "GET, HEAD"), ("/bots/7", .delete, "GET, HEAD, PATCH"), ("/bots/7/", .put, "GET, HEAD, PATCH"),
            ("/ask", .get, "POST"),
            ("/ask?a=b", .get, "POST"), ("/ask", .head, "POST"),
        ] as [(String, HTTPRequest.Method, String)])
    func wrongMethod(_ path: String, _ method: HTTPRequest.Method, _ allowed: String) {
        let failure = table.failure(for: Request(method, path))
        #expect(failure.status == .methodNotAllowed)
        #expect(failure.allowed == allowed)
        #expect(failure.response(as: .json, to: Request(), requestID: "", assets: .example).headers[.allow] == allowed)
    }

    @Test("A path that isn't known is not found", arguments: ["/bots", "/bots/7/keys", "/ask/x", "/Ask", "/bots/", "/dev/outbox"])
    func unknown(_ path: String) {
        for method in [HTTPRequest.Method.get, .post, .delete] { #expect(table.failure(for: Request(method, path)).status == .notFound) }
    }

    @Test("Something that a known route didn't find is not found, for HEAD too", arguments: [.get, .head] as [HTTPRequest.Method])
    func notFound(_ method: HTTPRequest.Method) {
        #expect(table.failure(for: Request(method, "/bots/7")).status == .notFound)
    }
}
