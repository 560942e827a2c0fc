import Curl
import FoundationEssentials
import Postgres

/// What `App check` says: what is set up, what isn't, and what doesn't work, in words.
struct Check: Sendable {
    static let patience = Curl.Timeouts(connect: .seconds(5), total: .seconds(15), silence: .seconds(10))

    let application: FrontdeskApplication
    private var configuration: Configuration { application.configuration }

    struct Report: Sendable {
        var lines: [String] = []
        var isSound = true

        var text: String { lines.map { "\($0)\n" }.joined() }

        mutating func note(_ line: String) { lines.append("ok    \(line)") }

        mutating func warn(_ line: String) { lines.append("note  \(line)") }

        mutating func fail(_ line: String) {
            lines.append("WRONG \(line)")
            isSound = false
        }
    }

    func report() async -> Report {
        var report = Report()
        let curl = Curl()
        report.note("The configuration can be read.")
        await checkDatabase(&report)
        checkSecrets(&report)
        await checkMail(curl, &report)
        await checkProviders(curl, &report)
        await curl.shutdown()
        return report
    }

    private func checkDatabase(_ report: inout Report) async {
        let place = configuration.databaseURL == nil ? "a private one in \(configuration.dataDirectory)" : "the one that DATABASE_URL names"
        do {
            let row = try await application.postgres.query(
                "select rolsuper or rolbypassrls as passes from pg_roles where rolname = current_user"
            ).first
            report.note("The database answers. It is \(place).")
            if try row?.get("passes", as: Bool.self) == true {
                report.warn("The database's user is a superuser, whom row-level security doesn't hold. Please use another.")
            } else {
                report.note("Row-level security holds: a query sees the rows of its account only.")
            }
            await checkSearch(&report)
        } catch {
            report.fail("The database doesn't answer (\(place)): \(error)")
        }
    }

    private func checkSearch(_ report: inout Report) async {
        let isIndexed = try? await application.postgres.query("select prosecdef as indexed from pg_proc where proname = 'search_messages'")
            .first?
            .get("indexed", as: Bool.self)
        switch isIndexed {
        case true?: report.note("Conversations are searched with an index.")
        case false?:
            report.warn(
                "Searching many conversations is slow: the database's user may not make the extensions pg_trgm and btree_gin, or a role. Please let a superuser carry out “select make_search()” in this database."
            )
        case nil: report.warn("The tables aren't there yet: “App migrate” makes them.")
        }
    }

    private func checkSecrets(_ report: inout Report) {
        do {
            _ = try Secrets.load(configuration)
            report.note(
                configuration.secretKeys.isEmpty
                    ? "Secrets are kept with a key of its own in \(configuration.dataDirectory)." : "Secrets are kept with SECRET_KEYS.")
        } catch {
            report.fail("\(error)")
        }
    }

    private func checkMail(_ curl: Curl, _ report: inout Report) async {
        if configuration.adminEmails.isEmpty { report.warn("ADMIN_EMAILS is empty: nobody is told of critical errors.") }
        guard var server = configuration.mailServer else {
            let readers =
                configuration.developmentAudience == .everybody
                ? "everybody who reaches this server, as SHOW_SIGN_IN_CODES_TO_EVERYBODY is on" : "this machine only"
            return report.warn(
                "SMTP_URL isn't set: mails go to the outbox at \(configuration.baseURL)/dev/outbox, which shows their sign-in codes to \(readers). The log has the codes too."
            )
        }
        server.timeouts = Self.patience
        do {
            try await curl.check(server, from: MailAddress(configuration.mailFrom))
            report.note("The mail server at \(server) answers.")
        } catch {
            report.fail("The mail server at \(server) doesn't work: \(error). Look at SMTP_URL, its password, and the network.")
        }
    }

    /// With a request to each that costs nothing.
    private func checkProviders(_ curl: Curl, _ report: inout Report) async {
        let providers = configuration.providers
        if providers.defaultProvider == nil { report.warn("No key for a model is set: texts are quoted word for word.") }
        for credential in providers.credentials {
            let name = credential.provider.name
            let model = credential.provider == providers.defaultProvider ? providers.usualModel(of: credential.provider) : nil
            do throws(CredentialProblem) {
                try await credential.adapter(curl).validate(model: model)
                report.note(model.map { "Answers are phrased by \($0) at \(name)." } ?? "Bots may also use \(name).")
            } catch .isBusy, .timedOut {
                report.warn("\(name) can't say just now whether it takes its key.")
            } catch {
                report.fail("\(name): \(error.sentence)")
            }
        }
    }
}
