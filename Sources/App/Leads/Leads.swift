import Curl
import FoundationEssentials
import Hummingbird
import Jobs
import NIOCore
import Templates

/// The routes of a bot's leads, of the form that asks for them, and of where they are sent on.
struct Leads: Sendable {
    static let shown = 50
    static let exported = 10_000
    /// Unicode scalars.
    static let maximumConsent = 1_000

    let secrets: Secrets
    /// Which addresses an owner may name.
    let addresses: AddressPolicy

    /// `GET /bots/{bot}/leads`
    func list(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let after = try Form(parsing: request.uri.query ?? "")["after"].map(ConversationCursor.init)
        let (_, leads, next) = try await context.database.leads(of: context.id("bot"), after: after, limit: Self.shown)
        let list = LeadList(leads: leads, next: next?.text, botID: try context.id("bot").lowercased)
        let page = try await page(context)
        return Reply(list) { page($0, nil, nil) }
    }

    /// `GET /bots/{bot}/leads.csv`
    func exportCSV(_ request: Request, _ context: AccountContext) async throws -> Response {
        let (name, leads, _) = try await context.database.leads(of: context.id("bot"), after: nil, limit: Self.exported)
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
        var headers = StandardHeaders.plain
        headers[.contentType] = "text/csv; charset=utf-8"
        headers[.cacheControl] = "no-store"
        headers[.contentDisposition] = FileName("Leads of \(name).csv").attachment
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: csv.bytes)))
    }

    /// `DELETE /bots/{bot}/leads/{lead}`
    func delete(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await context.database.deleteLead(context.id("lead"), of: context.id("bot"))
        return Reply(goingOnTo: "/bots/\(try context.id("bot").lowercased)/leads", saying: .deleted)
    }

    /// `GET /bots/{bot}/lead-form`
    func form(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let page = try await page(context)
        return Reply(try await settings(context)) { page(nil, $0, nil) }
    }

    /// `PUT /bots/{bot}/lead-form`
    func saveForm(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let page = try await page(context)
        let before = try await settings(context)
        return try await .form(input, { before.with($0) }, page: { page(nil, $0, nil) }) {
            try await save(input, before, context)
            let saved = try await settings(context).with(Fields(notice: Notice(message: "Saved.", isGood: true)))
            return Reply(saved) { page(nil, $0, nil) }
        }
    }

    /// `GET /bots/{bot}/webhook`
    func webhook(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let page = try await page(context)
        return Reply(try await hook(context)) { page(nil, nil, $0) }
    }

    /// `PUT /bots/{bot}/webhook`
    func saveWebhook(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let page = try await page(context)
        let before = try await hook(context)
        return try await .form(input, { before.with($0) }, into: "#webhook", page: { page(nil, nil, $0) }) {
            let url = try address(input.text("url"))
            try await context.database.saveWebhook(url, of: context.id("bot"), secrets)
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
    func tryWebhook(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let bot = try context.id("bot")
        guard try await hook(context).url != nil else { throw Failure.notFound }
        try await context.database.query(
            .enqueue(
                Webhook.kind, payload: "\(bot.lowercased) \(Webhook.trial)", account: context.database.account, uniqueKey: bot.lowercased))
        return Reply(goingOnTo: "/bots/\(bot.lowercased)/leads#webhook", saying: .tried)
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

    private func settings(_ context: AccountContext) async throws -> LeadSettings {
        let bot = try await context.database.bot(context.id("bot"))
        return LeadSettings(
            bot: bot.id.lowercased, leadFields: bot.leadFields.map(\.rawValue), consentText: bot.consentText,
            consentVersion: bot.consentVersion,
            fields: Fields())
    }

    private func save(_ input: Input, _ before: LeadSettings, _ context: AccountContext) async throws {
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
            where id = \(context.id("bot")) and account_id = \(context.database.account)
            """)
    }

    private func hook(_ context: AccountContext) async throws -> WebhookView {
        let bot = try await context.database.bot(context.id("bot")).id
        let hook = try await context.database.webhook(of: bot, secrets)
        return WebhookView(
            bot: bot.lowercased, url: hook?.url, secret: hook?.secret,
            problem: hook != nil && hook?.secret == nil ? Webhook.secretIsLost : nil,
            deliveries: hook == nil ? [] : try await context.database.deliveries(of: bot),
            fields: Fields())
    }

    /// The whole page around one of its parts, the others as they are stored.
    private func page(_ context: AccountContext) async throws -> @Sendable (LeadList?, LeadSettings?, WebhookView?) -> HTML {
        let bot = try context.id("bot")
        let (name, leads, next) = try await context.database.leads(of: bot, after: nil, limit: Self.shown)
        let (settings, hook) = (try await settings(context), try await hook(context))
        return { list, form, webhook in
            LeadsPage(
                bot: bot.lowercased, name: name, list: list ?? LeadList(leads: leads, next: next?.text, botID: bot.lowercased),
                form: form ?? settings, webhook: webhook ?? hook, frame: context.frame
            ).page
        }
    }
}

extension LeadSettings {
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
