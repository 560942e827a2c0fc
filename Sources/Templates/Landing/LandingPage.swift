/// The landing page. After a question that was sent without JavaScript, it comes back with the answer or the notice.
@View
public struct LandingPage {
    /// The public key of the demo's bot.
    public let demoKey: String
    /// As in the example for developers, without a slash at the end.
    public let baseURL: String
    public var article: AnswerArticle?
    /// Why the question was refused, and the question, so that it need not be typed again.
    public var notice: Notice?
    public var question: String = ""
    @Hidden public let assets: Assets
    @Hidden public var isSignedIn: Bool = false

    public var html: HTML {
        Page(
            title: article == nil ? "Frontdesk: answers your customers in your own words" : "Your answer · Frontdesk",
            description: article == nil ? Self.description : nil,
            isIndexed: article == nil, isLanding: true, isSignedIn: isSignedIn, assets: assets, content: content
        ).html
    }

    private static let description = """
        Write down once what you tell customers every day. Frontdesk answers from your text, shows where each answer comes \
        from, and says so when it doesn’t know.
        """

    private var content: HTML {
        #html(
            """
            <section class="hero">
              \(Self.words)
              \(AskSection(demoKey: demoKey, article: article, notice: notice, question: question, assets: assets))
            </section>
            \(LandingSections.howItWorks)
            \(LandingSections.whatItDoes)
            \(LandingSections.todayAndNext)
            \(LandingSections.limits)
            \(LandingSections.questions)
            \(ForDevelopers(demoKey: demoKey, baseURL: baseURL))
            """)
    }

    private static let words: HTML = #html(
        """
        <div class="hero-words">
          <h1>A front desk that answers in <span class="marked">your own words</span></h1>
          <p class="lead">Write down once what you tell customers every day. Frontdesk answers from it, shows where each \
        answer comes from, and says so when it doesn’t know.</p>
          <ul class="ticks">
            <li>Try it right here, without an account</li>
            <li>Every answer shows the words it came from</li>
            <li>“I don’t know” instead of a guess</li>
          </ul>
          <p><a class="button" href="/sign-in">Make your own</a></p>
        </div>
        """)
}
