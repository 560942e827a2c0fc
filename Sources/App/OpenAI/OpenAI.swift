import FoundationEssentials
import Hummingbird
import Postgres
import Templates

/// The routes that speak OpenAI's protocol: programs that were made for it ask a bot by changing the address and the key.
struct OpenAI: Feature {
    let asking: Asking

    func add(to routes: RouteMap) {
        routes.program.post(
            "/v1/chat/completions", complete,
            .init("Answers as OpenAI’s chat completions do", takes: .completionRequest, gives: .completion, streams: true))
        routes.program.get("/v1/models", models, .init("The names of the key’s bot", gives: .models))
        routes.program.get("/v1/models/{model}", model, .init("One of these names", gives: .model))
    }

    /// `POST /v1/chat/completions`
    func complete(_ request: Request, _ context: KeyContext) async throws -> Response {
        let asked = try CompletionRequest(try await request.jsonObject(), to: context.desk.bot)
        let live = try await asking.ask(asked.incoming(), at: context.desk)
        let head = CompletionHead(message: live.id, model: asked.model)
        if asked.streams {
            return asking.stream(live, as: CompletionStream(head: head, includesUsage: asked.includesUsage), on: context.channel)
        }
        let reply = try await asking.finished(live, on: context.channel).replyOrFailure
        var response = Response(json: Completion(request: head, reply: reply))
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// `GET /v1/models`: the key's bot, by both of its names.
    func models(_ request: Request, _ context: KeyContext) async throws -> Response {
        Response(json: ModelList(data: try await models(of: context.desk.bot)))
    }

    /// `GET /v1/models/{model}`
    func model(_ request: Request, _ context: KeyContext) async throws -> Response {
        let name = context.parameters.get("model")
        guard let model = try await models(of: context.desk.bot).first(where: { $0.id == name }) else { throw Failure.noSuchModel }
        return Response(json: model)
    }

    private func models(of bot: Bot) async throws -> [Model] {
        let row = try await asking.postgres.query(
            "select extract(epoch from created_at)::bigint as created from bots where id = \(bot.id) and account_id = \(bot.account)"
        ).first
        guard let created = try row?.get("created", as: Int.self) else { throw Failure.notFound }
        return [CompletionRequest.modelName, bot.id.lowercased].map { Model(id: $0, created: created) }
    }
}

@JSONObject("Model")
private struct Model {
    @Described(.string) let id: String
    let object: String = "model"
    let created: Int
    @Described(.string) let ownedBy: String = "frontdesk"
}

@JSONObject("Models")
private struct ModelList {
    let object: String = "list"
    let data: [Model]
}

extension Schema {
    static let model = Model.schema, models = ModelList.schema
}
