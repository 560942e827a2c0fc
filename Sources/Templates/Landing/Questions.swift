extension LandingSections {
    static let questions: HTML = #html(
        """
        <section class="band band-split" id="questions">
          <h2>Questions and answers</h2>
          <div class="faq">
            \(faq.map { item in #html("<details><summary>\(item.title)</summary><p>\(item.text)</p></details>") })
          </div>
        </section>
        """)

    private static let faq: [Point] = [
        (
            "What does it cost?",
            """
            The server it runs on, and nothing to us: no monthly fee, no price per message. If you add an AI service, that \
            provider bills you directly. There are no paid plans today.
            """
        ),
        (
            "Can I have it for my shop now?",
            """
            Yes, on a server of your own with your own text in place of ours, if you or someone you know can start a program \
            there. Signing up and writing your text in the browser come next.
            """
        ),
        (
            "Where do the questions go?",
            """
            Into the database of the server that runs Frontdesk. Without an AI service they go nowhere else. With one, the \
            question and the passages that fit are sent to the provider chosen there.
            """
        ),
        (
            "Does this page track me?",
            """
            No. It sets no cookies, stores nothing about you in your browser and loads nothing from other companies. That’s why \
            there is no cookie banner.
            """
        ),
        (
            "Which languages does it speak?",
            """
            Without an AI service, a question has to be in the language of your text; English works best. With one, customers \
            can ask in most languages and are answered in theirs.
            """
        ),
        (
            "What if an answer is wrong?",
            """
            Look at the passage under it. Nearly always the text is missing something or is out of date: correct the sentence \
            and ask again.
            """
        ),
    ]
}
