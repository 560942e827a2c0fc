import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxMacros

/// `@Memberwise`: the memberwise initializer of a struct, as public as the struct is.
public struct MemberwiseMacro: MemberMacro {
    public static func expansion(
        of node: AttributeSyntax, providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax], in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let structure = declaration.as(StructDeclSyntax.self) else {
            context.diagnose(Diagnostic(node: node, message: TemplateProblem(message: "@Memberwise is for a struct")))
            return []
        }
        return [structure.initializer(of: structure.storedProperties(for: "@Memberwise", in: context))]
    }
}

struct StoredProperty {
    let name: String
    let type: String
    let defaultValue: String?
    /// A constant that has its value already.
    let isFixed: Bool
    let isHidden: Bool
    /// The expression that makes its schema.
    let schema: String
}

extension StructDeclSyntax {
    /// The struct's own, as a word before a declaration.
    var access: String {
        modifiers.first { ["public", "package"].contains($0.name.text) }.map { $0.name.text + " " } ?? ""
    }

    func initializer(of properties: [StoredProperty]) -> DeclSyntax {
        let settable = properties.filter { !$0.isFixed }
        let parameters = settable.map { "\($0.name): \($0.type)\($0.defaultValue.map { " = \($0)" } ?? "")" }
        let assignments = settable.map { "    self.\($0.name) = \($0.name)" }
        return """
            \(raw: access)init(\(raw: parameters.joined(separator: ", "))) {
            \(raw: assignments.joined(separator: "\n"))
            }
            """
    }

    /// - Parameter macro: what needs them, for words about a property that can't be read.
    func storedProperties(for macro: String, in context: some MacroExpansionContext) -> [StoredProperty] {
        memberBlock.members.flatMap { member in
            member.decl.as(VariableDeclSyntax.self).map { $0.storedProperties(for: macro, in: context) } ?? []
        }
    }
}

extension VariableDeclSyntax {
    fileprivate func storedProperties(for macro: String, in context: some MacroExpansionContext) -> [StoredProperty] {
        if modifiers.contains(where: { ["static", "lazy"].contains($0.name.text) }) { return [] }
        let isConstant = bindingSpecifier.tokenKind == .keyword(.let)
        return bindings.compactMap { binding in
            if binding.isComputed { return nil }
            // `let a, b: Int` names the type once, behind the last.
            let annotation = binding.typeAnnotation ?? bindings.last?.typeAnnotation
            guard let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.text, let annotation else {
                let words = "a property of a \(macro) needs a name and a type: let name: String"
                context.diagnose(Diagnostic(node: binding, message: TemplateProblem(message: words)))
                return nil
            }
            let isOptional = annotation.type.is(OptionalTypeSyntax.self)
            let initial = binding.initializer?.value.trimmedDescription
            return StoredProperty(
                name: name, type: annotation.type.trimmedDescription,
                defaultValue: initial ?? (isOptional && !isConstant ? "nil" : nil),
                isFixed: isConstant && initial != nil, isHidden: attributes.named("Hidden") != nil,
                schema: attributes.schema(of: name, annotation.type, fixedTo: isConstant ? initial : nil))
        }
    }
}

extension PatternBindingSyntax {
    /// `willSet` and `didSet` observe a stored property; any other accessor makes it computed.
    fileprivate var isComputed: Bool {
        switch accessorBlock?.accessors {
        case nil: false
        case .getter: true
        case .accessors(let list):
            !list.allSatisfy { ["willSet", "didSet"].contains($0.accessorSpecifier.text) }
        }
    }
}
