/// Where an owner gives programs access to a bot, and takes it back.
@Memberwise
public struct KeysPage: Sendable {
    let bot: BotView
    let list: KeyList
    let secrets: VisitorSecretList
    let frame: Frame

    public var page: HTML {
        frame.page(
            "Keys · \(bot.name)",
            #html(
                """
                \(BotTabs(bot: bot.id, name: bot.name, current: .keys).html)
                \(list)
                \(secrets)
                """))
    }
}
