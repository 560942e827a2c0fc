import Foundation
import Templates

@View struct Message: Codable, Equatable {
    let id: Int
    let author: String
    let bodyText: String
    var isRead: Bool
    var answeredBy: String?

    var html: HTML { #html("<p>\(bodyText)</p>") }

    static let samples = (0..<50).map {
        Message(
            id: $0, author: "person\($0)@example.org", bodyText: "When do you open on \"Sunday\"? Thanks, \($0)",
            isRead: $0 % 2 == 0, answeredBy: $0 % 3 == 0 ? nil : "desk")
    }

    /// The keys that `@View` writes, named by hand: Foundation's own conversion would cost it as much again.
    private enum CodingKeys: String, CodingKey {
        case id, author
        case bodyText = "body_text"
        case isRead = "is_read"
        case answeredBy = "answered_by"
    }
}

/// Our writer and Foundation's encoder on the same 50 messages.
func measureJSON() throws {
    let messages = Message.samples
    let write = {
        var json = JSONWriter()
        json.array(messages)
        return json.bytes
    }
    guard try JSONDecoder().decode([Message].self, from: Data(write())) == messages else {
        throw CocoaError(.coderReadCorrupt)
    }
    let encoder = JSONEncoder()
    report("json") { write().count }
    report("json_foundation") { (try? encoder.encode(messages).count) ?? 0 }
}
