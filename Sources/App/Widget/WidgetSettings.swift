import FoundationEssentials
import Hummingbird
import Templates

/// The routes of a bot's widget, for its owner: what to copy, and how it looks.
struct WidgetSettings: Sendable {
    let baseURL: String

    /// `GET /bots/{bot}/widget`
    func show(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try await context.database.bot(context.id("bot"))
        return reply(bot, BotView(bot).fields, context)
    }

    /// `PATCH /bots/{bot}/widget`
    func update(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let id = try context.id("bot")
        let input = try await Input(of: request)
        let before = try await context.database.bot(id)
        return try await .form(input, { form(before, $0) }, into: "#widget", page: { page(before, $0, context) }) {
            let change = try BotSettings(input)
            let shade = try input.text("use_color").flatMap(Color.init(hex:))
            let bot = try await context.database.changeBot(id) { bot in
                change.apply(&bot)
                if let shade { bot.primaryColor = shade.hex }
            }
            return reply(bot, BotView(bot).fields(saying: "Saved. Your website shows it within five minutes."), context)
        }
    }

    /// `POST /bots/{bot}/widget/previews`: how it would look. What isn't right yet is left as it was.
    func preview(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let bot = try await context.database.bot(context.id("bot"))
        let preview = preview(of: bot, input)
        return Reply(preview) { preview in
            var form = form(bot, input.fields())
            form.preview = preview
            return page(bot, form, context)
        }
    }

    private func reply(_ bot: Bot, _ fields: Fields, _ context: AccountContext) -> Reply {
        Reply(form(bot, fields)) { page(bot, $0, context) }
    }

    private func form(_ bot: Bot, _ fields: Fields) -> WidgetForm {
        WidgetForm(
            snippet: """
                <script src="\(baseURL)/widget/embed/\(bot.token).js" async></script>
                <noscript><a href="\(baseURL)/chat/\(bot.token)">\(ChatWords.spoken(language: bot.language, accepted: nil).openChat)</a></noscript>
                """,
            chatURL: "\(baseURL)/chat/\(bot.token)", bot: bot.id.lowercased, fields: fields, preview: WidgetPreview(bot))
    }

    private func preview(of saved: Bot, _ input: Input) -> WidgetPreview {
        var bot = saved
        (try? BotSettings(input))?.apply(&bot)
        return WidgetPreview(bot)
    }

    private func page(_ bot: Bot, _ form: WidgetForm, _ context: AccountContext) -> HTML {
        WidgetPage(bot: BotView(bot), form: form, frame: context.frame).page
    }
}

extension WidgetPreview {
    fileprivate init(_ bot: Bot) {
        let color = Color(hex: bot.primaryColor) ?? .black
        self.init(
            bot: bot.id.lowercased, name: bot.name, welcome: bot.welcomeMessage, color: String(color.hex.dropFirst()),
            isLeft: bot.position == .left,
            warning: color.legible == .white ? nil : ContrastWarning(color, of: bot),
            words: ChatWords.spoken(language: bot.language, accepted: nil))
    }
}

extension ContrastWarning {
    fileprivate init(_ color: Color, of bot: Bot) {
        let tenths = Int(color.contrast(to: .white) * 10)
        self.init(bot: bot.id.lowercased, contrast: "\(tenths / 10).\(tenths % 10)", shade: color.readableShade.hex)
    }
}
