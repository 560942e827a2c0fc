/// Writes itself as one JSON value.
public protocol JSONEncodable: TemplateValue {
    func write(to json: inout JSONWriter)
}

/// Writes JSON straight into bytes.
///
///     var json = JSONWriter()
///     json.object { json in
///         json.member("id", 42)
///         json.member("tags", ["a", "b"])
///     }
///     send(json.bytes)
public struct JSONWriter: ~Copyable {
    @usableFromInline var output: Output

    /// `sizeHint`: the bytes that are expected.
    public init(sizeHint: Int = 512) {
        output = Output()
        output.reserve(sizeHint)
    }

    deinit {
        Scratch.giveBack(output.scratch)
    }

    /// A copy of what was written, UTF-8.
    public var bytes: [UInt8] {
        withUnsafeBytes { Array($0) }
    }

    /// What was written, valid during the call.
    public borrowing func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(output.written)
    }

    // MARK: Objects and arrays

    @inlinable
    public mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
        beginObject()
        try members(&self)
        endObject()
    }

    /// `key` is written as it is: a literal without quotes, backslashes or control characters.
    @inlinable
    public mutating func member(_ key: StaticString, _ value: some JSONEncodable) {
        separate()
        output.append(UInt8(ascii: "\""))
        output.append(key)
        output.append("\":")
        value.write(to: &self)
    }

    /// For keys that are known only at run time.
    public mutating func member(named key: String, _ value: some JSONEncodable) {
        string(key)
        output.append(UInt8(ascii: ":"))
        value.write(to: &self)
    }

    @inlinable
    public mutating func array(_ elements: some Sequence<some JSONEncodable>) {
        separate()
        output.append(UInt8(ascii: "["))
        for element in elements { element.write(to: &self) }
        output.append(UInt8(ascii: "]"))
    }

    @inlinable
    public mutating func beginObject() {
        separate()
        output.append(UInt8(ascii: "{"))
    }

    @inlinable
    public mutating func endObject() {
        output.append(UInt8(ascii: "}"))
    }

    // MARK: Single values

    public mutating func null() {
        separate()
        output.append("null")
    }

    @inlinable
    public mutating func string(_ text: some StringProtocol) {
        separate()
        output.append(UInt8(ascii: "\""))
        if text.utf8.withContiguousStorageIfAvailable({ append(escapedUTF8: $0) }) == nil {
            Array(text.utf8).withUnsafeBufferPointer { append(escapedUTF8: $0) }
        }
        output.append(UInt8(ascii: "\""))
    }

    @usableFromInline
    mutating func append(escapedUTF8 bytes: UnsafeBufferPointer<UInt8>) {
        output.append(bytes, escaping: JSONEscaping.self)
    }

    @inlinable
    public mutating func number(_ number: some BinaryInteger) {
        separate()
        output.append(number)
    }

    /// JSON has no infinity and no NaN: they become null.
    public mutating func number(_ number: Double) {
        guard number.isFinite else { return null() }
        separate()
        var text = number.description
        text.withUTF8 { output.append(UnsafeRawBufferPointer($0)) }
    }

    public mutating func bool(_ value: Bool) {
        separate()
        output.append(value ? "true" : "false")
    }

    /// Writes the comma between members or elements: needed behind everything but an opening or a colon.
    @inlinable @inline(__always)
    mutating func separate() {
        guard output.end > output.scratch.base else { return }
        let last = output.end[-1]
        if last != UInt8(ascii: "{") && last != UInt8(ascii: "[") && last != UInt8(ascii: ":") {
            output.append(UInt8(ascii: ","))
        }
    }
}
