/// What a hole in an attribute's value takes: text, numbers, `Bool` and optionals of them (nil as the whole value leaves
/// out the attribute). Never HTML.
public protocol AttributeValue: TemplateValue {
    func write(as context: AttributeContext, to rendering: inout Rendering)
}

public enum AttributeContext {
    case value
    /// A URL or its start; a scheme other than http, https, mailto or tel makes it `about:invalid`.
    case url
    /// A part of a URL, percent-encoded.
    case urlComponent
}

extension String: AttributeValue {
    @inlinable
    public func write(as context: AttributeContext, to rendering: inout Rendering) { rendering.append(self, as: context) }
}

extension Substring: AttributeValue {
    @inlinable
    public func write(as context: AttributeContext, to rendering: inout Rendering) {
        rendering.append(String(self), as: context)
    }
}

extension Rendering {
    @usableFromInline
    mutating func append(_ text: String, as context: AttributeContext) {
        var text = text
        text.withUTF8 { append($0, as: context) }
    }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>, as context: AttributeContext) {
        switch context {
        case .url where !URLScheme.isAllowed(in: text): output.append("about:invalid")
        case .value, .url: output.append(text, escaping: HTMLEscaping.self)
        case .urlComponent: PercentEscaping.write(text, to: &output)
        }
    }
}

extension AttributeValue where Self: BinaryInteger {
    @inlinable
    public func write(as context: AttributeContext, to rendering: inout Rendering) { rendering.output.append(self) }
}

extension Int: AttributeValue {}
extension Int64: AttributeValue {}
extension Int32: AttributeValue {}
extension Int16: AttributeValue {}
extension Int8: AttributeValue {}
extension UInt: AttributeValue {}
extension UInt64: AttributeValue {}
extension UInt32: AttributeValue {}
extension UInt16: AttributeValue {}
extension UInt8: AttributeValue {}

extension Double: AttributeValue {
    @inlinable
    public func write(as context: AttributeContext, to rendering: inout Rendering) {
        description.write(as: context, to: &rendering)
    }
}

/// `aria-expanded="\(isOpen)"` is `true` or `false`. The attributes that HTML calls boolean are a context of their own.
extension Bool: AttributeValue {
    @inlinable
    public func write(as context: AttributeContext, to rendering: inout Rendering) {
        rendering.output.append(self ? "true" : "false")
    }
}
