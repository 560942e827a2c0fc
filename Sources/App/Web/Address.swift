import Hummingbird
import NIOCore

/// An IPv4 or IPv6 address as its bytes (4 or 16).
struct Address: Hashable, Sendable {
    let bytes: [UInt8]

    private init(bytes: [UInt8]) { self.bytes = bytes }

    init?(_ text: String) {
        guard let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }
        self.init(address)
    }

    init?(_ address: SocketAddress) {
        let bytes: [UInt8]
        switch address {
        case .v4(let v4): bytes = withUnsafeBytes(of: v4.address.sin_addr) { Array($0) }
        case .v6(let v6): bytes = withUnsafeBytes(of: v6.address.sin6_addr) { Array($0) }
        case .unixDomainSocket: return nil
        }
        // ::ffff:a.b.c.d is a.b.c.d: the same visitor over either family.
        let isMapped = bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        self.bytes = isMapped ? Array(bytes[12...]) : bytes
    }

    var isLoopback: Bool { bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1 }

    /// What one client is known by: an address of IPv4, the network of a household (/56) of IPv6, which has them without number.
    var client: Address { bytes.count == 4 ? self : Address(bytes: bytes.prefix(7) + Array(repeating: 0, count: 9)) }

    var text: String { bytes.map { String($0, radix: 16) }.joined(separator: ".") }

    /// The network that one customer of a provider usually has: /24 of IPv4, /56 of IPv6. Limits count by it,
    /// since a single household can use every address in it.
    var prefix: String {
        let kept = bytes.count == 4 ? bytes.prefix(3) : bytes.prefix(7)
        return kept.map { String($0, radix: 16) }.joined(separator: bytes.count == 4 ? "." : ":")
    }
}

/// An address with the number of leading bits that count.
struct AddressRange: Sendable {
    private let address: Address
    private let bits: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let address = Address(String(first)) else { return nil }
        let all = address.bytes.count * 8
        guard let bits = parts.count > 1 ? Int(parts[1]) : all, (0...all).contains(bits) else { return nil }
        self.address = address
        self.bits = bits
    }

    func contains(_ other: Address) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        return (0..<bits).allSatisfy { bit in
            (other.bytes[bit / 8] ^ address.bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }
}

extension ConnectedContext {
    /// The visitor's address. What `X-Forwarded-For` says counts only as far as trusted proxies wrote it: the
    /// last address in it that isn't one of theirs.
    func address(_ request: Request, behind proxies: [AddressRange]) -> Address? {
        guard let peer = channel.remoteAddress.flatMap(Address.init) else { return nil }
        func isProxy(_ address: Address) -> Bool { proxies.contains { $0.contains(address) } }
        guard isProxy(peer) else { return peer }
        let forwarded = request.headers[values: .xForwardedFor].flatMap { $0.split(separator: ",") }
        for part in forwarded.reversed() {
            guard let address = Address(part.trimmingBlanks) else { return peer }
            if !isProxy(address) { return address }
        }
        return peer
    }
}
