import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxMacros

/// `@View`: the memberwise initializer, the JSON writer and the schema of a struct; `@JSONObject`: the same of one without a page.
public struct ViewMacro: MemberMacro, ExtensionMacro {
    public static func expansion(
        of node: AttributeSyntax, providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax], in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let structure = declaration.as(StructDeclSyntax.self) else {
            let words = node.isOfView ? "@View is for a struct: a view is a value" : "@JSONObject is for a struct"
            context.diagnose(Diagnostic(node: node, message: TemplateProblem(message: words)))
            return []
        }
        let properties = structure.storedProperties(for: node.isOfView ? "@View" : "@JSONObject", in: context)
        let (shown, access) = (properties.filter { !$0.isHidden }, structure.access)
        return [
            structure.initializer(of: properties), writer(of: shown, access: access),
            schema(of: shown, named: node.words.first, access: access),
        ]
    }

    public static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        guard declaration.is(StructDeclSyntax.self), !protocols.isEmpty else { return [] }
        return [try ExtensionDeclSyntax("extension \(type.trimmed): Templates.\(raw: node.isOfView ? "View" : "Describable") {}")]
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

    private static func schema(of properties: [StoredProperty], named name: String?, access: String) -> DeclSyntax {
        let members = properties.map { "    \"\(snakeCase($0.name))\": \($0.schema),\n" }.joined()
        let object = ".object(required: [\(members.isEmpty ? ":" : "\n" + members)])"
        return """
            \(raw: access)static var schema: Templates.Schema {
                \(raw: name.map { ".component(\($0), \(object))" } ?? object)
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

/// `@Hidden` and `@Described` are read by `@View`; by themselves they do nothing.
public struct MarkMacro: PeerMacro {
    public static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        []
    }
}
