import FoundationEssentials
import Postgres

extension UUID {
    /// A new one, as `UUID()` makes it, which opens `/dev/urandom` for each.
    static func random() -> UUID {
        let (high, low) = (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max))
        var uuid = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) as uuid_t
        withUnsafeMutableBytes(of: &uuid) { bytes in
            bytes.storeBytes(of: high, as: UInt64.self)
            bytes.storeBytes(of: low, toByteOffset: 8, as: UInt64.self)
        }
        // RFC 9562's version 4 and variant.
        uuid.6 = uuid.6 & 0x0F | 0x40
        uuid.8 = uuid.8 & 0x3F | 0x80
        return UUID(uuid: uuid)
    }

    /// As our ids are written everywhere. Made by hand: `uuidString` formats as C does, at ten times the cost.
    var lowercased: String {
        withUnsafeBytes(of: uuid) { bytes in
            String(unsafeUninitializedCapacity: 36) { text in
                var place = 0
                for (index, byte) in bytes.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    text[place] = Self.digit(byte >> 4)
                    text[place + 1] = Self.digit(byte & 0xF)
                    place += 2
                }
                return place
            }
        }
    }

    /// Reads 32 hexadecimal digits with hyphens at the usual places; nil for anything else.
    init?(text: Substring) {
        var text = String(text)
        guard let uuid = text.withUTF8({ UUID(digits: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = uuid
    }

    fileprivate init?(digits: UnsafeRawBufferPointer) {
        guard digits.count == 36 else { return nil }
        var uuid = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) as uuid_t
        let isRead = withUnsafeMutableBytes(of: &uuid) { bytes in
            var place = 0
            for index in bytes.indices {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    guard digits[place] == UInt8(ascii: "-") else { return false }
                    place += 1
                }
                guard let high = Self.value(digits[place]), let low = Self.value(digits[place + 1]) else { return false }
                bytes[index] = high << 4 | low
                place += 2
            }
            return true
        }
        guard isRead else { return nil }
        self.init(uuid: uuid)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}

extension UUID: PostgresEncodable, PostgresDecodable {
    public var postgresText: String? { lowercased }
    public init?(postgresBytes bytes: UnsafeRawBufferPointer) { self.init(digits: bytes) }
}
