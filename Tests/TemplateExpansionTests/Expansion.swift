import SwiftDiagnostics
import SwiftOperators
import SwiftParser
import SwiftSyntax
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros
@testable import TemplateExpansion

/// A compile error as its author sees it.
struct Mistake: Equatable {
    let line: Int
    let column: Int
    let message: String
}

/// A Swift source whose macros are expanded as the compiler does it.
struct Expansion {
    private let file: SourceFileSyntax
    private let context: BasicMacroExpansionContext

    init(of source: String) {
        let folded = OperatorTable.standardOperators.foldAll(Parser.parse(source: source)) { _ in }
        file = folded.as(SourceFileSyntax.self) ?? SourceFileSyntax(statements: [])
        context = BasicMacroExpansionContext(sourceFiles: [file: .init(moduleName: "Shop", fullFilePath: "Shop.swift")])
    }

    /// What the outermost `#html` expand to.
    func templates() throws -> [String] {
        try nodes(MacroExpansionExprSyntax.self).filter { !$0.isInsideTemplate }.map {
            try HTMLMacro.expansion(of: $0, in: context).description
        }
    }

    /// The members that `@View`, `@JSONObject` and `@Memberwise` write.
    func members() throws -> [String] {
        try members(of: ViewMacro.self, "View") + members(of: ViewMacro.self, "JSONObject")
            + members(of: MemberwiseMacro.self, "Memberwise")
    }

    private func members(of macro: any MemberMacro.Type, _ name: String) throws -> [String] {
        try nodes(AttributeSyntax.self).filter { $0.attributeName.trimmedDescription == name }.flatMap { attribute in
            let declaration = attribute.parent?.parent?.asProtocol((any DeclGroupSyntax).self)
            guard let declaration else { return [String]() }
            return try macro.expansion(of: attribute, providingMembersOf: declaration, conformingTo: [], in: context)
                .map { $0.description }
        }
    }

    /// Call it after an expansion.
    var mistakes: [Mistake] {
        let places = SourceLocationConverter(fileName: "Shop.swift", tree: file)
        return context.diagnostics.map {
            let place = places.location(for: $0.position)
            return Mistake(line: place.line, column: place.column, message: $0.message)
        }
    }

    private func nodes<Node: SyntaxProtocol>(_ type: Node.Type) -> [Node] {
        var found: [Node] = []
        var waiting = [Syntax(file)]
        while let node = waiting.popLast() {
            if let match = node.as(type) { found.append(match) }
            waiting += node.children(viewMode: .sourceAccurate).reversed()
        }
        return found
    }
}

extension SyntaxProtocol {
    fileprivate var isInsideTemplate: Bool {
        var outer = parent
        while let node = outer {
            if node.is(MacroExpansionExprSyntax.self) { return true }
            outer = node.parent
        }
        return false
    }
}
