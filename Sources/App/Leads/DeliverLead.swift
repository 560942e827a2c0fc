import Curl
import FoundationEssentials
import Jobs
import Postgres
import Templates

/// Sends a lead to the owner's webhook. A job: tried again for some hours, each attempt noted for the owner.
struct DeliverLead: Sendable {
    let postgres: Postgres
    let curl: Curl
    let addresses: AddressPolicy
    let secrets: Secrets

    var handlers: [Handler] {
        [Handler(Webhook.kind, retries: Webhook.retries) { job, _ in try await deliver(job) }]
    }

    /// What came of an attempt.
    fileprivate struct Attempt {
        var status: Int?
        /// A sentence for the owner; empty: it was taken.
        var problem = ""
        var mayWorkLater = false
    }

    private func deliver(_ job: Job) async throws {
        let ids = job.payload.split(separator: " ").map(String.init)
        guard ids.count == 2, let bot = UUID(text: ids[0][...]), let account = job.account else { throw JobFailure.permanent("no lead") }
        let database = AccountDatabase(postgres, account: account)
        let lead = ids[1] == Webhook.trial ? nil : UUID(text: ids[1][...])
        // Taken off or erased meanwhile: there is nothing to send.
        guard let hook = try await database.webhook(of: bot, secrets), let body = try await body(lead, of: bot, database) else { return }
        let start = ContinuousClock.now
        let outcome = await send(body, as: ids[1], to: hook)
        let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
        do {
            try await database.query(
                """
                insert into webhook_deliveries (account_id, bot_id, lead_id, attempt, status, problem, milliseconds)
                values (\(account), \(bot), \(lead), \(job.attempt), \(outcome.status), \(outcome.problem), \(milliseconds))
                """)
        } catch PostgresError.foreignKeyViolation {
            // Erased while it was sent: there is nobody to tell.
            return
        }
        // The last failure is the owner's to see, not the admin's.
        guard !outcome.problem.isEmpty, outcome.mayWorkLater, job.attempt < Webhook.retries.maximumAttempts, lead != nil else { return }
        throw Refused(problem: outcome.problem)
    }

    private struct Refused: Error, CustomStringConvertible {
        let problem: String
        var description: String { problem }
    }

    /// Nothing of what is answered is kept but its status: it may come from where only we can reach.
    private func send(_ body: [UInt8], as id: String, to hook: Webhook) async -> Attempt {
        let now = Int64(Date().timeIntervalSince1970)
        guard let signature = hook.signature(of: body, at: now) else { return Attempt(problem: Webhook.secretIsLost) }
        var request = Curl.Request(
            method: "POST", url: hook.url, body: body,
            timeouts: .init(connect: Webhook.timeout, total: Webhook.timeout, silence: Webhook.timeout),
            // One that announces more has answered all the same.
            maximumBodyBytes: .max, addresses: addresses)
        request.headers = [
            ("Content-Type", "application/json"), ("User-Agent", "Frontdesk/1.0"), ("Frontdesk-Delivery", id),
            ("Frontdesk-Signature", signature),
        ]
        do {
            let response = try await curl.send(request)
            _ = try? await response.collect(upTo: Webhook.maximumAnswer)
            return Attempt(answered: response.status)
        } catch {
            return Attempt(error)
        }
    }

    /// nil where the lead is gone.
    private func body(_ lead: UUID?, of bot: UUID, _ database: AccountDatabase) async throws -> [UInt8]? {
        var view: LeadView?
        if let lead {
            let row = try await database.query(
                """
                select id, bot_id, conversation_id, name, email, phone, note, consent_text, consent_version, created_at from leads
                where id = \(lead) and bot_id = \(bot) and account_id = \(database.account)
                """
            ).first
            guard let row else { return nil }
            view = try LeadView(row)
        }
        var json = JSONWriter()
        json.object {
            $0.member("event", view == nil ? "trial" : "lead.created")
            $0.member("bot_id", bot.lowercased)
            $0.member("lead", view)
        }
        return Array(json.bytes)
    }
}

extension DeliverLead.Attempt {
    fileprivate init(answered status: Int) {
        self.status = status
        switch status {
        case 200..<300: break
        case 300..<400: problem = "It answered \(status). We don’t follow redirects: please give the address itself."
        case 410: problem = "It answered 410: it is gone."
        default:
            problem = "It answered \(status)."
            mayWorkLater = true
        }
    }

    fileprivate init(_ error: CurlError) {
        mayWorkLater = error.isTransient
        switch error {
        case .addressNotAllowed(let reason), .invalidURL(let reason): problem = reason.sentence
        case .timedOut, .silent: problem = "It took longer than 10 seconds."
        case .resolve: problem = "There is no server of that name."
        case .connect: problem = "No connection could be made."
        case .tls: problem = "Its certificate isn’t valid."
        case .overloaded, .shutdown, .cancelled:
            problem = "We couldn’t send it just now."
            mayWorkLater = true
        default: problem = "The connection broke off."
        }
    }
}
