/// One sentence that needs attention: what was wrong with a request, or what went well.
@View
public struct Notice {
    public let message: String
    @Hidden public var isGood: Bool = false
    /// Whether the page it comes with begins at it. What went well always does; app.js shows that where one looks instead.
    @Hidden public var isFocused: Bool = false

    public var html: HTML {
        #html(
            """
            <p class="notice\(isGood ? " notice-good" : "")" tabindex="\(isGood || isFocused ? "-1" : nil)" autofocus="\(isGood || isFocused)" \
            data-said="\(isGood ? "" : nil)">\(message)</p>
            """)
    }
}
