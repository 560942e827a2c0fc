/// A value that is shown: it renders itself, and it is what the API answers with.
public protocol View: Sendable, MarkupValue, JSONEncodable {
    var html: HTML { get }
}

extension View {
    @inlinable
    public func write(text rendering: inout Rendering) {
        html.write(text: &rendering)
    }
}

/// Makes a struct a `View`: a memberwise `init` as public as the struct is, and `write(to:)`, a JSON object with the
/// stored properties in snake_case. Properties marked `@Hidden` stay out of the JSON.
@attached(member, names: named(init), named(write))
@attached(extension, conformances: View)
public macro View() = #externalMacro(module: "TemplateMacros", type: "ViewMacro")

/// Leaves a property of a `@View` out of its JSON.
@attached(peer)
public macro Hidden() = #externalMacro(module: "TemplateMacros", type: "HiddenMacro")

/// Gives a struct a memberwise `init` as public as the struct is. A `@View` has one without it.
@attached(member, names: named(init))
public macro Memberwise() = #externalMacro(module: "TemplateMacros", type: "MemberwiseMacro")
