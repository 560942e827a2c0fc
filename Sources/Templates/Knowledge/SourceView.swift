/// Something that a bot knows beside its context, and how far it has been read.
@View("Source")
public struct SourceView {
    public let id: String
    @Described(.one(of: "text", "qa", "file", "website")) public let kind: String
    /// A title, the question, the file's name, the site's address.
    public let title: String
    public let text: String
    public let url: String?
    @Described(.one(of: "never", "weekly")) public let refresh: String
    public let mediaType: String?
    public let bytes: Int64
    @Described(.one(of: "queued", "reading", "ready", "failed")) public let status: String
    /// A sentence for the owner, where it failed.
    public let problem: String?
    /// Pages looked at, of those known so far.
    public let done: Int
    public let total: Int?
    public let words: Int
    public let createdAt: Moment
    public let readAt: Moment?
    @Hidden public let bot: String
    /// Of a website, where it is shown by itself.
    public var pages: [SourcePageView]?

    /// Looks again by itself as long as it is being read.
    public var html: HTML {
        #html(
            """
            <li class="source panel" id="source-\(id)">
              \(isUnderWay ? watching : nil)
              <p class="small">\(kindName)</p>
              <h3 class="title-small"><a href="\(path)"><bdi>\(title)</bdi></a></h3>
              \(state)
              \(actions)
            </li>
            """)
    }

    private var watching: HTML {
        #html(
            """
            <div hx-get="\(path + "/row")" hx-trigger="every 1s" hx-target="closest .source" hx-swap="outerHTML"></div>
            """)
    }

    var path: String { "/bots/\(bot)/sources/\(id)" }
    var isUnderWay: Bool { status == "queued" || status == "reading" }

    var kindName: String {
        switch kind {
        case "qa": "Question and answer"
        case "file": "File"
        case "website": refresh == "weekly" ? "Website, read every week" : "Website"
        default: "Text"
        }
    }

    var state: HTML {
        switch status {
        case "queued": #html("<p class=\"small\" role=\"status\">Waiting to be read …</p>")
        case "reading": #html("<p class=\"small\" role=\"status\">Being read … \(progress)</p>")
        case "failed": #html("<p class=\"notice\">\(problem)</p>")
        default: #html("<p class=\"small\">\(words) words, known to your bot</p>")
        }
    }

    private var progress: HTML? {
        total.map { #html("page \(done) of \($0) <progress value=\"\(done)\" max=\"\($0)\">\(done)</progress>") }
    }

    private var actions: HTML {
        #html(
            """
            <div class="row">
              \(canBeReadAgain ? again : nil)
              <form method="post" action="\(path + "?_method=delete")"><button class="link">Remove</button></form>
            </div>
            """)
    }

    private var canBeReadAgain: Bool { !isUnderWay && (kind == "file" || kind == "website") }

    private var again: HTML {
        #html(
            """
            <form method="post" action="\(path + "/readings")"><button class="link">Read again</button></form>
            """)
    }
}

/// What one page of a website gave.
@View
public struct SourcePageView {
    public let url: String
    /// `read`, `skipped` or `failed`.
    public let status: String
    public let problem: String?
    public let title: String
    public let words: Int

    public var html: HTML {
        #html(
            """
            <li class="source-page source-page-\(status)">
              <p><a href="\(url)" rel="nofollow noopener"><bdi>\(title.isEmpty ? url : title)</bdi></a></p>
              <p class="small">\(status == "read" ? "\(words) words" : problem ?? "Not read.")</p>
            </li>
            """)
    }
}

/// A bot's sources, newest first.
@View("Sources")
public struct SourceList {
    @Hidden public let bot: String
    public let sources: [SourceView]

    public var html: HTML {
        #html(
            """
            <section id="sources" aria-labelledby="sources-title">
              <h2 class="title-small" id="sources-title">What you have added</h2>
              \(sources.isEmpty ? #html("<p class=\"small\">Nothing yet. What stands under “Teach and try” counts anyway.</p>") : nil)
              <ul class="list">\(sources)</ul>
            </section>
            """)
    }
}
