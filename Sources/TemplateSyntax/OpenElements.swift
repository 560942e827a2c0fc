/// The elements that are open at a place in the template.
struct OpenElements {
    struct Element {
        let name: String
        let offset: Int
    }

    private(set) var stack: [Element] = []

    var isInForeignContent: Bool {
        stack.contains { Elements.foreignRoots.contains($0.name) }
    }

    /// The element we are directly in, if the browser moves text out of it.
    var textlessParent: String? {
        stack.last.flatMap { Elements.textless.contains($0.name) ? $0.name : nil }
    }

    mutating func push(_ name: String, at offset: Int) {
        stack.append(Element(name: name, offset: offset))
    }

    /// What the closing tag does wrong, or nil.
    mutating func close(_ name: String) -> String? {
        if Elements.void.contains(name) { return "</\(name)>: <\(name)> has no closing tag" }
        guard let index = stack.lastIndex(where: { $0.name == name }) else { return "</\(name)> closes nothing" }
        let inner = stack[(index + 1)...].last?.name
        stack.removeSubrange(index...)
        return inner.map { "</\(name)> comes while <\($0)> is open" }
    }

    /// Why the browser would build another tree than the tags say, or nil.
    func problem(opening name: String) -> String? {
        guard let parent = stack.last?.name, !isInForeignContent else { return nil }
        if Elements.notInsideThemselves.contains(name), stack.contains(where: { $0.name == name }) {
            return "<\(name)> inside <\(name)>"
        }
        if Elements.siblings[name]?.contains(parent) == true {
            return "<\(name)> inside <\(parent)>, which it closes"
        }
        if Elements.closesParagraph.contains(name), isInParagraph {
            return "<\(name)> inside <p>, which it closes"
        }
        if let parents = Elements.parents[name], !parents.contains(parent) {
            return "<\(name)> inside <\(parent)> is dropped by the browser"
        }
        if let children = Elements.tableChildren[parent], !children.contains(name) {
            return "<\(name)> directly in <\(parent)> is moved out of the table"
        }
        return nil
    }

    private var isInParagraph: Bool {
        let boundary = stack.lastIndex { Elements.paragraphBoundaries.contains($0.name) } ?? -1
        return stack[(boundary + 1)...].contains { $0.name == "p" }
    }
}
