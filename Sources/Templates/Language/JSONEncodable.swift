extension String: JSONEncodable {
    @inlinable
    public func write(to json: inout JSONWriter) { json.string(self) }
}

extension Substring: JSONEncodable {
    @inlinable
    public func write(to json: inout JSONWriter) { json.string(self) }
}

extension Bool: JSONEncodable {
    public func write(to json: inout JSONWriter) { json.bool(self) }
}

extension Double: JSONEncodable {
    public func write(to json: inout JSONWriter) { json.number(self) }
}

extension JSONEncodable where Self: BinaryInteger {
    @inlinable
    public func write(to json: inout JSONWriter) { json.number(self) }
}

extension Int: JSONEncodable {}
extension Int64: JSONEncodable {}
extension Int32: JSONEncodable {}
extension Int16: JSONEncodable {}
extension Int8: JSONEncodable {}
extension UInt: JSONEncodable {}
extension UInt64: JSONEncodable {}
extension UInt32: JSONEncodable {}
extension UInt16: JSONEncodable {}
extension UInt8: JSONEncodable {}

extension Optional: JSONEncodable where Wrapped: JSONEncodable {
    @inlinable
    public func write(to json: inout JSONWriter) {
        if let self { self.write(to: &json) } else { json.null() }
    }
}

extension Array: JSONEncodable where Element: JSONEncodable {
    @inlinable
    public func write(to json: inout JSONWriter) { json.array(self) }
}

extension Dictionary: TemplateValue where Key == String, Value: JSONEncodable {}

/// Keys in alphabetical order, so that the same value is always the same text.
extension Dictionary: JSONEncodable where Key == String, Value: JSONEncodable {
    public func write(to json: inout JSONWriter) {
        json.object { json in
            for (key, value) in sorted(by: { $0.key < $1.key }) { json.member(named: key, value) }
        }
    }
}
