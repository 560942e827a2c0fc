import Testing

@testable import App

@Suite("Names of requests")
struct RequestIDTests {
    @Test("A hundred thousand requests at once have as many names of 16 digits")
    func unique() async {
        let names = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<10 { group.addTask { (0..<10_000).map { _ in RequestID.next() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(names).count == 100_000)
        #expect(names.allSatisfy { $0.utf8.count == 16 && $0.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) } })
    }

    @Test("Neighbours don't look alike")
    func spread() {
        #expect(RequestID.next().prefix(4) != RequestID.next().prefix(4))
    }
}
