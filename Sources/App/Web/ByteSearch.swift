extension String {
    /// Where these characters of ASCII stand for the first time, in bytes of UTF-8.
    ///
    /// The library's own search finds what is canonically the same, too, and takes seventy times as long: 2 µs for each request's path.
    func firstPlace(of part: StaticString) -> Int? {
        var text = self
        return text.withUTF8 { bytes in
            part.withUTF8Buffer { part in
                bytes.indices.first { $0 + part.count <= bytes.count && bytes[$0...].starts(with: part) }
            }
        }
    }
}
