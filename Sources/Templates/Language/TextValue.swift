/// What a hole between tags takes: text, numbers, HTML, views, and optionals and arrays of them.
public protocol TextValue: TemplateValue {
    func write(text rendering: inout Rendering)
}

/// What a hole takes where the browser would move text away, as in `<tr>` or `<head>`: HTML and views.
public protocol MarkupValue: TextValue {}

extension Rendering {
    @inlinable @inline(__always)
    mutating func append(escaped text: some StringProtocol) {
        if text.utf8.withContiguousStorageIfAvailable({ append(escapedUTF8: $0) }) == nil {
            Array(text.utf8).withUnsafeBufferPointer { append(escapedUTF8: $0) }
        }
    }

    @usableFromInline
    mutating func append(escapedUTF8 bytes: UnsafeBufferPointer<UInt8>) {
        output.append(bytes, escaping: HTMLEscaping.self)
    }
}

extension String: TextValue {
    @inlinable
    public func write(text rendering: inout Rendering) { rendering.append(escaped: self) }
}

extension Substring: TextValue {
    @inlinable
    public func write(text rendering: inout Rendering) { rendering.append(escaped: self) }
}

extension Double: TextValue {
    @inlinable
    public func write(text rendering: inout Rendering) { rendering.append(escaped: description) }
}

extension TextValue where Self: BinaryInteger {
    @inlinable
    public func write(text rendering: inout Rendering) { rendering.output.append(self) }
}

extension Int: TextValue {}
extension Int64: TextValue {}
extension Int32: TextValue {}
extension Int16: TextValue {}
extension Int8: TextValue {}
extension UInt: TextValue {}
extension UInt64: TextValue {}
extension UInt32: TextValue {}
extension UInt16: TextValue {}
extension UInt8: TextValue {}

extension HTML: MarkupValue {
    @inlinable
    public func write(text rendering: inout Rendering) {
        withUnsafeBytes { rendering.output.append($0) }
    }
}

extension Optional: TemplateValue where Wrapped: TemplateValue {}

extension Optional: TextValue where Wrapped: TextValue {
    @inlinable
    public func write(text rendering: inout Rendering) {
        if let self { self.write(text: &rendering) }
    }
}

extension Optional: MarkupValue where Wrapped: MarkupValue {}

extension Array: TemplateValue where Element: TemplateValue {}

extension Array: TextValue where Element: TextValue {
    @inlinable
    public func write(text rendering: inout Rendering) {
        for element in self { element.write(text: &rendering) }
    }
}

extension Array: MarkupValue where Element: MarkupValue {}
