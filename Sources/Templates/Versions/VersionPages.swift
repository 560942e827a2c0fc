/// A version in the list: who changed what.
@View("VersionSummary")
public struct VersionRow {
    public let id: String
    public let number: Int
    public let createdAt: Moment
    /// nil: nobody of the account, as when a website was read.
    public let author: String?
    @Described("The number of the version that it restored") public let restores: Int?
    /// In words, since the version before or the one that it is compared with.
    public let changes: [String]
    public let isCurrent: Bool
    @Hidden public let bot: String

    public var html: HTML {
        #html(
            """
            <li class="entry version" id="version-\(number)">
              <div>
                <p><a href="\(path)">Version \(number)</a>\(isCurrent ? #html(" <span class=\"basis\">as it is now</span>") : nil)</p>
                <p class="small">\(createdAt)\(author.map { #html(" by <bdi>\($0)</bdi>") })</p>
                \(restores.map { #html("<p>Version \($0) restored</p>") })
                \(changes.isEmpty ? beginning : #html("<ul>\(changes.map { #html("<li>\($0)</li>") })</ul>"))
              </div>
              \(isCurrent ? nil : restoring)
            </li>
            """)
    }

    var path: String { "/bots/\(bot)/versions/\(id)" }

    private var beginning: HTML {
        #html("<p>\(number == 1 ? "How it began" : "The oldest that is kept")</p>")
    }

    var restoring: HTML {
        #html(
            """
            <details class="more">
              <summary>Restore</summary>
              <form method="post" action="\(path + "/restorations")">
                <p>Your bot gets this version’s text, settings and answers back. What it has now stays in this list. Files and websites stay as they are.</p>
                <p><button class="button">Restore version \(number)</button></p>
              </form>
            </details>
            """)
    }
}

@View("Versions")
public struct VersionList {
    public let versions: [VersionRow]
    @Described("For ?before=, where there are older ones") public let next: String?
    @Hidden public let bot: String

    public var html: HTML {
        #html(
            """
            <section class="panel" aria-label="Versions">
              <ul class="entries">\(versions)</ul>
              \(next.map { #html("<p><a href=\"/bots/\(bot)/versions?before=\($0)\">Older versions</a></p>") })
            </section>
            """)
    }
}

/// What a bot was told, and when.
@Memberwise
public struct VersionsPage: Sendable {
    let bot: BotView
    let list: VersionList
    let isFirst: Bool
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Versions · \(bot.name)",
            #html(
                """
                \(BotTabs(bot: bot.id, name: bot.name, current: .versions).html)
                <p class="small">Each change of your text, settings and answers is kept for a year, the newest 200 of them.</p>
                \(list)
                \(isFirst ? nil : #html("<p><a href=\"/bots/\(bot.id)/versions\">Back to the newest</a></p>"))
                """))
    }
}

/// What is different between two versions.
@View
public struct VersionComparison {
    /// The number of the other one.
    public let with: Int
    public let settings: [SettingChange]
    public let sources: [SourceChange]
    /// Of the text; none where it is the same.
    public let lines: [ComparedLine]

    public var html: HTML {
        if settings.isEmpty, sources.isEmpty, lines.isEmpty { return #html("<p role=\"status\">There is no difference.</p>") }
        return #html(
            """
            \(lines.isEmpty ? nil : part("The text", #html("<div class=\"diff\">\(lines.map { #html("\($0.html)") })</div>")))
            \(settings.isEmpty ? nil : part("Settings", #html("\(settings)")))
            \(sources.isEmpty ? nil : part("Answers, texts, files and websites", #html("\(sources)")))
            """)
    }

    private func part(_ title: String, _ content: HTML) -> HTML {
        #html("<h3>\(title)</h3>\(content)")
    }
}

/// A version as it was, compared with another.
@View("Version")
public struct VersionView {
    public let version: VersionRow
    public let text: String
    @Described(.anyObject) public let settings: StoredJSON
    public let sources: [SourceChange]
    public let comparison: VersionComparison?
    /// What it can be compared with.
    @Hidden public let choices: [(number: Int, id: String)]

    public var html: HTML {
        #html(
            """
            <section class="panel" aria-labelledby="version-title">
              <h2 class="title-small" id="version-title">Version \(version.number)\(version.isCurrent ? ", as it is now" : "")</h2>
              <p class="small">\(version.createdAt)\(version.author.map { #html(" by <bdi>\($0)</bdi>") })</p>
              \(choices.isEmpty ? nil : choice)
              \(comparison.map { #html("<p>What changed from version \($0.with) to version \(version.number):</p>") })
              \(comparison)
              \(version.isCurrent ? nil : version.restoring)
            </section>
            <details class="more">
              <summary>All of its text</summary>
              <p class="panel passage-text">\(text)</p>
            </details>
            """)
    }

    private var choice: HTML {
        #html(
            """
            <form class="row" method="get" action="\(version.path)">
              <label for="with">Compare with</label>
              <select class="version-choice" id="with" name="with">\(choices.map { choice in
                #html("<option value=\"\(choice.id)\" selected=\"\(choice.number == comparison?.with)\">Version \(choice.number)</option>")
              })</select>
              <button class="button button-quiet">Compare</button>
            </form>
            """)
    }
}

@Memberwise
public struct VersionPage: Sendable {
    let bot: BotView
    let view: VersionView
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Version \(view.version.number) · \(bot.name)",
            #html(
                """
                \(BotTabs(bot: bot.id, name: bot.name, current: .versions).html)
                <p><a href="/bots/\(bot.id)/versions">All versions</a></p>
                \(view)
                """))
    }
}
