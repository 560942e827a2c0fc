import Hummingbird
import Postgres
import Templates

extension Accounts {
    /// `POST /account/email`: sends a code to the old mailbox and one to the new. Whether somebody signs in with the new
    /// address already, only its owner learns, in the end.
    func startEmailChange(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = try await page(context)
        return try await .form(input, { before.mending(.email, $0) }, page: { $0.page }) {
            let email = try EmailAddress(input.text("email"))
            guard email.text != context.session.email else { throw Failure.invalid(["email": "This is your address already."]) }
            if let wait = try await EmailChange.perPerson.count(context.session.user.lowercased, in: services.postgres) {
                throw Failure.tooManyRequests("You have asked for this often. Please try again in an hour.", retryAfter: wait)
            }
            if let wait = try await EmailChange.perAddress.count(email.text, in: services.postgres) {
                throw Failure.tooManyRequests(
                    "This address got many mails from us. Please wait a little, then try again.", retryAfter: wait)
            }
            try await mailCodes(to: email, context.session)
            return Reply(status: .accepted, CodeSent(), goingOnTo: Self.path + "#email")
        }
    }

    /// `PUT /account/email`: both codes for the new address.
    func confirmEmailChange(_ request: Request, _ context: AccountContext) async throws -> Reply {
        let input = try await Input(of: request)
        let before = try await page(context)
        return try await .form(input, { before.mending(.email, $0) }, page: { $0.page }) {
            let codes = (try code(input, "old_code"), try code(input, "new_code"))
            switch try await confirm(codes.0, codes.1, context.session) {
            case .changed(_, let email): return Reply(EmailChanged(email: email), goingOnTo: Self.path + "#email", saying: .saved)
            case .wrongCodes: throw Failure.wrongCodes
            case .gone: throw Failure.codesGone
            case .taken: throw Failure.addressTaken
            }
        }
    }

    /// `DELETE /account/email`: forgets the new address.
    func cancelEmailChange(_ request: Request, _ context: AccountContext) async throws -> Reply {
        try await services.postgres.query("delete from email_changes where user_id = \(context.session.user)")
        return Reply(goingOnTo: Self.path + "#email")
    }

    private func mailCodes(to email: EmailAddress, _ session: Session) async throws {
        let old = try EmailAddress(session.email)
        let (oldCode, newCode) = (SignInCode(), SignInCode())
        try await services.postgres.transaction { transaction in
            try await transaction.keep(
                email, for: session.user, oldCode: oldCode.hash(for: old, services.secrets),
                newCode: newCode.hash(for: email, services.secrets))
            try await services.mailer.send(.oldAddressCode(oldCode.grouped, to: old.text, new: email.text), in: transaction)
            try await services.mailer.send(.newAddressCode(newCode.grouped, to: email.text), in: transaction)
        }
    }

    private func confirm(_ old: SignInCode, _ new: SignInCode, _ session: Session) async throws -> EmailChange.Outcome {
        do {
            return try await services.postgres.transaction { transaction in
                let outcome = try await transaction.confirmEmail(of: session.user, old: old, new: new, services.secrets)
                if case .changed(let from, let to) = outcome {
                    try await services.mailer.send(.addressChanged(to: to, told: from), in: transaction)
                }
                return outcome
            }
        } catch PostgresError.uniqueViolation {
            // Somebody signed in with it for the first time just now.
            return .taken
        }
    }

    private func code(_ input: Input, _ field: String) throws(Failure) -> SignInCode {
        guard let code = SignInCode(typed: try input.text(field) ?? "") else {
            throw .invalid([field: "A code has 8 letters and digits. Please look at the mail again."])
        }
        return code
    }
}

@JSONObject("Email")
private struct EmailChanged {
    @Described(.emailAddress) let email: String
}

extension Schema {
    /// What is sent, and what comes back.
    static let email = EmailChanged.schema
    static let bothCodes = component("BothCodes", .object(required: ["old_code": .string, "new_code": .string]))
}

extension Failure {
    private static let wrongCodesSentence = "These two codes aren’t right. Please look at both mails again."
    fileprivate static let wrongCodes = Failure(
        status: .unprocessableContent, code: "wrong_codes", message: wrongCodesSentence, fields: ["old_code": wrongCodesSentence])
    fileprivate static let codesGone = Failure(
        status: .unprocessableContent, code: "codes_gone",
        message: "These codes don’t work any more. Please start again with the new address.")
    fileprivate static let addressTaken = Failure(
        status: .unprocessableContent, code: "address_taken",
        message: "You sign in to another account with this address already, so nothing was changed. You can invite it as a member instead.")
}
