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
        let properties = structure.storedProperties(for: "@View", in: context)
        return [structure.initializer(of: properties), writer(of: properties.filter { !$0.isHidden }, access: structure.access)]
    }

    public static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        guard declaration.is(StructDeclSyntax.self), !protocols.isEmpty else { return [] }
        return [try ExtensionDeclSyntax("extension \(type.trimmed): Templates.View {}")]
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
