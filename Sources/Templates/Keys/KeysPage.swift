/// Where an owner gives programs access to a bot, and takes it back.
public struct KeysPage: Sendable {
    let bot: BotView
    let list: KeyList
    let secrets: VisitorSecretList
    let frame: Frame

    public init(bot: BotView, list: KeyList, secrets: VisitorSecretList, frame: Frame) {
        self.bot = bot
        self.list = list
        self.secrets = secrets
        self.frame = frame
    }

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
