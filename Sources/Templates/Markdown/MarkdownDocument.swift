internal import CMarkGFM
import Synchronization

/// A parsed text.
struct MarkdownDocument: ~Copyable {
    let root: OpaquePointer

    /// The parser registers its extensions in a global, and keeps its special characters in one while it reads
    /// inlines, so it reads one text at a time.
    private static let parsing = Mutex(())

    private static let extensions: [StaticString] = ["table", "strikethrough", "autolink", "tasklist"]

    /// Nil if the parser has no memory.
    init?(parsing text: UnsafeBufferPointer<UInt8>) {
        nonisolated(unsafe) var made: OpaquePointer?
        Self.parsing.withLock { _ in made = Self.parse(text) }
        guard let root = made else { return nil }
        self.root = root
    }

    deinit {
        cmark_node_free(root)
    }

    private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> OpaquePointer? {
        cmark_gfm_core_extensions_ensure_registered()
        guard let parser = cmark_parser_new(CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE) else { return nil }
        defer { cmark_parser_free(parser) }
        for name in extensions {
            let known = name.withUTF8Buffer { $0.withMemoryRebound(to: CChar.self) { cmark_find_syntax_extension($0.baseAddress) } }
            if let known { cmark_parser_attach_syntax_extension(parser, known) }
        }
        text.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
        return cmark_parser_finish(parser)
    }

    /// Nil if the page would be deeper or longer than `MarkdownLimits`.
    func html() -> HTML? {
        guard let iterator = cmark_iter_new(root) else { return nil }
        defer { cmark_iter_free(iterator) }
        var writer = MarkdownWriter()
        while true {
            let event = cmark_iter_next(iterator)
            guard event != CMARK_EVENT_DONE, let node = cmark_iter_get_node(iterator) else { break }
            if event == CMARK_EVENT_ENTER { writer.enter(node) } else { writer.leave(node) }
            if writer.isTooLarge { return nil }
        }
        return HTML(writer.rendering)
    }
}
