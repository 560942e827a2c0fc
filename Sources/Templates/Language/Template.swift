/// Compiles a template: HTML with holes, each escaped for the place where it stands.
///
///     #html("""
///         <a class="bot" href="/bots/\(bot.id)">\(bot.name)</a>
///         """)
///
/// `docs/templates.md` tells what fits into which hole and what does not compile.
@freestanding(expression)
public macro html(_ template: Template) -> HTML = #externalMacro(module: "TemplateMacros", type: "HTMLMacro")

/// The argument of `#html` before the macro reads it. It exists so that a hole of a wrong type is an error on its own line.
public struct Template: ExpressibleByStringInterpolation {
    public init(stringLiteral value: StaticString) {}
    public init(stringInterpolation: StringInterpolation) {}

    public struct StringInterpolation: StringInterpolationProtocol {
        public init(literalCapacity: Int, interpolationCount: Int) {}
        public mutating func appendLiteral(_ literal: StaticString) {}
        // Says that it takes optionals, or the compiler warns of each one.
        public mutating func appendInterpolation(_ value: (some TemplateValue)?) {}
    }
}

/// What may stand in a hole of some context.
public protocol TemplateValue {}
