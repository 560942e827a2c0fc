/// A change that isn't a page's own form, with what it would make worse and a way to do it all the same.
@Memberwise
public struct HeldForm: Sendable {
    let title: String
    let bot: BotView
    let action: String
    /// What was filled in.
    let fields: Fields
    let report: TestReport
    let button: String
    /// As `WorseNotice` has it.
    var updating: String?

    public var html: HTML {
        #html(
            """
            <form class="panel" method="post" action="\(action)" aria-label="\(title)" data-guard data-held>
              <h2 class="title-small">\(title)</h2>
              \(fields.values.sorted { $0.key < $1.key }.filter { $0.key != "if_worse" }.map { name, value in
                #html("<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">")
              })
              \(WorseNotice(report, button: button, updating: updating).html)
              <p><a class="button button-quiet" href="/bots/\(bot.id)/sources">Leave it as it is</a></p>
            </form>
            """)
    }

    public func page(_ frame: Frame) -> HTML {
        frame.page(title, #html("\(BotTabs(bot: bot.id, name: bot.name, current: .sources).html)\(html)"))
    }
}
