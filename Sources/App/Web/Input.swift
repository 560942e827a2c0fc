import HTTPTypes
import Hummingbird
import NIOCore
import StreamSafe
import Templates

/// What a request carries in its body, the same for a JSON object and for a form.
struct Input: Sendable {
    private enum Source { case json([String: JSON]), form([String: String]) }
    private let source: Source
    /// What came with the form, where files may.
    let files: [Multipart.File]
    /// Of a form's fields, as they stand in it.
    private var names: [String] = []

    /// What was kept of a form.
    init(fields: [String: String]) {
        source = .form(fields)
        files = []
    }

    /// Reads the body, up to its kind's limit.
    /// - Parameter limit: bytes of a form with files.
    init(of request: Request, maximumFiles: Int = 0, upTo limit: Int = RequestBodyLimit.upload) async throws {
        switch try MediaKind(request.headers[.contentType]) {
        case .multipart:
            guard maximumFiles > 0 else { throw Failure.unsupportedMediaType }
            let boundary = try Multipart.boundary(of: request.headers[.contentType] ?? "")
            let body = try await request.body(upTo: limit)
            let form = try Multipart(parsing: Array(body.readableBytesView), boundary: boundary, maximumFiles: maximumFiles)
            source = .form(form.fields)
            files = form.files
        case .json:
            files = []
            source = .json(try await request.object())
        case .form:
            files = []
            let body = try await request.body(upTo: RequestBodyLimit.fields)
            guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
                throw Failure.badRequest("This form can't be read.")
            }
            let form = try Form(parsing: text)
            (source, names) = (.form(form.values), form.names)
        }
    }

    /// What a program would send.
    init(json: [String: JSON]) {
        source = .json(json)
        files = []
    }

    /// A text as it was given, or nil if it wasn't. Characters that no keyboard types (C0 controls but tab and
    /// line ends) are removed, since Postgres can't hold NUL and no page should show the others.
    func text(_ name: String) throws(Failure) -> String? {
        let given: String?
        switch source {
        case .form(let form): given = form[name]
        case .json(let members):
            switch members[name] {
            case nil, .null: given = nil
            case .string(let text): given = text
            default: throw .invalid([name: "This must be text."])
            }
        }
        return given.map { $0.withoutControls }
    }

    /// A text or, in JSON, also a number, a choice of yes and no, or a list of texts, as it would be typed into a form.
    func scalar(_ name: String) throws(Failure) -> String? {
        guard case .json(let members) = source else { return try text(name) }
        switch members[name] {
        case .number(let digits): return digits
        case .bool(let value): return value ? "true" : "false"
        case .array(let items):
            let texts = items.compactMap(\.string)
            guard texts.count == items.count else { throw .invalid([name: "This must be a list of texts."]) }
            return texts.joined(separator: ",")
        case .null where members.keys.contains(name): return ""
        default: return try text(name)
        }
    }

    /// A list of texts: in a form, a line each; without what is empty.
    func list(_ name: String) throws(Failure) -> [String]? {
        if case .json(let members) = source, case .array(let items)? = members[name] {
            let texts = items.compactMap(\.string)
            guard texts.count == items.count else { throw .invalid([name: "This must be a list of texts."]) }
            return texts.map { $0.withoutControls.trimmingBlanks }.filter { !$0.isEmpty }
        }
        return try text(name)?.split(whereSeparator: \.isNewline).map { $0.trimmingBlanks }.filter { !$0.isEmpty }
    }

    var isJSON: Bool { if case .json = source { true } else { false } }

    /// What was filled into a form.
    func fields() -> Fields {
        guard case .form(let form) = source else { return Fields() }
        return Fields(values: form.mapValues(\.withoutControls))
    }

    /// The same with what is wrong with it. The form then begins at the first field to mend, or at what is wrong with the whole.
    func fields(mending failure: Failure) -> Fields {
        var fields = fields()
        fields.problems = Problems(failure.fields, in: names)
        if failure.fields.isEmpty { fields.notice = Notice(message: failure.message, isFocused: true) }
        return fields
    }
}

private enum MediaKind {
    case json, form, multipart

    init(_ contentType: String?) throws(Failure) {
        let parts = (contentType ?? "").split(separator: ";").map { $0.trimmingBlanks.lowercased() }
        let charsets = parts.dropFirst().filter { $0.hasPrefix("charset") }
        guard charsets.allSatisfy({ ["charset=utf-8", "charset=\"utf-8\""].contains($0) }) else { throw .unsupportedMediaType }
        switch parts.first {
        case "application/json": self = .json
        case "application/x-www-form-urlencoded": self = .form
        case "multipart/form-data": self = .multipart
        default: throw .unsupportedMediaType
        }
    }
}

extension Request {
    /// The body of a request that only programs send.
    func jsonObject() async throws -> [String: JSON] {
        guard case .json = try MediaKind(headers[.contentType]) else { throw Failure.unsupportedMediaType }
        return try await object()
    }

    fileprivate func object() async throws -> [String: JSON] {
        let body = try await body(upTo: RequestBodyLimit.fields)
        guard let json = try? JSON(parsing: body.readableBytesView), case .object(let members) = json else {
            throw Failure.badRequest("The body must be a JSON object.")
        }
        return members
    }

    fileprivate func body(upTo limit: Int) async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Failure.tooLarge
        }
    }
}

extension StringProtocol {
    var trimmingBlanks: String {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map(index(after:)) ?? start
        return String(self[start..<end])
    }

    var withoutControls: String {
        guard unicodeScalars.contains(where: { $0.isRefusedControl }) else { return String(self) }
        return String(String.UnicodeScalarView(unicodeScalars.filter { !$0.isRefusedControl })).streamSafe
    }
}

extension Unicode.Scalar {
    fileprivate var isRefusedControl: Bool {
        value < 0x20 && value != 0x09 && value != 0x0A && value != 0x0D || value == 0x7F || value == 0xFEFF
    }
}
