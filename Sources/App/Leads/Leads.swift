import Curl
import FoundationEssentials
import Hummingbird
import Jobs
import NIOCore
import Templates

/// The routes of a bot's leads, of the form that asks for them, and of where they are sent on.
struct Leads: Feature {
    static let shown = 50
    static let exported = 10_000
    /// Unicode scalars.
    static let maximumConsent = 1_000

    let secrets: Secrets
    /// Which addresses an owner may name.
    let addresses: AddressPolicy

    func add(to routes: RouteMap) {
        routes.bot.get("/bots/{bot}/leads", list, .init("Visitors who left an address, newest first", gives: .leads))
        routes.account.get("/bots/{bot}/leads.csv", exportCSV, .init("The same as a table, all of them", gives: .table))
        routes.account.delete("/bots/{bot}/leads/{lead}", delete, .init("Deletes a lead"))
        routes.bot.get("/bots/{bot}/lead-form", form, .init("What visitors are asked for", gives: .leadForm))
        routes.bot.put("/bots/{bot}/lead-form", saveForm, .init("Changes that", takes: .leadForm, gives: .leadForm))
        routes.bot.get("/bots/{bot}/webhook", webhook, .init("Where leads are sent on, and what came of it", gives: .webhook))
        routes.bot.put("/bots/{bot}/webhook", saveWebhook, .init("Sends leads on, signed", takes: .webhookAddress, gives: .webhook))
        routes.account.delete("/bots/{bot}/webhook", deleteWebhook, .init("Sends no more"))
        routes.bot.post("/bots/{bot}/webhook/trials", tryWebhook, .init("Sends something that isn’t a lead, once"))
    }

    /// `GET /bots/{bot}/leads`
    func list(_ request: Request, _ context: BotContext) async throws -> Reply {
        let after = try Form(parsing: request.uri.query ?? "")["after"].map(ConversationCursor.init)
        let list = try await list(after: after, context)
        let page = try await page(context)
        return Reply(list) { page($0, nil, nil) }
    }

    /// `GET /bots/{bot}/leads.csv`
    func exportCSV(_ request: Request, _ context: AccountContext) async throws -> Response {
        let (name, leads, _) = try await context.database.leads(of: context.id("bot"), after: nil, limit: Self.exported)
        return Response(Self.table(leads), named: "Leads of \(name).csv")
    }

    /// `DELETE /bots/{bot}/leads/{lead}`
    func delete(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await context.database.deleteLead(context.id("lead"), of: context.id("bot"))
        return Reply(goingOnTo: "/bots/\(try context.id("bot").lowercased)/leads", saying: .deleted)
    }

    /// `GET /bots/{bot}/lead-form`
    func form(_ request: Request, _ context: BotContext) async throws -> Reply {
        let page = try await page(context)
        return Reply(LeadSettings(context.bot)) { page(nil, $0, nil) }
    }

    /// `PUT /bots/{bot}/lead-form`
    func saveForm(_ request: Request, _ context: BotContext) async throws -> Reply {
        let input = try await Input(of: request)
        let page = try await page(context)
        let before = LeadSettings(context.bot)
        return try await .form(input, { before.with($0) }, page: { page(nil, $0, nil) }) {
            try await save(input, before, context)
            let saved = LeadSettings(try await context.database.bot(context.bot.id))
                .with(Fields(notice: Notice(message: "Saved.", isGood: true)))
            return Reply(saved) { page(nil, $0, nil) }
        }
    }

    /// `GET /bots/{bot}/webhook`
    func webhook(_ request: Request, _ context: BotContext) async throws -> Reply {
        let page = try await page(context)
        return Reply(try await hook(context)) { page(nil, nil, $0) }
    }

    /// `PUT /bots/{bot}/webhook`
    func saveWebhook(_ request: Request, _ context: BotContext) async throws -> Reply {
        let input = try await Input(of: request)
        let page = try await page(context)
        let before = try await hook(context)
        return try await .form(input, { before.with($0) }, into: "#webhook", page: { page(nil, nil, $0) }) {
            let url = try address(input.text("url"))
            try await context.database.saveWebhook(url, of: context.bot.id, secrets)
            let saved = try await hook(context).with(Fields(notice: Notice(message: "Saved. Each new lead is sent there.", isGood: true)))
            return Reply(saved) { page(nil, nil, $0) }
        }
    }

    /// `DELETE /bots/{bot}/webhook`
    func deleteWebhook(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await context.database.deleteWebhook(of: context.id("bot"))
        return Reply(goingOnTo: "/bots/\(try context.id("bot").lowercased)/leads#webhook", saying: .removed)
    }

    /// `POST /bots/{bot}/webhook/trials`: sends something that isn't a lead, once.
    func tryWebhook(_ request: Request, _ context: BotContext) async throws -> Reply {
        let bot = context.bot.id
        guard try await hook(context).url != nil else { throw Failure.notFound }
        try await context.database.query(
            .enqueue(
                Webhook.kind, payload: "\(bot.lowercased) \(Webhook.trial)", account: context.database.account, uniqueKey: bot.lowercased))
        return Reply(goingOnTo: "/bots/\(bot.lowercased)/leads#webhook", saying: .tried)
    }

