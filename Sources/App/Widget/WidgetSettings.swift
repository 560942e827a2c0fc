import FoundationEssentials
import Hummingbird
import Templates

/// The routes of a bot's widget, for its owner: what to copy, and how it looks.
struct WidgetSettings: Feature {
    let baseURL: String

    func add(to routes: RouteMap) {
        routes.bot.get("/bots/{bot}/widget", show, .init("What to put on a website, and how it looks there", gives: .widget))
        routes.bot.patch(
            "/bots/{bot}/widget", update, .init("Changes how it looks, and which sites may show it", takes: .botSettings, gives: .widget))
        routes.bot.post(
            "/bots/{bot}/widget/previews", preview, .init("How it would look, for browsers", takes: .botSettings, gives: .empty))
    }

    /// `GET /bots/{bot}/widget`
    func show(_ request: Request, _ context: BotContext) async throws -> Reply {
        reply(context.bot, BotView(context.bot).fields, context)
    }

    /// `PATCH /bots/{bot}/widget`
    func update(_ request: Request, _ context: BotContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = context.bot
        return try await .form(input, { form(before, $0) }, into: "#widget", page: { page(before, $0, context) }) {
            let change = try BotSettings(input)
            let shade = try input.text("use_color").flatMap(Color.init(hex:))
            let bot = try await context.database.changeBot(before.id) { bot in
                change.apply(&bot)
                if let shade { bot.primaryColor = shade.hex }
            }
            return reply(bot, BotView(bot).fields(saying: "Saved. Your website shows it within five minutes."), context)
        }
    }

    /// `POST /bots/{bot}/widget/previews`: how it would look. What isn't right yet is left as it was.
    func preview(_ request: Request, _ context: BotContext) async throws -> Reply {
        let input = try await Input(of: request)
        let bot = context.bot
        let preview = preview(of: bot, input)
        return Reply(preview) { preview in
            var form = form(bot, input.fields())
            form.preview = preview
            return page(bot, form, context)
        }
    }

    private func reply(_ bot: Bot, _ fields: Fields, _ context: BotContext) -> Reply {
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

    private func page(_ bot: Bot, _ form: WidgetForm, _ context: BotContext) -> HTML {
        WidgetPage(bot: BotView(bot), form: form, frame: context.frame).page
    }
}

extension WidgetPreview {
    fileprivate init(_ bot: Bot) {
        let color = Color(hex: bot.primaryColor) ?? .black
        self.init(
            bot: bot.id.lowercased, name: bot.name, welcome: bot.welcomeMessage, placeholder: bot.placeholder,
            color: String(color.hex.dropFirst()), isLeft: bot.position == .left,
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

extension Schema {
    static let widget = WidgetForm.schema
}
