import Testing
@testable import TemplateExpansion

@Suite struct ViewMacroTests {
    @Test("A view gets an initializer and a JSON writer as public as itself") func members() throws {
        let source = """
            @View public struct Row {
                public let id: Int
                var note: String?
                var isOpen: Bool = false
                let kind: String = "row"
                @Hidden let secret: String
                static let limit = 3
                var title: String { note ?? "" }
                var count: Int = 0 { didSet { print(count) } }
                public var html: HTML { HTML.empty }
            }
            """
        #expect(
            try Expansion(of: source).members() == [
                """
                public init(id: Int, note: String? = nil, isOpen: Bool = false, secret: String, count: Int = 0) {
                    self.id = id
                    self.note = note
                    self.isOpen = isOpen
                    self.secret = secret
                    self.count = count
                }
                """,
                """
                public func write(to json: inout Templates.JSONWriter) {
                    json.beginObject()
                    json.member("id", self.id)
                    json.member("note", self.note)
                    json.member("is_open", self.isOpen)
                    json.member("kind", self.kind)
                    json.member("count", self.count)
                    json.endObject()
                }
                """,
                """
                public static var schema: Templates.Schema {
                    .object(required: [
                    "id": Int.schema,
                    "note": String?.schema,
                    "is_open": Bool.schema,
                    "kind": .only("row"),
                    "count": Int.schema,
                ])
                }
                """,
            ])
    }

    @Test("A view's schema is what types and names say, and what is said beside them") func schema() throws {
        let source = """
            @View("Row") struct Row {
                let id: String
                let botID: String?
                let title: String
                @Described(.string) let sourceID: String
                @Described(.one(of: "a", "b")) let kind: String?
                @Described("For ?after=") let next: String?
                @Described(.uuid, "Its own") let id2: String
                @Hidden let secret: String
            }
            @JSONObject struct Empty {}
            """
        let written = try Expansion(of: source).members().filter { $0.contains("static var schema") }
        #expect(
            written == [
                """
                static var schema: Templates.Schema {
                    .component("Row", .object(required: [
                    "id": .uuid,
                    "bot_id": .uuid.orNull,
                    "title": String.schema,
                    "source_id": .string,
                    "kind": .one(of: "a", "b").orNull,
                    "next": String?.schema.saying("For ?after="),
                    "id2": .uuid.saying("Its own"),
                ]))
                }
                """,
                """
                static var schema: Templates.Schema {
                    .object(required: [:])
                }
                """,
            ])
    }

    @Test("A memberwise initializer is as public as its struct, and gives a variable the default that it has") func memberwise() throws {
        let source = """
            @Memberwise public struct Row {
                let a, b: Int
                private let note: String?
                var fields: Fields = Fields()
                var isOpen: Bool?
                let kind: String = "row"
            }
            """
        #expect(
            try Expansion(of: source).members() == [
                """
                public init(a: Int, b: Int, note: String?, fields: Fields = Fields(), isOpen: Bool? = nil) {
                    self.a = a
                    self.b = b
                    self.note = note
                    self.fields = fields
                    self.isOpen = isOpen
                }
                """
            ])
    }

    @Test(
        "What cannot be a view does not compile",
        arguments: [
            ("@View final class Row { let id: Int }", Mistake(line: 1, column: 1, message: "@View is for a struct: a view is a value")),
            ("@Memberwise enum Row { case a }", Mistake(line: 1, column: 1, message: "@Memberwise is for a struct")),
            (
                "@Memberwise struct Row {\n    var id = 1\n}",
                Mistake(line: 2, column: 9, message: "a property of a @Memberwise needs a name and a type: let name: String")
            ),
            ("@JSONObject enum Row { case a }", Mistake(line: 1, column: 1, message: "@JSONObject is for a struct")),
            ("@View enum Row { case a }", Mistake(line: 1, column: 1, message: "@View is for a struct: a view is a value")),
            (
                "@View struct Row {\n    let id = 1\n}",
                Mistake(line: 2, column: 9, message: "a property of a @View needs a name and a type: let name: String")
            ),
            (
                "@View struct Row {\n    let (a, b): (Int, Int)\n}",
                Mistake(line: 2, column: 9, message: "a property of a @View needs a name and a type: let name: String")
            ),
        ])
    func refused(source: String, mistake: Mistake) throws {
        let expansion = Expansion(of: source)
        _ = try expansion.members()
        #expect(expansion.mistakes == [mistake])
    }

    @Test(
        "Keys are the names in snake_case",
        arguments: [
            ("id", "id"), ("bodyText", "body_text"), ("pageURL", "page_url"), ("urlOfPage", "url_of_page"), ("HTMLText", "html_text"),
            ("isOpen2Day", "is_open2_day"), ("already_snake", "already_snake"), ("`default`", "default"), ("größeÄndern", "größe_ändern"),
        ])
    func keys(name: String, key: String) {
        #expect(ViewMacro.snakeCase(name) == key)
    }
}