    private static func table(_ leads: [LeadView]) -> CSV {
        var csv = CSV()
        csv.markAsUTF8()
        csv.row(
            ["id", "created_at", "name", "email", "phone", "note", "consent_version", "consent_text", "conversation_id"].map { .text($0) })
        for lead in leads {
            csv.row([
                .text(lead.id), .text(lead.createdAt.rfc3339), .text(lead.name), .text(lead.email), .text(lead.phone), .text(lead.note),
                .number(lead.consentVersion), .text(lead.consentText), .text(lead.conversationID ?? ""),
            ])
        }
        return csv
    }

    private func address(_ given: String?) throws(Failure) -> String {
        let url = (given ?? "").trimmingBlanks
        guard !url.isEmpty else { throw .invalid(["url": "Please write an address."]) }
        do throws(CurlError) {
            try addresses.check(url)
        } catch {
            throw .invalid(["url": error.urlProblem?.sentence ?? URLProblem.malformed.sentence])
        }
        return url
    }

    private func list(after: ConversationCursor?, _ context: BotContext) async throws -> LeadList {
        let (_, leads, next) = try await context.database.leads(of: context.bot.id, after: after, limit: Self.shown)
        return LeadList(leads: leads, next: next?.text, botID: context.bot.id.lowercased)
    }

    private func save(_ input: Input, _ before: LeadSettings, _ context: BotContext) async throws {
        var problems: [String: String] = [:]
        let names = (try input.scalar("lead_fields") ?? before.leadFields.joined(separator: ",")).split(separator: ",").map(
            \.trimmingBlanks)
        let fields = names.compactMap(Lead.Field.init)
        if fields.count != names.count || Set(names).count != names.count || !fields.isEmpty && fields == [.name] {
            problems["lead_fields"] = "These can be name, email and phone, of which email or phone is needed."
        }
        let consent = (try input.text("consent_text") ?? before.consentText).replacing("\r\n", with: "\n").trimmingBlanks
        if consent.unicodeScalars.count > Self.maximumConsent {
            problems["consent_text"] = "This can have up to \(Self.maximumConsent) characters."
        }
        guard problems.isEmpty else { throw Failure.invalid(problems) }
        try await context.database.query(
            """
            update bots set lead_fields = \(fields.map(\.rawValue))::text[], consent_text = \(consent),
              consent_version = consent_version + case when consent_text = \(consent) then 0 else 1 end, updated_at = now()
            where id = \(context.bot.id) and account_id = \(context.database.account)
            """)
    }

    private func hook(_ context: BotContext) async throws -> WebhookView {
        let bot = context.bot.id
        let hook = try await context.database.webhook(of: bot, secrets)
        return WebhookView(
            bot: bot.lowercased, url: hook?.url, secret: hook?.secret,
            problem: hook != nil && hook?.secret == nil ? Webhook.secretIsLost : nil,
            deliveries: hook == nil ? [] : try await context.database.deliveries(of: bot),
            fields: Fields())
    }

    /// The whole page around one of its parts, the others as they are stored.
    private func page(_ context: BotContext) async throws -> @Sendable (LeadList?, LeadSettings?, WebhookView?) -> HTML {
        let (newest, hook) = (try await list(after: nil, context), try await hook(context))
        return { list, form, webhook in
            LeadsPage(
                bot: context.bot.id.lowercased, name: context.bot.name, list: list ?? newest, form: form ?? LeadSettings(context.bot),
                webhook: webhook ?? hook, frame: context.frame
            ).page
        }
    }
}

extension LeadSettings {
    fileprivate init(_ bot: Bot) {
        self.init(
            bot: bot.id.lowercased, leadFields: bot.leadFields.map(\.rawValue), consentText: bot.consentText,
            consentVersion: bot.consentVersion, fields: Fields())
    }

    fileprivate func with(_ fields: Fields) -> LeadSettings {
        LeadSettings(bot: bot, leadFields: leadFields, consentText: consentText, consentVersion: consentVersion, fields: fields)
    }
}

extension WebhookView {
    fileprivate func with(_ fields: Fields) -> WebhookView {
        WebhookView(bot: bot, url: url, secret: secret, problem: problem, deliveries: deliveries, fields: fields)
    }
}

extension CurlError {
    /// What is wrong with the address, where that is what is wrong.
    fileprivate var urlProblem: URLProblem? {
        switch self {
        case .invalidURL(let problem): problem
        case .addressNotAllowed(let problem): problem
        default: nil
        }
    }
}

extension Schema {
    static let leads = LeadList.schema
    /// What is sent, and what comes back.
    static let leadForm = component(
        "LeadForm",
        LeadSettings.schema.partial.adding(optional: [
            "lead_fields": .array(of: .one(of: Lead.Field.self)).saying("None: there is no form"),
            "consent_text": .string(upTo: Leads.maximumConsent),
        ]))
    static let webhook = WebhookView.schema
    static let webhookAddress = component("WebhookAddress", .object(required: ["url": .url]))
}
