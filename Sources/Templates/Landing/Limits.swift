extension LandingSections {
    static let limits: HTML = #html(
        """
        <section class="band" id="limits">
          <h2>Honest limits</h2>
          <ul class="limits">
            \(bounds.map { bound in #html("<li><strong>\(bound.title)</strong> \(bound.text)</li>") })
          </ul>
        </section>
        """)

    private static let bounds: [Point] = [
        (
            "It is as good as your text.",
            "If the text is out of date or says two different things, so will the answer."
        ),
        (
            "Quoting isn’t chatting.",
            "Without an AI service you get the sentences that fit. They aren’t reworded, summed up or translated."
        ),
        (
            "An AI can still slip.",
            "With a language model, sentences are newly written. That’s why the source stands underneath: please check it."
        ),
        (
            "It answers; it doesn’t act.",
            "It takes no orders or bookings, and it can’t look into your calendar, your till or your stock."
        ),
        (
            "Someone has to start it.",
            "Today that takes a server, and a person who is at ease with one. Ask a friend or your web person."
        ),
        (
            "The demo has a brake.",
            "You can ask only so many questions a minute, each with up to 4,000 characters."
        ),
    ]
}
