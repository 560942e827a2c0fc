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

    @Test("What a route names is there with all that it refers to, and nothing else is")
    func schemas() throws {
        var table = RouteTable()
        table.add(.post, "/api/v1/bots/{bot}/trials", for: .account, .init("Tries a bot", takes: .trialRequest, gives: .trial))
        guard case .object(let schemas) = try document(table)["components"]?["schemas"] else { throw JSONError.malformed(offset: 0) }
        #expect(
            schemas.keys.sorted() == [
                "Answer", "Attachment", "BotSettings", "Citation", "Error", "Events", "Message", "OpenAIError", "Question", "TestReport",
                "Trial", "TrialAnswer", "TrialRequest",
            ])
        for (name, schema) in schemas {
            if case .object = schema {} else { Issue.record("\(name) isn't a JSON object") }
        }
    }

    @Test("What is sent is bounded as its reader bounds it")
    func limits() throws {
        var table = RouteTable()
        table.add(.post, "/api/v1/bots", for: .account, .init("Makes a bot", takes: .newBot, gives: .bot))
        let schemas = try document(table)["components"]?["schemas"]
        #expect(schemas?["NewBot"]?["properties"]?["name"]?["maxLength"]?.integer == BotField.maximumName)
        #expect(throws: Failure.self) { try BotSettings.name(String(repeating: "x", count: BotField.maximumName + 1)) }
    }

    @Test(
        "The words that an answer can have are those that there are",
        arguments: [
            ("Source", "kind", Source.Kind.allCases.map(\.rawValue)), ("Member", "role", Session.Role.allCases.map(\.rawValue)),
            ("AccountSummary", "plan", Plan.allCases.map(\.rawValue)), ("Bot", "position", Bot.Position.allCases.map(\.rawValue)),
            ("QuestionGroup", "state", QuestionGroup.State.allCases.map(\.rawValue)),
            ("Erasure", "cause", ErasureCause.allCases.map(\.rawValue)),
        ])
    func words(name: String, property: String, words: [String]) throws {
        var table = RouteTable()
        let named: [Schema] = [.source, .account, .bot, .questionGroup, .botData]
        for (number, schema) in named.enumerated() { table.add(.get, "/api/v1/\(number)", .init("One of them", gives: schema)) }
        let known = try document(table)["components"]?["schemas"]?[name]?["properties"]?[property]?["enum"]
        #expect(known?.items?.compactMap(\.string) == words)
    }
}
