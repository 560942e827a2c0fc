import FoundationEssentials
import Glibc
import Logging
import NIOCore
import NIOPosix
import Postgres
import Templates

/// The commands.
@main
enum Main {
    private enum Command: String { case serve, work, migrate, check, routes, rotate }

    private static let usage = """
        App serve    answers requests (the default)
        App work     does the jobs, beside or without a web process
        App migrate  brings the database up to date
        App check    says what is wrong with the configuration
        App routes   lists what it answers, and who may ask
        App rotate   encrypts stored keys with the first of SECRET_KEYS
        App help     shows this list

        """
    private static let askingForHelp: Set = ["help", "-h", "--help"]

    static func main() {
        if let cores = Processor.usableCores { NIOSingletons.groupLoopCountSuggestion = cores }
        if Processor.usableCores == 1 { Processor.takeTurns() }
        // Tasks then run where connections are handled, and a request changes threads less often. Before any task.
        _ = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
        LoggingSystem.bootstrap { label in JSONLogHandler(label: label) }
        signal(SIGPIPE, SIG_IGN)
        Task.detached {
            let status = await run(Array(CommandLine.arguments.dropFirst()))
            JSONLog.shared.flush()
            exit(status)
        }
        while true { pause() }
    }

    /// The exit status.
    private static func run(_ arguments: [String]) async -> Int32 {
        if !askingForHelp.isDisjoint(with: arguments) {
            print(usage, terminator: "")
            return 0
        }
        do {
            let command = try command(arguments)
            let configuration = try Configuration.load()
            try LanguageFiles.check()
            switch command {
            case .serve: try await serve(configuration)
            case .work: try await withDatabase(configuration) { try await $0.work() }
            case .migrate: try await withDatabase(configuration) { try await $0.prepareDatabase() }
            case .routes: try listRoutes(configuration)
            case .check:
                let report = try await withDatabase(configuration) { await Check(application: $0).report() }
                say(report.text)
                return report.isSound ? 0 : 1
            case .rotate: try await withDatabase(configuration) { say(try await $0.renewCredentials()) }
            }
            return 0
        } catch {
            say("\(error)\n")
            return 1
        }
    }

    private static func command(_ arguments: [String]) throws(Refusal) -> Command {
        guard let name = arguments.first else { return .serve }
        guard let command = Command(rawValue: name) else {
            throw Refusal(words: "There is no command “\(name)”. These are the commands:\n\n\(usage)")
        }
        guard arguments.count == 1 else {
            throw Refusal(words: "“App \(name)” takes no arguments. Settings come from the environment or from .env; see .env.example.")
        }
        return command
    }

    /// Says it where people look, below what the log has by then.
    private static func say(_ words: String) {
        JSONLog.shared.flush()
        words.withCString { _ = write(2, $0, strlen($0)) }
    }

    /// Without a database: nothing is asked.
    private static func listRoutes(_ configuration: Configuration) throws {
        let application = FrontdeskApplication(configuration: configuration, postgres: Postgres(""), log: Logger(label: "frontdesk"))
        print(try application.listRoutes(), terminator: "")
    }

    private static func serve(_ configuration: Configuration) async throws {
        OpenFiles.raiseLimit()
        try await withDatabase(configuration) { try await $0.serve() }
    }

    private static func withDatabase<Result>(
        _ configuration: Configuration, _ body: (FrontdeskApplication) async throws -> Result
    ) async throws -> Result {
        let log = Logger(label: "frontdesk")
        let database = try await Database.open(configuration, log: log)
        do {
            let result = try await body(FrontdeskApplication(configuration: configuration, postgres: database.postgres, log: log))
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }
}

/// Why a command wasn't carried out.
struct Refusal: Error, CustomStringConvertible {
    let words: String
    var description: String { words }
}

enum Processor {
    /// The cores that this process may run on: with more event loops than that, they only take turns.
    /// nil where /proc doesn't say.
    static var usableCores: Int? {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let mask = status?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }?.split(separator: "\t").last
        let count = mask.map { $0.reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount } }
        return count == 0 ? nil : count
    }

    /// Lets whichever of our threads runs go on until it waits, as long as its turn lasts. Otherwise the system may put each
    /// thread that has something to do in the place of the one that gave it to it, for a single item, and back again.
    /// For the calling thread, and those that it starts from now on.
    static func takeTurns() { schedule(3) }

    /// Lets the calling thread run only while no other wants to: whoever wakes up takes its place at once. With the highest niceness
    /// it would first use up its turn, of some milliseconds, at each step of each request.
    static func giveWay() { schedule(5) }

    /// - Parameter policy: SCHED_BATCH or SCHED_IDLE, which Glibc doesn't show.
    private static func schedule(_ policy: Int32) {
        var parameters = sched_param()
        sched_setscheduler(0, policy, &parameters)
    }
}

/// Every connection is an open file.
enum OpenFiles {
    /// What Postgres, requests to others, files and programs that we start need at least, beside connections.
    static let leastForOthers = 96
    /// The part of all that is kept for them.
    private static let shareOfOthers = 4

    /// As most systems have it, which is soon reached.
    private static let usual = 1_024

    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// How many connections the limit leaves room for.
    static var forConnections: Int { max(1, limit - forOthers) }
    static var forOthers: Int { max(leastForOthers, limit / shareOfOthers) }

    private static var limit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return usual }
        return Int(clamping: limit.rlim_cur)
    }
}
