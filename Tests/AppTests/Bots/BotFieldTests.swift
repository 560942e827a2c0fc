import FoundationEssentials
import Postgres
import Templates
import Testing

@testable import App

@Suite("The fields of a bot")
struct BotFieldTests {
    private let bot = Bot(id: UUID(), account: UUID(), name: "Bakery")

    @Test("The database takes the same columns for a bot's settings as the table of fields")
    func columns() async throws {
        try await withDatabase { postgres in
            let rows = try await postgres.query("select jsonb_object_keys(bot_settings(jsonb_populate_record(null::bots, '{}'))) as name")
            let columns = Set(try rows.map { try $0.get("name", as: String.self) })
            let known = Set(BotField.all.map(\.column))
            #expect(columns.subtracting(known) == [], "add a line to BotField, or name them in bot_settings")
            #expect(known.subtracting(columns) == [], "these are no settings to the database")
        }
    }

    @Test("Each has one line, a place in a form, in the API's JSON and in its description")
    func places() {
        let view = BotView(bot)
        let preview = WidgetPreview(
            bot: view.id, name: "", welcome: "", placeholder: "", color: "", isLeft: false, warning: nil,
            words: .spoken(language: nil, accepted: nil))
        let forms = [
            SettingsForm(bot: view, fields: view.fields).html.string,
            WidgetForm(snippet: "", chatURL: "", bot: view.id, fields: view.fields, preview: preview).html.string,
        ]
        let (json, described) = (json(view), properties(of: .botSettings))
        for field in BotField.settings {
            #expect(forms.contains { $0.contains(#"name="\#(field.name)""#) }, "\(field.name) has no place in a form")
            #expect(json[field.name] == field.json(bot))
            #expect(described?[field.name] != nil)
        }
        for field in BotField.caps { #expect(properties(of: .newLimits)?[field.name] != nil) }
        #expect(Set(BotField.all.map(\.name)).count == BotField.all.count)
    }

    @Test("What is set in each is what is stored, kept as a version, compared in words, and put back")
    func travels() async throws {
        try await withBot { database, before in
            let changed = try changed(before, BotField.all)
            _ = try await database.changeBot(before.id) { $0 = changed }
            let stored = try await database.bot(before.id)
            for field in BotField.all {
                #expect(field.json(stored) == field.json(changed) && field.json(stored) != field.json(before), "\(field.name)")
            }
            let versions = try await database.versions(of: before.id)
            try #require(versions.count == 2)
            let changes = VersionChanges(from: versions[1], to: versions[0])
            #expect(Set(changes.settings.map(\.name)) == Set(BotField.all.map(\.column)))
            #expect(Set(changes.settings.map(\.label)) == Set(BotField.all.map(\.label)))
            try await database.restore(versions[1], of: before.id)
            let restored = try await database.bot(before.id)
            for field in BotField.all { #expect(field.json(restored) == field.json(before), "\(field.name)") }
        }
    }

    @Test("Each is typed as a form shows it, and as a program would send it")
    func typed() throws {
        for field in BotField.settings {
            let other = try changed(bot, [field])
            for input in [Input(fields: [field.name: field.typed(other)]), Input(json: [field.name: field.json(other)])] {
                var typed = bot
                try BotSettings(input).apply(&typed)
                #expect(field.json(typed) == field.json(other), "\(field.name)")
            }
        }
    }

    @Test("Of a setting that came with an update, the first change is a change")
    func added() async throws {
        try await withBot { database, bot in
            try await database.query("update bot_versions set settings = settings - 'position' where bot_id = \(bot.id)")
            _ = try await database.changeBot(bot.id) { $0.temperature = 0.5 }
            var versions = try await database.versions(of: bot.id)
            #expect(VersionChanges(from: versions[1], to: versions[0]).words == ["temperature: 0.2 → 0.5"])
            try await database.query("update bot_versions set settings = settings - 'position' where bot_id = \(bot.id)")
            _ = try await database.changeBot(bot.id) { $0.position = .left }
            versions = try await database.versions(of: bot.id)
            #expect(VersionChanges(from: versions[1], to: versions[0]).words == ["place on your website: right → left"])
        }
    }

    /// What some field of any kind takes.
    private static let samples = ["Other", "#00ff00", "left", "openai", "0.5", "7", "false", "de", "https://shop.example"]

    /// With other values in these fields.
    private func changed(_ bot: Bot, _ fields: [BotField]) throws -> Bot {
        var changed = bot
        for field in fields {
            for sample in Self.samples where field.json(changed) == field.json(bot) { try? field.change(sample)(&changed) }
            try #require(field.json(changed) != field.json(bot), "no sample is one of \(field.name)")
        }
        return changed
    }

    private func properties(of schema: Schema) -> JSON? { schema.components.first.flatMap { json($0.schema())["properties"] } }

    private func json(_ value: some JSONEncodable) -> JSON {
        var writer = JSONWriter()
        value.write(to: &writer)
        return (try? JSON(parsing: writer.bytes)) ?? .null
    }

    private func withBot(_ body: (AccountDatabase, Bot) async throws -> Void) async throws {
        try await withDatabase { postgres in
            let owner = try await SignedIn("mia@shop.example", in: postgres, role: .owner)
            try await body(owner.database, try await owner.database.makeBot(named: "Bakery", knowing: "Open from 7.", plan: .free))
        }
    }
}
