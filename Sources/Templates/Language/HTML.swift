/// Finished HTML: immutable UTF-8 bytes that can be kept, shared and sent as they are.
///
/// Made by `#html`; a value of this type is written into other templates without escaping.
public struct HTML: Sendable {
    /// Never written after it is made, so it may be shared.
    @usableFromInline nonisolated(unsafe) let storage: HTMLStorage

    /// The one loud door: takes the text as it is. Only for text that no user, model or database had a hand in.
    public init(raw: String) {
        var text = raw
        storage = text.withUTF8 { HTMLStorage.copy(of: UnsafeRawBufferPointer($0)) }
    }

    /// What `#html` expands to.
    @inlinable
    public init(rendering template: Rendered) {
        storage = template.storage
    }

    init(_ rendering: Rendering) {
        storage = rendering.finish()
    }

    public static let empty = HTML(raw: "")

    /// Bytes.
    public var count: Int { storage.header }

    public var isEmpty: Bool { count == 0 }

    /// The bytes, valid during the call.
    @inlinable
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try storage.withUnsafeMutablePointers { count, bytes in
            try body(UnsafeRawBufferPointer(start: bytes, count: count.pointee))
        }
    }

    public var string: String {
        withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension HTML: Equatable {
    public static func == (left: HTML, right: HTML) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { left.elementsEqual($0) } }
    }
}

@usableFromInline
final class HTMLStorage: ManagedBuffer<Int, UInt8> {
    @usableFromInline
    static func copy(of bytes: UnsafeRawBufferPointer) -> HTMLStorage {
        let made = HTMLStorage.create(minimumCapacity: bytes.count) { _ in bytes.count }
        made.withUnsafeMutablePointerToElements { elements in
            UnsafeMutableRawBufferPointer(start: elements, count: bytes.count).copyMemory(from: bytes)
        }
        return unsafeDowncast(made, to: HTMLStorage.self)
    }
}
