import FoundationEssentials
import Testing

@testable import App

@Suite("An answer that another process makes")
struct AnswerRelayTests {
    typealias Note = AnswerRelay.Note

    private static let (id, process) = (UUID(), UUID())

    @Test(
        "A note is read as it was written",
        arguments: [
            Note.follow(id, process, from: 0), .follow(id, process, from: 65_536), .leave(id, process), .stored(id),
            .text(id, "", from: 7), .text(id, " two  words and\na line \u{1F642} ", from: 0), .text(id, "stored \(id)", from: 3),
        ])
    func roundTrip(_ note: Note) {
        #expect(Note(note.payload) == note)
        #expect(note.payload.utf8.count < 8_000)
    }

    @Test(
        "What no process of ours has said is nothing",
        arguments: [
            "", " ", "follow", "follow \(id)", "follow \(id) \(process)", "follow \(id) \(process) -1",
            "follow \(id) \(process) 9223372036854775808",
            "follow \(id) x 1", "leave \(id)", "leave \(id) x", "leave \(id) \(process) 1", "text \(id)", "text \(id) 1", "text \(id) -1 a",
            "text x 1 a",
            "stored", "stored x", "stored \(id) more", "stop \(id)", "STORED \(id)", "stored  \(id)", "\u{0}",
            String(repeating: " ", count: 7_999),
        ])
    func garbage(_ payload: String) { #expect(Note(payload) == nil) }

    @Test("Pieces that come twice, overlap or in another order make one text")
    func extending() {
        let (whole, live) = ("Größe \u{1F642}: 12 cm, and so on.", LiveAnswer(conversation: UUID()))
        let bytes = whole.utf8.count
        #expect(live.extend(with: "Größe", from: 0))
        #expect(!live.extend(with: "cm, and so on.", from: bytes - 14), "something between is missing")
        #expect(live.text == "Größe")
        #expect(live.extend(with: "Größe \u{1F642}", from: 0))
        #expect(live.extend(with: "Gr", from: 0))
        #expect(live.extend(with: "", from: live.byteCount))
        #expect(live.extend(with: whole, from: 0))
        #expect(live.text == whole)
        live.finish(Outcome())
        #expect(live.extend(with: "!", from: bytes))
        #expect(live.text == whole, "nothing is added to what has ended")
    }

    @Test("Another process's text has no more room than one's own")
    func room() {
        let live = LiveAnswer(conversation: UUID())
        for round in 0..<20 { _ = live.extend(with: String(repeating: "x", count: 7_000), from: round * 7_000) }
        #expect(live.byteCount == LiveAnswer.maximumBytes)
    }

    @Test("The text from a place inside a character is all of it")
    func place() {
        let live = LiveAnswer(conversation: UUID())
        live.append("a\u{1F642}b")
        #expect(live.text(from: 1) == ("\u{1F642}b", 1))
        #expect(live.text(from: 3) == ("a\u{1F642}b", 0))
        #expect(live.text(from: 6) == ("", 6))
        #expect(live.text(from: 7) == ("a\u{1F642}b", 0))
        #expect(live.text(from: .max) == ("a\u{1F642}b", 0))
    }
}
