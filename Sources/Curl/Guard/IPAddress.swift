import Glibc

/// A numeric address and whether it lies on the public internet.
enum IPAddress: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt128)

    /// Only the standard spellings: `10.1.2.3`, `fd00::1`.
    init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(four)
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self.init(six)
        } else {
            return nil
        }
    }

    init(_ address: in_addr) { self = .v4(UInt32(bigEndian: address.s_addr)) }

    init(_ address: in6_addr) {
        self = .v6(withUnsafeBytes(of: address) { $0.reduce(0) { $0 << 8 | UInt128($1) } })
    }

    init?(socketAddress: UnsafeRawPointer) {
        switch Int32(socketAddress.load(as: sa_family_t.self)) {
        case AF_INET: self.init(socketAddress.load(as: sockaddr_in.self).sin_addr)
        case AF_INET6: self.init(socketAddress.load(as: sockaddr_in6.self).sin6_addr)
        default: return nil
        }
    }

    var text: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch self {
        case .v4(let bits):
            var address = in_addr(s_addr: bits.bigEndian)
            inet_ntop(AF_INET, &address, &buffer, socklen_t(buffer.count))
        case .v6(let bits):
            var big = bits.bigEndian
            inet_ntop(AF_INET6, &big, &buffer, socklen_t(buffer.count))
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Follows IANA's registries of special-purpose addresses. For IPv6 only what is allocated as global unicast
    /// counts, so mapped, NAT64, unique-local, link-local and multicast addresses are out without being named.
    var isPublic: Bool {
        switch self {
        case .v4(let bits): !Self.specialV4.contains { $0.contains(bits) }
        case .v6(let bits): Self.globalV6.contains(bits) && !Self.specialV6.contains { $0.contains(bits) }
        }
    }

    private struct Block<Bits: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
        let prefix: Bits
        let length: Int

        init(_ prefix: Bits, _ length: Int) {
            self.prefix = prefix
            self.length = length
        }

        func contains(_ address: Bits) -> Bool { (address ^ prefix) >> (Bits.bitWidth - length) == 0 }
    }

    private static let specialV4: [Block<UInt32>] = [
        Block(0x0000_0000, 8),  // 0.0.0.0/8 this network
        Block(0x0a00_0000, 8),  // 10.0.0.0/8 private
        Block(0x6440_0000, 10),  // 100.64.0.0/10 carrier-grade NAT
        Block(0x7f00_0000, 8),  // 127.0.0.0/8 loopback
        Block(0xa83f_8110, 32),  // 168.63.129.16 Azure's host, public only by its number
        Block(0xa9fe_0000, 16),  // 169.254.0.0/16 link-local, cloud metadata
        Block(0xac10_0000, 12),  // 172.16.0.0/12 private
        Block(0xc000_0000, 24),  // 192.0.0.0/24 protocol assignments
        Block(0xc000_0200, 24),  // 192.0.2.0/24 documentation
        Block(0xc01f_c400, 24),  // 192.31.196.0/24 AS112
        Block(0xc034_c100, 24),  // 192.52.193.0/24 AMT
        Block(0xc058_6300, 24),  // 192.88.99.0/24 6to4 relays
        Block(0xc0a8_0000, 16),  // 192.168.0.0/16 private
        Block(0xc0af_3000, 24),  // 192.175.48.0/24 AS112
        Block(0xc612_0000, 15),  // 198.18.0.0/15 benchmarks
        Block(0xc633_6400, 24),  // 198.51.100.0/24 documentation
        Block(0xcb00_7100, 24),  // 203.0.113.0/24 documentation
        Block(0xe000_0000, 3),  // 224.0.0.0/3 multicast, reserved, broadcast
    ]

    private static let globalV6 = Block<UInt128>(0x2 << 124, 3)  // 2000::/3

    private static let specialV6: [Block<UInt128>] = [
        Block(0x2001_0000 << 96, 23),  // 2001::/23 protocol assignments: Teredo, ORCHID, benchmarks
        Block(0x2001_0db8 << 96, 32),  // 2001:db8::/32 documentation
        Block(0x2002_0000 << 96, 16),  // 2002::/16 6to4: carries any IPv4 address
        Block(0x2620_004f_8000 << 80, 48),  // 2620:4f:8000::/48 AS112
        Block(0x3fff_0000 << 96, 20),  // 3fff::/20 documentation
    ]
}
