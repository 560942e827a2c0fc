/// Where an owner takes a bot with them, and sees what was erased.
@Memberwise
public struct BotDataPage: Sendable {
    let bot: BotView
    let data: BotData
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Your data · \(bot.name)",
            #html(
                """
                \(BotTabs(bot: bot.id, name: bot.name, current: .settings).html)
                <div class="account">
                <section class="panel" aria-labelledby="export-title">
                  <h2 class="title-small" id="export-title">Take this bot with you</h2>
                  <p>One zip file with what you wrote, its files and websites, settings, conversations and figures. You can bring it back \
                under <a href="/account/data">Your data</a>, here or on another server.</p>
                  \(ExportNote().html)
                  <div class="row"><a class="button" href="/bots/\(bot.id)/export" download>Export this bot</a></div>
                </section>
                <section class="panel" aria-labelledby="kept-title">
                  <h2 class="title-small" id="kept-title">How long conversations are kept</h2>
                  <p>\(data.retentionInWords) You can change that in the <a href="/bots/\(bot.id)/settings">settings</a>.</p>
                  <p class="small">Visitors can see, download and delete their own chat at any time, on the page where they chat.</p>
                </section>
                \(data.erasures.isEmpty ? nil : ErasureList(erasures: data.erasures).html)
                </div>
                """))
    }
}

/// What a bot's page of its data says.
@View("BotData")
public struct BotData {
    /// After so many days without a message a conversation is erased; nil: never.
    public let retentionDays: Int?
    /// Newest first.
    public let erasures: [ErasureView]

    public var html: HTML { ErasureList(erasures: erasures).html }

    var retentionInWords: String {
        switch retentionDays {
        case nil: "They are kept until somebody deletes them."
        case 1?: "A conversation is erased a day after its last message."
        case let days?: "A conversation is erased \(days) days after its last message."
        }
    }
}

/// That something was erased; never what.
@View("Erasure")
public struct ErasureView {
    @Hidden public let botName: String?
    public let botID: String
    @Described(.one(of: "visitor", "owner", "retention")) public let cause: String
    public let conversations: Int
    public let erasedAt: Moment

    public var html: HTML {
        #html(
            """
            <li class="entry"><p>\(conversations == 1 ? "A conversation" : "\(conversations) conversations") \
            \(botName.map { #html("of <bdi>\($0)</bdi>") }) \(why) <span class="small">\(erasedAt)</span></p></li>
            """)
    }

    private var why: String {
        switch cause {
        case "visitor": "erased by its visitor"
        case "owner": "deleted by you or a member"
        default: "erased for its age"
        }
    }
}

struct ErasureList: Sendable {
    let erasures: [ErasureView]

    var html: HTML {
        #html(
            """
            <section class="panel" aria-labelledby="erased-title">
              <h2 class="title-small" id="erased-title">What was erased</h2>
              <p class="small">When, and why. Nothing of what was said is left.</p>
              <ul class="entries">\(erasures)</ul>
            </section>
            """)
    }
}
