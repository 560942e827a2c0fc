import FoundationEssentials
import Hummingbird
import NIOCore
import Templates

/// A place in an answer: the id of an event. `Last-Event-ID` brings it back.
struct EventID: Equatable, Sendable {
    enum Place: Equatable, Sendable {
        /// Bytes of the answer's text that were sent.
        case text(Int)
        /// Everything was sent.
        case end
    }
    let message: UUID
    let place: Place

    /// nil for what no stream of ours has sent.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].utf8.count == 36, let message = UUID(uuidString: String(parts[0])) else { return nil }
        if parts[1] == "end" {
            place = .end
        } else if let offset = Int(parts[1]), offset >= 0 {
            place = .text(offset)
        } else {
            return nil
        }
        self.message = message
    }
}

/// How a protocol writes an answer in the making.
protocol AnswerEvents: Sendable {
    func start(conversation: String) -> ByteBuffer
    /// - Parameter end: UTF-8 bytes of the answer up to the end of this piece.
    func writeDelta(_ text: String, end: Int, to buffer: inout ByteBuffer)
    /// The rest, when the answer has ended, well or not.
    func end(of message: Message) -> ByteBuffer
}

extension AnswerEvents {
    func delta(_ text: String, end: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        writeDelta(text, end: end, to: &buffer)
        return buffer
    }
}

/// Writes the events of one answer: as JSON for programs, as HTML for the page.
struct EventStream: AnswerEvents {
    enum Form: Sendable {
        case json
        case page(AnswerSurface)

        static let html = Form.page(.landing)
    }

    /// Milliseconds after which a browser comes back.
    static let retry = 1_000

    let id: String
    let form: Form

    func start(conversation: String) -> ByteBuffer {
        var json = JSONWriter(sizeHint: 128)
        json.object {
            $0.member("conversation_id", conversation)
            $0.member("message_id", id)
        }
        var buffer = ByteBuffer(string: "retry: \(Self.retry)\n")
        buffer.writeEvent("start", id: id, place: 0) { buffer in json.withUnsafeBytes { _ = buffer.writeBytes($0) } }
        return buffer
    }

    func writeDelta(_ text: String, end: Int, to buffer: inout ByteBuffer) {
        buffer.reserveCapacity(minimumWritableBytes: text.utf8.count + 96)
        buffer.writeEvent("delta", id: id, place: end) { buffer in
            switch form {
            case .page: buffer.writeLines(#html("\(text)"))
            case .json:
                var json = JSONWriter(sizeHint: text.utf8.count + 16)
                json.object { $0.member("text", text) }
                json.withUnsafeBytes { _ = buffer.writeBytes($0) }
            }
        }
    }

    /// The citations, if there are any, and the whole answer.
    func end(_ reply: AnswerReply, at offset: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        var reply = reply
        reply.surface = surface
        if !reply.citations.isEmpty {
            let list = CitationList(messageID: reply.messageID, citations: reply.citations, isFirstOpen: false, words: surface.words)
            write("citations", list, place: offset, to: &buffer)
        }
        write("done", reply, place: nil, to: &buffer)
        return buffer
    }

    func problem(_ failure: Failure = .failed, question: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        write("error", FailedAnswer(failure: failure, question: question, surface: surface), place: nil, to: &buffer)
        return buffer
    }

    private var surface: AnswerSurface { if case .page(let surface) = form { surface } else { .landing } }

    private func write(_ event: StaticString, _ view: some View, place: Int?, to buffer: inout ByteBuffer) {
        buffer.writeEvent(event, id: id, place: place) { buffer in
            switch form {
            case .page: buffer.writeLines(view.html)
            case .json:
                var json = JSONWriter()
                view.write(to: &json)
                json.withUnsafeBytes { _ = buffer.writeBytes($0) }
            }
        }
    }

    /// Keeps what is between us and the reader from closing a quiet connection.
    static let heartbeat = ByteBuffer(staticString: ": alive\n\n")
}

/// An answer that failed, as an event: code and message for programs, an apology for people.
private struct FailedAnswer: View {
    let failure: Failure
    let question: String
    let surface: AnswerSurface

    static var schema: Schema { .object(required: ["code": .string, "message": .string]) }

    var html: HTML { FailedReply(question: question, problem: surface.words.apology, surface: surface).html }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.member("code", failure.code)
            $0.member("message", failure.message)
        }
    }
}

extension ByteBuffer {
    /// One event that carries a piece of a page.
    init(event name: String, id: String, _ html: HTML) {
        self.init(string: "id: \(id)\nevent: \(name)\ndata: ")
        writeLines(html)
        writeStaticString("\n\n")
    }

    /// An event whose data, written by `data`, has no line break that isn't a `data:` line's.
    fileprivate mutating func writeEvent(_ name: StaticString, id: String, place: Int?, data: (inout ByteBuffer) -> Void) {
        writeStaticString("id: ")
        writeString(id)
        writeStaticString(":")
        writeString(place.map(String.init) ?? "end")
        writeStaticString("\nevent: ")
        writeStaticString(name)
        writeStaticString("\ndata: ")
        data(&self)
        writeStaticString("\n\n")
    }

    /// Each line of it as a line of data; a carriage return would end one too, so it goes as a character reference.
    fileprivate mutating func writeLines(_ html: HTML) {
        html.withUnsafeBytes { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                writeBytes(bytes[start..<index])
                writeStaticString(byte == UInt8(ascii: "\n") ? "\ndata: " : "&#13;")
                start = index + 1
            }
            writeBytes(bytes[start...])
        }
    }
}
