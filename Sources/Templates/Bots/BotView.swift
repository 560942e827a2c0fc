/// A bot with its settings: what the API answers, and what the pages show.
@Memberwise
public struct BotView: View {
    @Memberwise
    public struct Setting: Sendable {
        /// As the API and the forms call it.
        let name: String
        let value: any JSONEncodable & Sendable
        /// As a form has it.
        let typed: String
    }

    public let id: String
    public let token: String
    public let name: String
    public let contactLine: String
    /// All that its owner sets, the name too.
    let settings: [Setting]
    /// What became of the bot's tests, right after a change.
    public var report: TestReport?

    /// Described where its settings are.
    public static var schema: Schema { .reference(to: "Bot") }

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
            values: Dictionary(settings.map { ($0.name, $0.typed) }) { first, _ in first },
            notice: notice.map { Notice(message: $0, isGood: true) })
    }

    public func write(to json: inout JSONWriter) {
        json.object {
            $0.member("id", id)
            $0.member("token", token)
            for setting in settings { $0.member(named: setting.name, setting.value) }
            $0.member("report", report)
        }
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
