/// Reads an owner's texts for what customers would stumble over: contradictions, dates gone by, what is missing, said twice or
/// unfinished. Rules of words and numbers in English, German, French and Spanish, without a model. They'd rather miss a mistake
/// than call one what is right.
public enum TextCheck {
    /// Of all texts together; what lies beyond isn't read.
    public static let maximumBytes = 500_000
    /// Of one kind; an owner mends the first and looks again.
    public static let maximumFindings = 20

    /// A text with where it comes from.
    public struct Text: Sendable {
        /// As Markdown or plain text.
        let text: String
        /// Given back with each place; nil is the owner's main text.
        let source: String?
        /// What the owner wrote themselves, which can be repeated or unfinished; files and websites are as they are.
        let isOwn: Bool

        public init(_ text: String, source: String? = nil, isOwn: Bool = true) {
            self.text = text
            self.source = source
            self.isOwn = isOwn
        }
    }

    public struct Finding: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            case price, hours, contact, period, pastDate = "past_date", missing, duplicate, emptySection = "empty_section", unfinished
        }

        public struct Place: Sendable, Equatable {
            /// The words in question, as they stand there.
            public let quote: String
            /// The heading that they stand under, or nothing.
            public let heading: String
            public let source: String?
        }

        public let kind: Kind
        /// What is wrong, and what to do, for a shop owner.
        public let message: String
        public let places: [Place]
    }

    /// - Parameter today: in the owner's zone or UTC.
    public static func findings(in texts: [Text], today: CheckedDay) -> [Finding] {
        let documents = bounded(texts).map(CheckedDocument.init)
        let statements = documents.flatMap(\.statements)
        let rules: [[Finding]] = [
            PriceCheck.findings(statements), HoursCheck.findings(statements), ContactCheck.findings(statements),
            PeriodCheck.findings(statements),
            DateCheck.findings(statements, today: today), UnfinishedCheck.findings(statements), RepetitionCheck.findings(documents),
            BasicsCheck.findings(statements),
        ]
        return rules.flatMap { findings in
            Dictionary(grouping: findings, by: \.kind).sorted { $0.key.rawValue < $1.key.rawValue }.flatMap {
                $0.value.prefix(maximumFindings)
            }
        }
    }

    private static func bounded(_ texts: [Text]) -> [Text] {
        var left = maximumBytes
        return texts.prefix { text in
            left -= text.text.utf8.count
            return left >= 0
        }
    }
}

/// A day of the Gregorian calendar.
public struct CheckedDay: Sendable, Comparable {
    let year: Int
    let month: Int
    let day: Int

    public init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    public static func < (left: CheckedDay, right: CheckedDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}
