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
        "This page: a demo that answers questions about Frontdesk",
        "Answers with their source, quoted or phrased by an AI service you choose",
        "The same demo for programs, over an API",
        "All of it on a server of your own, with your text in place of ours",
    ]

    private static let next = [
        "Signing in with a code by e-mail, and front desks of your own",
        "A chat bubble for your website, from one line of code",
        "WhatsApp, under your own business number",
        "Plans and payment, with prices stated before anyone pays",
    ]
}
