extension LandingSections {
    static let todayAndNext: HTML = #html(
        """
        <section class="band" id="today">
          <h2>What works today, and what comes next</h2>
          <div class="boards">
            <div class="board">
              <h3>Works today</h3>
              <ul class="ticks">\(today.map { #html("<li>\($0)</li>") })</ul>
            </div>
            <div class="board board-next">
              <h3>Comes next</h3>
              <ul class="ticks ticks-open">\(next.map { #html("<li>\($0)</li>") })</ul>
            </div>
          </div>
          <p class="small">We don’t promise dates. Until something works, this page says that it is planned.</p>
        </section>
        """)

    private static let today = [
        "A front desk of your own: sign in with a code by e-mail, paste your text, try it at once",
        "It reads your PDF and Word files and your website, too",
        "A chat bubble for your website, from one line of code, and a chat page to link to",
        "An inbox in which you read along, take over and reply yourself",
        "Unanswered questions become answers; tests say what a change made worse",
        "A budget for the AI service: when it is used up, the bot goes on by quoting",
        "An API for programs, which OpenAI’s own clients speak",
        "Everything goes with you: export it, and bring it back in",
    ]

    private static let next = [
        "WhatsApp, under your own business number",
        "Plans and payment, with prices stated before anyone pays",
        "Workflows: start something in your other programs",
    ]
}
