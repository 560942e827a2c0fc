/// A bot with its settings: what the API answers, and what the pages show.
@View
public struct BotView {
    public let id: String
    /// Public: it stands in the widget's address.
    public let token: String
    public let name: String
    public let contactLine: String
    public let welcomeMessage: String
    public let primaryColor: String
    public let position: String
    public let systemPrompt: String
    public let provider: String?
    public let model: String?
    public let temperature: Double
    public let fallbacks: [String]
    public let language: String?
    /// How long its conversations are kept; nil: as long as the server keeps them.
    public let retentionDays: Int?
    /// How long leads are kept; nil: until somebody deletes them.
    public let leadDays: Int?
    /// Origins whose pages may show the widget; none: any page may.
    public let allowedSites: [String]
    public let offersPerson: Bool
    /// What became of the bot's tests, right after a change.
    public var report: TestReport?

    public var html: HTML {
        #html(
            """
            <li class="bot panel" id="bot-\(id)"><h2 class="title-small"><a href="/bots/\(id)">\(name)</a></h2></li>
            """)
    }

    /// As a form shows it.
    public var fields: Fields { fields(saying: nil) }

    public func fields(saying notice: String?) -> Fields {
        Fields(
            values: [
                "name": name, "contact_line": contactLine, "welcome_message": welcomeMessage, "primary_color": primaryColor,
                "position": position, "system_prompt": systemPrompt, "provider": provider ?? "", "model": model ?? "",
                "temperature": temperature.description, "fallbacks": fallbacks.joined(separator: ","), "language": language ?? "",
                "retention_days": retentionDays.map { "\($0)" } ?? "",
                "lead_days": leadDays.map { "\($0)" } ?? "",
                "allowed_sites": allowedSites.joined(separator: "\n"), "offers_person": offersPerson ? "true" : "false",
            ], notice: notice.map { Notice(message: $0, isGood: true) })
    }
}

/// The way between a bot's pages: the groups they are in, and those of the group that one is in.
struct BotTabs: Sendable {
    enum Group: CaseIterable {
        case teach, improve, visitors, website, settings

        var label: String {
            switch self {
            case .teach: "Teach"
            case .improve: "Improve"
            case .visitors: "Visitors"
            case .website: "On your site"
            case .settings: "Settings"
            }
        }

        var tabs: [Tab] {
            switch self {
            case .teach: [.teach, .sources, .versions]
            case .improve: [.questions, .tests]
            case .visitors: [.conversations, .leads, .numbers]
            case .website: [.widget, .reception]
            case .settings: [.settings, .limits, .keys]
            }
        }
    }

    enum Tab: String {
        case teach, sources, questions, tests, conversations, leads, numbers, reception, widget, settings, limits, versions, keys

        fileprivate var path: String { self == .teach ? "" : "/\(rawValue)" }

        var label: String {
            switch self {
            case .teach: "Teach and try"
            case .sources: "Files and websites"
            case .questions: "Questions to answer"
            case .tests: "Tests"
            case .conversations: "Conversations"
            case .numbers: "Numbers"
            case .versions: "Versions"
            case .leads: "Leads"
            case .reception: "Reaching you"
            case .widget: "Widget"
            case .settings: "Name and model"
            case .limits: "Limits"
            case .keys: "Keys"
            }
        }
    }

    let bot: String
    let name: String
    let current: Tab

    var html: HTML {
        #html(
            """
            <div class="bot-head">
              <p class="small"><a href="/bots">All bots</a></p>
              <h1 class="title"><bdi>\(name)</bdi></h1>
              <nav class="tabs" aria-label="This bot">
                \(Group.allCases.map { group in
                    #html("<a href=\"\(address(group.tabs.first))\" aria-current=\"\(group == self.group ? "true" : nil)\">\(group.label)</a>")
                })
              </nav>
              <nav class="tabs" aria-label="\(group.label)">
                \(group.tabs.map { tab in
                    #html("<a href=\"\(address(tab))\" aria-current=\"\(tab == current ? "page" : nil)\">\(tab.label)</a>")
                })
              </nav>
            </div>
            """)
    }

    private var group: Group { Group.allCases.first { $0.tabs.contains(current) } ?? .teach }

    private func address(_ tab: Tab?) -> String { "/bots/\(bot)\(tab?.path ?? "")" }
}
