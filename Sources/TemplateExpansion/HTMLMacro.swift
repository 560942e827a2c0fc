import SwiftSyntax
import SwiftSyntaxMacros
import TemplateSyntax

/// `#html`: reads the template and expands to the same literal with each hole labelled with its context.
public struct HTMLMacro: ExpressionMacro {
    public static var formatMode: FormatMode { .disabled }

    public static func expansion(
        of node: some FreestandingMacroExpansionSyntax, in context: some MacroExpansionContext
    ) throws -> ExprSyntax {
        let compiler = TemplateCompiler(context: context)
        guard let template = compiler.template(of: node) else { return "Templates.HTML.empty" }
        return "\(raw: compiler.expression(for: template))"
    }
}

/// A template whose literal was read: the pieces and the source of its holes.
struct SourceTemplate {
    let parsed: ParsedTemplate
    let bytes: [UInt8]
    let holes: [ExprSyntax]
}
