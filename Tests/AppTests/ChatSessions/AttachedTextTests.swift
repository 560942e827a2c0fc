import Answering
import FoundationEssentials
import Templates
import Testing

@testable import App

@Suite("Answers from what is attached")
struct AttachedTextTests {
    private static let file = UUID()

    private func desk(_ own: [(String, String)], attached: [(String, String)]) async throws -> Desk {
        func known(_ texts: [(String, String)], _ sign: Int64, _ origin: Desk.Known.Origin?) -> [Desk.Known] {
            texts.enumerated().map { Desk.Known(passage: Passage(id: sign * Int64($0 + 1), title: $1.0, text: $1.1), origin: origin) }
        }
        let own = known(own, 1, nil), attached = known(attached, -1, .init(source: Self.file, file: "order.pdf", place: "page 2", url: nil))
        return try await Workroom.shared.run(for: UUID()) { thread in
            var desk = Desk(bot: Bot(id: UUID(), account: UUID(), name: "Shop"), passages: own, thread)
            desk.attach(attached, thread)
            return desk
        }
    }

    private let shop = [
        ("Hours", "We are open Monday to Friday from 9 to 18 o’clock."), ("Delivery", "We deliver within the city for 3.50."),
    ]

    private func quotes(_ verdict: Verdict) -> [String] {
        guard case .quoted(let citations) = verdict else { return [] }
        #expect(citations.map(\.number) == Array(1...citations.count))
        return citations.map(\.quote)
    }

    @Test("Whichever text answers is quoted, and both where both do, the one first that meets more of the question")
    func whichever() async throws {
        let desk = try await desk(shop, attached: [("Delivery", "Delivery of order 4711 is on Thursday.")])
        #expect(quotes(desk.answer("When are you open?", previous: [])) == ["We are open Monday to Friday from 9 to 18 o’clock."])
        #expect(quotes(desk.answer("When is delivery of order 4711?", previous: [])).first == "Delivery of order 4711 is on Thursday.")
        #expect(quotes(desk.answer("Do you deliver within the city?", previous: [])).first == "We deliver within the city for 3.50.")
        #expect(desk.answer("Do you repair bicycles?", previous: []) == .declined)
        #expect(desk.answer("Hello", previous: []) != .declined)
    }

    @Test("No more is quoted than of one text")
    func atMost() async throws {
        let many = (1...5).map { ("Delivery \($0)", "Delivery costs \($0) euros in zone \($0).") }
        #expect(
            try await quotes(desk(many, attached: many).answer("How much does delivery cost?", previous: [])).count
                <= BuiltInAnswerer.maximumCitations)
    }

    @Test("A citation names the file and the place in it, and is told from the owner's own")
    func citation() async throws {
        let desk = try await desk(shop, attached: [("Parcel", "It comes on Thursday.")])
        let attached = desk.resolved(.init(number: 1, title: "Parcel", quote: "It comes on Thursday.", sourceID: "-1"))
        #expect(
            attached.title == "order.pdf, Parcel, page 2" && attached.sourceID == "attachment-\(Self.file.lowercased)"
                && attached.url == nil)
        #expect(desk.resolved(.init(number: 1, title: "Hours", quote: "We", sourceID: "1")).sourceID == Desk.contextID)
    }

    @Test("A model is told which passages a visitor has attached")
    func prompt() async throws {
        let desk = try await desk(shop, attached: [("Parcel", "It comes on Thursday."), ("", "The rest.")])
        let prompt = try #require(Prompt(Asked(text: "When?", previous: [], desk: desk, isWatched: false)))
        #expect(prompt.passages.map(\.id) == [1, 2, -1, -2])
        #expect(prompt.text.contains("\n[3] order.pdf, attached by the visitor › Parcel\nIt comes on Thursday.\n"))
        #expect(prompt.text.contains("\n[4] order.pdf, attached by the visitor\nThe rest.\n") && prompt.text.contains("\n[1] Hours\n"))
    }

    @Test("A bot that knows nothing answers from a file all the same")
    func emptyBot() async throws {
        #expect(
            try await quotes(
                desk([], attached: [("Parcel", "The parcel comes on Thursday.")]).answer("When does the parcel come?", previous: [])
            ).count == 1)
    }
}
