import Templates

/// What an owner changes of a bot: only what was given.
struct BotSettings: Sendable {
    typealias Change = @Sendable (inout Bot) -> Void

    /// Unicode scalars.
    static let maximumContext = 200_000

    private var changes: [Change] = []

    /// - Throws: `Failure.invalid` with a sentence for each field that needs mending.
    init(_ input: Input, _ fields: [BotField] = BotField.settings) throws(Failure) {
        var problems: [String: String] = [:]
        for field in fields {
            do throws(Failure) {
                guard let typed = try input.scalar(field.name) else { continue }
                changes.append(try field.change(typed))
            } catch {
                problems.merge(error.fields) { first, _ in first }
            }
        }
        guard problems.isEmpty else { throw .invalid(problems) }
    }

    func apply(_ bot: inout Bot) { for change in changes { change(&bot) } }

    static func name(_ given: String?) throws(Failure) -> String { try SettingRule.name.read(given ?? "", "name") }

    static func contactLine(_ given: String?) throws(Failure) -> String {
        try SettingRule.line(upTo: BotField.maximumLine).read(given ?? "", "contact_line")
    }

    static func context(_ given: String?) throws(Failure) -> String {
        try SettingRule.text(upTo: maximumContext).read((given ?? "").replacing("\r\n", with: "\n"), "text")
    }
}

extension Schema {
    static let botSettings = component(
        "BotSettings",
        .object(optional: BotField.settings.schemas).testedChange(
            "The number of the version that this changes: what was saved since in the same fields isn’t overwritten, but answered with 409")
    )

    static let bot = component(
        "Bot",
        .object(
            required: BotField.settings.schemas.merging([
                "id": .uuid, "token": .string.saying("Public: it stands in the widget’s address"), "report": TestReport?.schema,
            ]) { $1 }))
}
