/// Which addresses a request may reach. Everything that a user can name goes through `.publicOnly`:
/// the parsed URL is checked, the name is resolved, every address is checked, and only those are connected to;
/// each redirect is checked in the same way.
public struct AddressPolicy: Sendable {
    public static let any = AddressPolicy(isGuarded: false)
    /// The public internet, on the usual web ports.
    public static let publicOnly = AddressPolicy(isGuarded: true)
    public static let usualPorts: Set<Int> = [80, 443, 8080, 8443]

    private let isGuarded: Bool
    private var allowedHosts: Set<String> = []
    private var ownHosts: Set<String> = []
    private var ports = usualPorts

    private init(isGuarded: Bool) { self.isGuarded = isGuarded }

    /// Lets an operator's own servers through, as `"127.0.0.1:11434"`, `"[::1]:11434"` or `"models.lan"` (any port).
    public func allowing(_ hosts: [String]) -> AddressPolicy {
        var policy = self
        policy.allowedHosts.formUnion(hosts.map { $0.lowercased() })
        return policy
    }

    /// Refuses these names although they are public: our own.
    public func refusing(_ hosts: [String]) -> AddressPolicy {
        var policy = self
        policy.ownHosts.formUnion(hosts.map { $0.lowercased() })
        return policy
    }

    public func withPorts(_ ports: Set<Int>) -> AddressPolicy {
        var policy = self
        policy.ports = ports
        return policy
    }

    /// For the moment when a URL is saved: everything that can be said without resolving its name.
    /// Throws `.invalidURL` or `.addressNotAllowed`, whose `URLProblem.sentence` tells the owner.
    public func check(_ url: String) throws(CurlError) {
        try check(ParsedURL(url))
    }

    func check(_ url: ParsedURL) throws(CurlError) {
        guard isGuarding(url) else { return }
        guard url.isPlain else { throw .addressNotAllowed(.oddHost) }
        guard !ownHosts.contains(url.host) else { throw .addressNotAllowed(.ownName) }
        if let address = IPAddress(url.host) {
            try check([address], of: url)
        } else {
            try Self.check(name: url.host)
        }
        guard ports.contains(url.port) else { throw .addressNotAllowed(.port) }
    }

    /// One private address among several refuses the name: an honest site has none.
    func check(_ addresses: [IPAddress], of url: ParsedURL) throws(CurlError) {
        guard isGuarding(url) else { return }
        guard addresses.allSatisfy(\.isPublic) else { throw .addressNotAllowed(.privateAddress) }
    }

    func isGuarding(_ url: ParsedURL) -> Bool {
        isGuarded && !allowedHosts.contains(url.host) && !allowedHosts.contains(url.authority)
    }

    /// RFC 6761, 6762, 8375, 9476 and what routers and clouds use.
    private static let localSuffixes: Set<String> = [
        "alt", "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost",
        "onion", "private", "test",
    ]

    private static func check(name: String) throws(CurlError) {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last, labels.count > 1 else { throw .addressNotAllowed(.localName) }
        guard !labels.contains(where: \.isEmpty), labels.allSatisfy(isHostLabel), !isNumber(last) else {
            throw .addressNotAllowed(.oddHost)
        }
        guard !localSuffixes.contains(String(last)) else { throw .addressNotAllowed(.localName) }
    }

    private static func isHostLabel(_ label: Substring) -> Bool {
        label.utf8.count <= 63
            && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
    }

    /// A last label that some resolvers read as an IPv4 address: `1`, `017`, `0x7f`.
    private static func isNumber(_ label: Substring) -> Bool {
        label.utf8.allSatisfy { (48...57).contains($0) } || label.hasPrefix("0x")
    }
}
