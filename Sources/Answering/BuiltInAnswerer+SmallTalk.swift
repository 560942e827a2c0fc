extension BuiltInAnswerer {
    /// Small talk is understood in its first words only; a long text is something else.
    private static let longestSmallTalk = 200

    /// A kind word in return for a greeting or thanks; nil for everything else. Searches nothing.
    public static func smallTalk(_ text: String) -> String? {
        guard text.utf8.count <= longestSmallTalk else { return nil }
        return SmallTalk.reply(to: words(of: text))
    }
}
