import FoundationEssentials
import Hummingbird
import Templates

extension Accounts {
    /// `GET /account/sessions`
    func devices(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let page = try await page(context)
        return Reply(DeviceList(sessions: page.sessions)) { _ in page.page }
    }

    /// `GET /account/sessions/{session}`
    func device(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let id = try context.id("session").lowercased
        let page = try await page(context)
        guard let device = page.sessions.first(where: { $0.id == id }) else { throw Failure.notFound }
        return Reply(device) { _ in page.page }
    }

    /// `DELETE /account/sessions/{session}`: signs one device out.
    func endSession(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let id = try context.id("session")
        try await services.postgres.endSession(id, of: context.session.user)
        return id == context.session.id ? signedOut() : Reply(goingOnTo: Self.path + "#devices", saying: .removed)
    }

    /// `DELETE /account/sessions`: signs out everywhere, here too.
    func endSessions(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await services.postgres.endSessions(of: context.session.user)
        return signedOut()
    }
}

extension Schema {
    static let session = DeviceView.schema, sessions = DeviceList.schema
}
