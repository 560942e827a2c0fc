import TemplateSyntax
import Templates
import Testing

/// Rendered HTML, taken apart again.
struct Markup: Sendable, CustomTestStringConvertible {
    let text: String
    let problems: [ParsedTemplate.Problem]
    private let elements: [Element]

    private struct Element {
        let name: String
        let attributes: [ParsedTemplate.Attribute]
    }

    init(_ view: some View) { self.init(view.html) }

    init(_ html: HTML) {
        text = html.string
        let parsed = ParsedTemplate(parsing: text)
        problems = parsed.problems
        elements = parsed.tokens.compactMap { token in
            guard case .startTag(let name, let attributes, _) = token else { return nil }
            return Element(name: name, attributes: attributes)
        }
    }

    var testDescription: String { "\(elements.count) elements" }

    /// The elements’ names, in order.
    var names: [String] { elements.map(\.name) }

    var attributes: [ParsedTemplate.Attribute] { elements.flatMap(\.attributes) }

    /// The values of an attribute, as written, in order.
    func values(_ attribute: String, of element: String? = nil) -> [String] {
        elements.filter { element == nil || $0.name == element }.flatMap(\.attributes).filter { $0.name == attribute }
            .compactMap(\.value)
    }

    /// An attribute of the first element that has another one with this value; nil as the value is a bare attribute.
    func value(_ attribute: String, where other: String, _ value: String?) -> String? {
        elements.first { $0.attributes.contains { $0.name == other && $0.value == value } }?.attributes
            .first { $0.name == attribute }?.value
    }
}
