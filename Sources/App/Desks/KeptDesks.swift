import FoundationEssentials

/// Desks by their bots. Large ones stand on a shelf of their own: one bot with fifty thousand passages must not push everybody
/// else's out.
struct KeptDesks {
    /// Beside the others, this many times as many bytes of large ones are kept, and one of them in any case.
    static let shareOfLarge = 2

    private struct Version: Hashable {
        let bot: UUID
        let version: Int64
    }

    private let maximumBytes: Int
    private var small = Shelf()
    private var large = Shelf()
    private var underConstruction: [Version: Task<Desk, any Error>] = [:]

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    var count: Int { small.count + large.count }
    var bytes: Int { small.bytes + large.bytes }

    mutating func desk(of bot: Bot) -> Desk? { small.live(of: bot) ?? large.live(of: bot) }

    func desks(of bot: UUID) -> [Desk] { small.desks(of: bot) + large.desks(of: bot) }

    /// The one task that builds an index, whoever waits for it.
    mutating func building(_ bot: Bot, _ begin: () -> Task<Desk, any Error>) -> Task<Desk, any Error> {
        let version = Version(bot: bot.id, version: bot.version)
        if let task = underConstruction[version] { return task }
        let task = begin()
        underConstruction[version] = task
        return task
    }

    mutating func isBuilt(_ bot: Bot) { underConstruction[Version(bot: bot.id, version: bot.version)] = nil }

    /// A bot's older version gives way, and a draft that has become this; a newer one, which another request has read meanwhile,
    /// stays.
    /// - Returns: what goes.
    mutating func keep(_ desk: Desk) -> [Desk] {
        replace(desk.bot.id) { kept in
            if let live = kept.live, live.bot.version > desk.bot.version { return }
            kept.live = desk
            if let draft = kept.draft, draft.sharesIndex(with: desk) { kept.draft = nil }
        }
    }

    /// - Returns: what goes.
    mutating func keep(draft: Desk) -> [Desk] {
        replace(draft.bot.id) { kept in
            if let live = kept.live, live.sharesIndex(with: draft) { return }
            kept.draft = draft
        }
    }

    private mutating func replace(_ bot: UUID, _ change: (inout KeptDesk) -> Void) -> [Desk] {
        let before = small.take(bot) ?? large.take(bot)
        var kept = before ?? KeptDesk()
        change(&kept)
        let isLarge = kept.bytes > maximumBytes / 2
        let gone = isLarge ? large.put(kept, of: bot, upTo: Self.shareOfLarge * maximumBytes) : small.put(kept, of: bot, upTo: maximumBytes)
        return (before?.desks ?? []) + gone
    }
}

/// What is kept of a bot: as it is, and as its owner would have it.
struct KeptDesk {
    var live: Desk?
    var draft: Desk?

    var desks: [Desk] { [live, draft].compactMap(\.self) }
    var bytes: Int { desks.reduce(0) { $0 + $1.bytes } }
}

/// Desks of which those that nobody has asked for longest go first.
private struct Shelf {
    private var bots: [UUID: (kept: KeptDesk, bytes: Int)] = [:]
    /// Apart, as it is looked through for the lowest.
    private var lastAsked: [UUID: UInt64] = [:]
    private var asked: UInt64 = 0
    private(set) var bytes = 0

    var count: Int { bots.count }

    mutating func live(of bot: Bot) -> Desk? {
        guard let live = bots[bot.id]?.kept.live, live.bot.version == bot.version else { return nil }
        note(bot.id)
        return live
    }

    func desks(of bot: UUID) -> [Desk] { bots[bot]?.kept.desks ?? [] }

    mutating func take(_ bot: UUID) -> KeptDesk? {
        guard let (kept, size) = bots.removeValue(forKey: bot) else { return nil }
        bytes -= size
        lastAsked[bot] = nil
        return kept
    }

    /// - Returns: what goes.
    mutating func put(_ kept: KeptDesk, of bot: UUID, upTo maximumBytes: Int) -> [Desk] {
        bots[bot] = (kept, kept.bytes)
        bytes += kept.bytes
        note(bot)
        var gone: [Desk] = []
        while bytes > maximumBytes, count > 1, let oldest = lastAsked.min(by: { $0.value < $1.value })?.key {
            gone += take(oldest)?.desks ?? []
        }
        return gone
    }

    private mutating func note(_ bot: UUID) {
        asked += 1
        lastAsked[bot] = asked
    }
}
