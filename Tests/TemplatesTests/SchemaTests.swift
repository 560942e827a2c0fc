import Templates
import Testing

@View("Shelf") private struct Shelf {
    let id: String
    let lines: [Line]
    let newest: Line?
    let size: Size
    let weight: Double?
    @Described(.one(of: "wood", "steel"), "What it is made of") let material: String?
    let counts: [String: Int]
    let unit: String = "cm"
    @Hidden let secret: String

    enum Size: String, CaseIterable, Describable { case small, large }

    var html: HTML { .empty }
}

@JSONObject("Room") private struct Room {
    let shelves: [Shelf]
    let best: Shelf?
}

@Suite struct SchemaTests {
    @Test("A type says what its JSON is") func types() {
        #expect(json(String.schema) == #"{"type":"string"}"#)
        #expect(json(Int64?.schema) == #"{"type":["integer","null"]}"#)
        #expect(json([Bool].schema) == #"{"type":"array","items":{"type":"boolean"}}"#)
        #expect(json([String: Double].schema) == #"{"type":"object","additionalProperties":{"type":"number"}}"#)
        #expect(json(AnswerReply.Basis?.schema) == #"{"enum":["quoted","based_on","not_in_my_information",null]}"#)
        #expect(json(Moment.schema) == #"{"type":"string","format":"date-time"}"#)
    }

    @Test("A view says what its JSON is: its shown properties, all of which always come") func view() {
        let line =
            #"{"type":"object","properties":{"id":{"type":"integer"},"is_sold":{"type":"boolean"},"#
            + #""note":{"type":["string","null"]},"product_name":{"type":"string"}},"required":["id","is_sold","note","product_name"]}"#
        #expect(json(Line.schema) == line)
        #expect(json(Line?.schema) == line.replacing(#"{"type":"object""#, with: #"{"type":["object","null"]"#))
        #expect(json(Shelf.schema) == ##"{"$ref":"#/components/schemas/Shelf"}"##)
        let shelf = Shelf.schema.components[0].schema()
        let written = json(shelf)
        #expect(written.contains(#""material":{"enum":["wood","steel",null],"description":"What it is made of"}"#))
        #expect(written.contains(#""unit":{"const":"cm"}"#) && written.contains(#""size":{"enum":["small","large"]}"#))
        #expect(written.contains(#""id":{"type":"string","format":"uuid"}"#) && !written.contains("secret"))
    }

    @Test("What it refers to comes along by name, and may be null") func components() {
        let room = Room.schema.components[0].schema()
        #expect(Set(room.components.map(\.name)) == ["Shelf"])
        #expect(json(room).contains(##""best":{"anyOf":[{"$ref":"#/components/schemas/Shelf"},{"type":"null"}]}"##))
    }

    @Test("What is sent is said with its limits; what else comes is added") func requests() {
        let name = Schema.object(required: ["name": .string(upTo: 80)])
        let both = name.adding(optional: ["days": .integer(in: 1...9).orNull.saying("nil: always")])
        #expect(
            json(both) == #"{"type":"object","properties":{"days":{"type":["integer","null"],"description":"nil: always","#
                + #""maximum":9,"minimum":1},"name":{"type":"string","maxLength":80}},"required":["name"]}"#)
        #expect(!json(both.partial).contains("required"))
        #expect(json(Schema.array(of: .uuid, from: 1, upTo: 3)).hasSuffix(#""maxItems":3,"minItems":1}"#))
    }
}
