import HTTPTypes
import Templates
import Testing

@testable import App

@Suite("The API's description")
struct OpenAPITests {
    private func document(_ table: RouteTable) throws -> JSON {
        var writer = JSONWriter()
        OpenAPI(table: table, baseURL: "https://desk.example").write(to: &writer)
        return try JSON(parsing: writer.bytes)
    }

    @Test("It has the routes of the API as the table has them, with who may call them")
    func routes() throws {
        var table = RouteTable()
        table.add(.get, "/")
        table.add(.get, "/bots", for: .account, .init("For browsers"))
        table.add(.get, "/api/v1/bots/{bot}", for: .account, .init("A bot", gives: .bot))
        table.add(.delete, "/api/v1/bots/{bot}", for: .account, .init("Deletes it"))
        table.add(.post, "/v1/chat/completions", for: .key, .init("Answers", takes: .completionRequest, gives: .completion, streams: true))
        let document = try document(table)
        guard case .object(let paths) = document["paths"] else { throw JSONError.malformed(offset: 0) }
        #expect(paths.keys.sorted() == ["/api/v1/bots/{bot}", "/v1/chat/completions"])
        let bot = paths["/api/v1/bots/{bot}"]
        #expect(bot?["get"]?["summary"]?.string == "A bot" && bot?["get"]?["operationId"]?.string == "getBotsByBot")
        #expect(bot?["get"]?["parameters"]?[0]?["name"]?.string == "bot" && bot?["get"]?["security"]?[0]?["accessToken"] != nil)
        #expect(bot?["delete"]?["responses"]?["204"] != nil && bot?["delete"]?["responses"]?["200"] == nil)
        let completions = paths["/v1/chat/completions"]?["post"]
        #expect(completions?["security"]?[0]?["apiKey"] != nil && completions?["requestBody"]?["required"] == true)
        #expect(completions?["responses"]?["200"]?["content"]?["text/event-stream"] != nil)
        #expect(document["servers"]?[0]?["url"]?.string == "https://desk.example")
    }

    @Test("A route without a description shows as one: it can be found")
    func undescribed() throws {
        var table = RouteTable()
        table.add(.get, "/api/v1/new")
        let operation = try document(table)["paths"]?["/api/v1/new"]?["get"]
        #expect(operation != nil && operation?["summary"] == nil)
    }

    @Test("Every schema can be read", arguments: Schema.allCases)
    func schemas(_ schema: Schema) {
        if case .object = schema.json {} else { Issue.record("\(schema) isn't a JSON object") }
    }
}
