import SwiftSyntax
import SwiftSyntaxMacros
import TemplateSyntax

/// Turns a template into Swift. At the outside it is a string literal with labelled holes; inside a loop it is a row of
/// statements on the same `Rendering`, so that a cell of a table costs no buffer of its own.
struct TemplateCompiler {
    let context: any MacroExpansionContext

    /// Reads the template and reports its problems; nil if it has any.
    func template(of node: some FreestandingMacroExpansionSyntax) -> SourceTemplate? {
        guard let argument = node.arguments.first, node.arguments.count == 1,
            let literal = argument.expression.as(StringLiteralExprSyntax.self)
        else {
            report("#html takes one string literal", on: node, at: node.positionAfterSkippingLeadingTrivia)
            return nil
        }
        let source = TemplateLiteral(literal)
        if let problem = source.problem {
            report(problem.message, on: literal, at: problem.position)
            return nil
        }
        let parsed = ParsedTemplate(parsing: source.bytes)
        for problem in parsed.problems {
            report(problem.message, on: literal, at: source.position(of: problem.offset))
        }
        if parsed.problems.isEmpty { return SourceTemplate(parsed: parsed, bytes: source.bytes, holes: source.holes) }
        // The templates inside may have problems of their own.
        for hole in source.holes { _ = self.source(hole) }
        return nil
    }

    private func report(_ message: String, on node: some SyntaxProtocol, at position: AbsolutePosition) {
        context.diagnose(TemplateProblem(message: message).diagnostic(in: node, at: position))
    }

    // MARK: As an expression

    /// `Templates.HTML(rendering: "…\(text: name)…")`.
    func expression(for template: SourceTemplate) -> String {
        var literal = ""
        for piece in template.parsed.pieces {
            switch piece {
            case .literal(let range): literal += escaped(template.bytes[range])
            case .hole(let index, let context): literal += "\\(" + arguments(template.holes[index], context) + ")"
            }
        }
        // Three quotes, because a hole may span lines.
        return "Templates.HTML(rendering: \"\"\"\n\(literal)\n\"\"\")"
    }

    /// The labelled arguments of `appendInterpolation`.
    func arguments(_ hole: ExprSyntax, _ context: ParsedTemplate.HoleContext) -> String {
        switch context {
        case .text, .markup:
            if let loop = Loop(hole), let body = loop.body(using: self) {
                return "each: \(source(loop.elements)), \(body)"
            }
            return "\(context == .text ? "text" : "markup"): \(source(hole))"
        case .value: return "value: \(source(hole))"
        case .attribute(let name): return "attribute: \(source(hole)), \" \(name)=\\\"\""
        case .flag(let name): return "flag: \(source(hole)), \" \(name)\""
        case .url: return "url: \(source(hole))"
        case .urlAttribute(let name): return "url: \(source(hole)), \" \(name)=\\\"\""
        case .urlComponent: return "urlComponent: \(source(hole))"
        case .json: return "json: \(source(hole))"
        }
    }

    /// The source of a hole with the templates in it expanded: a macro may not expand to itself.
    func source(_ hole: some SyntaxProtocol) -> String {
        InnerTemplates(compiler: self).rewrite(hole).trimmedDescription
    }

    // MARK: As statements

    /// Statements that write the template on the rendering called `target`.
    func statements(for template: SourceTemplate, on target: String) -> String {
        template.parsed.pieces.map { piece in
            switch piece {
            case .literal(let range): "\(target).appendLiteral(\"\(escaped(template.bytes[range]))\")"
            case .hole(let index, let context):
                context == .text || context == .markup
                    ? statements(writing: template.holes[index], as: context, on: target)
                    : "\(target).appendInterpolation(\(arguments(template.holes[index], context)))"
            }
        }.joined(separator: "\n")
    }

    /// Statements that write a text hole; templates in it are written in place where that is possible.
    func statements(
        writing hole: ExprSyntax, as context: ParsedTemplate.HoleContext = .text, on target: String
    ) -> String {
        if let macro = hole.asTemplate {
            return template(of: macro).map { statements(for: $0, on: target) } ?? ""
        }
        if let inner = hole.parenthesized { return statements(writing: inner, as: context, on: target) }
        if hole.is(NilLiteralExprSyntax.self) { return "" }
        if let choice = hole.as(TernaryExprSyntax.self), choice.containsTemplate {
            return """
                if \(source(choice.condition)) {
                \(statements(writing: choice.thenExpression, as: context, on: target))
                } else {
                \(statements(writing: choice.elseExpression, as: context, on: target))
                }
                """
        }
        return "\(target).appendInterpolation(\(arguments(hole, context)))"
    }

    private func escaped(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\0": text += "\\0"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

/// Expands the templates inside a hole.
private final class InnerTemplates: SyntaxRewriter {
    let compiler: TemplateCompiler

    init(compiler: TemplateCompiler) {
        self.compiler = compiler
        super.init()
    }

    override func visit(_ node: MacroExpansionExprSyntax) -> ExprSyntax {
        guard node.macroName.text == "html" else { return super.visit(node) }
        let expansion = compiler.template(of: node).map(compiler.expression) ?? "Templates.HTML.empty"
        return "\(raw: node.leadingTrivia.description + expansion + node.trailingTrivia.description)"
    }
}
