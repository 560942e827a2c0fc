/// JSON whose shape its type knows.
public protocol Describable: JSONEncodable {
    static var schema: Schema { get }
}

extension String: Describable {
    public static var schema: Schema { .string }
}

extension Bool: Describable {
    public static var schema: Schema { .boolean }
}

extension Double: Describable {
    public static var schema: Schema { .number }
}

extension Describable where Self: BinaryInteger {
    public static var schema: Schema { .integer }
}

extension Int: Describable {}
extension Int64: Describable {}

extension Optional: Describable where Wrapped: Describable {
    public static var schema: Schema { Wrapped.schema.orNull }
}

extension Array: Describable where Element: Describable {
    public static var schema: Schema { .array(of: Element.schema) }
}

extension Dictionary: Describable where Key == String, Value: Describable {
    public static var schema: Schema { .map(to: Value.schema) }
}

/// One of a few words.
extension Describable where Self: RawRepresentable<String> & CaseIterable {
    public static var schema: Schema { .one(of: Self.self) }

    public func write(to json: inout JSONWriter) { json.string(rawValue) }
}
