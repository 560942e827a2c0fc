import Foundation
import Templates
import Testing

@Suite struct JSONWriterTests {
    @Test(
        "Strings are escaped",
        arguments: [
            ("", "\"\""), ("a/b", "\"a/b\""), ("\"\\", #""\"\\""#), ("\n\r\t", #""\n\r\t""#), ("\0\u{8}\u{1F}", #""\u0000\u0008\u001f""#),
            ("\u{7F}ä🙂", "\"\u{7F}ä🙂\""), ("€\u{2027}\u{202A}", "\"€\u{2027}\u{202A}\""), ("\u{2028}a\u{2029}", #""\u2028a\u2029""#),
        ])
    func strings(value: String, expected: String) {
        #expect(json(value) == expected)
        #expect(json(value.dropFirst(0)) == expected)
    }

    @Test("Foundation reads what was written, whatever the string") func foundation() throws {
        let all = String(String.UnicodeScalarView((0...0x3000).compactMap(Unicode.Scalar.init)))
        for length in [0, 1, 7, 15, 16, 17, 100, all.count] {
            for start in [0, 20, 8200] {
                let text = String(all.unicodeScalars.dropFirst(start).prefix(length))
                #expect(try JSONDecoder().decode([String: [String]].self, from: Data(json([text: [text]]).utf8)) == [text: [text]])
            }
        }
    }

    @Test(
        "Numbers are JSON numbers, and what is no number is null",
        arguments: [
            (0.1, "0.1"), (-0.0, "-0.0"), (1e300, "1e+300"), (5e-324, "5e-324"), (3, "3.0"), (.nan, "null"), (.infinity, "null"),
            (-.infinity, "null"),
        ])
    func doubles(value: Double, expected: String) {
        #expect(json(value) == expected)
        #expect(json([value, value]) == "[\(expected),\(expected)]")
    }

    @Test("Integers of every size are exact") func integers() {
        #expect(json(Int64.min) == "-9223372036854775808")
        #expect(json(UInt64.max) == "18446744073709551615")
        #expect(json([Int8.min, 0, .max]) == "[-128,0,127]")
    }

    @Test("Commas stand between members and between elements only") func commas() {
        var writer = JSONWriter(sizeHint: 0)
        writer.object { json in
            json.member("a", [Int]())
            json.member("b", [["x"], [], ["y", "{"]])
            json.member("c", [String: Int]())
            json.member(named: "d:\"", Bool?.none)
            json.member("e", [Int?.some(1), nil])
            json.member("f", ",")
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":[],"b":[["x"],[],["y","{"]],"c":{},"d:\"":null,"e":[1,null],"f":","}"#)
    }

    @Test("The bytes can be read without a copy") func bytes() {
        var writer = JSONWriter()
        writer.array([1, 2])
        #expect(writer.withUnsafeBytes { Array($0) } == writer.bytes)
    }
}
