import Templates

/// What changed from one version to another.
struct VersionChanges {
    let before: BotVersion
    let after: BotVersion
    let text: TextDiff
    let settings: [SettingChange]
    let sources: [SourceChange]

    init(from before: BotVersion, to after: BotVersion) {
        self.before = before
        self.after = after
        text = TextDiff(from: before.text, to: after.text)
        settings = Self.settings(before.settings, after.settings)
        sources = Self.sources(before.sources, after.sources)
    }

    /// For a list: "the text: “Delivery”", "the temperature: 0.2 → 0.5".
    var words: [String] { (textWords.map { [$0] } ?? []) + settings.map(\.words) + sources.map(\.words) }

    private static let namedSections = 2

    private var textWords: String? {
        guard before.text != after.text else { return nil }
        let sections = text.changedSections
        switch sections.count {
        case 0: return "the text: blank lines"
        case 1...Self.namedSections: return "the text: " + sections.map { $0.isEmpty ? "its beginning" : "“\($0)”" }.joined(separator: ", ")
        default: return "the text: \(sections.count) sections"
        }
    }

    /// A setting that only one of them has came with an update, and is no change.
    private static func settings(_ before: String, _ after: String) -> [SettingChange] {
        guard case .object(let old) = try? JSON(parsing: before.utf8), case .object(let new) = try? JSON(parsing: after.utf8) else {
            return []
        }
        return new.keys.sorted().compactMap { name in
            guard let was = old[name], let value = new[name], was != value else { return nil }
            return SettingChange(name, before: was.shown, after: value.shown)
        }
    }

    private static func sources(_ before: [BotVersion.Source], _ after: [BotVersion.Source]) -> [SourceChange] {
        let removed = before.filter { old in !after.contains { $0.id == old.id } }
        let added = after.filter { new in !before.contains { $0.id == new.id } }
        let changed = after.filter { new in before.contains { $0.id == new.id && $0 != new } }
        return removed.map { SourceChange($0, .removed) } + added.map { SourceChange($0, .added) }
            + changed.map { SourceChange($0, .changed) }
    }
}

extension SourceChange {
    fileprivate init(_ source: BotVersion.Source, _ change: SourceChange.Kind) {
        self.init(kind: source.kind, title: source.title, text: source.text, change: change)
    }
}

extension JSON {
    /// As a person writes it.
    fileprivate var shown: String {
        switch self {
        case .null: ""
        case .string(let text): text
        case .number(let text): text
        case .bool(let value): value ? "yes" : "no"
        case .array(let items): items.map(\.shown).joined(separator: ", ")
        case .object(let members): members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.shown)" }.joined(separator: ", ")
        }
    }
}
