import Foundation
import Testing

@Suite("What an index takes of memory")
struct HeapTests {
    @Test("An index says what it takes, within a tenth of what the allocator says, whatever its size")
    func sizes() throws {
        let own = URL(fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        let probe = Process()
        let output = Pipe()
        probe.executableURL = own.deletingLastPathComponent().appendingPathComponent("IndexHeap")
        probe.standardOutput = output
        try probe.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        probe.waitUntilExit()
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
        #expect(lines.count == 4 && probe.terminationStatus == 0)
        for line in lines {
            let (said, taken) = (line[2], line[3])
            #expect(
                abs(said - taken) <= taken / 10, "\(Int(line[0])) passages of \(Int(line[1])) words: \(Int(said)) of \(Int(taken)) bytes")
        }
        let sentence = try #require(lines.first)[3]
        #expect(sentence < 4_096, "a bot with one sentence is small")
    }
}
