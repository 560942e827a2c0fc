/// What `#html` expands to: the template's literals, and its holes labelled with their context.
public struct Rendered: ExpressibleByStringInterpolation {
    @usableFromInline let storage: HTMLStorage

    public init(stringLiteral literal: StaticString) {
        storage = HTMLStorage.copy(
            of: UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    @inlinable
    public init(stringInterpolation rendering: Rendering) {
        storage = rendering.finish()
    }
}

/// A template in the making. Written by the macro, not by hand.
public struct Rendering: StringInterpolationProtocol {
    @usableFromInline var output: Output

    @inlinable
    public init(literalCapacity: Int, interpolationCount: Int) {
        output = Output()
    }

    @usableFromInline
    func finish() -> HTMLStorage {
        let storage = HTMLStorage.copy(of: output.written)
        Scratch.giveBack(output.scratch)
        return storage
    }

    @inlinable @inline(__always)
    public mutating func appendLiteral(_ literal: StaticString) {
        output.append(literal)
    }

    // MARK: Text

    @inlinable @inline(__always)
    public mutating func appendInterpolation(text value: (some TextValue)?) {
        value?.write(text: &self)
    }

    @inlinable @inline(__always)
    public mutating func appendInterpolation(markup value: (some MarkupValue)?) {
        value?.write(text: &self)
    }

    /// A loop or an optional whose body is a template.
    @inlinable @inline(__always)
    public mutating func appendInterpolation<S: Sequence>(
        each elements: S, _ body: (S.Element, inout Rendering) throws -> Void
    ) rethrows {
        for element in elements { try body(element, &self) }
    }

    /// By index: an iterator retains more.
    @inlinable @inline(__always)
    public mutating func appendInterpolation<T>(
        each elements: [T], _ body: (T, inout Rendering) throws -> Void
    ) rethrows {
        for index in elements.indices { try body(elements[index], &self) }
    }

    @inlinable @inline(__always)
    public mutating func appendInterpolation<T>(
        each element: T?, _ body: (T, inout Rendering) throws -> Void
    ) rethrows {
        if let element { try body(element, &self) }
    }

    // MARK: Attributes

    @inlinable @inline(__always)
    public mutating func appendInterpolation(value: (some AttributeValue)?) {
        value?.write(as: .value, to: &self)
    }

    @inlinable @inline(__always)
    public mutating func appendInterpolation(url value: (some AttributeValue)?) {
        value?.write(as: .url, to: &self)
    }

    @inlinable @inline(__always)
    public mutating func appendInterpolation(urlComponent value: (some AttributeValue)?) {
        value?.write(as: .urlComponent, to: &self)
    }

    /// A whole attribute; `start` is its name up to the opening quote, with a space before it.
    @inlinable @inline(__always)
    public mutating func appendInterpolation(attribute value: (some AttributeValue)?, _ start: StaticString) {
        if let value { append(value, as: .value, start) }
    }

    @inlinable @inline(__always)
    public mutating func appendInterpolation(url value: (some AttributeValue)?, _ start: StaticString) {
        if let value { append(value, as: .url, start) }
    }

    @inlinable @inline(__always)
    mutating func append(_ value: some AttributeValue, as context: AttributeContext, _ start: StaticString) {
        output.append(start)
        value.write(as: context, to: &self)
        output.append(UInt8(ascii: "\""))
    }

    @inlinable @inline(__always)
    public mutating func appendInterpolation(flag isPresent: Bool, _ name: StaticString) {
        if isPresent { output.append(name) }
    }

    // MARK: JSON

    @inlinable
    public mutating func appendInterpolation(json value: (some JSONEncodable)?) {
        var json = JSONWriter()
        value.write(to: &json)
        append(scriptSafe: json)
    }

    @usableFromInline
    mutating func append(scriptSafe json: borrowing JSONWriter) {
        json.withUnsafeBytes { bytes in
            output.append(bytes.assumingMemoryBound(to: UInt8.self), escaping: ScriptEscaping.self)
        }
    }
}
