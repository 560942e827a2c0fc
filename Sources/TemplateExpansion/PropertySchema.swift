import SwiftSyntax

extension AttributeListSyntax {
    func named(_ name: String) -> AttributeSyntax? { lazy.compactMap { $0.as(AttributeSyntax.self) }.first { $0.name == name } }

    /// The expression that makes a property's schema: what `@Described` says, or what its type and name do.
    /// - Parameter value: of a constant that has its value already.
    func schema(of name: String, _ type: TypeSyntax, fixedTo value: String?) -> String {
        let said = named("Described")
        let given = said?.expressions.first { !$0.is(StringLiteralExprSyntax.self) }.map { shape in
            shape.trimmedDescription + (type.is(OptionalTypeSyntax.self) ? ".orNull" : "")
        }
        return (given ?? Self.shape(of: name, type, value)) + (said?.words.first.map { ".saying(\($0))" } ?? "")
    }

    private static func shape(of name: String, _ type: TypeSyntax, _ value: String?) -> String {
        let type = type.trimmedDescription
        switch type {
        case "String" where value != nil: return ".only(\(value ?? ""))"
        case "String" where isID(name): return ".uuid"
        case "String?" where isID(name): return ".uuid.orNull"
        default: return "\(type).schema"
        }
    }

    /// Ids are UUIDs where nothing else is said.
    private static func isID(_ name: String) -> Bool { name == "id" || name.hasSuffix("ID") }
}

extension AttributeSyntax {
    /// Without its module's.
    fileprivate var name: String { attributeName.trimmedDescription.split(separator: ".").last.map(String.init) ?? "" }

    var isOfView: Bool { name == "View" }

    fileprivate var expressions: [ExprSyntax] { arguments?.as(LabeledExprListSyntax.self)?.map(\.expression) ?? [] }

    /// The literals among what it is given.
    var words: [String] { expressions.filter { $0.is(StringLiteralExprSyntax.self) }.map(\.trimmedDescription) }
}
