import Testing

@testable import App

@Suite("Forms")
struct FormTests {
    @Test(
        "Fields are decoded",
        arguments: [
            ("question=When+do+you+open%3F", "When do you open?"), ("question=%C3%A4%F0%9F%98%80", "ä😀"),
            ("question=a%2Bb%26c%3Dd", "a+b&c=d"),
            ("question=a=b=c", "a=b=c"), ("question=", ""), ("question", ""), ("&&question=x&", "x"), ("other=1&question=x", "x"),
            ("questio%6E=x", "x"), ("question=ä", "ä"), ("question=%00", "\0"),
        ])
    func fields(_ form: String, _ question: String) throws {
        #expect(try Form(parsing: form)["question"] == question)
    }

    @Test("A field that wasn't sent is nil", arguments: ["", "&", "=x", "Question=x", "question2=x", "%71uestion2=x"])
    func missing(_ form: String) throws {
        #expect(try Form(parsing: form)["question"] == nil)
    }

    @Test(
        "A form that can't be read is a bad request",
        arguments: [
            "a=%", "a=%2", "a=%zz", "a=%-1", "a=%+1", "%=a", "a=%C0%AF", "a=%E0%80%AF", "a=%ED%A0%BD%ED%B8%80", "a=%FF", "%FF=a",
            "a=%F0%9F%98", "amount=10&amount=1000", "a=1&%61=2", "a&a",
        ])
    func unreadable(_ form: String) {
        #expect { try Form(parsing: form) } throws: { ($0 as? Failure)?.status == .badRequest }
    }

    @Test("A thousand fields are taken, one more isn't")
    func count() throws {
        func form(_ fields: Int) -> String { (0..<fields).map { "f\($0)=\($0)" }.joined(separator: "&") }
        #expect(try Form(parsing: form(1_000))["f999"] == "999")
        #expect { try Form(parsing: form(1_001)) } throws: { ($0 as? Failure)?.status == .badRequest }
        #expect { try Form(parsing: form(20_000)) } throws: { ($0 as? Failure)?.status == .badRequest }
    }

    @Test("Names are nested eight deep at most")
    func depth() throws {
        let deep = "a" + String(repeating: "[a]", count: 8)
        #expect(try Form(parsing: deep + "=1")[deep] == "1")
        #expect { try Form(parsing: deep + "[a]=1") } throws: { ($0 as? Failure)?.status == .badRequest }
        #expect { try Form(parsing: "a" + String(repeating: "%5Ba%5D", count: 1_100) + "=1") } throws: { $0 is Failure }
    }

    @Test("A plus is a blank in forms only")
    func plus() {
        #expect(PercentEncoding.decode("a+b".utf8, plusIsSpace: true) == "a b")
        #expect(PercentEncoding.decode("a+b".utf8, plusIsSpace: false) == "a+b")
    }
}
