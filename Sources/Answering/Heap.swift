/// What values take of the heap, about: as glibc's malloc deals it out, in blocks of 16 bytes with 8 of its own. The headers
/// of arrays and strings, 32 bytes each, are Swift's.
public enum Heap {
    private static let header = 32
    /// Shorter strings stand in their own 16 bytes.
    private static let longestInPlace = 15

    public static func bytes<Element>(_ array: [Element]) -> Int {
        array.capacity == 0 ? 0 : block(header + array.capacity * MemoryLayout<Element>.stride)
    }

    public static func bytes(_ text: String) -> Int {
        text.utf8.count > longestInPlace ? block(header + text.utf8.count + 1) : 0
    }

    /// Of its table alone. Three quarters of it are filled at most, and its size is a power of two.
    public static func bytes<Key, Value>(_ table: [Key: Value]) -> Int {
        guard table.capacity > 0 else { return 0 }
        var places = 1
        while places * 3 / 4 < table.capacity { places *= 2 }
        return block(2 * header + places * (MemoryLayout<Key>.stride + MemoryLayout<Value>.stride) + places / 8)
    }

    private static func block(_ size: Int) -> Int { max(32, (size + 8 + 15) & ~15) }
}
