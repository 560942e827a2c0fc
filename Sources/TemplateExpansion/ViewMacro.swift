import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxMacros

/// `@View`: the memberwise initializer and the JSON writer of a struct.
public struct ViewMacro: MemberMacro, ExtensionMacro {
    public static func expansion(
        of node: AttributeSyntax, providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax], in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let structure = declaration.as(StructDeclSyntax.self) else {
            context.diagnose(Diagnostic(node: node, message: TemplateProblem(message: "@View is for a struct: a view is a value")))
            return []
        }
        let access = structure.modifiers.first { ["public", "package"].contains($0.name.text) }.map { $0.name.text + " " } ?? ""
        let properties = structure.memberBlock.members.flatMap { storedProperties($0.decl, in: context) }
        return [
            initializer(of: properties, access: access),
            writer(of: properties.filter { !$0.isHidden }, access: access),
        ]
    }

    public static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        guard declaration.is(StructDeclSyntax.self), !protocols.isEmpty else { return [] }
        return [try ExtensionDeclSyntax("extension \(type.trimmed): Templates.View {}")]
    }

    // MARK: What is written

    private static func initializer(of properties: [StoredProperty], access: String) -> DeclSyntax {
        let settable = properties.filter { !$0.isFixed }
        let parameters = settable.map { "\($0.name): \($0.type)\($0.defaultValue.map { " = \($0)" } ?? "")" }
        let assignments = settable.map { "    self.\($0.name) = \($0.name)" }
        return """
            \(raw: access)init(\(raw: parameters.joined(separator: ", "))) {
            \(raw: assignments.joined(separator: "\n"))
            }
            """
    }

    private static func writer(of properties: [StoredProperty], access: String) -> DeclSyntax {
        let members = properties.map { "    json.member(\"\(snakeCase($0.name))\", self.\($0.name))" }
        return """
            \(raw: access)func write(to json: inout Templates.JSONWriter) {
                json.beginObject()
            \(raw: members.joined(separator: "\n"))
                json.endObject()
            }
            """
    }

    /// `pageURL` is `page_url`, `isOpen` is `is_open`.
    static func snakeCase(_ name: String) -> String {
        let characters = Array(name.filter { $0 != "`" })
        var key = ""
        for (index, character) in characters.enumerated() {
            if character.isUppercase, index > 0 {
                let followsLower = !characters[index - 1].isUppercase && characters[index - 1] != "_"
                let startsWord = index + 1 < characters.count && characters[index + 1].isLowercase
                if followsLower || (startsWord && characters[index - 1] != "_") { key += "_" }
            }
            key += character.lowercased()
        }
        return key
    }

    // MARK: What is read

    private struct StoredProperty {
        let name: String
        let type: String
        let defaultValue: String?
        let isFixed: Bool
        let isHidden: Bool
    }

    private static func storedProperties(
        _ declaration: DeclSyntax, in context: some MacroExpansionContext
    ) -> [StoredProperty] {
        guard let variable = declaration.as(VariableDeclSyntax.self),
            !variable.modifiers.contains(where: { ["static", "lazy"].contains($0.name.text) })
        else { return [] }
        let isConstant = variable.bindingSpecifier.tokenKind == .keyword(.let)
        let isHidden = variable.attributes.contains {
            $0.as(AttributeSyntax.self)?.attributeName.trimmedDescription.split(separator: ".").last == "Hidden"
        }
        return variable.bindings.compactMap { binding in
            if binding.isComputed { return nil }
            // `let a, b: Int` names the type once, behind the last.
            let annotation = binding.typeAnnotation ?? variable.bindings.last?.typeAnnotation
            guard let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.text, let annotation else {
                context.diagnose(
                    Diagnostic(
                        node: binding, message: TemplateProblem(message: "a property of a @View needs a name and a type: let name: String"))
                )
                return nil
            }
            let type = annotation.type
            let isOptional = type.is(OptionalTypeSyntax.self)
            let initial = binding.initializer?.value.trimmedDescription
            return StoredProperty(
                name: name, type: type.trimmedDescription,
                defaultValue: initial ?? (isOptional && !isConstant ? "nil" : nil),
                isFixed: isConstant && initial != nil, isHidden: isHidden)
        }
    }
}

/// `@Hidden` is read by `@View`; by itself it does nothing.
public struct HiddenMacro: PeerMacro {
    public static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        []
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
