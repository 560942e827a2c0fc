extension LandingSections {
    static let whatItDoes: HTML = #html(
        """
        <section class="band" id="what">
          <h2>What it does for you</h2>
          <dl class="facts">
            \(facts.map { fact in #html("<div class=\"fact\"><dt>\(fact.title)</dt><dd>\(fact.text)</dd></div>") })
          </dl>
        </section>
        """)

    private static let facts: [Point] = [
        (
            "Answers only from your text",
            "It doesn’t search the internet and doesn’t use general knowledge. What you wrote is what it knows."
        ),
        (
            "Shows where it comes from",
            "The heading and the sentences stand under the answer. The server looks them up, so a source can’t be made up."
        ),
        (
            "Admits what it doesn’t know",
            "No guessing. Your customer reads that it isn’t in your information, and how to reach a person."
        ),
        (
            "Needs no AI account",
            """
            It quotes the passage that fits, word for word. If you add a key for an AI service, a language model phrases the \
            answer from the same passages.
            """
        ),
        (
            "Stays on your server",
            "One program and one database, started with one command. Without an AI service, nothing leaves the machine."
        ),
        (
            "Is there for everyone",
            "On any phone, by keyboard alone, with a screen reader, and even with JavaScript switched off."
        ),
    ]
}
