import Programs

/// A program run to its end.
struct Program {
    private static let pause = Duration.milliseconds(5)
    private static let path = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

    private let arguments: [String]
    private let environment: [String]

    /// The first of `arguments` is the program.
    init(_ arguments: [String], environment: [String] = []) {
        self.arguments = arguments
        self.environment = [Self.path, "LC_ALL=C"] + environment
    }

    /// The exit status, 128 and more for a signal. What it prints goes to the file `output`. It keeps `lock` for as
    /// long as it runs, even when we are killed.
    func run(output: Int32? = nil, keeping lock: FileLock? = nil) async throws -> Int32 {
        let program = try start([nil, output, output] + (lock == nil ? [] : [lock?.descriptor]))
        do {
            while true {
                switch program.end() {
                case .exit(let status): return status
                case .signal(let signal): return 128 + signal
                case nil: try await Task.sleep(for: Self.pause)
                }
            }
        } catch {
            program.kill()
            throw error
        }
    }

    private func start(_ files: [Int32?]) throws(ClusterError) -> RunningProgram {
        do throws(ProgramProblem) {
            return try RunningProgram(arguments, environment: environment, files: files)
        } catch {
            throw .cannotRun(program: error.program, reason: error.reason)
        }
    }
}
