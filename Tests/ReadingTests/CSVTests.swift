import Testing

@testable import Reading

@Suite("A CSV file") struct CSVTests {
    @Test("becomes a heading and a list for each row", arguments: [",", ";", "\t", "|"])
    func rows(delimiter: String) async throws {
        let text = ["Service,Price,Note", "Haircut,20 €,with wash", "Color,60 €,"].joined(separator: "\r\n").replacing(",", with: delimiter)
        #expect(
            try await titlesAndTexts(read(text, "prices.csv")) == [
                ["Haircut", "- Service: Haircut\n- Price: 20 €\n- Note: with wash"], ["Color", "- Service: Color\n- Price: 60 €"],
            ])
    }

    @Test(
        "with questions and answers becomes questions and answers",
        arguments: [
            "Question,Answer\n\"Do you deliver, and when?\",\"Yes, \"\"daily\"\".\"\nParking?,Behind the house.",
            "id;Frage;Antwort\n1;Do you deliver, and when?;\"Yes, \"\"daily\"\".\"\n2;Parking?;Behind the house.",
            "\"Do you deliver, and when?\",\"Yes, \"\"daily\"\".\"\nParking?,Behind the house.",
        ])
    func questions(text: String) async throws {
        #expect(
            try await titlesAndTexts(read(text, "faq.csv")) == [
                ["Do you deliver, and when?", "Yes, \"daily\"."], ["Parking?", "Behind the house."],
            ])
    }

    @Test("keeps line ends and delimiters in quotes as one value")
    func quotes() async throws {
        let text = "Question,Answer\n\"One\nor two?\",\"The first line,\nand the second.\"\n"
        #expect(try await titlesAndTexts(read(text, "a.csv")) == [["One or two?", "The first line,\nand the second."]])
    }

    @Test("without a head stays a table")
    func noHead() async throws {
        #expect(
            try await markdown("Monday,9-17\nTuesday,9-17\n1,2", "a.csv") == "| Monday | 9-17 |\n|---|---|\n| Tuesday | 9-17 |\n| 1 | 2 |")
    }

    @Test("with a quote that never ends, and with rows of any length, is read to its end")
    func broken() async throws {
        let text = "Name,Price,Size\nBread,\"2,1 kg\nRolls\n\nCake,9,large,round\n"
        let document = try await read(text, "a.csv")
        #expect(document.sections[0].markdown.contains("## Rolls") && document.sections[0].markdown.contains("- Size: large"))
    }

    @Test("of ten thousand quotes or rows is read in one go")
    func large() async throws {
        #expect(try await read(String(repeating: "\"a,", count: 10_000), "a.csv").words > 0)
        let rows = "Name,Price\n" + (0..<5_000).map { "Thing \($0),\($0)" }.joined(separator: "\n")
        #expect(try await read(rows, "a.csv").passages().count == 5_000)
    }
}
