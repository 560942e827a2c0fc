/// Whether a link says where it leads. One whose text is an address, but another than it leads to, deceives.
enum LinkText {
    /// Behind a dot, these make the name of a file sooner than that of a site, where more words stand beside it.
    private static let fileEndings: Set = [
        "csv", "css", "docx", "htm", "html", "jpg", "js", "json", "md", "pdf", "png", "py", "sh", "swift", "txt", "xlsx", "zip",
    ]
    private static let marksAround = Set("()[]{}<>«»“”‘’\"'`.,;:!?…*")

    static func misleads(_ text: String, to url: String) -> Bool {
        let words = visible(text).split(whereSeparator: \.isWhitespace)
        let target = Place(url)
        return words.contains { word in
            let word = trimmed(word)
            if word == url || url == "mailto:\(word)" { return false }
            guard let shown = Place(shownAs: word), words.count == 1 || !shown.isPerhapsFile else { return false }
            return target.map { !$0.isWhat(shown, says: word) } ?? true
        }
    }

    /// As it is seen: characters that show nothing can part an address, full-width ones write it.
    private static func visible(_ text: String) -> String {
        let seen = text.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }.map { scalar -> Unicode.Scalar in
            switch scalar.value {
            case 0x3002, 0xFF61, 0xFF0E, 0x2024: "."
            case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
            case 0x2044, 0x2215, 0x29F8: "/"
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(seen))
    }

    private static func trimmed(_ word: Substring) -> String {
        let start = word.drop { marksAround.contains($0) }
        return String(start.prefix(upTo: start.lastIndex { !marksAround.contains($0) }.map(start.index(after:)) ?? start.startIndex))
    }

    /// The parts of an address, in lower case but for the path.
    private struct Place {
        /// Empty where none is said.
        var scheme = ""
        var user = ""
        var host = ""
        var port = ""
        /// With what follows it.
        var path = ""

        /// As a browser reads the address of a link.
        init?(_ url: String) {
            guard read(url) else { return nil }
        }

        private mutating func read(_ url: String) -> Bool {
            guard let colon = url.firstIndex(of: ":") else { return false }
            scheme = url[..<colon].lowercased()
            let rest = url[url.index(after: colon)...]
            if scheme == "mailto" { readMailbox(rest.prefix { $0 != "?" }) } else { readAuthority(rest.drop { $0 == "/" || $0 == "\\" }) }
            return true
        }

        /// As a word looks like one; nil where it doesn't.
        init?(shownAs word: String) {
            let lower = word.lowercased()
            if lower.hasPrefix("http://") || lower.hasPrefix("https://") || lower.hasPrefix("mailto:") {
                guard read(word) else { return nil }
            } else if word.contains("@"), !word.contains("/") {
                readMailbox(word[...])
                guard !user.isEmpty, isSite else { return nil }
            } else {
                readAuthority(word[...])
                guard isSite else { return nil }
            }
        }

        private mutating func readMailbox(_ text: Substring) {
            scheme = "mailto"
            guard let at = text.lastIndex(of: "@") else { return user = text.lowercased() }
            user = text[..<at].lowercased()
            host = text[text.index(after: at)...].lowercased()
        }

        private mutating func readAuthority(_ text: Substring) {
            let end = text.firstIndex { "/\\?#".contains($0) } ?? text.endIndex
            path = String(text[end...])
            var authority = text[..<end]
            if let at = authority.lastIndex(of: "@") {
                user = authority[..<at].lowercased()
                authority = authority[authority.index(after: at)...]
            }
            let colon = authority.last == "]" ? nil : authority.lastIndex(of: ":")
            host = authority[..<(colon ?? authority.endIndex)].lowercased()
            if let colon { port = String(authority[colon...].dropFirst()) }
            if [("https", "443"), ("http", "80")].contains(where: { $0 == (scheme, port) }) { port = "" }
        }

        /// Names with dots between them, the last of which could be a country's or a kind's.
        private var isSite: Bool {
            let labels = host.split(separator: ".", omittingEmptySubsequences: false)
            guard labels.count > 1, let last = labels.last, port.allSatisfy(\.isNumber) else { return false }
            let areNames = labels.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" } }
            let isAddress = labels.count == 4 && labels.allSatisfy { UInt8($0) != nil }
            return areNames && (isAddress || last.hasPrefix("xn--") || last.count > 1 && last.allSatisfy(\.isLetter))
        }

        var isPerhapsFile: Bool {
            scheme.isEmpty && !host.hasPrefix("www.") && path.isEmpty
                && LinkText.fileEndings.contains(host.split(separator: ".").last.map(String.init) ?? "")
        }

        /// Whether this target is what was shown, which may leave out its beginning and its end.
        func isWhat(_ shown: Place, says word: String) -> Bool {
            let isFile = shown.scheme.isEmpty && shown.path.isEmpty && path.prefix { $0 != "?" && $0 != "#" }.hasSuffix("/\(word)")
            if isFile { return true }
            guard user == shown.user, port == shown.port, (scheme == "mailto") == (shown.scheme == "mailto") else { return false }
            // Shown to be safe, it must be.
            guard !(shown.scheme == "https" && scheme == "http"), !host.contains("%") else { return false }
            let (own, said) = (bare(host), bare(shown.host))
            let isHost = own == said || shown.path.count < 2 && scheme != "mailto" && own.hasSuffix("." + said)
            return isHost && path.hasPrefix(shown.path.last == "/" ? shown.path.dropLast() : shown.path[...])
        }

        private func bare(_ host: String) -> Substring {
            let host = host.last == "." ? host.dropLast() : host[...]
            return host.hasPrefix("www.") ? host.dropFirst(4) : host
        }
    }
}
