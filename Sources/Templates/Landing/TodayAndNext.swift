extension LandingSections {
    static let todayAndNext: HTML = #html("""
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
        "Answers with their source, quoted or phrased by an AI service you choose",
        "What was asked, what was answered and what wasn’t, to read and to take with you",
        "An API for programs, which OpenAI’s own clients speak",
    ]

    private static let next = [
        "A chat bubble for your website, from one line of code",
        "An inbox in which you take over a conversation yourself",
        "WhatsApp, under your own business number",
        "Plans and payment, with prices stated before anyone pays",
    ]
}
