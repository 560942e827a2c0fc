import Hummingbird
import Templates

/// Where a visitor leaves an address.
extension Chat {
    /// `GET …/{token}/{session}/leads`: the form.
    func leadForm(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(request, context)
        guard let form = LeadForm(place, ChatWords.spoken(for: request, to: place.bot)) else { throw Failure.notFound }
        return try await show(form, json: form, place, request)
    }

    /// `POST …/{token}/{session}/leads`
    func leaveLead(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let place = try await place(request, context)
        let words = ChatWords.spoken(for: request, to: place.bot)
        guard var form = LeadForm(place, words) else { throw Failure.notFound }
        let input = try await Input(of: request)
        do {
            let lead = try Lead(input, for: place.bot, form.words)
            try await count(.leavesLead, at: place, request, context)
            try await keep(lead, at: place, words)
            return try await show(LeadThanks(words: form.words), json: nil, place, request)
        } catch let failure as Failure where [.unprocessableContent, .tooManyRequests].contains(failure.status) {
            form = form.with(input.fields(mending: failure))
            return try await show(form, json: failure, status: failure.status, place, request)
        }
    }

    private func keep(_ lead: Lead, at place: ChatPlace, _ words: ChatWords) async throws {
        if let wait = try await Lead.perChat.count(place.conversation.lowercased, in: services.postgres) {
            throw Failure.tooManyRequests(words.tooOften, retryAfter: wait)
        }
        try await services.postgres.keep(lead, from: place.conversation, of: place.bot)
    }

    private func show(
        _ view: some View, json: (any JSONEncodable)?, status: HTTPResponse.Status = .ok, _ place: ChatPlace, _ request: Request
    ) async throws -> Response {
        let output = Output(for: request)
        if output == .page { return try await page(at: place, request, lead: view.html, status: status) }
        var reply = Reply(status: status, json: json, fragment: { view.html }, page: { view.html })
        // htmx shows a refusal in place of the form, not as a notice.
        reply.headers = status == .ok ? [:] : [.hxRetarget: "#lead", .hxReswap: "outerHTML"]
        return reply.response(as: output)
    }
}

extension LeadForm {
    /// nil where the bot asks for nothing.
    init?(_ place: ChatPlace, _ words: ChatWords) {
        guard !place.bot.leadFields.isEmpty else { return nil }
        self.init(
            path: "\(place.address)/\(place.session.text)", asks: place.bot.leadFields.map(\.rawValue), consentText: place.bot.consentText,
            consentVersion: place.bot.consentVersion, fields: Fields(), words: words.handOff)
    }

    fileprivate func with(_ fields: Fields) -> LeadForm {
        LeadForm(path: path, asks: asks, consentText: consentText, consentVersion: consentVersion, fields: fields, words: words)
    }
}
