import Templates

/// What the API gives that is no view, and takes that is no form. What a feature gives and takes is named beside what reads it.
extension Schema {
    static let error = component(
        "Error",
        Failure.schema.adding(optional: [
            "report": TestReport.schema.saying("What a change would make worse"),
            "conflicts": [FieldConflict].schema.saying("What somebody saved meanwhile in the same fields"),
        ]))
    static let empty = component("Empty", .anyObject)
    static let document = component(
        "Document",
        .object(required: [
            "openapi": .string, "info": .anyObject, "servers": .array(of: .anyObject), "paths": .anyObject, "components": .anyObject,
        ]))
    static let table = component("Table", .string).sent(as: "text/csv")
    static let plainText = component("PlainText", .string).sent(as: "text/plain")
    static let file = component("File", .binary).sent(as: "*/*")
    static let events = component("Events", .string).sent(as: "text/event-stream")
}
