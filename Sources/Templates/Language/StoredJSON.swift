/// JSON text that a database has checked; written as it is.
public struct StoredJSON: Describable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static var schema: Schema { .any }

    public func write(to json: inout JSONWriter) {
        json.separate()
        var text = text
        text.withUTF8 { json.output.append(UnsafeRawBufferPointer($0)) }
    }
}
