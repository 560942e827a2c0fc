/// A value that is shown: it renders itself, and it is what the API answers with.
public protocol View: Sendable, MarkupValue, Describable {
    var html: HTML { get }
}

extension View {
    @inlinable
    public func write(text rendering: inout Rendering) {
        html.write(text: &rendering)
    }
}

/// Makes a struct a `View`: a memberwise `init` as public as the struct is, `write(to:)`, a JSON object with the stored properties in
/// snake_case, and `schema`, which says what they are. Properties marked `@Hidden` stay out of the JSON.
/// - Parameter name: what openapi.json calls it; without one, it is described wherever it stands.
@attached(member, names: named(init), named(write), named(schema))
@attached(extension, conformances: View)
public macro View(_ name: StaticString? = nil) = #externalMacro(module: "TemplateMacros", type: "ViewMacro")

/// The same for a struct that no page shows.
@attached(member, names: named(init), named(write), named(schema))
@attached(extension, conformances: Describable)
public macro JSONObject(_ name: StaticString? = nil) = #externalMacro(module: "TemplateMacros", type: "ViewMacro")

/// Leaves a property of a `@View` out of its JSON.
@attached(peer)
public macro Hidden() = #externalMacro(module: "TemplateMacros", type: "MarkMacro")

/// Says more of a property of a `@View` than its type and its name do. An optional is this or null.
@attached(peer)
public macro Described(_ schema: Schema, _ words: StaticString = "") = #externalMacro(module: "TemplateMacros", type: "MarkMacro")

/// Says something of a property of a `@View` to those who read the API's description.
@attached(peer)
public macro Described(_ words: StaticString) = #externalMacro(module: "TemplateMacros", type: "MarkMacro")

/// Gives a struct a memberwise `init` as public as the struct is. A `@View` has one without it.
@attached(member, names: named(init))
public macro Memberwise() = #externalMacro(module: "TemplateMacros", type: "MemberwiseMacro")
