/// A field that somebody else, or the same person in another window, has changed since a change of it was begun.
@View
public struct FieldConflict: Equatable {
    /// As the API calls it; `text` is the bot's text.
    public let field: String
    @Hidden public let label: String
    public let saved: String
    public let yours: String

    public var change: SettingChange { SettingChange(name: field, label: label, before: saved, after: yours) }

    public var html: HTML { change.html }
}

/// What was saved meanwhile in the fields of a change: its owner looks at both and decides.
@Memberwise
public struct Meanwhile: Sendable {
    public let conflicts: [FieldConflict]
    /// Of the text, from what is saved to what is theirs.
    let lines: [ComparedLine]
    let settings: [SettingChange]
    let savedAt: Moment?
    let author: String?

    /// The fields, as the form sends them to give its own change of them up.
    var fields: String { conflicts.map(\.field).joined(separator: ",") }

    /// - Parameter decision: how to go on.
    func html(_ decision: HTML) -> HTML {
        #html(
            """
            <section class="notice worse" id="meanwhile" tabindex="-1" autofocus aria-labelledby="meanwhile-title">
              <h3 class="title-small" id="meanwhile-title">Somebody saved something else here meanwhile</h3>
              <p>Nothing of yours is published yet, and nothing is lost. A line with “−” is saved now, one with “+” is yours.\
            \(savedAt.map { #html(" <span class=\"small\">Last saved \($0)\(author.map { #html(" by <bdi>\($0)</bdi>") }).</span>") })</p>
              \(lines.isEmpty ? nil : #html("<div class=\"diff\">\(lines.map { #html("\($0.html)") })</div>"))
              \(settings)
              \(decision)
            </section>
            """)
    }

    /// Within the form that holds the change.
    var inForm: HTML {
        html(
            #html(
                """
                <p>You can go on writing, so that both are in it.</p>
                <div class="row">
                  <button class="button">Publish mine</button>
                  <button class="button button-quiet" name="keep" value="\(fields)">Keep what is saved</button>
                </div>
                """))
    }
}
