extension LandingSections {
    static let howItWorks: HTML = #html(
        """
        <section class="band" id="how">
          <h2>How it works</h2>
          <p class="lead">An example: a small bakery, and the question it hears every week.</p>
          <ol class="steps">
            <li class="step">
              <h3>You write it down</h3>
              <p>Plain sentences, the way you say them at the counter. A page or two is plenty.</p>
              <div class="slip" role="img" aria-label="A note from the bakery: We bake from Tuesday to Saturday, 7 to 6. \
        On Sundays we open from 8 to 12. Cakes need two days’ notice.">
                <p>We bake from Tuesday to Saturday, 7 to 6. <span class="marked">On Sundays we open from 8 to 12.</span> \
        Cakes need two days’ notice.</p>
              </div>
            </li>
            <li class="step">
              <h3>A customer asks</h3>
              <p>In their own way, at any hour, with typing mistakes and all.</p>
              <div class="slip slip-asked" role="img" aria-label="The customer’s question: r u open on sunday?">
                <p>r u open on sunday?</p>
              </div>
            </li>
            <li class="step">
              <h3>They get your answer</h3>
              <p>In your words, with the place they come from. If it isn’t in your text, they read how to reach you.</p>
              <div class="slip slip-answer" role="img" aria-label="The answer, quoted from the bakery’s own text: On Sundays \
        we open from 8 to 12.">
                <p><span class="basis basis-quoted">Quoted</span> \
        <span class="marked">On Sundays we open from 8 to 12.</span></p>
              </div>
            </li>
          </ol>
        </section>
        """)
}
