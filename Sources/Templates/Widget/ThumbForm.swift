/// A visitor's opinion of an answer.
@Memberwise
public struct Thumb: Sendable {
    public let isUp: Bool
    public let hasReason: Bool
}

/// Asks whether an answer helped; where it didn't, what was wrong.
@View
public struct ThumbForm {
    @Hidden public let messageID: String
    @Hidden public let thumb: Thumb?
    @Hidden public let surface: AnswerSurface

    private var words: AnswerWords { surface.words }
    private var address: String { "\(surface.path)/\(messageID)/thumb" }

    public var html: HTML {
        #html(
            """
            <div class="thumbs">
              <form method="post" action="\(address)" hx-post="\(address)" hx-target="closest .thumbs" hx-swap="outerHTML">
                <p class="small">\(thumb == nil ? words.wasItHelpful : words.thanks)</p>
                <button class="thumb" name="thumb" value="up" aria-pressed="\(thumb?.isUp == true)">\(Self.icon)\(words.yes)</button>
                <button class="thumb thumb-down" name="thumb" value="down" aria-pressed="\(thumb?.isUp == false)">\(Self.icon)\(words.no)</button>
              </form>
              \(asksForReason ? reason : nil)
            </div>
            """)
    }

    private var asksForReason: Bool { thumb.map { !$0.isUp && !$0.hasReason } ?? false }

    /// A form of its own: Enter in the field of the other would press its first button.
    private var reason: HTML {
        #html(
            """
            <form method="post" action="\(address)" hx-post="\(address)" hx-target="closest .thumbs" hx-swap="outerHTML">
              <input type="hidden" name="thumb" value="down">
              <label>\(words.whatWasWrong) <input name="reason" maxlength="500" autocomplete="off"></label>
              <button class="button button-quiet">\(words.sendReason)</button>
            </form>
            """)
    }

    private static let icon: HTML = #html(
        """
        <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path \
        d="M3 10h4v11H3zm6 0 4-8c1.7 0 3 1.3 3 3v4h4.5c1.3 0 2.2 1.2 1.9 2.4l-2 8a2 2 0 0 1-1.9 1.6H9z"></path></svg>
        """)
}
