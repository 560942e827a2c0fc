extension AnswerReply {
    /// A passage that an answer comes from, as the server resolved it.
    @View("Citation")
    public struct Citation {
        /// As the answer's text names it, from 1.
        public let number: Int
        public let title: String
        /// Verbatim.
        public let quote: String
        @Described(.string) public let sourceID: String
        public var url: String?

        /// What stands before the id of a visitor's attachment, where others name a source.
        public static let attachmentMark = "attachment-"
        var isAttached: Bool { sourceID.hasPrefix(Self.attachmentMark) }

        public var html: HTML { html(.english) }

        func html(_ words: AnswerWords) -> HTML {
            #html(
                """
                <summary><span class="citation-number">\(number)</span>\(title)</summary>
                <div class="citation-body">
                  <blockquote dir="auto">\(quote)</blockquote>
                  \(url.map { #html("<p><a href=\"\($0)\" rel=\"nofollow noopener\">\(words.readThere)</a></p>") })
                </div>
                """)
        }
    }
}

/// Where an answer comes from. Also sent by itself while the answer's text still runs.
@View
public struct CitationList {
    public let messageID: String
    public let citations: [AnswerReply.Citation]
    /// Open where the answer says it in other words; a quote would stand there twice.
    @Hidden public let isFirstOpen: Bool
    @Hidden public var words: AnswerWords = .english

    public var html: HTML {
        #html(
            """
            <div class="sources" role="group" aria-labelledby="sources-\(messageID)">
              <h4 id="sources-\(messageID)">\(words.sources)</h4>
              <ol>
                \(citations.map { citation in #html("<li>\(details(citation))</li>") })
              </ol>
            </div>
            """)
    }

    private func details(_ citation: AnswerReply.Citation) -> HTML {
        #html(
            """
            <details class="citation" id="source-\(messageID)-\(citation.number)" open="\(isFirstOpen && citation.number == 1)">
              \(citation.html(words))
            </details>
            """)
    }
}

extension String {
    /// Its first words, on one line.
    public func opening(words count: Int) -> String {
        let words = split(maxSplits: count, whereSeparator: \.isWhitespace)
        return words.prefix(count).joined(separator: " ") + (words.count > count ? " …" : "")
    }
}
