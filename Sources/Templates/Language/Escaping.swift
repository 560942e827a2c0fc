/// An escaping of UTF-8: which bytes need it, and what is written for them.
protocol Escaping {
    /// Marks the bytes that cannot be copied as they are; it may mark too many.
    static func special(_ chunk: SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>>
    /// Writes the first of `bytes` (and what belongs to it) and returns how many it consumed. 12 bytes are reserved.
    static func write(_ bytes: UnsafePointer<UInt8>, count: Int, to output: inout Output) -> Int
}

extension Output {
    /// Copies clean runs 16 bytes at a time and hands the other bytes to the escaping.
    @inline(__always)
    mutating func append<E: Escaping>(_ source: UnsafeBufferPointer<UInt8>, escaping: E.Type) {
        guard var next = source.baseAddress else { return }
        var left = source.count
        reserve(left)
        while left > 0 {
            let length = min(left, 16)
            let chunk = Self.load(next, count: length)
            let special = unsafeBitCast(E.special(chunk), to: SIMD2<UInt64>.self)
            let clean = Self.clean(special, of: length)
            UnsafeMutableRawPointer(end).storeBytes(of: chunk, as: SIMD16<UInt8>.self)
            end += clean
            next += clean
            left -= clean
            if clean < length {
                reserve(left + 12)
                let consumed = E.write(next, count: left, to: &self)
                next += consumed
                left -= consumed
                reserve(left)
            }
        }
    }

    /// How many bytes come before the first marked one.
    @inline(__always)
    private static func clean(_ special: SIMD2<UInt64>, of length: Int) -> Int {
        if special[0] | special[1] == 0 { return length }
        let first = special[0] != 0 ? special[0].trailingZeroBitCount / 8 : 8 + special[1].trailingZeroBitCount / 8
        return min(first, length)
    }

    /// Reads 16 bytes, or fewer without touching what is behind them; the rest is 0x20, which nobody escapes.
    @inline(__always)
    private static func load(_ bytes: UnsafePointer<UInt8>, count: Int) -> SIMD16<UInt8> {
        let raw = UnsafeRawPointer(bytes)
        if count >= 16 { return raw.loadUnaligned(as: SIMD16<UInt8>.self) }
        var low: UInt64 = 0x2020_2020_2020_2020
        var high: UInt64 = 0x2020_2020_2020_2020
        if count >= 8 {
            low = raw.loadUnaligned(as: UInt64.self)
            if count > 8 {
                let end = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
                let shift = UInt64(16 - count) * 8
                high = (end >> shift) | (high << (64 - shift))
            }
        } else if count >= 4 {
            let start = UInt64(raw.loadUnaligned(as: UInt32.self))
            let end = UInt64(raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            low = start | (end << (UInt64(count - 4) * 8)) | (low << (UInt64(count) * 8))
        } else {
            low <<= UInt64(count) * 8
            for index in 0..<count { low |= UInt64(bytes[index]) << (UInt64(index) * 8) }
        }
        return unsafeBitCast(SIMD2<UInt64>(low, high), to: SIMD16<UInt8>.self)
    }
}

/// The operators that take a scalar are compiled to a loop over the bytes, those on two vectors to one instruction.
@inline(__always)
private func all(_ byte: UInt8) -> SIMD16<UInt8> { SIMD16(repeating: byte) }

/// For text and for quoted attribute values alike.
enum HTMLEscaping: Escaping {
    @inline(__always)
    static func special(_ chunk: SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>> {
        // " alone, & with ', < with >
        (chunk .== all(0x22)) .| ((chunk | all(1)) .== all(0x27)) .| ((chunk | all(2)) .== all(0x3E))
    }

    static func write(_ bytes: UnsafePointer<UInt8>, count: Int, to output: inout Output) -> Int {
        switch bytes.pointee {
        case UInt8(ascii: "&"): output.append("&amp;")
        case UInt8(ascii: "<"): output.append("&lt;")
        case UInt8(ascii: ">"): output.append("&gt;")
        case UInt8(ascii: "\""): output.append("&#34;")
        case UInt8(ascii: "'"): output.append("&#39;")
        case let byte: output.append(byte)
        }
        return 1
    }
}

/// For the inside of a JSON string.
enum JSONEscaping: Escaping {
    @inline(__always)
    static func special(_ chunk: SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>> {
        // U+2028 and U+2029, which end a line in old JavaScript, start with E2.
        (chunk .< all(0x20)) .| (chunk .== all(0x22)) .| (chunk .== all(0x5C)) .| (chunk .== all(0xE2))
    }

    static func write(_ bytes: UnsafePointer<UInt8>, count: Int, to output: inout Output) -> Int {
        switch bytes.pointee {
        case UInt8(ascii: "\""): output.append("\\\"")
        case UInt8(ascii: "\\"): output.append("\\\\")
        case 0x0A: output.append("\\n")
        case 0x0D: output.append("\\r")
        case 0x09: output.append("\\t")
        case let control where control < 0x20:
            output.append("\\u00")
            output.append(hexDigit(control >> 4))
            output.append(hexDigit(control & 15))
        case 0xE2 where count >= 3 && bytes[1] == 0x80 && bytes[2] | 1 == 0xA9:
            output.append(bytes[2] == 0xA8 ? "\\u2028" : "\\u2029")
            return 3
        case let byte: output.append(byte)
        }
        return 1
    }
}

/// For finished JSON inside `<script>`: outside strings JSON has none of these.
enum ScriptEscaping: Escaping {
    @inline(__always)
    static func special(_ chunk: SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>> {
        (chunk .== all(0x26)) .| ((chunk | all(2)) .== all(0x3E))
    }

    static func write(_ bytes: UnsafePointer<UInt8>, count: Int, to output: inout Output) -> Int {
        switch bytes.pointee {
        case UInt8(ascii: "&"): output.append("\\u0026")
        case UInt8(ascii: "<"): output.append("\\u003c")
        case UInt8(ascii: ">"): output.append("\\u003e")
        case let byte: output.append(byte)
        }
        return 1
    }
}

/// For a part of a URL: everything but the unreserved characters of RFC 3986.
enum PercentEscaping {
    static func write(_ source: UnsafeBufferPointer<UInt8>, to output: inout Output) {
        if output.written.last == UInt8(ascii: "/"), isStep(source) { return output.append("%20") }
        for byte in source {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: output.append(byte)
            default:
                output.append(UInt8(ascii: "%"))
                output.append(hexDigit(byte >> 4, letters: UInt8(ascii: "A")))
                output.append(hexDigit(byte & 15, letters: UInt8(ascii: "A")))
            }
        }
    }

    /// Whether a browser reads the whole segment as a step and not as a name: `..` goes up, and a path that starts with an
    /// empty one is another host.
    private static func isStep(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        segment.count <= 2 && segment.allSatisfy { $0 == UInt8(ascii: ".") }
    }
}

func hexDigit(_ nibble: UInt8, letters: UInt8 = UInt8(ascii: "a")) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") &+ nibble : letters &+ (nibble &- 10)
}
