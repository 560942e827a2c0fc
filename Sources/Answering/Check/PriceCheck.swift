/// Two prices for one thing.
enum PriceCheck {
    /// A statement with more words says too much to be about one thing.
    private static let mostWords = 8
    /// Others that share a claim's rarest word.
    private static let mostCompared = 100

    private struct Price {
        let cents: Int
        let currency: String?
        let range: Range<Int>
    }

    private static let generic = CheckWords.list(
        """
        cost costs costing price prices priced charge charges fee fees eur euro euros usd dollar dollars gbp pound pounds chf franken francs
        cent cents kostet kosten preis preise preisliste cout coute coutent prix tarif tarifs cuesta cuestan precio precios currently
        list question questions faq overview uberblick service services menu karte our
        """)
    private static let lower = CheckWords.list("from ab desde partir starting upwards least mindestens")
    /// A price beside another, or of another time.
    private static let reduced = CheckWords.list(
        """
        instead was statt sonst rather lieu before formerly until bis jusqu hasta off discount rabatt reduction descuento save saving extra
        additional surcharge aufpreis zuschlag supplement suplemento deposit pfand kaution caution plus minimum mindestbestellwert over
        """)

    static func findings(_ statements: [CheckedStatement]) -> [TextCheck.Finding] {
        let claims = statements.compactMap(claim)
        var byStem: [String: [Int]] = [:]
        for (place, claim) in claims.enumerated() { for stem in claim.all { byStem[stem, default: []].append(place) } }
        var findings: [TextCheck.Finding] = []
        var known: Set<Set<String>> = []
        for (place, claim) in claims.enumerated() {
            let candidates = claim.line.compactMap { byStem[$0] }.min { $0.count < $1.count } ?? []
            for other in candidates.prefix(mostCompared) where other > place && contradicts(claim, claims[other]) {
                guard known.insert(claim.line.union(claims[other].line)).inserted else { continue }
                let prices = [claim, claims[other]].map { $0.statement.quoted($0.value.range) }
                findings.append(
                    .init(
                        kind: .price, message: "Two prices for what seems to be the same: \(prices.listed). Which one is right?",
                        places: [claim.statement.place, claims[other].statement.place]))
            }
        }
        return findings
    }

    static func isStated(in statement: CheckedStatement) -> Bool { !prices(statement).isEmpty }

    private static func contradicts(_ one: Claim<Price>, _ other: Claim<Price>) -> Bool {
        guard one.value.cents != other.value.cents, one.isAboutTheSame(as: other, headingsDecide: false) else { return false }
        return one.value.currency == nil || other.value.currency == nil || one.value.currency == other.value.currency
    }

    private static func claim(_ statement: CheckedStatement) -> Claim<Price>? {
        guard !statement.isQuestion, !statement.has(lower), !statement.has(reduced) else { return nil }
        let prices = prices(statement)
        guard prices.count == 1, let price = prices.first else { return nil }
        let claim = Claim(statement, price, without: generic, skipping: price.range)
        guard claim.line.count <= mostWords, !claim.all.isEmpty, !(claim.line.isEmpty && claim.heading.count > mostWords) else {
            return nil
        }
        return claim
    }

    private static func prices(_ statement: CheckedStatement) -> [Price] {
        let tokens = statement.tokens
        let isTimed = tokens.contains {
            $0.kind == .word && (CheckWords.days[$0.text] != nil || ["uhr", "h", "am", "pm", "clock"].contains($0.text))
        }
        return tokens.indices.compactMap { place in
            guard tokens[place].kind == .number, let cents = cents(tokens[place].text) else { return nil }
            if place > 0, CheckWords.currencies.contains(tokens[place - 1].text) {
                return Price(cents: cents, currency: currency(tokens[place - 1].text), range: (place - 1)..<(place + 1))
            }
            if place + 1 < tokens.count, CheckWords.currencies.contains(tokens[place + 1].text) {
                return Price(cents: cents, currency: currency(tokens[place + 1].text), range: place..<(place + 2))
            }
            let next = place + 1 < tokens.count ? tokens[place + 1] : nil
            let isBare = tokens[place].text.hasDecimals && !isTimed && (next == nil || next?.kind == .mark && next?.text != "%")
            return isBare ? Price(cents: cents, currency: nil, range: place..<(place + 1)) : nil
        }
    }

    private static func currency(_ text: String) -> String {
        switch text {
        case "€", "eur", "euro", "euros": "€"
        case "$", "usd", "dollar", "dollars": "$"
        case "£", "gbp", "pound", "pounds": "£"
        case "chf", "franken", "francs": "chf"
        default: text
        }
    }

    /// "3", "3.50", "1,200.00", "1.200".
    private static func cents(_ text: String) -> Int? {
        guard !text.contains(":") else { return nil }
        let groups = text.split { $0 == "." || $0 == "," }
        guard let last = groups.last, groups.dropFirst().dropLast().allSatisfy({ $0.count == 3 }) else { return nil }
        let hasDecimals = groups.count > 1 && last.count == 2
        guard groups.count == 1 || hasDecimals || last.count == 3 else { return nil }
        let whole = (hasDecimals ? groups.dropLast() : groups[...]).joined()
        guard whole.count <= 9, let units = Int(whole) else { return nil }
        return units * 100 + (hasDecimals ? Int(last) ?? 0 : 0)
    }
}

extension String {
    fileprivate var hasDecimals: Bool {
        let parts = split { $0 == "." || $0 == "," }
        return parts.count == 2 && parts[1].count == 2
    }
}

extension CheckedStatement {
    /// Some of its tokens, for a message.
    func quoted(_ range: Range<Int>) -> String { tokens[range].map(\.text).joined(separator: " ") }
}
