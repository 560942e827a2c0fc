/// How a bot comes onto its owner's website, and how it looks there.
@Memberwise
public struct WidgetPage: Sendable {
    let bot: BotView
    let form: WidgetForm
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Widget · \(bot.name)",
            #html(
                """
                \(BotTabs(bot: bot.id, name: bot.name, current: .widget).html)
                \(form)
                """))
    }
}

/// The lines to copy, the design with its preview, and where it may be shown.
@View("Widget")
public struct WidgetForm {
    /// For the owner's pages.
    @Described("What goes into the pages of a site") public let snippet: String
    /// A page of its own, for those who have no website.
    public let chatURL: String
    @Hidden public let bot: String
    @Hidden public let fields: Fields
    @Hidden public var preview: WidgetPreview

    public var html: HTML {
        #html(
            """
            <div class="columns" id="widget">
              <div class="stack">
                <section class="panel" aria-labelledby="snippet-title">
                  <h2 class="title-small" id="snippet-title">Put it on your website</h2>
                  <p>Copy these lines into your pages, best just before <code>&lt;/body&gt;</code>. Visitors then see a button in the corner.</p>
                  \(CodeBlock(label: "The lines for your website", code: snippet, language: "html"))
                  <p>No website? Share this page instead: <a href="\(chatURL)">\(chatURL)</a></p>
                </section>
                \(settings)
              </div>
              \(watchedPreview)
            </div>
            """)
    }

    /// What watches the form isn't swapped itself, or a change during the swap would go unseen.
    private var watchedPreview: HTML {
        #html(
            """
            <div class="stack" hx-post="/bots/\(bot)/widget/previews" hx-trigger="input delay:200ms from:#widget-form" \
            hx-include="#widget-form" hx-target="#widget-preview" hx-swap="outerHTML" hx-sync="this:replace" data-try>\(preview)</div>
            """)
    }

    private var settings: HTML {
        #html(
            """
            <form class="panel" id="widget-form" method="post" action="/bots/\(bot)/widget?_method=patch" hx-patch="/bots/\(bot)/widget" \
            hx-target="#widget" hx-swap="outerHTML" data-guard>
              <h2 class="title-small">How it looks</h2>
              <div role="status">\(fields.notice)</div>
              \(Field(
                label: "Welcome message", name: "welcome_message", hint: "The first thing visitors read.", maximumLength: 300,
                placeholder: "Hello! What would you like to know?", fields: fields).html)
              \(Field(
                label: "Hint in the message box", name: "placeholder", hint: "Empty: the usual words, in the visitor’s language.", maximumLength: 80,
                placeholder: "Ask about our cakes", fields: fields).html)
              \(Field(label: "Colour", name: "primary_color", type: "color", fields: fields).html)
              \(Field(label: "Place on your website", name: "position", fields: fields).choice(Self.positions))
              \(Field(
                label: "Can visitors ask for a person?", name: "offers_person", hint: "You then see them in your conversations.", fields: fields
              ).choice(Self.answers))
              \(Field(
                label: "Websites that may show it", name: "allowed_sites",
                hint: "One a line, such as https://www.shop.example, with and without www if you use both. Empty: any website.", fields: fields
              ).box(rows: 3))
              <div class="row">
                <button class="button">Save</button>
                <button class="button button-quiet without-script" formaction="/bots/\(bot)/widget/previews" formnovalidate>Preview</button>
              </div>
            </form>
            """)
    }

    private static let positions = [Choice("right", "Bottom right"), Choice("left", "Bottom left")]
    private static let answers = [Choice("true", "Yes"), Choice("false", "No")]
}

/// How the widget looks with what stands in the form.
@View
public struct WidgetPreview {
    @Hidden public let bot: String
    @Hidden public let name: String
    @Hidden public let welcome: String
    @Hidden public let placeholder: String
    /// As `c2185b`.
    @Hidden public let color: String
    @Hidden public let isLeft: Bool
    /// Where white can't be read on the colour.
    @Hidden public let warning: ContrastWarning?
    @Hidden public let words: ChatWords

    public var html: HTML {
        #html(
            """
            <section class="panel preview" id="widget-preview" aria-labelledby="preview-title">
              <link rel="stylesheet" href="/widget/colors/\(color).css">
              <h2 class="title-small" id="preview-title">Preview</h2>
              <div class="preview-site\(isLeft ? " preview-left" : "")">
                <div class="preview-panel">
                  <p class="preview-head"><bdi>\(name)</bdi></p>
                  <p class="preview-welcome" dir="auto">\(welcome.isEmpty ? words.welcome : welcome)</p>
                  <p class="preview-asked">When do you open?</p>
                  <p class="preview-field" dir="auto">\(placeholder.isEmpty ? words.message : placeholder)</p>
                </div>
                <p class="preview-button" aria-hidden="true"><svg viewBox="0 0 24 24" width="28" height="28" fill="none" stroke="currentColor" \
            stroke-width="2" stroke-linejoin="round"><path d="M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5z"></path></svg></p>
              </div>
              \(warning)
            </section>
            """)
    }
}

/// Proposes the nearest colour on which white text can be read.
@View
public struct ContrastWarning {
    @Hidden public let bot: String
    /// As it is said: `2.9`.
    public let contrast: String
    /// As `#c2185b`.
    public let shade: String

    public var html: HTML {
        #html(
            """
            <div class="notice" role="status">
              <p>White text is hard to read on this colour: \(contrast) to 1, where 4.5 is needed. It is written in black instead. \
            The nearest shade for white is <code>\(shade)</code>.</p>
              <p><button class="button button-quiet" form="widget-form" name="use_color" value="\(shade)" \
            hx-patch="/bots/\(bot)/widget" hx-include="#widget-form" hx-target="#widget" hx-swap="outerHTML">Use \(shade)</button></p>
            </div>
            """)
    }
}
