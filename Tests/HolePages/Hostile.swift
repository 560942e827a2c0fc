/// Strings that try to break out of a hole, the same for the same seed.
package struct Hostile: Sequence, IteratorProtocol {
    private var state: UInt64
    private var index = 0

    package init(seed: UInt64) {
        state = seed
    }

    /// First each of the known attacks, then mixtures without end.
    package mutating func next() -> String? {
        defer { index += 1 }
        return index < Self.parts.count ? Self.parts[index] : mixture()
    }

    private mutating func mixture() -> String {
        (0...random(below: 8)).reduce(into: "") { text, _ in
            switch random(below: 4) {
            case 0: text.unicodeScalars.append(Unicode.Scalar(UInt8(random(below: 128))))
            case 1: text.unicodeScalars.append(Unicode.Scalar(UInt32(random(below: 0x11_0000))) ?? "\u{2028}")
            default: text += Self.parts[random(below: Self.parts.count)]
            }
        }
    }

    /// SplitMix64.
    private mutating func random(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }

    private static let parts = [
        "", " ", "\n", "\r\n", "\t", "\0", "\u{0C}", "\u{7F}", "\u{85}", "\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{202E}",
        "\u{FFFD}", "\u{FFFF}", "\u{10FFFF}", "é", "e\u{301}", "👩‍👩‍👧", "＜", "‹", "a", "Z", "0",
        "<", ">", "\"", "'", "`", "&", "=", "/", "\\", "#", "?", "%", ":", ";", "!", "-", ".", "..", "//", "--", "]]>",
        "<b>", "</b>", "</p>", "</P >", "<p", "</", "<!", "<!--", "-->", "--!>", "<!-->", "<![CDATA[", "<?xml", "</body>", "</html>",
        "<script>", "</script>", "</ScRiPt/>", "</script ", "<script>alert(1)</script>", "</title>", "</textarea>", "</title><b>",
        "</textarea><img src=x onerror=alert(1)>", "</style>", "</select>", "</option>", "</table>", "<tr>", "<td>", "</td></tr>",
        "<svg onload=alert(1)>", "</svg>", "<math>", "<iframe srcdoc='x'>", "<noscript>", "</noscript>", "</template>", "<plaintext>",
        "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)", "\">", "'>", "\" x=\"", "/>", "\"/><b>",
        "&amp;", "&lt;", "&#60;", "&#x3c", "&lt", "&quot;", "&#0;", "&notit;", "lt;", "#60;", "\\u003c", "\\\"", "\\\\", "\\n", "${1}",
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:", "\u{1}javascript:x",
        "javascript&colon;alert(1)", "&#106;avascript:x", "vbscript:x", "data:text/html,<script>alert(1)</script>", "data:,x",
        "blob:x", "file:///etc/passwd", "about:blank", "http://example.org/?a=1&b=2", "https://example.org", "mailto:a@b.c", "tel:+1",
        "//evil.example", "/\\evil.example", "\\\\evil.example", "///", "/../..", "%2e%2e", "%00", "%zz", "+", "?a=b&c=d#e", "a:b", "x y",
    ]
}
