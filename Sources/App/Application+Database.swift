import Postgres

extension FrontdeskApplication {
    /// Migrations, and the demo's text as the file has it now.
    func prepareDatabase() async throws {
        let migrations = try await postgres.migrate(from: configuration.migrationsDirectory)
        if let last = migrations.last { log.info("migrated", metadata: ["migrations": "\(migrations.count)", "last": "\(last)"]) }
        do {
            try await DemoBot.plant(
                from: configuration.knowledgeDirectory + "/frontdesk.md", contact: configuration.contact, into: postgres)
        } catch  where (error as? PostgresError)?.isEverybodys != true {
            // The landing page can do without; everybody else's bots mustn't wait for it.
            log.error("the demo's bot couldn't be planted", metadata: ["problem": "\(error)"])
        }
    }

    /// Encrypts the accounts' keys of providers with the first of `SECRET_KEYS`, after which the others may go.
    func renewCredentials() async throws -> String {
        let secrets = try Secrets.load(configuration)
        let (renewed, lost) = try await postgres.renewCredentials(secrets, log: log)
        let problem =
            lost == 0
            ? "" : "\(lost) can't be opened, as their key is missing from SECRET_KEYS: put it back, or have these keys entered again.\n"
        return "\(renewed) of the accounts' keys and secrets are encrypted anew.\n" + problem
    }
}
