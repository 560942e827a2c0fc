import HTTPTypes
import Hummingbird

/// A cookie of ours. Over HTTPS its name binds it to this host (`__Host-`); a development server without TLS can't have that.
struct Cookie: Sendable {
    /// More is no cookie of ours.
    static let maximumLength = 256

    let name: String
    private let isSecure: Bool

    init(_ name: String, baseURL: String) {
        isSecure = baseURL.hasPrefix("https://")
        self.name = isSecure ? "__Host-\(name)" : name
    }

    /// nil where there is none, or more than one: which of two is ours, nobody can tell.
    func value(in request: Request) -> String? {
        let pairs = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.map(\.trimmingBlanks)
        let values = pairs.filter { $0.hasPrefix("\(name)=") }.map { $0.dropFirst(name.utf8.count + 1) }
        guard values.count == 1, let value = values.first, (1...Self.maximumLength).contains(value.utf8.count) else { return nil }
        return String(value)
    }

    func setting(_ value: String, seconds: Int) -> HTTPField {
        HTTPField(
            name: .setCookie, value: "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")")
    }

    var clearing: HTTPField { setting("", seconds: 0) }
}
