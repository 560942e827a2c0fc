import FoundationEssentials
import Testing

@testable import App

@Suite("Answers in the making")
struct LiveAnswersTests {
    private let answers = LiveAnswers()
    private let bounds = [Bound(key: "chat", maximum: 3), .init(key: "network", maximum: 5)]

    @Test("Of many that come at once, exactly as many are made as may, and each that ends makes room for one")
    func atOnce() async throws {
        let begun = await withTaskGroup(of: LiveAnswer?.self) { group in
            for _ in 0..<200 { group.addTask { [answers, bounds] in Self.begin(in: answers, within: bounds) } }
            return await group.reduce(into: [LiveAnswer]()) { all, one in all += [one].compactMap(\.self) }
        }
        #expect(begun.count == 3 && answers.count == 3)
        let first = try #require(begun.first)
        for _ in 0..<2 { answers.remove(first) }
        #expect(Self.begin(in: answers, within: bounds) != nil && Self.begin(in: answers, within: bounds) == nil)
    }

    @Test("What one bound refuses counts for no other")
    func together() {
        for _ in 0..<10 { _ = Self.begin(in: answers, within: bounds) }
        let other = [Bound(key: "another chat", maximum: 3), bounds[1]]
        #expect((0..<10).compactMap { _ in Self.begin(in: answers, within: other) }.count == 2)
        #expect(Self.begin(in: answers, within: []) != nil && answers.count == 6)
    }

    private static func begin(in answers: LiveAnswers, within bounds: [Bound]) -> LiveAnswer? {
        let live = LiveAnswer(conversation: UUID())
        return (try? answers.add(live, within: bounds)).map { live }
    }
}
