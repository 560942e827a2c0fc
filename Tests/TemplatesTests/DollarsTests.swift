import Testing

@testable import Templates

@Suite("Dollars")
struct DollarsTests {
    @Test(
        "What is typed is read digit by digit, so that nothing is rounded",
        arguments: [
            ("5", 5_000_000), ("5.00", 5_000_000), ("0.1", 100_000), ("0.0001", 100), ("0", 0), ("0.07", 70_000), ("1.1", 1_100_000),
            ("16.35", 16_350_000), ("999999.9999", 999_999_999_900), ("1000000", 1_000_000_000_000), ("007", 7_000_000),
        ])
    func typed(_ text: String, _ micros: Int64) {
        #expect(Dollars(text)?.micros == micros)
    }

    @Test(
        "What isn't an amount, or might be read in two ways, is refused",
        arguments: [
            "", " ", ".", "5.", ".5", "1,500", "1,50", "1.500.00", "0.00001", "-1", "+1", "1e3", "NaN", "inf", "$5", "5 dollars", "0x10",
            "1000000.0001", "1000001",
            "99999999", "18446744073709551616", "٣", "5\u{0}", "½",
        ])
    func refused(_ text: String) {
        #expect(Dollars(text) == nil)
    }

    @Test(
        "They are written with two decimals, and more only where it takes them",
        arguments: [
            (0, "0.00"), (5_000_000, "5.00"), (3_200_000, "3.20"), (12_500, "0.0125"), (100, "0.0001"), (1, "0.000001"),
            (1_234_567_890_000, "1234567.89"),
        ] as [(Int64, String)])
    func written(_ micros: Int64, _ text: String) {
        #expect(Dollars(micros: micros).text == text)
    }

    @Test(
        "For people they are rounded to cents, and small ones to hundredths of a cent",
        arguments: [
            (3_204_999, "3.20"), (3_205_000, "3.21"), (76, "0.0001"), (40, "0.00"), (99_960, "0.10"), (100_000, "0.10"),
        ] as [(Int64, String)])
    func rounded(_ micros: Int64, _ text: String) {
        #expect(Dollars(micros: micros).rounded.text == text)
    }
}
