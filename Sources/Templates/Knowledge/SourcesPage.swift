/// Where an owner adds files, websites and answers of their own.
@Memberwise
public struct SourcesPage: Sendable {
    let bot: BotView
    let list: SourceList
    let fields: Fields
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Files and websites · \(bot.name)",
            #html(
                """
                \(BotTabs(bot: bot.id, name: bot.name, current: .sources).html)
                <div class="columns">
                  \(AddSource(bot: bot.id, fields: fields))
                  \(list)
                </div>
                """))
    }
}

/// The forms that add a source. The one that was filled in is open.
@View
public struct AddSource {
    @Hidden public let bot: String
    @Hidden public let fields: Fields

    public var html: HTML {
        #html(
            """
            <section id="add-source" class="panel" aria-labelledby="add-title">
              <h2 class="title-small" id="add-title">Add something it should know</h2>
              <div role="status">\(fields.notice)</div>
              \(details("file", "A file", file))
              \(details("website", "A website", website))
              \(details("qa", "A question with your own answer", pair))
              \(details("text", "Another text", text))
            </section>
            """)
    }

    private var kind: String { fields.values["kind"] ?? "file" }

    /// Problems belong to the form that was sent.
    private func own(_ kind: String) -> Fields { kind == self.kind ? fields : Fields() }

    private func details(_ kind: String, _ label: String, _ content: HTML) -> HTML {
        #html(
            """
            <details class="more" open="\(kind == self.kind)"><summary>\(label)</summary>\(content)</details>
            """)
    }

    private var file: HTML {
        #html(
            """
            <form class="stack" method="post" action="\(path)" enctype="multipart/form-data">
              <input type="hidden" name="kind" value="file">
              \(Field(
                label: "The file", name: "file", type: "file", hint: "PDF, Word (docx), text, Markdown, CSV or a saved web page, up to 10 MB.",
                isRequired: true, maximumMegabytes: 10, scope: "add-file", fields: Fields(problems: own("file").problems)).html)
              <div class="row"><button class="button">Add the file</button></div>
            </form>
            """)
    }

    private var website: HTML {
        #html(
            """
            <form class="stack" method="post" action="\(path)" hx-post="\(path)">
              <input type="hidden" name="kind" value="website">
              \(Field(
                label: "Its address", name: "url", hint: "Your start page, or a sitemap. Up to 200 pages of the same site are read.",
                isRequired: true, maximumLength: 2_000, inputMode: "url", placeholder: "your-business.com", scope: "add-website", fields: own("website")).html)
              \(Field(label: "Read it again", name: "refresh", scope: "add-website", fields: own("website")).choice([
                Choice("never", "When I say so"), Choice("weekly", "Every week"),
              ]))
              <div class="row"><button class="button">Read the website</button></div>
            </form>
            """)
    }

    private var pair: HTML {
        #html(
            """
            <form class="stack" method="post" action="\(path)" hx-post="\(path)">
              <input type="hidden" name="kind" value="qa">
              \(Field(
                label: "The question", name: "question", isRequired: true, maximumLength: 500, placeholder: "Do you have gluten-free bread?",
                scope: "add-qa", fields: own("qa")).html)
              \(Field(
                label: "Your answer", name: "answer", hint: "Whoever asks this gets your answer word for word.", isRequired: true, maximumLength: 10_000,
                scope: "add-qa", fields: own("qa")).box(rows: 4))
              <div class="row"><button class="button">Add the answer</button></div>
            </form>
            """)
    }

    private var text: HTML {
        #html(
            """
            <form class="stack" method="post" action="\(path)" hx-post="\(path)">
              <input type="hidden" name="kind" value="text">
              \(Field(label: "Title", name: "title", maximumLength: 200, placeholder: "Christmas opening hours", scope: "add-text", fields: own("text")).html)
              \(Field(label: "Text", name: "text", isRequired: true, scope: "add-text", fields: own("text")).box(rows: 8))
              <div class="row"><button class="button">Add the text</button></div>
            </form>
            """)
    }

    private var path: String { "/bots/\(bot)/sources" }
}

/// One source by itself, with what each of its pages gave.
@Memberwise
public struct SourcePage: Sendable {
    let bot: BotView
    let source: SourceView
    let frame: Frame

    public var page: HTML {
        frame.page(
            "\(source.title) · \(bot.name)",
            #html(
                """
                \(BotTabs(bot: bot.id, name: bot.name, current: .sources).html)
                <ul class="list">\(source)</ul>
                \(source.text.isEmpty ? nil : #html("<p class=\"panel passage-text\">\(source.text)</p>"))
                \(source.pages.map { pages in #html("<section class=\"panel\"><h2 class=\"title-small\">Its pages</h2><ul class=\"list\">\(pages)</ul></section>") })
                """))
    }
}
