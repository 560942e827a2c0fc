/// What became better and what became worse with a change of a bot.
@View("TestReport")
public struct TestReport {
    public let tests: [TestResult]
    /// What the bot said before and doesn't say any more, found without a test.
    public let changes: [ReportedChange]

    public static let nothing = TestReport(tests: [], changes: [])

    public var worse: [TestResult] { tests.filter { $0.checked && $0.passed && $0.problem != nil && !$0.updated } }
    public var better: [TestResult] { tests.filter { !$0.passed && $0.problem == nil } }
    public var failing: [TestResult] { tests.filter { $0.checked && !$0.passed && $0.problem != nil } }
    /// Neither passed nor failed: the model didn't answer.
    public var unchecked: [TestResult] { tests.filter { !$0.checked } }
    /// Of what gets worse: tests that can expect what is said now, and then pass.
    public var updatable: [TestResult] { worse.filter { !$0.updates.isEmpty } }
    public var updated: [TestResult] { tests.filter(\.updated) }
    public var isWorse: Bool { !worse.isEmpty || !changes.isEmpty }

    /// Once those that can be brought up to date are.
    public var updating: TestReport {
        let ids = Set(updatable.map(\.id))
        let tests = tests.map { test in
            var test = test
            if ids.contains(test.id) { test.updated = true }
            return test
        }
        return TestReport(tests: tests, changes: changes)
    }

    /// Which tests were brought up to date, and which weren't.
    public var updateSentence: String? {
        guard !updated.isEmpty else { return nil }
        let done = updated.count == 1 ? "One test is up to date again." : "\(updated.count) tests are up to date again."
        return worse.isEmpty ? done : "\(done) \(keptSentence)"
    }

    /// Those that stay as they are, by name.
    fileprivate var keptSentence: String {
        let kept = worse.filter(\.updates.isEmpty)
        let names = kept.map { "“\($0.question)”" }.joined(separator: ", ")
        return kept.count == 1
            ? "\(names) stays as it is: please look at that test yourself."
            : "\(names) stay as they are: please look at those tests yourself."
    }

    /// In one sentence, for where nothing became worse.
    public var sentence: String? {
        guard !tests.isEmpty, worse.isEmpty else { return nil }
        guard unchecked.isEmpty else {
            return
                "The model didn’t answer, so \(tests.count == 1 ? "your test" : "\(unchecked.count) of \(tests.count) tests") couldn’t be checked."
        }
        let gained = better.isEmpty ? "" : " \(better.count == 1 ? "One passes" : "\(better.count) pass") for the first time."
        if !failing.isEmpty { return "\(tests.count - failing.count) of \(tests.count) tests pass, as many as before or more.\(gained)" }
        return (tests.count == 1 ? "Your test still passes." : "All \(tests.count) tests still pass.") + gained
    }

    public var html: HTML {
        #html(
            """
            <div class="report">
              \(worse.isEmpty ? nil : section("What gets worse", #html("<ul class=\"entries\">\(worse)</ul>")))
              \(changes.isEmpty ? nil : section("What it said, and wouldn’t say any more", #html("<ul class=\"entries\">\(changes)</ul>")))
              \(updated.isEmpty ? nil : section("Tests brought up to date", #html("<ul class=\"entries\">\(updated)</ul>")))
              \(unchecked.isEmpty ? nil : section("What couldn’t be checked", #html("<ul class=\"entries\">\(unchecked)</ul>")))
              \(better.isEmpty ? nil : section("What gets better", #html("<ul class=\"entries\">\(better)</ul>")))
              \(failing.isEmpty ? nil : section("What still fails", #html("<ul class=\"entries\">\(failing)</ul>")))
              \(sentence.map { #html("<p class=\"small\">\($0)</p>") })
            </div>
            """)
    }

    private func section(_ title: String, _ content: HTML) -> HTML { #html("<h3 class=\"title-small\">\(title)</h3>\(content)") }
}

/// A test before and after a change.
@View
public struct TestResult {
    public let id: String
    public let question: String
    @Described("Before the change") public let passed: Bool
    @Described("Where it fails with the change, or couldn’t be checked") public let problem: String?
    @Described("False where the model didn’t answer: it neither passed nor failed") public var checked: Bool = true
    @Described("Expected words whose value is another one, with the new one, where that is clear") public var updates: [WordUpdate] = []
    @Described("Whether the test expects them by now") public var updated: Bool = false

