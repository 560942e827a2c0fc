/// A person's chats with a bot, beside the one that is open.
public struct ChatSessionsPage: Sendable {
    public struct Bot: Sendable {
        let name: String
        let welcome: String
        let color: String
        let path: String

        public init(name: String, welcome: String, color: String, path: String) {
            self.name = name
            self.welcome = welcome
            self.color = color
            self.path = path
        }
    }

    let bot: Bot
    let list: ChatSessionList
    let session: ChatSessionView?
    let composer: Fields
    let frame: Frame

    public init(bot: Bot, list: ChatSessionList, session: ChatSessionView? = nil, composer: Fields = Fields(), frame: Frame) {
        self.bot = bot
        self.list = list
        self.session = session
        self.composer = composer
        self.frame = frame
    }

    public var page: HTML { frame.page(bot.name, #html("\(list)\(session)")) }
}

public struct ChatBranchPage: Sendable {
    let bot: ChatSessionsPage.Bot
    let branch: ChatBranch
    let frame: Frame

    public init(bot: ChatSessionsPage.Bot, branch: ChatBranch, frame: Frame) {
        self.bot = bot
        self.branch = branch
        self.frame = frame
    }

    public var page: HTML { frame.page(bot.name, branch.html) }
}
