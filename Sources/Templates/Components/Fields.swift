/// What was filled into a form, and what is wrong with it: what the form shows when it comes back.
public struct Fields: Sendable {
    public var values: [String: String]
    /// A sentence for each field that needs mending.
    public var problems: [String: String]
    /// What is wrong, or went well, with the whole.
    public var notice: Notice?

    public init(values: [String: String] = [:], problems: [String: String] = [:], notice: Notice? = nil) {
        self.values = values
        self.problems = problems
        self.notice = notice
    }

    subscript(name: String) -> String { values[name] ?? "" }
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
    /// Keeps ids apart where a page has the same field twice.
    var scope: String = "field"
    let fields: Fields

    var html: HTML {
        framed(
            #html("""
                <input id="\(id)" name="\(name)" type="\(type)" value="\(fields[name])" required="\(isRequired)" \
                maxlength="\(maximumLength)" autocomplete="\(autocomplete)" inputmode="\(inputMode)" placeholder="\(placeholder)" \
                aria-describedby="\(describedBy)" aria-invalid="\(problem == nil ? nil : "true")">
                """))
    }

    /// The same as a box of several lines.
    func box(rows: Int) -> HTML {
        framed(
            #html("""
                <textarea id="\(id)" name="\(name)" rows="\(rows)" required="\(isRequired)" maxlength="\(maximumLength)" \
                placeholder="\(placeholder)" aria-describedby="\(describedBy)" aria-invalid="\(problem == nil ? nil : "true")">
                \(fields[name])</textarea>
                """))
    }

    /// The same as a choice of values, each with its label.
    func choice(_ options: [Choice]) -> HTML {
        framed(
            #html("""
                <select id="\(id)" name="\(name)" aria-describedby="\(describedBy)" aria-invalid="\(problem == nil ? nil : "true")">
                \(options.map { option in
                    #html("<option value=\"\(option.value)\" selected=\"\(option.value == fields[name])\">\(option.label)</option>")
                })
                </select>
                """))
    }

    private var id: String { "\(scope)-\(name)" }
    private var problem: String? { fields.problems[name] }
    private var describedBy: String? {
        let ids = [hint.map { _ in "\(id)-hint" }, problem.map { _ in "\(id)-problem" }].compactMap(\.self)
        return ids.isEmpty ? nil : ids.joined(separator: " ")
    }

    private func framed(_ control: HTML) -> HTML {
        #html("""
            <div class="field">
              <label for="\(id)">\(label)</label>
              \(control)
              \(hint.map { #html("<p class=\"hint\" id=\"\(id)-hint\">\($0)</p>") })
              \(problem.map { #html("<p class=\"wrong\" id=\"\(id)-problem\">\($0)</p>") })
            </div>
            """)
    }
}
