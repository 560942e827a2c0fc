import Glibc

/// A growing buffer that a thread keeps for its next page, so that rendering asks for memory only for what it returns.
@usableFromInline
final class Scratch {
    static let firstCapacity = 4096
    /// A page larger than this gives its buffer back to the system.
    static let keptCapacity = 1 << 20
    /// How many buffers a thread keeps: one for each template that is open inside another.
    static let keptBuffers = 8
    /// Bytes behind the capacity that may be written, so that short runs are copied 16 bytes at a time.
    static let slack = 16

    @exclusivity(unchecked) @usableFromInline private(set) var base: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) private(set) var capacity: Int
    @exclusivity(unchecked) private var next: Scratch?
    @exclusivity(unchecked) private var position = 0

    private init() {
        capacity = Self.firstCapacity
        base = .allocate(capacity: Self.firstCapacity + Self.slack)
    }

    deinit {
        base.deallocate()
    }

    @usableFromInline
    static func borrow() -> Scratch {
        guard let head = pthread_getspecific(key) else { return Scratch() }
        let scratch = Unmanaged<Scratch>.fromOpaque(head).takeRetainedValue()
        pthread_setspecific(key, scratch.next.map { Unmanaged.passRetained($0).toOpaque() })
        scratch.next = nil
        return scratch
    }

    @usableFromInline
    static func giveBack(_ scratch: Scratch) {
        if scratch.capacity > keptCapacity { return }
        let head = pthread_getspecific(key).map { Unmanaged<Scratch>.fromOpaque($0) }
        let position = head.map { $0._withUnsafeGuaranteedRef { $0.position + 1 } } ?? 0
        if position >= keptBuffers { return }
        scratch.position = position
        scratch.next = head?.takeRetainedValue()
        pthread_setspecific(key, Unmanaged.passRetained(scratch).toOpaque())
    }

    @usableFromInline
    func grow(keeping count: Int, adding more: Int) {
        let larger = max(capacity * 2, count + more)
        let new = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + Self.slack)
        new.update(from: base, count: count)
        base.deallocate()
        base = new
        capacity = larger
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { head in
            if let head { Unmanaged<Scratch>.fromOpaque(head).release() }
        }
        return key
    }()
}
