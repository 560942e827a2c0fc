import Testing

@testable import App

@Suite("JSON that comes in")
struct JSONTests {
    @Test(
        "Each kind of value is read",
        arguments: [
            ("null", .null), ("true", .bool(true)), ("false", .bool(false)), (#""""#, .string("")), (#""ä😀""#, .string("ä😀")),
            ("[]", .array([])), ("{}", .object([:])), (" [ 1 , \"a\" ] ", .array([.number("1"), .string("a")])),
            ("\t{\r\n\"a\" : { \"b\" : [ null ] } }\n", .object(["a": .object(["b": .array([.null])])])),
            (#"{"":1}"#, .object(["": .number("1")])),
            (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
            (#""\u00e4\u20AC\ud83d\ude00\u0000""#, .string("ä€😀\0")),
        ] as [(String, JSON)])
    func values(_ text: String, _ value: JSON) throws {
        #expect(try JSON(parsing: text.utf8) == value)
    }

    @Test(
        "A number keeps the text that it was written with",
        arguments: [
            "0", "-0", "0.1", "-1.5", "1e400", "1E+2", "10e-1", "9223372036854775808", "1.0000000000000001",
        ])
    func numbers(_ text: String) throws {
        #expect(try JSON(parsing: text.utf8) == .number(text))
        #expect(try JSON(parsing: "[\(text)]".utf8)[0] == .number(text))
    }

    @Test(
        "Only what is written as a whole number, and fits, is one",
        arguments: [
            ("10", 10), ("-3", -3), ("9223372036854775807", .max), ("9223372036854775808", nil), ("1e3", nil), ("1.0", nil), ("1e400", nil),
            (#""10""#, nil), ("true", nil), ("null", nil),
        ] as [(String, Int?)])
    func wholeNumbers(_ text: String, _ number: Int?) throws {
        #expect(try JSON(parsing: text.utf8).integer == number)
    }

    @Test(
        "What RFC 8259 doesn't allow is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "-a", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x10", "1 2", "1,",
            "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{,}", "{a:1}",
            "{'a':1}", "{\"a\" 1}", "{1:2}", "{\"a\":1]", "\"", "\"a", "'a'", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\u\"",
            "\"a\nb\"", "\"a\tb\"", "\"a\0b\"", "\"a\\\nb\"", "[1]x", "{}{}", "\u{FEFF}1", "/**/1", "// 1", "1 // one", "\u{A0}1",
        ])
    func malformed(_ text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text.utf8) }
    }

    @Test("The error says where", arguments: [("[1,]", 3), ("{\"a\":x}", 5), ("[1] x", 4), ("\"abc", 4)])
    func offset(_ text: String, _ offset: Int) {
        #expect(throws: JSONError.malformed(offset: offset)) { try JSON(parsing: text.utf8) }
    }

    @Test(
        "Half a pair of surrogates is refused",
        arguments: [
            #""\ud800""#, #""\udc00""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ud83d\ud83d""#, #""\ude00\ud83d""#,
            #""\ud83d \ude00""#, "\"\\ud83d\t\\ude00\"", #""\ud83d"#, #""\ud83d\"#, #""\ud83d\u"#,
        ])
    func surrogates(_ text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text.utf8) }
    }

    @Test(
        "Bytes that aren't UTF-8 are refused, wherever they stand",
        arguments: [
            [0xFF], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3], [0x80],
        ] as [[UInt8]])
    func invalidUTF8(_ bytes: [UInt8]) {
        for (before, after) in [("\"", "\""), ("\"a\\n", "b\""), ("{\"", "\":1}"), ("", "")] {
            #expect(throws: JSONError.self) { try JSON(parsing: Array(before.utf8) + bytes + Array(after.utf8)) }
        }
    }

    @Test(
        "A key that is given twice is refused, however it is written",
        arguments: [
            #"{"amount":1,"amount":1000}"#, #"{"a":1,"\u0061":2}"#, #"[{"a":{"b":1,"b":1}}]"#,
        ])
    func duplicateKeys(_ text: String) {
        #expect { try JSON(parsing: text.utf8) } throws: { if case JSONError.duplicateKey = $0 { true } else { false } }
    }

    @Test("32 levels are read, and 33 are not", arguments: ["[", "{\"a\":"])
    func depth(_ open: String) throws {
        let close = open == "[" ? "]" : "}"
        func nested(_ levels: Int) -> String {
            String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
        }
        _ = try JSON(parsing: nested(32).utf8)
        #expect(throws: JSONError.tooDeep) { try JSON(parsing: nested(33).utf8) }
        #expect(throws: JSONError.tooDeep) { try JSON(parsing: String(repeating: open, count: 100_000).utf8) }
    }

    @Test("Megabytes are read whole")
    func huge() throws {
        let text = String(repeating: "ä\\n", count: 1_000_000)
        #expect(try JSON(parsing: "\"\(text)\"".utf8).string?.utf8.count == 3_000_000)
        let array = "[" + Array(repeating: "12", count: 300_000).joined(separator: ",") + "]"
        #expect(try JSON(parsing: array.utf8)[299_999] == .number("12"))
    }

    @Test("Random bytes are a value or an error, never a crash")
    func randomBytes() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("{}[]\",:\\u0dD8e+-.1tfn \u{80}\u{ff}".utf8)
        var errors = 0
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) }
            do { _ = try JSON(parsing: bytes) } catch { errors += 1 }
        }
        #expect(errors > 0)
    }

    @Test("A member or an element that isn't there is nil")
    func subscripts() throws {
        let json = try JSON(parsing: #"{"a":[1]}"#.utf8)
        #expect(json["b"] == nil && json[0] == nil && json["a"]?[1] == nil && json["a"]?[-1] == nil && json["a"]?["a"] == nil)
        #expect(json["a"]?[0]?.integer == 1)
    }
}
