/// A change of a bot that was tested.
@View("TestRun")
public struct TestRunView {
    public let id: String
    @Hidden public let bot: String
    /// `waiting` while a model is asked, else `done`.
    @Described(.one(of: "waiting", "done")) public let state: String
    /// What was changed, in words.
    public let cause: String
    public let published: Bool
    public let report: TestReport
    /// Questions that the model was asked, of all.
    public let done: Int
    public let total: Int
    public let createdAt: Moment
    /// Whether what was changed is kept, and can still be published.
    @Hidden public let isHeld: Bool
    @Described("Fields that were saved otherwise since, so that the change isn’t published by itself")
    public var conflicts: [FieldConflict] = []
    @Hidden public var meanwhile: Meanwhile?
    /// The number of the version that the conflicts were found in.
    @Hidden public var basedOn: Int = 0
    /// Whether the change is one of the text, else it is one of the settings.
    @Hidden public var isText: Bool = false

    public var html: HTML {
        #html(
            """
            <li class="entry">
              <p><a href="\(path)">\(cause)</a> <span class="small">\(createdAt)</span><br><span class="small">\(outcome)</span></p>
            </li>
            """)
    }

    public var path: String { "/bots/\(bot)/runs/\(id)" }

    private var outcome: String {
        if state == "waiting" { return "Being tried …" }
        let worse = report.worse.count + report.changes.count
        let words = worse > 0 ? "\(worse) worse or different" : report.sentence ?? "Nothing got worse."
        return published ? words : words + " Not published."
    }

    /// Looks again by itself while a model is asked; without scripts, by its link.
    public var section: HTML {
        #html(
            """
            <section id="run" class="panel" aria-labelledby="run-title">
              <h2 class="title-small" id="run-title">\(cause)</h2>
              \(state == "waiting" ? waiting : finished)
            </section>
            """)
    }

    private var waiting: HTML {
        #html(
            """
            <div role="status" hx-get="\(path)" hx-trigger="every 1s" hx-target="#run" hx-swap="outerHTML">
              <p>Your tests are asked with this change: \(done) of \(total). <progress value="\(done)" max="\(total)">\(done)</progress></p>
              <p class="small">\(published ? "It is published already." : "It is published as soon as nothing gets worse.") <a href="\(path)">Look again</a></p>
            </div>
            """)
    }

    private var finished: HTML {
        #html(
            """
            <div role="status"><p>\(finding)\(isUnchecked && conflicts.isEmpty ? advice : nil)</p></div>
            \(isHeld && !published ? meanwhile.map { $0.html(resolution) } : nil)
            \(report)
            \(isHeld && !published ? decision : #html("<p><a href=\"/bots/\(bot)/tests\">All tests</a></p>"))
            """)
    }

    private var finding: String {
        if published { return isUnchecked ? "The model couldn’t be asked." : "This is published." }
        if !isHeld { return "This wasn’t published." }
        if !conflicts.isEmpty, !report.isWorse { return "This isn’t published yet: somebody saved something else meanwhile." }
        return isUnchecked ? "This isn’t published yet: the model couldn’t be asked." : "This isn’t published: please look first."
    }

    private var advice: HTML {
        #html(
            """
             That often passes by itself. If it doesn’t, look at <a href="/account/providers">your keys</a> and at \
            <a href="/bots/\(bot)/limits">this bot’s limits</a>.
            """)
    }

    /// Nothing got worse, as far as anybody can tell; and nobody has published it without knowing.
    private var isUnchecked: Bool { !report.isWorse && !report.unchecked.isEmpty && !(isHeld && published) }

    private var resolution: HTML {
        #html(
            """
            <p>To put both together, go back to it.</p>
            <div class="row">
              <form method="post" action="\(path + "/publication")"><input type="hidden" name="based_on" value="\(basedOn)">\
            <button class="button">Publish mine</button></form>
              <form method="post" action="\(path + "/publication")"><input type="hidden" name="keep" value="\(meanwhile?.fields)">\
            <button class="button button-quiet">Keep what is saved</button></form>
            </div>
            """)
    }

    private var publication: HTML {
        let update = UpdateButton(report, name: "tests", updating: "Publish and update")
        let isFirst = update == nil && report.unchecked.isEmpty
        return #html(
            """
            <form class="row" method="post" action="\(path + "/publication")">
              \(update?.button)
              <button class="button\(isFirst ? "" : " button-quiet")" name="tests" value="keep">Publish anyway</button>
            </form>
            """)
    }

    private var decision: HTML {
        #html(
            """
            \(UpdateButton(report, name: "tests", updating: "Publish and update")?.kept)
            <div class="row">
              \(report.unchecked.isEmpty ? nil : #html("""
                <form method="post" action="\(path + "/attempts")"><button class="button\(conflicts.isEmpty ? "" : " button-quiet")">Try again</button></form>
                """))
              \(conflicts.isEmpty ? publication : nil)
              <a class="button button-quiet" href="/bots/\(bot)\(isText ? "" : "/settings")?run=\(id)">Go back to it</a>
              \(Unpublished.discarding(path))
            </div>
            """)
    }
}

@Memberwise
public struct TestRunPage: Sendable {
    let name: String
    let run: TestRunView
    let frame: Frame

    public var page: HTML {
        var frame = frame
        if frame.unpublished?.run == run.id { frame.unpublished = nil }
        return frame.page("A change · \(name)", #html("\(BotTabs(bot: run.bot, name: name, current: .tests).html)\(run.section)"))
    }
}
