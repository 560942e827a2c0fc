/// A line of two texts that are compared.
public enum ComparedLine: Sendable, Equatable {
    public struct Piece: Sendable, Equatable {
        public let text: String
        /// Within the line.
        public let isChanged: Bool

        public init(_ text: String, isChanged: Bool) {
            self.text = text
            self.isChanged = isChanged
        }
    }

    case same(String)
    case deleted([Piece])
    case inserted([Piece])
    /// So many that are the same.
    case skipped(Int)
    /// There is more than can be shown.
    case more

    /// Told apart by a sign and by what reading programs say, not by colour alone.
    var html: HTML {
        switch self {
        case .same(let text): #html("<div class=\"diff-line\">\(text)</div>")
        case .deleted(let pieces): #html("<div class=\"diff-line diff-gone\"><del>\(pieces.map(Self.marked))</del></div>")
        case .inserted(let pieces): #html("<div class=\"diff-line diff-come\"><ins>\(pieces.map(Self.marked))</ins></div>")
        case .skipped(let count): #html("<div class=\"diff-skipped small\">\(count) lines are the same</div>")
        case .more: #html("<div class=\"diff-skipped small\">More changed than can be shown here.</div>")
        }
    }

    private static func marked(_ piece: Piece) -> HTML {
        piece.isChanged ? #html("<strong>\(piece.text)</strong>") : #html("\(piece.text)")
    }
}

extension ComparedLine: Describable {
    public static var schema: Schema {
        .object(required: ["kind": .one(of: "same", "deleted", "inserted", "skipped", "more"), "text": .string])
    }

    public func write(to json: inout JSONWriter) {
        let (kind, text): (String, String) =
            switch self {
            case .same(let text): ("same", text)
            case .deleted(let pieces): ("deleted", pieces.map(\.text).joined())
            case .inserted(let pieces): ("inserted", pieces.map(\.text).joined())
            case .skipped(let count): ("skipped", String(count))
            case .more: ("more", "")
            }
        json.object {
            $0.member("kind", kind)
            $0.member("text", text)
        }
    }
}

/// A setting that has another value.
@View
public struct SettingChange {
    /// As the API calls it.
    public let name: String
    @Hidden public let label: String
    public let before: String
    public let after: String

    /// "the temperature: 0.2 → 0.5"; long ones are only named.
    public var words: String {
        guard before.utf8.count <= Self.shownBytes, after.utf8.count <= Self.shownBytes else { return label }
        return "\(label): \(before.isEmpty ? "nothing" : before) → \(after.isEmpty ? "nothing" : after)"
    }

    public var html: HTML {
        #html(
            """
            <div class="diff-setting">
              <p>\(label)</p>
              <div class="diff">
                \(before.isEmpty ? nil : ComparedLine.deleted([.init(before, isChanged: false)]).html)
                \(after.isEmpty ? nil : ComparedLine.inserted([.init(after, isChanged: false)]).html)
              </div>
            </div>
            """)
    }

    private static let shownBytes = 60
}

/// Something beside the text that came, went or changed.
@View
public struct SourceChange {
    public enum Kind: String, Sendable, CaseIterable, Describable { case added, removed, changed, unchanged }

    @Described(.one(of: "text", "qa", "file", "website")) public let kind: String
    public let title: String
    /// Of what the owner wrote.
    public let text: String?
    public let change: Kind

    /// "added the answer “Do you have bread?”"
    public var words: String { "\(change.rawValue) the \(noun) “\(title)”" }

    public var html: HTML {
        let line = [ComparedLine.Piece("\(noun) “\(title)”", isChanged: false)]
        let shown: HTML =
            switch change {
            case .removed: ComparedLine.deleted(line).html
            case .added: ComparedLine.inserted(line).html
            case .changed: #html("<div class=\"diff-line\">changed: \(noun) “\(title)”</div>")
            case .unchanged: #html("<div class=\"diff-line\">\(noun) “\(title)”</div>")
            }
        return #html(
            """
            <div class="diff">\(shown)\(text.map { #html("<div class=\"diff-line small\">\($0)</div>") })</div>
            """)
    }

    private var noun: String {
        switch kind {
        case "qa": "answer"
        case "file", "website": kind
        default: "text"
        }
    }
}
