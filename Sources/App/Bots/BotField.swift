import FoundationEssentials
import Postgres
import Templates

/// A setting of a bot. Whatever reads, stores, compares, shows or describes settings goes through this table, and so does a
/// version of a bot: its columns are those that the database's function `bot_settings` (`0027_bot_fields.sql`) leaves.
///
/// A new one is a column, its property in `Bot`, a line here, and its place in a form.
struct BotField: Sendable {
    /// Unicode scalars.
    static let maximumName = 80
    static let maximumLine = 300

    /// As the API and the forms call it.
    let name: String
    let column: String
    /// As a list of changes calls it.
    let label: String
    let schema: Schema
    /// Reads its column.
    let read: @Sendable (Row, inout Bot) throws -> Void
    /// Reads what was typed.
    /// - Throws: `Failure.invalid` with a sentence for the field.
    let change: @Sendable (String) throws(Failure) -> BotSettings.Change
    /// As the API says it, and as its column has it.
    let json: @Sendable (Bot) -> JSON
    private let separator: String

    /// - Parameter column: where it isn't called as the field is.
    /// - Parameter label: where its name doesn't say it.
    /// - Parameter note: what the API's description says of it.
    init<Value: SettingValue>(
        _ name: String, column: String? = nil, _ path: WritableKeyPath<Bot, Value> & Sendable, _ rule: SettingRule<Value>,
        _ label: String? = nil, note: String? = nil
    ) {
        let column = column ?? name
        self.name = name
        self.column = column
        self.label = label ?? Self.words(name)
        schema = note.map(rule.schema.saying) ?? rule.schema
        read = { row, bot in bot[keyPath: path] = try Value.read(column, of: row) }
        change = { typed throws(Failure) in
            let value = try rule.read(typed, name)
            return { $0[keyPath: path] = value }
        }
        json = { $0[keyPath: path].json }
        separator = rule.separator
    }

    /// As a form has it.
    func typed(_ bot: Bot) -> String { json(bot).typed(separator) }

    /// - Parameter name: the field's or its column's; versions may name one that is no more.
    static func label(of name: String) -> String {
        all.first { $0.name == name || $0.column == name }?.label ?? words(name)
    }

    private static func words(_ name: String) -> String { name.split(separator: "_").joined(separator: " ") }
}

extension BotField {
    static let all = settings + caps

    /// What the API calls a bot's settings.
    static let settings = ofVisitors + ofModel

    private static let ofVisitors = [
        BotField("name", \.name, .name),
        BotField("contact_line", \.contactLine, .line(upTo: maximumLine), "how to reach a person"),
        BotField("welcome_message", \.welcomeMessage, .line(upTo: maximumLine)),
        BotField("placeholder", \.placeholder, .line(upTo: 80), "hint in the message box"),
        BotField("primary_color", \.primaryColor, .color, "colour"),
        BotField("position", \.position, .choice, "place on your website"),
        BotField(
            "allowed_sites", \.allowedSites, .sites, "websites that may show it", note: "Origins whose pages may show the widget; none: any"
        ),
        BotField("offers_person", \.offersPerson, .flag, "whether visitors can ask for a person"),
        BotField(
            "retention_days", \.retentionDays, .days, "days that conversations are kept",
            note: "How long conversations are kept; null: as long as the server keeps them"),
        BotField(
            "lead_days", \.leadDays, .days, "days that leads are kept",
            note: "How long leads are kept; null: until somebody deletes them"),
    ]

    /// What decides which model is asked, and how.
    static let ofModel = [
        BotField("system_prompt", \.systemPrompt, .text(upTo: 4_000), "notes to the model"),
        BotField("provider", \.provider, .provider),
        BotField("model", \.model, .modelName),
        BotField("temperature", \.temperature, .temperature),
        BotField("fallbacks", \.fallbacks, .providers, "providers if that fails"),
        BotField("language", \.language, .language, "language of the answers"),
    ]

    /// Beside the settings: what its models may take, on the page of limits.
    static let caps = [
        BotField("daily_messages", \.caps.dailyMessages, .messages, "answers a day", note: "Answers of a model; null: no limit"),
        BotField("monthly_messages", \.caps.monthlyMessages, .messages, "answers a month"),
        BotField(
            "daily_dollars", column: "daily_cost_micros", \.caps.dailyCostMicros, .dollars, "cost a day, in millionths of a dollar",
            note: "With up to four decimals, as “2.50”"),
        BotField(
            "monthly_dollars", column: "monthly_cost_micros", \.caps.monthlyCostMicros, .dollars,
            "cost a month, in millionths of a dollar"),
    ]
}

extension [BotField] {
    /// As columns of a select.
    var columns: String { map(\.column).joined(separator: ", ") }

    /// By their names.
    var schemas: [String: Schema] { Dictionary(map { ($0.name, $0.schema) }) { first, _ in first } }

    /// As forms write them, by their names.
    func typed(_ bot: Bot) -> [String: String] { Dictionary(map { ($0.name, $0.typed(bot)) }) { first, _ in first } }

    /// A JSON object by their columns, as a version has it.
    func stored(_ bot: Bot) -> String {
        var writer = JSONWriter()
        writer.object { json in
            for field in self { json.member(named: field.column, field.json(bot)) }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension BotView {
    init(_ bot: Bot) {
        self.init(
            id: bot.id.lowercased, token: bot.token, name: bot.name, contactLine: bot.contactLine,
            settings: BotField.settings.map { Setting(name: $0.name, value: $0.json(bot), typed: $0.typed(bot)) })
    }
}

extension SettingChange {
    /// - Parameter name: of a field or its column.
    init(_ name: String, before: String, after: String) {
        self.init(name: name, label: BotField.label(of: name), before: before, after: after)
    }
}

extension JSON {
    fileprivate func typed(_ separator: String) -> String {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .array(let items): items.map { $0.typed(separator) }.joined(separator: separator)
        case .null, .object: ""
        }
    }
}
