/// Whether and when visitors can reach a person.
@Memberwise
public struct ReceptionPage: Sendable {
    let form: ReceptionForm
    let name: String
    let frame: Frame

    public var page: HTML {
        frame.page("Reaching you · \(name)", #html("\(BotTabs(bot: form.bot, name: name, current: .reception).html)\(form)"))
    }
}

@View
public struct ReceptionForm {
    @Hidden public let bot: String
    @Hidden public let offersPerson: Bool
    public let timeZone: String
    /// By the days' English names, each as `09:00-12:30, 14:00-18:00`; a day without is closed, and all of them without always open.
    @Described("By day, in answers") public let hours: [String: String]
    public let closedMessage: String
    @Hidden public let fields: Fields

    public var html: HTML {
        #html(
            """
            <form id="reception" class="panel" method="post" action="/bots/\(bot)/reception?_method=put" hx-put="/bots/\(bot)/reception" hx-target="this" \
            hx-swap="outerHTML" data-guard>
              <h2 class="title-small">When visitors want a person</h2>
              <div role="status">\(filled.notice)</div>
              <p>\(offersPerson ? "You and your colleagues get a mail with a link, and answer in the visitor’s chat." : "Visitors can’t ask for a person now.") \
            <a href="/bots/\(bot)/widget">\(offersPerson ? "Change that" : "Let them ask")</a></p>
              <fieldset class="group">
                <legend>When somebody is there</legend>
                <p class="small">Write hours like 9-18, 9am-6pm or 9:00-12:30, 14:00-18:00. Empty days are closed; if all are empty, somebody is always there.</p>
                <div class="filters">\(Self.days.map { day in Field(label: day.label, name: day.value, maximumLength: 100, fields: filled).html })</div>
                \(Field(label: "Time zone", name: "time_zone", hint: "By name, such as Europe/Berlin: summer time is seen to.", maximumLength: 64, fields: filled).html)
                \(Field(
                    label: "What visitors read outside these hours", name: "closed_message", hint: "Empty: that nobody is there. When you open again is added.",
                    maximumLength: 300, placeholder: "We’re closed just now.", fields: filled).html)
              </fieldset>
              <div class="row"><button class="button">Save</button></div>
            </form>
            """)
    }

    private var filled: Fields {
        var stored = hours
        stored["time_zone"] = timeZone
        stored["closed_message"] = closedMessage
        return Fields(values: stored.merging(fields.values) { _, typed in typed }, problems: fields.problems, notice: fields.notice)
    }

    private static let days = [
        Choice("monday", "Monday"), Choice("tuesday", "Tuesday"), Choice("wednesday", "Wednesday"), Choice("thursday", "Thursday"),
        Choice("friday", "Friday"), Choice("saturday", "Saturday"), Choice("sunday", "Sunday"),
    ]
}
