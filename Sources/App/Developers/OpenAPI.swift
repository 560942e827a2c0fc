import Templates

/// The API's description, made from the routes themselves: what isn't routed can't be described, and what is routed is.
struct OpenAPI: JSONEncodable {
    /// The version of the API that is described; it changes only where a program would notice.
    static let version = "1.0.0"
    private static let prefixes = ["/api/v1/", "/v1/"]

    let table: RouteTable
    let baseURL: String

    func write(to json: inout JSONWriter) { document.write(to: &json) }

    private var document: JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Frontdesk", "version": .string(Self.version), "description": .string("How to begin: \(baseURL)/developers"),
            ],
            "servers": [["url": .string(baseURL)]],
            "paths": .object(paths),
            "components": [
                "schemas": .object(schemas),
                "securitySchemes": [
                    "apiKey": ["type": "http", "scheme": "bearer", "description": "A bot’s key, as fd_…"],
                    "accessToken": [
                        "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "What signing in answers with",
                    ],
                ],
            ],
        ]
    }

    /// What the routes name, and what that refers to.
    private var schemas: [String: JSON] {
        var known: [String: JSON] = [:]
        let named = table.routes.compactMap(\.operation).flatMap { [$0.takes, $0.gives] }.compactMap(\.self)
        var waiting = (named + [.error, .openAIError, .events]).flatMap(\.components)
        while let next = waiting.popLast() {
            if known[next.name] != nil { continue }
            let schema = next.schema()
            known[next.name] = JSON(schema)
            waiting += schema.components
        }
        return known
    }

    private var paths: [String: JSON] {
        var paths: [String: JSON] = [:]
        for route in table.routes where Self.prefixes.contains(where: route.text.hasPrefix) {
            var methods: [String: JSON] = [:]
            if case .object(let known) = paths[route.text] { methods = known }
            methods[route.method.rawValue.lowercased()] = operation(route)
            paths[route.text] = .object(methods)
        }
        return paths
    }

    private func operation(_ route: RouteTable.Route) -> JSON {
        var members: [String: JSON] = [
            "operationId": .string(Self.name(route)), "responses": .object(responses(route)), "parameters": .array(Self.parameters(route)),
        ]
        if route.access != .anybody { members["security"] = [[.string(route.access.rawValue): []]] }
        guard let operation = route.operation else { return .object(members) }
        members["summary"] = .string(operation.summary)
        if let body = operation.takes { members["requestBody"] = ["required": true, "content": Self.content(body)] }
        return .object(members)
    }

    private func responses(_ route: RouteTable.Route) -> [String: JSON] {
        let error = route.text.hasPrefix("/v1/") ? Schema.openAIError : .error
        var responses: [String: JSON] = ["default": ["description": "What went wrong, and how to mend it", "content": Self.content(error)]]
        guard let operation = route.operation else { return responses }
        var answer: [String: JSON] = ["description": .string(operation.gives == nil ? "Done" : "Done, with the answer")]
        if let gives = operation.gives { answer["content"] = Self.content(gives, streams: operation.streams) }
        responses["\(operation.status)"] = .object(answer)
        return responses
    }

    private static func content(_ schema: Schema, streams: Bool = false) -> JSON {
        var kinds = Dictionary(schema.mediaTypes.map { ($0, ["schema": JSON(schema)] as JSON) }) { $1 }
        if streams { kinds["text/event-stream"] = ["schema": JSON(Schema.events)] }
        return .object(kinds)
    }

    private static func parameters(_ route: RouteTable.Route) -> [JSON] {
        var parameters: [JSON] = route.path.filter { $0.hasPrefix("{") }.map { segment in
            ["name": .string(String(segment.dropFirst().dropLast())), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        if route.operation?.isIdempotent == true {
            parameters.append([
                "name": "Idempotency-Key", "in": "header",
                "schema": ["type": "string", "maxLength": .number("\(IdempotencyKey.maximumLength)")],
            ])
        }
        return parameters
    }

    /// `getBotsByBotKeys`
    private static func name(_ route: RouteTable.Route) -> String {
        let words = route.path.drop { $0 == "api" || $0 == "v1" }.map { segment in
            segment.hasPrefix("{") ? "By" + capitalized(segment.dropFirst().dropLast()) : capitalized(segment)
        }
        return route.method.rawValue.lowercased() + words.joined()
    }

    private static func capitalized(_ segment: Substring) -> String {
        segment.split { $0 == "-" || $0 == "." }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

extension JSON {
    fileprivate init(_ schema: Schema) {
        var json = JSONWriter()
        schema.write(to: &json)
        self = (try? JSON(parsing: json.bytes)) ?? .null
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByBooleanLiteral {
    init(stringLiteral text: String) { self = .string(text) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral items: JSON...) { self = .array(items) }
    init(dictionaryLiteral members: (JSON, JSON)...) {
        self = .object(Dictionary(members.map { ($0.string ?? "", $1) }) { $1 })
    }
}

extension JSON: JSONEncodable {
    func write(to json: inout JSONWriter) {
        switch self {
        case .object(let members): members.write(to: &json)
        case .array(let items): json.array(items)
        case .string(let text): json.string(text)
        case .number(let text): StoredJSON(text).write(to: &json)
        case .bool(let value): json.bool(value)
        case .null: json.null()
        }
    }
}