    public static func unchecked(id: String, question: String) -> TestResult {
        TestResult(
            id: id, question: question, passed: false, problem: "The model didn’t answer, so this couldn’t be checked.", checked: false)
    }

    public var html: HTML {
        #html(
            """
            <li class="entry"><p><strong>\(question)</strong><br>\(updated ? nil : problem ?? "This passes now.")\(updated || updates.isEmpty ? nil : #html("<br>"))\
            \(updates.isEmpty ? nil : #html("<span class=\"small\">The test \(updated ? "expects" : "can expect") \(updates.map { "“\($0.now)” for “\($0.was)”" }.joined(separator: ", ")).</span>"))</p></li>
            """)
    }
}

/// An expected value and the one that the bot says in its place.
@View
public struct WordUpdate: Equatable {
    public let was: String
    public let now: String

    public var html: HTML { #html("<del>\(was)</del> <ins>\(now)</ins>") }
}

/// Something that a bot said and doesn't say any more.
@View
public struct ReportedChange {
    /// `fact`, `opposite`, `listed` or `gone` of a sentence; `unanswered` or `elsewhere` of a question.
    @Described(.one(of: "fact", "opposite", "listed", "gone", "unanswered", "elsewhere")) public let kind: String
    /// The question, or the heading.
    public let about: String
    public let was: String
    public let now: String?

    public var html: HTML {
        #html(
            """
            <li class="entry change">
              <p>\(about.isEmpty ? nil : #html("<strong>\(about)</strong> "))<span class="small">\(words)</span></p>
              <p class="change-was"><span class="unseen">Before: </span><del>\(was)</del></p>
              \(now.map { #html("<p class=\"change-now\"><span class=\"unseen\">Now: </span><ins>\($0)</ins></p>") })
            </li>
            """)
    }

    private var words: String {
        switch kind {
        case "fact": now == nil ? "A number, day or address is gone." : "A number, day or address is another one, or gone."
        case "opposite": "It says the opposite."
        case "listed": "Something is missing."
        case "gone": "Nothing like this is said any more."
        case "unanswered": "It couldn’t answer this any more."
        default: "It would be answered from somewhere else."
        }
    }
}

/// What is shown before a change is published that makes something worse, within the form that holds the change.
public struct WorseNotice: Sendable {
    let report: TestReport
    let button: String
    /// The same with tests that are brought up to date; nil where that can't be chosen.
    let updating: String?

    public init(_ report: TestReport, button: String = "Publish anyway", updating: String? = "Publish and update") {
        self.report = report
        self.button = button
        self.updating = updating
    }

    public var html: HTML {
        #html(
            """
            <section class="notice worse" id="worse" tabindex="-1" autofocus aria-labelledby="worse-title">
              <h3 class="title-small" id="worse-title">Nothing is published yet: please look at this first</h3>
              \(report)
              <p>Is this what you want? If not, just go on writing: your words are still here.</p>
              \(update?.kept)
              <div class="row">
                \(update?.button)
                <button class="button\(update == nil ? "" : " button-quiet")" name="if_worse" value="publish">\(button)</button>
              </div>
            </section>
            """)
    }

    private var update: UpdateButton? { UpdateButton(report, name: "if_worse", updating: updating) }
}

/// Publishes and brings tests up to date, in one click; names those that it leaves as they are.
struct UpdateButton: Sendable {
    let report: TestReport
    let name: String
    let verb: String

    init?(_ report: TestReport, name: String, updating verb: String?) {
        guard let verb, !report.updatable.isEmpty else { return nil }
        self.report = report
        self.name = name
        self.verb = verb
    }

    var kept: HTML? { report.updatable.count == report.worse.count ? nil : #html("<p>\(report.keptSentence)</p>") }

    var button: HTML { #html("<button class=\"button\" name=\"\(name)\" value=\"update\">\(verb) \(count)</button>") }

    private var count: String {
        if report.updatable.count < report.worse.count { return "\(report.updatable.count) of \(report.worse.count) tests" }
        return report.updatable.count == 1 ? "this test" : "these \(report.updatable.count) tests"
    }
}
