import SwiftSyntax

/// A hole of the form `elements.map { … #html("…") … }`: written as a loop, each body straight into the page.
struct Loop {
    let elements: ExprSyntax
    private let closure: ClosureExprSyntax

    init?(_ hole: ExprSyntax) {
        guard let call = hole.as(FunctionCallExprSyntax.self), let closure = call.trailingClosure,
            call.arguments.isEmpty, call.additionalTrailingClosures.isEmpty,
            let member = call.calledExpression.as(MemberAccessExprSyntax.self), let base = member.base,
            member.declName.baseName.text == "map", member.declName.argumentNames == nil,
            closure.containsTemplate
        else { return nil }
        elements = base
        self.closure = closure
    }

    /// The closure that writes one element, or nil if the body is not made of what can be rewritten.
    func body(using compiler: TemplateCompiler) -> String? {
        guard let parameters, closure.signature?.effectSpecifiers == nil, closure.signature?.returnClause == nil,
            let statements = BodyWriter(compiler: compiler, target: parameters.target).statements(closure.statements)
        else { return nil }
        return "{ \(parameters.head)\n\(statements)\n}"
    }

    /// What opens the closure, and the name of the rendering in it.
    private var parameters: (head: String, target: String)? {
        guard let signature = closure.signature else {
            // `$1` means that the elements are pairs, taken apart by the closure.
            return closure.mentions("$1") ? nil : ("", "$1")
        }
        guard signature.attributes.isEmpty, signature.capture == nil, let clause = signature.parameterClause else {
            return nil
        }
        let names: [String]
        switch clause {
        case .simpleInput(let list): names = list.map { $0.name.text }
        case .parameterClause(let list):
            guard list.parameters.allSatisfy({ $0.type == nil && $0.secondName == nil }) else { return nil }
            names = list.parameters.map { $0.firstName.text }
        }
        let target = "__rendering"
        if names.count == 1 { return ("\(names[0]), \(target) in", target) }
        return ("__element, \(target) in\nlet (\(names.joined(separator: ", "))) = __element", target)
    }
}

/// Rewrites a closure that returns HTML into one that writes it.
private struct BodyWriter {
    let compiler: TemplateCompiler
    let target: String

    /// Nil if something other than the last statement decides what is returned.
    func statements(_ items: CodeBlockItemListSyntax) -> String? {
        let start = items.dropLast()
        guard let last = items.last, !start.contains(where: \.containsReturn), let end = ending(last) else { return nil }
        return (start.map { compiler.source($0) } + [end]).joined(separator: "\n")
    }

    private func ending(_ item: CodeBlockItemSyntax) -> String? {
        switch item.item {
        case .expr(let value): return expression(value)
        case .stmt(let statement):
            if let result = statement.as(ReturnStmtSyntax.self) { return result.expression.flatMap(expression) }
            if let wrapped = statement.as(ExpressionStmtSyntax.self) { return expression(wrapped.expression) }
            return nil
        case .decl: return nil
        }
    }

    private func expression(_ value: ExprSyntax) -> String? {
        if let choice = value.as(IfExprSyntax.self) { return branches(choice) }
        if value.is(SwitchExprSyntax.self) { return nil }
        return compiler.statements(writing: value, on: target)
    }

    private func branches(_ choice: IfExprSyntax) -> String? {
        guard let then = statements(choice.body.statements), let otherwise = choice.elseBody else { return nil }
        let rest: String?
        switch otherwise {
        case .ifExpr(let next): rest = branches(next)
        case .codeBlock(let block): rest = statements(block.statements).map { "{\n\($0)\n}" }
        }
        return rest.map { "if \(compiler.source(choice.conditions)) {\n\(then)\n} else \($0)" }
    }
}

extension SyntaxProtocol {
    var containsTemplate: Bool {
        tokens(viewMode: .sourceAccurate).contains { token in
            token.text == "html" && token.previousToken(viewMode: .sourceAccurate)?.tokenKind == .pound
        }
    }

    var containsReturn: Bool {
        tokens(viewMode: .sourceAccurate).contains { $0.tokenKind == .keyword(.return) }
    }

    func mentions(_ name: String) -> Bool {
        tokens(viewMode: .sourceAccurate).contains { $0.text == name }
    }
}

extension ExprSyntax {
    /// The hole if it is `#html("…")` itself.
    var asTemplate: MacroExpansionExprSyntax? {
        self.as(MacroExpansionExprSyntax.self).flatMap { $0.macroName.text == "html" ? $0 : nil }
    }

    var parenthesized: ExprSyntax? {
        guard let tuple = self.as(TupleExprSyntax.self), let only = tuple.elements.first, tuple.elements.count == 1,
            only.label == nil
        else { return nil }
        return only.expression
    }
}
