/// One mailbox: checked, so that it is exactly one recipient wherever it is put.
public struct MailAddress: Hashable, Sendable {
    /// RFC 5321, 4.5.3.1: a path of 256 with its brackets; a local part of 64.
    static let maximumBytes = 254
    static let maximumLocalBytes = 64
    static let maximumNameScalars = 100

    /// As given: `mia@example.org`.
    public let email: String
    /// Shown before the address, at most 100 Unicode scalars; line breaks and control characters become blanks.
    public let name: String?

    /// Only plain ASCII mailboxes are taken: no quotes, no comments, no address literals, no lists.
    /// Throws `.invalidMailAddress`.
    public init(_ email: String, name: String? = nil) throws(CurlError) {
        if let problem = Self.problem(in: email) { throw .invalidMailAddress(problem) }
        self.email = email
        self.name = name.map { oneLine($0, upTo: Self.maximumNameScalars) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    var domain: Substring { email.split(separator: "@").last ?? "" }

    private static func problem(in email: String) -> MailAddressProblem? {
        guard email.utf8.count <= maximumBytes else { return .tooLong }
        guard email.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return .oddCharacters }
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return .malformed }
        guard parts[0].utf8.count <= maximumLocalBytes else { return .tooLong }
        guard isDotted(parts[0], by: isLocalByte) else { return .oddCharacters }
        guard parts[1].contains("."), isDotted(parts[1], by: isDomainByte), areLabels(parts[1]) else {
            return .badDomain
        }
        return nil
    }

    private static func isDotted(_ text: Substring, by isAllowed: (UInt8) -> Bool) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isAllowed) }
    }

    private static func areLabels(_ domain: Substring) -> Bool {
        domain.split(separator: ".").allSatisfy { $0.utf8.count <= 63 && $0.first != "-" && $0.last != "-" }
    }

    private static func isLocalByte(_ byte: UInt8) -> Bool {
        isDomainByte(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isDomainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"): true
        default: false
        }
    }
}

/// Why a mail address is refused; `sentence` is for the person who typed it.
public enum MailAddressProblem: String, Hashable, Sendable {
    case malformed, tooLong, oddCharacters, badDomain

    public var sentence: String {
        switch self {
        case .malformed: "Please give one e-mail address, such as mia@example.org."
        case .tooLong: "This e-mail address is too long."
        case .oddCharacters: "This e-mail address has a character that does not belong there."
        case .badDomain: "The part after the @ is not a full domain name."
        }
    }
}

/// Without line breaks or other control characters, which a header must not have. Counts scalars, for one character
/// can be any number of them.
func oneLine(_ text: String, upTo maximumScalars: Int) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(maximumScalars) {
        let isControl = scalar.value < 32 || (127...159).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
        scalars.append(isControl ? " " : scalar)
    }
    return String(scalars)
}
