import Glibc
import Programs

/// Runs a program of the system on bytes from outside. It gets little memory, time and room for what it writes. Its input and
/// output are files without a name.
enum BoundedProgram {
    private static let memoryBytes = 512 * 1_048_576
    private static let processorSeconds = 30
    private static let wallSeconds = 45
    static let outputBytes = 8 * 1_048_576
    private static let complaintBytes = 4_096
    private static let pauseMicroseconds: UInt32 = 3_000
    private static let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent"]

    enum End: Equatable { case ended(RunningProgram.End), outOfTime, stopped }

    struct Result {
        var end: End
        var output: [UInt8]
        /// It wrote more than it may.
        var isOutputFull: Bool
        /// The start of what it wrote to its standard error.
        var complaint: String
    }

    /// Blocks the thread until the program has ended. The first of `arguments` is its name.
    static func run(_ arguments: [String], input: [UInt8], _ stop: Stop) throws(ReadingProblem) -> Result {
        let files = [try namelessFile(holding: input), try namelessFile(), try namelessFile()]
        defer { files.forEach { _ = close($0) } }
        let bounds = ["--as=\(memoryBytes)", "--cpu=\(processorSeconds)", "--fsize=\(outputBytes)", "--core=0", "--nofile=32"]
        let program: RunningProgram
        do throws(ProgramProblem) {
            program = try RunningProgram(["prlimit"] + bounds + ["--"] + arguments, environment: environment, files: files)
        } catch {
            throw .pdfReaderMissing
        }
        let end = wait(for: program, stop)
        return Result(
            end: end, output: contents(of: files[1], upTo: outputBytes), isOutputFull: size(of: files[1]) >= outputBytes,
            complaint: String(decoding: contents(of: files[2], upTo: complaintBytes), as: UTF8.self))
    }

    private static func wait(for program: RunningProgram, _ stop: Stop) -> End {
        let deadline = ContinuousClock.now + .seconds(wallSeconds)
        while true {
            if let end = program.end() { return .ended(end) }
            if stop.isSet || ContinuousClock.now > deadline {
                program.kill()
                return stop.isSet ? .stopped : .outOfTime
            }
            usleep(pauseMicroseconds)
        }
    }

    /// Readable by us only, and gone when it is closed, however this process ends.
    private static func namelessFile(holding bytes: [UInt8] = []) throws(ReadingProblem) -> Int32 {
        var path = Array("/tmp/frontdesk-reading-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { throw .busy }
        unlink(path)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                close(file)
                throw .busy
            }
            written += count
        }
        lseek(file, 0, SEEK_SET)
        return file
    }

    private static func size(of file: Int32) -> Int { Int(lseek(file, 0, SEEK_END)) }

    private static func contents(of file: Int32, upTo limit: Int) -> [UInt8] {
        let length = min(size(of: file), limit)
        return [UInt8](unsafeUninitializedCapacity: max(length, 0)) { buffer, count in
            count = max(0, pread(file, buffer.baseAddress, max(length, 0), 0))
        }
    }
}
