/// What a hole in an attribute's value takes: text, numbers, `Bool` and optionals of them. Never HTML.
public protocol AttributeValue: TemplateValue {
    /// False leaves out the attribute whose whole value this is.
    var isPresent: Bool { get }
    func write(as context: AttributeContext, to rendering: inout Rendering)
}

public enum AttributeContext {
    case value
    /// A URL or its start; a scheme other than http, https, mailto or tel makes it `about:invalid`.
    case url
    /// A part of a URL, percent-encoded.
    case urlComponent
}

extension AttributeValue {
    @inlinable
    public var isPresent: Bool { true }
}

extension AttributeValue where Self: StringProtocol {
    @inlinable
    public func write(as context: AttributeContext, to rendering: inout Rendering) {
        if utf8.withContiguousStorageIfAvailable({ rendering.append($0, as: context) }) == nil {
            Array(utf8).withUnsafeBufferPointer { rendering.append($0, as: context) }
        }
    }
}

extension String: AttributeValue {}
extension Substring: AttributeValue {}

extension Rendering {
    @usableFromInline
    mutating func append(_ text: UnsafeBufferPointer<UInt8>, as context: AttributeContext) {
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

extension Optional: AttributeValue where Wrapped: AttributeValue {
    @inlinable
    public var isPresent: Bool { self?.isPresent ?? false }

    @inlinable
    public func write(as context: AttributeContext, to rendering: inout Rendering) {
        self?.write(as: context, to: &rendering)
    }
}
