/// A shape of JSON, as JSON Schema says it. Types know theirs (`Describable`), and what is sent has its own beside what reads it;
/// openapi.json is made of both, and nothing else reads them.
public struct Schema: Sendable {
    /// Of these kinds; none: of any.
    private var types: [String] = []
    /// There are no others; nil is null.
    private var values: [String?] = []
    private var properties: [String: Schema] = [:]
    private var required: Set<String> = []
    /// What else is said, by JSON Schema's keywords.
    private var rules: [String: any JSONEncodable & Sendable] = [:]
    /// What it refers to.
    public private(set) var components: [Component] = []
    /// What it is sent as, where a body is nothing else.
    public private(set) var mediaTypes = ["application/json"]

    /// A schema with a name, which others refer to instead of saying it once more.
    public struct Component: Sendable {
        public let name: String
        public let schema: @Sendable () -> Schema
    }

    /// - Parameter types: `string`, `integer`, `number`, `boolean`, `array`, `object` or `null`.
    public init(types: String...) { self.types = types }

    private init(_ keyword: String, _ value: some JSONEncodable & Sendable, of parts: [Schema] = []) {
        rules = [keyword: value]
        components = parts.flatMap(\.components)
    }
}

// MARK: Single values

extension Schema {
    public static let any = Schema()
    public static let anyObject = Schema(types: "object")
    public static let string = Schema(types: "string")
    public static let integer = Schema(types: "integer")
    public static let number = Schema(types: "number")
    public static let boolean = Schema(types: "boolean")
    public static let null = Schema(types: "null")
    public static let uuid = string.with("format", "uuid")
    public static let emailAddress = string.with("format", "email")
    public static let url = string.with("format", "uri")
    public static let day = string.with("format", "date")
    public static let moment = string.with("format", "date-time")
    public static let binary = string.with("format", "binary")

    /// - Parameter maximum: Unicode scalars.
    public static func string(upTo maximum: Int) -> Schema { string.with("maxLength", maximum) }

    public static func string(like pattern: String) -> Schema { string.with("pattern", pattern) }

    public static func integer(in range: ClosedRange<Int>) -> Schema { integer(from: range.lowerBound).with("maximum", range.upperBound) }

    public static func integer(from minimum: Int) -> Schema { integer.with("minimum", minimum) }

    public static func number(in range: ClosedRange<Double>) -> Schema {
        number.with("minimum", range.lowerBound).with("maximum", range.upperBound)
    }

    public static func only(_ value: String) -> Schema { Schema("const", value) }

    public static func one(of values: String...) -> Schema { one(of: values) }

    public static func one(of values: [String]) -> Schema {
        var schema = Schema()
        schema.values = values
        return schema
    }

    public static func one<Value: CaseIterable & RawRepresentable<String>>(of type: Value.Type) -> Schema {
        one(of: type.allCases.map(\.rawValue))
    }
}

// MARK: Made of others

extension Schema {
    public static func array(of items: Schema, from minimum: Int? = nil, upTo maximum: Int? = nil) -> Schema {
        var schema = Schema(types: "array").with("items", items)
        if let minimum { schema = schema.with("minItems", minimum) }
        if let maximum { schema = schema.with("maxItems", maximum) }
        return schema
    }

    /// Of any names.
    public static func map(to values: Schema) -> Schema { anyObject.with("additionalProperties", values) }

    /// - Parameter required: in answers what always comes, in requests what must be sent.
    public static func object(required: [String: Schema] = [:], optional: [String: Schema] = [:]) -> Schema {
        anyObject.adding(required: required, optional: optional)
    }

    /// An object with all that each of them says.
    public static func all(of parts: Schema...) -> Schema { Schema("allOf", parts, of: parts) }

    public static func any(of choices: Schema...) -> Schema { Schema("anyOf", choices, of: choices) }

    /// Refers to a component that is made elsewhere.
    public static func reference(to name: String) -> Schema { Schema("$ref", "#/components/schemas/\(name)") }

    /// Refers to a schema by its name; it is made where all of them are written.
    public static func component(_ name: String, _ schema: @autoclosure @escaping @Sendable () -> Schema) -> Schema {
        var reference = reference(to: name)
        reference.components = [Component(name: name, schema: schema)]
        return reference
    }
}

// MARK: What more can be said

extension Schema {
    public var orNull: Schema {
        guard !types.isEmpty || !values.isEmpty else { return .any(of: self, .null) }
        var schema = self
        if values.isEmpty { schema.types.append("null") } else { schema.values.append(nil) }
        return schema
    }

    /// The same with further properties.
    public func adding(required: [String: Schema] = [:], optional: [String: Schema] = [:]) -> Schema {
        var schema = self
        schema.properties.merge(required) { $1 }
        schema.properties.merge(optional) { $1 }
        schema.required.formUnion(required.keys)
        schema.components += (Array(required.values) + Array(optional.values)).flatMap(\.components)
        return schema
    }

    /// The same where each property may be left out.
    public var partial: Schema {
        var schema = self
        schema.required = []
        return schema
    }

    /// For people.
    public func saying(_ words: String) -> Schema { with("description", words) }

    /// What counts where nothing is sent.
    public func otherwise(_ value: String) -> Schema { with("default", value) }

    /// Only answers have it.
    public var readOnly: Schema { with("readOnly", true) }

    public func sent(as mediaTypes: String...) -> Schema {
        var schema = self
        schema.mediaTypes = mediaTypes
        return schema
    }

    private func with(_ keyword: String, _ value: some JSONEncodable & Sendable) -> Schema {
        var schema = self
        schema.rules[keyword] = value
        if let part = value as? Schema { schema.components += part.components }
        return schema
    }
}

extension Schema: JSONEncodable {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            if let type = types.first, types.count == 1 { json.member("type", type) }
            if types.count > 1 { json.member("type", types) }
            if !values.isEmpty { json.member("enum", values) }
            if !properties.isEmpty { json.member("properties", properties) }
            if !required.isEmpty { json.member("required", required.sorted()) }
            for (keyword, value) in rules.sorted(by: { $0.key < $1.key }) { json.member(named: keyword, value) }
        }
    }
}
