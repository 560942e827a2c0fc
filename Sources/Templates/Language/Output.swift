import Glibc

/// Bytes in the making, in a borrowed buffer.
@usableFromInline
struct Output {
    @usableFromInline let scratch: Scratch
    @usableFromInline var end: UnsafeMutablePointer<UInt8>
    @usableFromInline var limit: UnsafeMutablePointer<UInt8>

    @usableFromInline
    init() {
        scratch = Scratch.borrow()
        end = scratch.base
        limit = scratch.base + scratch.capacity
    }

    @usableFromInline
    var written: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: scratch.base, count: end - scratch.base)
    }

    /// Makes room for `count` bytes and the slack behind them.
    @inlinable @inline(__always)
    mutating func reserve(_ count: Int) {
        if limit - end < count { grow(count) }
    }

    @usableFromInline @inline(never)
    mutating func grow(_ count: Int) {
        let length = end - scratch.base
        scratch.grow(keeping: length, adding: count)
        end = scratch.base + length
        limit = scratch.base + scratch.capacity
    }

    @inlinable @inline(__always)
    mutating func append(_ literal: StaticString) {
        append(literal.utf8Start, count: literal.utf8CodeUnitCount)
    }

    @inlinable @inline(__always)
    mutating func append(_ bytes: UnsafePointer<UInt8>, count: Int) {
        reserve(count)
        memcpy(end, bytes, count)
        end += count
    }

    @inlinable @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        append(base.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    }

    @inlinable @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        end.pointee = byte
        end += 1
    }

    /// Decimal digits, written backwards into the slack-free end of a 20-byte field.
    @inlinable
    mutating func append(_ number: some BinaryInteger) {
        if let small = Int(exactly: number) {
            append(decimal: small.magnitude, isNegative: small < 0)
        } else {
            var text = String(number)
            text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
        }
    }

    @usableFromInline
    mutating func append(decimal magnitude: UInt, isNegative: Bool) {
        reserve(20)
        if isNegative { append(UInt8(ascii: "-")) }
        var digits = 1
        var power: UInt = 10
        while magnitude >= power {
            digits += 1
            let (next, overflow) = power.multipliedReportingOverflow(by: 10)
            if overflow { break }
            power = next
        }
        var rest = magnitude
        for index in stride(from: digits - 1, through: 0, by: -1) {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            end[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        end += digits
    }
}
