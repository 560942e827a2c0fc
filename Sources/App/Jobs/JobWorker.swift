import Curl
import Jobs
import Logging
import Postgres

/// All jobs of the application: what `App serve` does beside its requests, and `App work` does alone.
struct JobWorker: Sendable {
    /// Reading a website or importing an archive takes minutes: it must not keep mails waiting.
    static let readingConcurrency = 4
    /// Nor must the owners' servers, each of which may take ten seconds to answer.
    static let deliveryConcurrency = 4
    static let concurrency = 16
    /// Housekeeping waits for nobody's sake, and nobody for it.
    static let housekeepingConcurrency = 2

    let postgres: Postgres
    let reading: ReadSource
    let importing: ImportArchive
    let mailer: Mailer
    let telling: TellAskers
    let testing: TestWithModel
    let warning: BudgetWarning
    let delivery: DeliverLead
    let housekeeping: Housekeeping
    let alarms: Alarms
    let log: Logger

    /// Works until its task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            let workers = [
                worker(reading.handlers + importing.handlers, Self.readingConcurrency),
                worker(delivery.handlers, Self.deliveryConcurrency),
                worker(housekeeping.handlers, schedules: housekeeping.schedules, Self.housekeepingConcurrency),
                worker(mailer.handlers + telling.handlers + testing.handlers + warning.handlers, Self.concurrency),
            ]
            for worker in workers { group.addTask { await worker.run() } }
        }
    }

    private func worker(_ handlers: [Handler], schedules: [Schedule] = [], _ concurrency: Int) -> Worker {
        Worker(postgres, handlers: handlers, schedules: schedules, concurrency: concurrency) { event in note(event) }
    }

    private func note(_ event: WorkerEvent) {
        switch event {
        case .failed(let job, let problem, let wait):
            log.notice("a job failed, it is tried again", metadata: ["job": "\(job.kind)", "problem": "\(problem)", "in": "\(wait)"])
        case .died(let job, let problem):
            log.error("a job failed for good", metadata: ["job": "\(job.kind)", "id": "\(job.id)", "problem": "\(problem)"])
            // A mail that can't be delivered mustn't call for another.
            if job.kind != Mailer.kind {
                alarms.raise("a job failed for good", "The job \(job.id) (\(job.kind)) failed for good: \(problem)")
            }
        case .leaseLost(let job):
            log.warning("a job was taken over", metadata: ["job": "\(job.kind)", "id": "\(job.id)"])
        case .databaseUnavailable(let problem):
            log.warning("jobs wait for the database", metadata: ["problem": "\(problem)"])
        }
    }
}
