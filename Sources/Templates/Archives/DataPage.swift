/// Where an owner takes everything with them, and brings it back.
@Memberwise
public struct DataPage: Sendable {
    let data: AccountData
    var fields: Fields = Fields()
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Your data",
            #html(
                """
                <p class="small"><a href="/account">Account</a></p>
                <h1 class="title">Your data</h1>
                <div class="account">
                \(export)
                \(importing)
                \(data.erasures.isEmpty ? nil : ErasureList(erasures: data.erasures).html)
                </div>
                """))
    }

    private var export: HTML {
        #html(
            """
            <section class="panel" aria-labelledby="export-title">
              <h2 class="title-small" id="export-title">Take everything with you</h2>
              <p>One zip file with all your bots: what you wrote, your files and websites, settings, conversations and figures. \
            Keys and passwords aren’t in it.</p>
              \(ExportNote().html)
              <div class="row"><a class="button" href="/account/export" download>Export everything</a></div>
              <p class="small">To take a single bot, open its settings.</p>
            </section>
            """)
    }

    private var importing: HTML {
        #html(
            """
            <section class="panel" aria-labelledby="import-title">
              <h2 class="title-small" id="import-title">Bring it back</h2>
              <p>Choose a file that “Export” gave you, here or on another server. Its bots come beside those that you have; nothing of \
            yours is changed. If something in it can’t be read, nothing is imported.</p>
              <div role="status">\(fields.notice)</div>
              <form class="stack" method="post" action="/account/imports" enctype="multipart/form-data">
                \(Field(
                  label: "The archive", name: "file", type: "file", hint: "A zip file of up to 512 MB, as it came.", isRequired: true,
                  maximumMegabytes: 512, scope: "import", fields: Fields(problems: fields.problems)).html)
                <div class="row"><button class="button">Import</button></div>
              </form>
              <ul class="list">\(data.imports)</ul>
            </section>
            """)
    }
}

/// What an account's page of its data says.
@View("AccountData")
public struct AccountData {
    /// Newest first.
    public let imports: [ImportView]
    /// Newest first.
    public let erasures: [ErasureView]

    public var html: HTML { #html("<ul class=\"list\">\(imports)</ul>") }
}

/// An archive on its way in, or what became of it.
@View("Import")
public struct ImportView {
    public let id: String
    @Described(.one(of: "uploading", "waiting", "running", "done", "failed")) public let state: String
    /// A sentence, where it failed.
    public let problem: String?
    public let bytes: Int64
    /// Rows, of which so many are taken.
    public let done: Int
    public let total: Int?
    public let createdAt: Moment
    public let finishedAt: Moment?

    public var html: HTML {
        #html(
            """
            <li class="stack import" id="import-\(id)">
              \(outcome)
              <p class="small">\(createdAt)</p>
              \(isUnderWay ? watching : nil)
            </li>
            """)
    }

    public var isUnderWay: Bool { state != "done" && state != "failed" }

    private var outcome: HTML {
        switch state {
        case "done": #html("<p role=\"status\">Imported: \(done) rows. <a href=\"/bots\">To your bots</a></p>")
        case "failed": #html("<p class=\"notice\" role=\"status\">\(problem)</p>")
        default: #html("<p role=\"status\">Being imported … \(progress)</p>")
        }
    }

    private var progress: HTML? {
        total.map { #html("row \(done) of \($0) <progress value=\"\(done)\" max=\"\($0)\">\(done)</progress>") }
    }

    private var watching: HTML {
        #html(
            """
            <div hx-get="/account/imports/\(id)" hx-trigger="every 1s" hx-target="closest .import" hx-swap="outerHTML"></div>
            <p class="small without-script"><a href="/account/data">Look again</a></p>
            """)
    }
}

/// What whoever exports must know.
struct ExportNote: Sendable {
    var html: HTML {
        #html(
            """
            <p class="small">Whoever has this file can read your visitors’ conversations: keep it safe, and delete it when you don’t need it \
            any more. What you erase here later stays in it.</p>
            """)
    }
}
