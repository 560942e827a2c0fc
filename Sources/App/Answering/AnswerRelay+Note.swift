import FoundationEssentials

extension AnswerRelay {
    /// What processes tell each other of an answer.
    enum Note: Equatable, Sendable {
        /// UTF-8 bytes. Postgres takes 7,999 of everything.
        static let maximumTextBytes = 7_000

        /// A process has readers, who know the text up to a byte of its UTF-8.
        case follow(UUID, UUID, from: Int)
        /// A process has no readers any more.
        case leave(UUID, UUID)
        /// The text from that byte on; empty where there is nothing new.
        case text(UUID, String, from: Int)
        /// The answer has ended, and its row says how.
        case stored(UUID)

        /// nil for what no process of ours has said.
        init?(_ payload: String) {
            let parts = payload.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count > 1, let id = UUID(text: parts[1]) else { return nil }
            let process = parts.count > 2 ? UUID(text: parts[2]) : nil
            switch parts[0] {
            case "follow":
                guard parts.count == 4, let process, let offset = Int(parts[3]), offset >= 0 else { return nil }
                self = .follow(id, process, from: offset)
            case "leave":
                guard parts.count == 3, let process else { return nil }
                self = .leave(id, process)
            case "text":
                guard parts.count == 4, let offset = Int(parts[2]), offset >= 0 else { return nil }
                self = .text(id, String(parts[3]), from: offset)
            case "stored" where parts.count == 2: self = .stored(id)
            default: return nil
            }
        }

        var payload: String {
            switch self {
            case .follow(let id, let process, let offset): "follow \(id.lowercased) \(process.lowercased) \(offset)"
            case .leave(let id, let process): "leave \(id.lowercased) \(process.lowercased)"
            case .text(let id, let text, let offset): "text \(id.lowercased) \(offset) \(text)"
            case .stored(let id): "stored \(id.lowercased)"
            }
        }
    }
}
