/// What was filled into a form, and what is wrong with it: what the form shows when it comes back.
@Memberwise
public struct Fields: Sendable {
    public var values: [String: String] = [:]
    public var problems: Problems = [:]
    /// What is wrong, or went well, with the whole.
    public var notice: Notice?

    subscript(name: String) -> String { values[name] ?? "" }
}

/// A sentence for each field that needs mending.
public struct Problems: Sendable, ExpressibleByDictionaryLiteral {
    public let sentences: [String: String]
    /// The one that somebody comes upon first: the page begins there.
    let first: String?

    /// - Parameter names: all fields, as they stand in the form.
    public init(_ sentences: [String: String], in names: [String] = []) {
        self.sentences = sentences
        first = names.first { sentences[$0] != nil } ?? sentences.keys.min()
    }

    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(Dictionary(elements) { first, _ in first })
    }

    subscript(name: String) -> String? { sentences[name] }
}

struct Choice: Sendable {
    let value: String
    let label: String

    init(_ value: String, _ label: String) {
        self.value = value
        self.label = label
    }
}

/// A labelled field with its hint and its problem.
struct Field: Sendable {
    let label: String
    let name: String
    var type: String = "text"
    var hint: String?
    var isRequired: Bool = false
    var maximumLength: Int?
    var autocomplete: String?
    var inputMode: String?
    var placeholder: String?
    /// Of a file.
    var maximumMegabytes: Int?
    /// Whether it is what somebody came for.
    var isAwaited: Bool = false
    /// Keeps ids apart where a page has the same field twice.
    var scope: String = "field"
    let fields: Fields

    var html: HTML {
        framed(
            #html(
                """
                <input id="\(id)" name="\(name)" type="\(type)" value="\(fields[name])" required="\(isRequired)" \
                maxlength="\(maximumLength)" autocomplete="\(autocomplete)" inputmode="\(inputMode)" placeholder="\(placeholder)" \
                data-megabytes="\(maximumMegabytes)" data-too-large="\(maximumMegabytes.map { "A file can have up to \($0) MB." })" \
                aria-describedby="\(describedBy)" aria-invalid="\(problem == nil ? nil : "true")" autofocus="\(isFirst)">
                """))
    }

    /// The same as a box of several lines.
    func box(rows: Int) -> HTML {
        framed(
            #html(
                """
                <textarea id="\(id)" name="\(name)" rows="\(rows)" required="\(isRequired)" maxlength="\(maximumLength)" \
                placeholder="\(placeholder)" aria-describedby="\(describedBy)" aria-invalid="\(problem == nil ? nil : "true")" autofocus="\(isFirst)">
                \(fields[name])</textarea>
                """))
    }

    /// The same as a choice of values, each with its label.
    func choice(_ options: [Choice]) -> HTML {
        framed(
            #html(
                """
                <select id="\(id)" name="\(name)" aria-describedby="\(describedBy)" aria-invalid="\(problem == nil ? nil : "true")" autofocus="\(isFirst)">
                \(options.map { option in
                    #html("<option value=\"\(option.value)\" selected=\"\(option.value == fields[name])\">\(option.label)</option>")
                })
                </select>
                """))
    }

    private var id: String { "\(scope)-\(name)" }
    private var problem: String? { fields.problems[name] }
    private var isFirst: Bool { fields.problems.first == name || isAwaited }
    private var describedBy: String? {
        let ids = [problem.map { _ in "\(id)-problem" }, hint.map { _ in "\(id)-hint" }].compactMap(\.self)
        return ids.isEmpty ? nil : ids.joined(separator: " ")
    }

    /// What is wrong stands above: below, a phone's keyboard would cover it, or a long text push it out of sight.
    private func framed(_ control: HTML) -> HTML {
        #html(
            """
            <div class="field">
              <label for="\(id)">\(label)</label>
              \(problem.map { #html("<p class=\"wrong\" id=\"\(id)-problem\">\($0)</p>") })
              \(control)
              \(hint.map { #html("<p class=\"hint\" id=\"\(id)-hint\">\($0)</p>") })
            </div>
            """)
    }
}
