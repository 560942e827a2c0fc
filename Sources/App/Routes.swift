import HTTPTypes
import Hummingbird

/// The table of contents: one line a route.
func routes(_ features: Features) -> RouteMap {
    let (landing, ask, files, health) = (features.landing, features.ask, features.files, features.health)
    let (signIn, bots, sources, trials) = (features.signIn, features.bots, features.sources, features.trials)
    let (accounts, conversations, chats) = (features.accounts, features.conversations, features.chatSessions)
    let (receptions, leads) = (features.receptions, features.leads)
    let (questions, tests) = (features.questions, features.tests)
    let routes = RouteMap(features.keyMiddleware, features.sessions, features.developmentDoor)
    let visitor = routes.visitor
    let guest = routes.guest
    let program = routes.program
    let account = routes.account
    let owner = routes.owner

    visitor.get("/", landing.show)
    visitor.post("/ask", ask.fromPage)
    visitor.get("/ask/{message}", ask.show)
    visitor.get("/ask/{message}/events", ask.events)

    for chat in features.chats {
        let path = chat.mount.rawValue + "/{token}"
        visitor.get(path, chat.begin)
        visitor.get(path + "/{session}", chat.show)
        visitor.post(path + "/messages", chat.send)
        visitor.post(path + "/visitor", chat.enter)
        visitor.get(path + "/{session}/messages/{message}", chat.message)
        visitor.get(path + "/{session}/messages/{message}/events", chat.events)
        visitor.post(path + "/{session}/messages/{message}/thumb", chat.rate)
        visitor.post(path + "/{session}/person", chat.askForPerson)
        visitor.get(path + "/{session}/events", chat.follow)
        visitor.get(path + "/{session}/data", chat.showData)
        visitor.get(path + "/{session}/data.json", chat.downloadJSON)
        visitor.get(path + "/{session}/data.txt", chat.downloadText)
        visitor.delete(path + "/{session}", chat.erase)
        visitor.get(path + "/{session}/leads", chat.leadForm)
        visitor.post(path + "/{session}/leads", chat.leaveLead)
    }
    visitor.get("/widget/embed/{token}.js", features.widget.launcher)
    visitor.get("/widget/colors/{color}.css") { try features.widget.color($0, $1) }
    visitor.post("/api/send/{token}", features.widget.send)
    visitor.options("/api/send/{token}", features.widget.preflight)
    visitor.get("/api/stream/{token}", features.widget.stream)
    visitor.options("/api/stream/{token}", features.widget.preflight)
    visitor.get("/api/chat/{token}", features.widget.transcript)
    visitor.delete("/api/chat/{token}", features.widget.erase)
    visitor.options("/api/chat/{token}", features.widget.preflight)

    program.post(
        "/api/v1/ask", ask.fromProgram,
        .init("Answers a question from the bot’s text", takes: .question, gives: .answer, streams: true, isIdempotent: true))
    program.get("/api/v1/ask/{message}/events", ask.eventsForProgram, .init("Streams an answer, also after it was given", gives: .events))
    program.post(
        "/v1/chat/completions", features.openAI.complete,
        .init("Answers as OpenAI’s chat completions do", takes: .completionRequest, gives: .completion, streams: true))
    program.get("/v1/models", features.openAI.models, .init("The names of the key’s bot", gives: .models))
    program.get("/v1/models/{model}", features.openAI.model, .init("One of these names", gives: .model))

    guest.get("/sign-in", signIn.show)
    for prefix in ["", "/api/v1"] {
        visitor.post(
            prefix + "/sign-in/code", signIn.requestCode, .init("Mails a code to sign in with", takes: .email, gives: .sent, status: 202))
        visitor.post(prefix + "/sign-in/token", signIn.exchangeCode, .init("Exchanges the code for tokens", takes: .code, gives: .tokens))
    }
    visitor.post("/api/v1/sign-in/refresh", signIn.refresh, .init("Exchanges a refresh token, once", takes: .refresh, gives: .tokens))
    account.delete("/session", signIn.signOut, .init("Signs out"))

    account.get("/bots", bots.list, .init("The account’s bots", gives: .bots))
    account.post("/bots", bots.create, .init("Makes a bot", takes: .newBot, gives: .bot, status: 201))
    account.get("/bots/{bot}", bots.show, .init("A bot", gives: .bot))
    account.patch("/bots/{bot}", bots.update, .init("Changes a bot’s settings", takes: .botSettings, gives: .bot))
    account.delete("/bots/{bot}", bots.delete, .init("Deletes a bot with everything in it"))
    account.get("/bots/{bot}/settings", bots.settings, .init("The form of the settings, for browsers", gives: .empty))
    account.get("/bots/{bot}/context", bots.context, .init("The owner’s own text", gives: .context))
    account.put("/bots/{bot}/context", bots.saveContext, .init("Changes the owner’s own text", takes: .context, gives: .context))

    account.post("/bots/{bot}/previews", bots.preview, .init("How a text reads, for browsers", takes: .context, gives: .empty))

    account.get("/bots/{bot}/sources", sources.list, .init("What a bot knows beside its context", gives: .sources))
    account.post(
        "/bots/{bot}/sources", sources.create,
        .init("Teaches it a text, an answer, a file or a website", takes: .newSource, gives: .source, status: 201))
    account.get("/bots/{bot}/sources/{source}", sources.show, .init("A source, and how far it has been read", gives: .source))
    account.get("/bots/{bot}/sources/{source}/row", sources.row, .init("A source as it stands in the list, for browsers", gives: .source))
    account.delete("/bots/{bot}/sources/{source}", sources.delete, .init("Forgets a source"))
    account.post("/bots/{bot}/sources/{source}/readings", sources.readAgain, .init("Reads a source again", gives: .source, status: 202))

    account.get(
        "/bots/{bot}/findings", features.findings.list, .init("What customers would stumble over in a bot’s texts", gives: .findings))
    account.put("/bots/{bot}/findings/{finding}/dismissal", features.findings.dismiss, .init("Calls a finding right", gives: .findings))
    account.delete(
        "/bots/{bot}/findings/{finding}/dismissal", features.findings.recall, .init("Reminds of a finding again", gives: .findings))

    account.get("/bots/{bot}/versions", features.versions.list, .init("What a bot was told before, newest first", gives: .versions))
    account.get(
        "/bots/{bot}/versions/{version}", features.versions.show,
        .init("A version, compared with the one before or another", gives: .version))
    account.post(
        "/bots/{bot}/versions/{version}/restorations", features.versions.restore,
        .init("Tells a bot once more what it was told then", gives: .versionSummary, status: 201))

    account.post(
        "/bots/{bot}/trials", trials.create,
        .init("Tries a bot with other settings or another text", takes: .trialRequest, gives: .trial, status: 201))
    account.get("/bots/{bot}/trials/{message}", trials.show, .init("The answer of a trial", gives: .trialAnswer))
    account.get("/bots/{bot}/trials/{message}/figures", trials.figures, .init("What the answer of a trial took", gives: .empty))
    account.get("/bots/{bot}/trials/{message}/events", trials.events, .init("Streams the answer of a trial", gives: .events))

    account.get(
        "/bots/{bot}/widget", features.widgetSettings.show, .init("What to put on a website, and how it looks there", gives: .widget))
    account.patch(
        "/bots/{bot}/widget", features.widgetSettings.update,
        .init("Changes how it looks, and which sites may show it", takes: .botSettings, gives: .widget))
    account.post(
        "/bots/{bot}/widget/previews", features.widgetSettings.preview,
        .init("How it would look, for browsers", takes: .botSettings, gives: .empty))

    account.get("/bots/{bot}/limits", features.limits.show, .init("What a bot’s models may take, and have taken", gives: .limits))
    account.patch(
        "/bots/{bot}/limits", features.limits.update, .init("Changes what a bot’s models may take", takes: .newLimits, gives: .limits))
    account.get(
        "/bots/{bot}/questions", questions.list,
        .init("Questions without a good answer, in groups of those that are alike", gives: .questions))
    account.get("/bots/{bot}/questions/{question}", questions.show, .init("A group of questions", gives: .questionGroup))
    account.post(
        "/bots/{bot}/questions/{question}/answer", questions.answer,
        .init("Answers them: teaches the bot, asks it again, and keeps a test", takes: .ownAnswer, gives: .questionGroup, status: 201))
    account.post("/bots/{bot}/questions/{question}/dismissal", questions.dismiss, .init("Lays a group aside", gives: .questionGroup))
    account.delete("/bots/{bot}/questions/{question}/dismissal", questions.undismiss, .init("Takes it up again", gives: .questionGroup))

    account.get("/bots/{bot}/tests", tests.list, .init("What a bot must be able to answer", gives: .tests))
    account.post("/bots/{bot}/tests", tests.create, .init("Adds a test", takes: .newTest, gives: .test, status: 201))
    account.get("/bots/{bot}/tests/{test}", tests.show, .init("A test", gives: .test))
    account.patch("/bots/{bot}/tests/{test}", tests.update, .init("Changes a test", takes: .newTest, gives: .test))
    account.delete("/bots/{bot}/tests/{test}", tests.delete, .init("Removes a test"))
    account.post(
        "/bots/{bot}/runs", features.runs.create, .init("Asks the model the tests, with the bot as it is", gives: .testRun, status: 202))
    account.get("/bots/{bot}/runs/{run}", features.runs.show, .init("A change that was tested", gives: .testRun))
    account.post(
        "/bots/{bot}/runs/{run}/attempts", features.runs.tryAgain,
        .init("Asks the tests again of a change that is held back", gives: .testRun, status: 202))
    account.delete("/bots/{bot}/runs/{run}/change", features.runs.discard, .init("Gives up a change that was held back"))
    account.post(
        "/bots/{bot}/runs/{run}/publication", features.runs.publish,
        .init("Publishes a change that was held back", takes: .publication, gives: .testRun))

    account.get("/bots/{bot}/keys", features.keys.list, .init("A bot’s keys, without their text", gives: .keys))
    account.post("/bots/{bot}/keys", features.keys.create, .init("Makes a key", takes: .keyName, gives: .newKey, status: 201))
    account.delete("/bots/{bot}/keys/{key}", features.keys.delete, .init("Takes a key back, at once"))

    account.get("/numbers", features.numbers.ofAccount, .init("What all bots did, by days", gives: .numbers))
    account.get("/numbers.csv", features.numbers.tableOfAccount, .init("One of its charts as a table", gives: .table))
    account.get("/bots/{bot}/numbers", features.numbers.ofBot, .init("What a bot did, by days", gives: .numbers))
    account.get("/bots/{bot}/numbers.csv", features.numbers.tableOfBot, .init("One of its charts as a table", gives: .table))

    account.get(
        "/bots/{bot}/visitor-secrets", features.keys.visitorSecrets,
        .init("A bot’s secrets for signing visitors’ tokens, without their text", gives: .visitorSecrets))
    account.post(
        "/bots/{bot}/visitor-secrets", features.keys.createVisitorSecret,
        .init("Makes such a secret; two count at once", gives: .visitorSecret, status: 201))
    account.get("/bots/{bot}/visitor-secrets/{secret}", features.keys.showVisitorSecret, .init("The secret itself", gives: .visitorSecret))
    account.delete(
        "/bots/{bot}/visitor-secrets/{secret}", features.keys.deleteVisitorSecret,
        .init("Deletes a secret: what it signed doesn’t count any more"))

    account.get("/bots/{bot}/conversations", conversations.list, .init("A bot’s conversations, newest first", gives: .conversations))
    account.get("/bots/{bot}/conversations.csv", conversations.exportCSV, .init("The same as a table, all of them", gives: .table))
    account.get("/bots/{bot}/conversations.json", conversations.exportJSON, .init("The same with all messages", gives: .empty))
    account.get(
        "/bots/{bot}/conversations/{conversation}", conversations.show, .init("A conversation with its messages", gives: .conversation))
    account.delete("/bots/{bot}/conversations/{conversation}", conversations.delete, .init("Deletes a conversation"))
    account.get(
        "/bots/{bot}/conversations/{conversation}/events", conversations.events,
        .init("Streams what is said from now on, and who answers", gives: .events))
    account.put(
        "/bots/{bot}/conversations/{conversation}/takeover", conversations.takeOver,
        .init("Answers in the bot’s place", takes: .takeover, gives: .handling))
    account.delete(
        "/bots/{bot}/conversations/{conversation}/takeover", conversations.handBack, .init("Lets the bot answer again", gives: .handling))
    account.post(
        "/bots/{bot}/conversations/{conversation}/messages", conversations.say,
        .init("Says something to the visitor, as a person", takes: .answerText, gives: .message, status: 201))
    account.get("/inbox", conversations.inbox, .init("The conversations of all bots, newest first", gives: .conversations))
    account.get("/inbox/events", conversations.inboxEvents, .init("Streams what happens in them", gives: .events))

    account.get("/bots/{bot}/reception", receptions.show, .init("Whether and when visitors can reach a person", gives: .reception))
    account.put("/bots/{bot}/reception", receptions.save, .init("Changes that", takes: .reception, gives: .reception))
    account.get("/bots/{bot}/leads", leads.list, .init("Visitors who left an address, newest first", gives: .leads))
    account.get("/bots/{bot}/leads.csv", leads.exportCSV, .init("The same as a table, all of them", gives: .table))
    account.delete("/bots/{bot}/leads/{lead}", leads.delete, .init("Deletes a lead"))
    account.get("/bots/{bot}/lead-form", leads.form, .init("What visitors are asked for", gives: .leadForm))
    account.put("/bots/{bot}/lead-form", leads.saveForm, .init("Changes that", takes: .leadForm, gives: .leadForm))
    account.get("/bots/{bot}/webhook", leads.webhook, .init("Where leads are sent on, and what came of it", gives: .webhook))
    account.put("/bots/{bot}/webhook", leads.saveWebhook, .init("Sends leads on, signed", takes: .webhookAddress, gives: .webhook))
    account.delete("/bots/{bot}/webhook", leads.deleteWebhook, .init("Sends no more"))
    account.post("/bots/{bot}/webhook/trials", leads.tryWebhook, .init("Sends something that isn’t a lead, once"))

    account.get("/chat/{token}/sessions", chats.list, .init("Your chats with a bot, newest first", gives: .chatSessions))
    account.post(
        "/chat/{token}/sessions", chats.create,
        .init("Begins a chat with its first question", takes: .chatMessage, gives: .answer, status: 201, streams: true))
    account.get("/chat/{token}/sessions/{conversation}", chats.show, .init("A chat with its newest messages", gives: .chatSession))
    account.patch("/chat/{token}/sessions/{conversation}", chats.rename, .init("Names a chat", takes: .chatTitle, gives: .chatSummary))
    account.get("/chat/{token}/sessions/{conversation}/data", chats.showData, .init("All that is kept of a chat", gives: .chatData))
    account.get("/chat/{token}/sessions/{conversation}/data.json", chats.downloadJSON, .init("The same as a file", gives: .chatData))
    account.get("/chat/{token}/sessions/{conversation}/data.txt", chats.downloadText, .init("The same as a text", gives: .plainText))
    account.delete("/chat/{token}/sessions/{conversation}", chats.delete, .init("Deletes a chat with what is attached"))
    account.post(
        "/chat/{token}/sessions/{conversation}/messages", chats.send,
        .init("Asks on in a chat, or from an earlier question on", takes: .chatMessage, gives: .answer, status: 201, streams: true))
    account.get(
        "/chat/{token}/sessions/{conversation}/messages/{message}", chats.turn, .init("A question with its answer", gives: .chatBranch))
    account.get("/chat/{token}/sessions/{conversation}/messages/{message}/events", chats.events, .init("Streams an answer", gives: .events))
    account.get(
        "/chat/{token}/sessions/{conversation}/messages/{message}/earlier", chats.earlier,
        .init("The branch that was left for this question", gives: .chatBranch))
    account.post(
        "/chat/{token}/sessions/{conversation}/messages/{message}/thumb", chats.rate,
        .init("Says what you think of an answer", takes: .thumb))
    account.post("/chat/{token}/sessions/{conversation}/person", chats.askForPerson, .init("Asks for a person", gives: .chatSession))
    account.get(
        "/chat/{token}/sessions/{conversation}/events", chats.follow, .init("Streams what a person says, for browsers", gives: .events))
    account.get(
        "/chat/{token}/sessions/{conversation}/attachments/{attachment}", chats.attachment, .init("A file that you attached", gives: .file))
    account.get(
        "/attachments/{attachment}", chats.ownersAttachment, .init("A file that a visitor attached, for the bot’s owner", gives: .file))

    account.get("/account", accounts.show, .init("The account, who is signed in, and where", gives: .account))
    account.patch("/account", accounts.update, .init("Changes a person’s name or the business’s", takes: .names, gives: .account))
    owner.delete("/account", accounts.delete, .init("Deletes the account with everything in it", takes: .businessName))
    account.put("/account/current", accounts.lookAt, .init("Goes on in another of the person’s accounts", takes: .accountID))
    account.post(
        "/account/email", accounts.startEmailChange,
        .init("Mails codes to the old and to the new address", takes: .email, gives: .sent, status: 202))
    account.put(
        "/account/email", accounts.confirmEmailChange, .init("Changes the address, with both codes", takes: .bothCodes, gives: .email))
    account.delete("/account/email", accounts.cancelEmailChange, .init("Gives the change of the address up"))
    account.get("/account/sessions", accounts.devices, .init("Where the person is signed in", gives: .sessions))
    account.delete("/account/sessions", accounts.endSessions, .init("Signs out everywhere"))
    account.get("/account/sessions/{session}", accounts.device, .init("A device", gives: .session))
    account.delete("/account/sessions/{session}", accounts.endSession, .init("Signs a device out"))
    account.get("/account/members", accounts.members, .init("Who belongs to the account", gives: .members))
    owner.patch("/account/members/{member}", accounts.changeMember, .init("Makes an owner of a member, or the other way", takes: .role))
    account.delete("/account/members/{member}", accounts.removeMember, .init("Removes a member"))
    owner.post("/account/invitations", accounts.invite, .init("Invites somebody by mail", takes: .email, gives: .invitation, status: 201))
    owner.delete("/account/invitations/{invitation}", accounts.withdrawInvitation, .init("Withdraws an invitation"))
    guest.get("/invitations/{token}", accounts.showInvitation)
    account.post("/invitations/{token}", accounts.acceptInvitation, .init("Accepts an invitation"))
    account.get("/account/providers", features.ownProviders.list, .init("The account’s own keys of providers", gives: .providerKeys))
    owner.post(
        "/account/providers", features.ownProviders.create,
        .init("Tries a provider’s key and keeps it", takes: .newProviderKey, gives: .providerKey, status: 201))
    owner.delete("/account/providers/{credential}", features.ownProviders.delete, .init("Forgets a provider’s key"))

    owner.get("/account/data", features.archives.show, .init("What was imported and erased", gives: .accountData))
    owner.get("/account/export", features.archives.export, .init("The account as an archive, a zip file", gives: .archiveFile))
    owner.post(
        "/account/imports", features.archives.create,
        .init("Imports an archive, as application/zip", takes: .archive, gives: .importView, status: 201))
    owner.get("/account/imports/{import}", features.archives.progress, .init("How far an import is", gives: .importView))
    account.get(
        "/bots/{bot}/data", features.archives.showBot,
        .init("How long a bot’s conversations are kept, and what was erased", gives: .botData))
    owner.get("/bots/{bot}/export", features.archives.exportBot, .init("A bot as an archive, a zip file", gives: .archiveFile))

    routes.development.get("/dev/outbox", features.outbox.list)

    visitor.get("/static/{name}") { try files.serve($0, $1) }
    visitor.get("/favicon.ico") { request, _ in try files.serve("favicon.ico", request) }
    visitor.get("/healthz", health.alive)
    visitor.get("/readyz", health.ready)
    visitor.get("/metrics", health.metrics)

    visitor.get("/developers", features.developers.show)
    routes.describe(at: "/api/v1/openapi.json", .init("This description", gives: .document), features.developers.description)
    return routes
}

/// What the routes lead to.
struct Features: Sendable {
    let landing: Landing
    let ask: Ask
    let openAI: OpenAI
    let files: StaticFiles
    let health: Health
    let signIn: SignIn
    let widget: Widget
    let widgetSettings: WidgetSettings
    let chats: [Chat]
    let receptions: Receptions
    let leads: Leads
    let bots: Bots
    let sources: Sources
    let conversations: Conversations
    let chatSessions: ChatSessions
    let trials: Trials
    let limits: Limits
    let questions: Questions
    let tests: BotTests
    let runs: Runs
    let keys: Keys
    let archives: Archives
    let versions: Versions
    let findings: Findings
    let numbers: Numbers
    let accounts: Accounts
    let ownProviders: OwnProviders
    let outbox: Outbox
    let developmentDoor: DevelopmentDoor
    let developers: Developers
    let keyMiddleware: KeyMiddleware
    let sessions: SessionMiddleware
}
