import Templates

/// What may be typed into a setting's field.
struct SettingRule<Value: Sendable>: Sendable {
    let schema: Schema
    /// Between a list's items, as a form has them.
    var separator = ","
    /// Reads what was typed into the field of that name.
    /// - Throws: `Failure.invalid` with a sentence for the field.
    let read: @Sendable (_ typed: String, _ name: String) throws(Failure) -> Value
}

extension SettingRule where Value == String {
    static var name: Self {
        let line = line(upTo: BotField.maximumName)
        return Self(schema: line.schema) { typed, name throws(Failure) in
            let read = try line.read(typed, name)
            guard read.unicodeScalars.contains(where: { $0.properties.generalCategory != .format && !$0.properties.isWhitespace }) else {
                throw .invalid([name: "Please give it a name, such as your shop’s."])
            }
            return read
        }
    }

    /// Without line breaks.
    /// - Parameter maximum: Unicode scalars.
    static func line(upTo maximum: Int) -> Self {
        let text = text(upTo: maximum)
        return Self(schema: text.schema) { typed, name throws(Failure) in
            try text.read(typed.split(whereSeparator: \.isNewline).joined(separator: " "), name).trimmingBlanks
        }
    }

    /// - Parameter maximum: Unicode scalars.
    static func text(upTo maximum: Int) -> Self {
        Self(schema: .string(upTo: maximum)) { typed, name throws(Failure) in
            guard typed.unicodeScalars.count <= maximum else {
                throw .invalid([name: "This can have up to \(maximum) characters; it has \(typed.unicodeScalars.count)."])
            }
            return typed
        }
    }

    static var color: Self {
        Self(schema: .string(like: "^#[0-9a-f]{6}$")) { typed, name throws(Failure) in
            let color = typed.lowercased()
            guard color.utf8.count == 7, color.first == "#", color.dropFirst().allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
                throw .invalid([name: "A colour is written as #c2185b."])
            }
            return color
        }
    }
}

extension SettingRule where Value == String? {
    static var provider: Self { choice(of: Provider.named, "This can be \(Provider.named.joined(separator: ", ")), or empty.") }
    static var language: Self { choice(of: Language.all.map(\.code), "This language isn’t in the list.") }

    static var modelName: Self {
        let text = SettingRule<String>.text(upTo: 100)
        return Self(schema: .string.orNull) { typed, name throws(Failure) in
            let model = try text.read(typed, name)
            guard model.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .invalid([name: "This isn’t a model’s name."]) }
            return model.nonEmpty
        }
    }

    private static func choice(of values: [String], _ problem: String) -> Self {
        Self(schema: .string.orNull) { typed, name throws(Failure) in
            guard typed.isEmpty || values.contains(typed) else { throw .invalid([name: problem]) }
            return typed.nonEmpty
        }
    }
}

extension SettingRule where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    static var choice: Self {
        let values = Value.allCases.map(\.rawValue)
        return Self(schema: .one(of: values)) { typed, name throws(Failure) in
            guard let value = Value(rawValue: typed) else { throw .invalid([name: "This can be \(values.joined(separator: " or "))."]) }
            return value
        }
    }
}

extension SettingRule where Value == Bool {
    static var flag: Self {
        Self(schema: .boolean) { typed, name throws(Failure) in
            guard typed == "true" || typed == "false" else { throw .invalid([name: "This can be true or false."]) }
            return typed == "true"
        }
    }
}

extension SettingRule where Value == Double {
    static var temperature: Self {
        Self(schema: .number(in: 0...2)) { typed, name throws(Failure) in
            guard let value = Double(typed), (0...2).contains(value) else { throw .invalid([name: "This is a number from 0 to 2."]) }
            return value
        }
    }
}

extension SettingRule where Value == Int? {
    static var days: Self { number(in: 1...3_650, "This is a number of days from 1 to 3650, or empty.") }
    static var messages: Self { number(in: 0...10_000_000, "This is a whole number up to 10,000,000, or empty.") }

    private static func number(in range: ClosedRange<Int>, _ problem: String) -> Self {
        Self(schema: .integer(in: range).orNull) { typed, name throws(Failure) in
            let digits = typed.trimmingBlanks
            if digits.isEmpty { return nil }
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits), range.contains(number) else {
                throw .invalid([name: problem])
            }
            return number
        }
    }
}

/// Millionths of a dollar; typed in dollars.
extension SettingRule where Value == Int64? {
    static var dollars: Self {
        Self(schema: Schema(types: "string", "number", "null")) { typed, name throws(Failure) in
            let text = typed.trimmingBlanks
            if text.isEmpty { return nil }
            guard let dollars = Dollars(text) else {
                throw .invalid([name: "Please write dollars as 5 or 2.50, with at most four decimals."])
            }
            return dollars.micros
        }
    }
}

extension SettingRule where Value == [String] {
    static var providers: Self {
        Self(schema: [String].schema) { typed, name throws(Failure) in
            let names = typed.split(separator: ",").map(\.trimmingBlanks)
            guard names.allSatisfy(Provider.named.contains), Set(names).count == names.count else {
                throw .invalid([name: "These are providers, each once, separated by commas."])
            }
            return names
        }
    }

    static var sites: Self {
        Self(schema: .array(of: .string, upTo: AllowedSites.maximum), separator: "\n") { typed, _ throws(Failure) in
            try AllowedSites.read(typed)
        }
    }
}

extension Provider {
    /// As a bot's settings name them.
    fileprivate static let named = allCases.map(\.rawValue) + [builtIn]
}
