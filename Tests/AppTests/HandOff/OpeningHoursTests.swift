import Testing

@testable import App

@Suite struct OpeningHoursTests {
    @Test(arguments: [
        ("9-12:30, 14–18", ["09:00-12:30", "14:00-18:00"]), ("", []), (" 22.00 - 2 ", ["22:00-02:00"]), ("0-24", ["00:00-24:00"]),
        ("14-18; 9-12", ["09:00-12:00", "14:00-18:00"]), ("9-12,12-14", ["09:00-12:00", "12:00-14:00"]),
    ])
    func hoursAreReadAsPeopleWriteThem(text: String, expected: [String]) {
        #expect(OpeningHours.spans(text)?.map(\.text) == expected)
    }

    @Test(arguments: ["9", "9-", "-9", "9-25", "9:60-10", "9-12-14", "9-12, 11-13", "22-2, 23-24", "24-25", "a-b", "９-12", "9-1e1", "1-2,3-4,5-6,7-8,9-10,11-12,13-14"])
    func whatIsNoTimeIsRefused(text: String) { #expect(OpeningHours.spans(text) == nil) }
}
