import StreamSafe

/// What people call themselves and their businesses. Others read it on pages and in mails.
enum GivenName {
    /// Unicode scalars.
    static let maximumLength = 80
    /// Marks and overrides of direction: they would turn around the text that follows.
    private static let directions: [ClosedRange<UInt32>] = [0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x061C...0x061C]

    /// On one line. Empty if nothing of it can be seen.
    static func read(_ given: String, _ field: String) throws(Failure) -> String {
        let scalars = given.unicodeScalars.filter { scalar in !directions.contains { $0.contains(scalar.value) } }
        let name = String(String.UnicodeScalarView(scalars)).streamSafe.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard name.unicodeScalars.count <= maximumLength else {
            throw .invalid([field: "This can have up to \(maximumLength) characters; it has \(name.unicodeScalars.count)."])
        }
        return name.unicodeScalars.contains { $0.properties.generalCategory != .format && !$0.properties.isWhitespace } ? name : ""
    }
}
