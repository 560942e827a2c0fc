/// One sentence that needs attention: what was wrong with a request, or what went well.
@View
public struct Notice {
    public let message: String
    @Hidden public var isGood: Bool = false

    public var html: HTML {
        #html("""
            <p class="notice\(isGood ? " notice-good" : "")">\(message)</p>
            """)
    }
}
