/// What a site's robots.txt asks of us (RFC 9309): the longest matching rule counts, and `Allow` where two are as long.
struct Robots: Sendable {
    static let maximumBytes = 500_000
    /// Of all rules together, and of those with a `*`: what is matched must stay cheap whatever a site writes.
    private static let maximumRuleBytes = 40_000
    private static let maximumStarredBytes = 4_000
    private static let name = "frontdeskbot"
    private static let maximumDelaySeconds = 5.0

    private struct Rule {
        var isAllowed: Bool
        var pattern: [UInt8]
    }

    private var rules: [Rule] = []
    private var bytes = 0
    private var starredBytes = 0
    /// `Crawl-delay`, as far as it is reasonable.
    private(set) var delay: Duration?

    static let allowingAll = Robots()

    private init() {}

    init(_ bytes: [UInt8]) {
        var own = Robots()
        var everybody = Robots()
        var isOwnNamed = false
        var names: [String] = []
        var isNaming = false
        for line in Text(cleaning: decode(bytes, "utf-8")).string.split(separator: "\n") {
            let parts = line.prefix { $0 != "#" }.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let (key, value) = (oneLine(String(parts[0])).lowercased(), parts[1].trimmed)
            if key == "user-agent" {
                names = (isNaming ? names : []) + [value.lowercased()]
                isNaming = true
            } else {
                isNaming = false
                if names.contains(where: Self.isOurs) { own.add(key, value) }
                if names.contains("*") { everybody.add(key, value) }
            }
            isOwnNamed = isOwnNamed || names.contains(where: Self.isOurs)
        }
        self = isOwnNamed ? own : everybody
    }

    /// `target` is path and query.
    func allows(_ target: String) -> Bool {
        let target = Array(target.utf8)
        var best: Rule?
        for rule in rules where Self.matches(rule.pattern, target) {
            let length = best?.pattern.count ?? -1
            if rule.pattern.count > length || rule.pattern.count == length && rule.isAllowed { best = rule }
        }
        return best?.isAllowed ?? true
    }

    /// "FrontdeskBot/1.0" is us too.
    private static func isOurs(_ agent: String) -> Bool { agent == name || agent.hasPrefix(name + "/") }

    private mutating func add(_ key: String, _ value: String) {
        switch key {
        case "allow", "disallow":
            // An empty rule says nothing.
            let pattern = Array(value.utf8)
            bytes += pattern.count
            if pattern.contains(UInt8(ascii: "*")) { starredBytes += pattern.count }
            guard !pattern.isEmpty, bytes <= Self.maximumRuleBytes, starredBytes <= Self.maximumStarredBytes else { return }
            rules.append(Rule(isAllowed: key == "allow", pattern: pattern))
        case "crawl-delay":
            guard let seconds = Double(value), seconds > 0 else { return }
            delay = .seconds(min(seconds, Self.maximumDelaySeconds))
        default: break
        }
    }

    /// `*` stands for anything, `$` for the end. Greedy from the left, so never more than pattern times target steps.
    private static func matches(_ pattern: [UInt8], _ target: [UInt8]) -> Bool {
        let isAnchored = pattern.last == UInt8(ascii: "$")
        let pattern = isAnchored ? Array(pattern.dropLast()) : pattern + [UInt8(ascii: "*")]
        var (place, at) = (0, 0)
        var star: (place: Int, at: Int)?
        while at < target.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (place, at)
                place += 1
                if place == pattern.count { return true }
            } else if place < pattern.count, pattern[place] == target[at] {
                place += 1
                at += 1
            } else if let last = star {
                star = (last.place, last.at + 1)
                (place, at) = (last.place + 1, last.at + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
