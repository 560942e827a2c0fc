import Templates

/// What an owner changes of a bot: only what was given.
struct BotSettings: Sendable {
    /// Lengths in Unicode scalars.
    static let maximumName = 80
    static let maximumLine = 300
    static let maximumPrompt = 4_000
    static let maximumContext = 200_000
    static let maximumModel = 100
    static let retentionDays = 1...3_650
    static let temperatures = 0.0...2.0
    static let providers = Provider.allCases.map(\.rawValue) + [Provider.builtIn]
    static let languages = Language.all.map(\.code)

    private var changes: [@Sendable (inout Bot) -> Void] = []

    /// - Throws: `Failure.invalid` with a sentence for each field that needs mending.
    init(_ input: Input) throws(Failure) {
        var problems: [String: String] = [:]
        func read(_ name: String, _ change: (String) throws(Failure) -> @Sendable (inout Bot) -> Void) {
            do throws(Failure) {
                guard let text = try input.scalar(name) else { return }
                changes.append(try change(text))
            } catch {
                problems.merge(error.fields) { first, _ in first }
            }
        }
        read("name") { text throws(Failure) in
            let name = try Self.name(text)
            return { $0.name = name }
        }
        read("contact_line") { text throws(Failure) in
            let line = try Self.contactLine(text)
            return { $0.contactLine = line }
        }
        read("welcome_message") { text throws(Failure) in
            let line = try Self.line(text, "welcome_message")
            return { $0.welcomeMessage = line }
        }
        read("primary_color") { text throws(Failure) in
            let color = text.lowercased()
            guard color.utf8.count == 7, color.first == "#", color.dropFirst().allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
                throw .invalid(["primary_color": "A colour is written as #c2185b."])
            }
            return { $0.primaryColor = color }
        }
        read("allowed_sites") { text throws(Failure) in
            let sites = try AllowedSites.read(text)
            return { $0.allowedSites = sites }
        }
        read("offers_person") { text throws(Failure) in
            guard text == "true" || text == "false" else { throw .invalid(["offers_person": "This can be true or false."]) }
            return { $0.offersPerson = text == "true" }
        }
        read("position") { text throws(Failure) in
            guard let position = Bot.Position(rawValue: text) else { throw .invalid(["position": "This can be left or right."]) }
            return { $0.position = position }
        }
        read("system_prompt") { text throws(Failure) in
            let prompt = try Self.bounded(text, "system_prompt", Self.maximumPrompt)
            return { $0.systemPrompt = prompt }
        }
        read("provider") { text throws(Failure) in
            guard text.isEmpty || Self.providers.contains(text) else {
                throw .invalid(["provider": "This can be \(Self.providers.joined(separator: ", ")), or empty."])
            }
            return { $0.provider = text.nonEmpty }
        }
        read("model") { text throws(Failure) in
            let model = try Self.bounded(text, "model", Self.maximumModel)
            guard model.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .invalid(["model": "This isn’t a model’s name."]) }
            return { $0.model = model.nonEmpty }
        }
        read("temperature") { text throws(Failure) in
            guard let value = Double(text), Self.temperatures.contains(value) else {
                throw .invalid(["temperature": "This is a number from 0 to 2."])
            }
            return { $0.temperature = value }
        }
        read("fallbacks") { text throws(Failure) in
            let names = text.split(separator: ",").map(\.trimmingBlanks)
            guard names.allSatisfy(Self.providers.contains), Set(names).count == names.count else {
                throw .invalid(["fallbacks": "These are providers, each once, separated by commas."])
            }
            return { $0.fallbacks = names }
        }
        read("language") { text throws(Failure) in
            guard text.isEmpty || Self.languages.contains(text) else { throw .invalid(["language": "This language isn’t in the list."]) }
            return { $0.language = text.nonEmpty }
        }
        func readDays(_ name: String, _ change: @escaping @Sendable (inout Bot, Int?) -> Void) {
            read(name) { text throws(Failure) in
                guard !text.isEmpty else { return { change(&$0, nil) } }
                guard let days = Int(text), Self.retentionDays.contains(days) else {
                    throw .invalid([name: "This is a number of days from 1 to 3650, or empty."])
                }
                return { change(&$0, days) }
            }
        }
        readDays("retention_days") { $0.retentionDays = $1 }
        readDays("lead_days") { $0.leadDays = $1 }
        guard problems.isEmpty else { throw .invalid(problems) }
    }

    func apply(_ bot: inout Bot) { for change in changes { change(&bot) } }

    static func name(_ given: String?) throws(Failure) -> String {
        let name = try line(given ?? "", "name", upTo: maximumName)
        guard name.unicodeScalars.contains(where: { $0.properties.generalCategory != .format && !$0.properties.isWhitespace }) else {
            throw .invalid(["name": "Please give it a name, such as your shop’s."])
        }
        return name
    }

    static func contactLine(_ given: String?) throws(Failure) -> String { try line(given ?? "", "contact_line") }

    static func context(_ given: String?) throws(Failure) -> String {
        try bounded((given ?? "").replacing("\r\n", with: "\n"), "text", maximumContext)
    }

    /// Without line breaks.
    private static func line(_ given: String, _ field: String, upTo maximum: Int = maximumLine) throws(Failure) -> String {
        try bounded(given.split(whereSeparator: \.isNewline).joined(separator: " "), field, maximum).trimmingBlanks
    }

    private static func bounded(_ text: String, _ field: String, _ maximum: Int) throws(Failure) -> String {
        guard text.unicodeScalars.count <= maximum else {
            throw .invalid([field: "This can have up to \(maximum) characters; it has \(text.unicodeScalars.count)."])
        }
        return text
    }
}
