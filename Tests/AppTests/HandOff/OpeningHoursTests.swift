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

    @Test(arguments: [
        ("9-6", ["09:00-18:00"]), ("9-5", ["09:00-17:00"]), ("9-17", ["09:00-17:00"]), ("8.30-6", ["08:30-18:00"]),
        ("9:00-6:00", ["09:00-18:00"]),
        ("18-2", ["18:00-02:00"]), ("17-1", ["17:00-01:00"]), ("20-4", ["20:00-04:00"]), ("22-6", ["22:00-06:00"]),
        ("22-11", ["22:00-11:00"]),
        ("17-10", ["17:00-22:00"]), ("18-11", ["18:00-23:00"]), ("12-1", ["12:00-13:00"]), ("12-6", ["12:00-18:00"]),
        ("11-3", ["11:00-15:00"]),
        ("9-9", ["09:00-21:00"]), ("12-12", ["12:00-24:00"]), ("6-2", ["06:00-14:00"]), ("5-9", ["05:00-09:00"]), ("2-6", ["14:00-18:00"]),
        ("9-12, 2-6", ["09:00-12:00", "14:00-18:00"]), ("8-12.30, 1:30-5", ["08:00-12:30", "13:30-17:00"]),
        ("9-12, 1-22", ["09:00-12:00", "13:00-22:00"]),
        ("9am-6pm", ["09:00-18:00"]), ("9-6pm", ["09:00-18:00"]), ("2-6pm", ["14:00-18:00"]), ("9 a.m. – 5:30 P.M.", ["09:00-17:30"]),
        ("6pm-2am", ["18:00-02:00"]), ("12pm-12am", ["12:00-00:00"]), ("9am-5", ["09:00-17:00"]),
        // As clocks show them, or as a form showed them, times are what they are.
        ("09:00-06:00", ["09:00-06:00"]), ("10:00-02:00", ["10:00-02:00"]), ("02:00-06:00", ["02:00-06:00"]), ("9-00:00", ["09:00-00:00"]),
    ])
    func whatIsUsualIsMeantWhereTwoTimesCanBe(text: String, expected: [String]) {
        #expect(OpeningHours.spans(text)?.map(\.text) == expected)
    }

    @Test(arguments: ["4-2", "3-3", "13pm-14pm", "0am-1am", "am-pm", "9xm-5"])
    func whatCanBeReadInNoUsualWayIsAsked(text: String) { #expect(OpeningHours.spans(text) == nil) }

    @Test func whatAFormShowedIsNotReadAnew() throws {
        var hours = OpeningHours()
        hours.spans[0] = [.init(opens: 720, closes: 600)]
        try hours.read(Input(fields: ["monday": "12:00-10:00", "tuesday": "12-10"]))
        #expect(hours.spans[0].map(\.text) == ["12:00-10:00"] && hours.spans[1].map(\.text) == ["12:00-22:00"])
    }

    @Test func theWeekIsSaidAsItWasUnderstood() throws {
        var hours = OpeningHours()
        #expect(hours.inWords == "Somebody is always there.")
        try hours.read(Input(fields: ["monday": "9-6", "tuesday": "9-6", "thursday": "9-12, 2-6", "saturday": "18-2"]))
        #expect(
            hours.inWords == "Monday to Tuesday 09:00–18:00, Thursday 09:00–12:00 and 14:00–18:00, Saturday 18:00–02:00 (the next day).")
    }

    @Test(arguments: [
        "9", "9-", "-9", "9-25", "9:60-10", "9-12-14", "9-12, 11-13", "22-2, 23-24", "18:00-9:00", "13:00-6:30", "24-25", "a-b", "９-12",
        "9-1e1", "1-2,3-4,5-6,7-8,9-10,11-12,13-14",
    ])
    func whatIsNoTimeIsRefused(text: String) { #expect(OpeningHours.spans(text) == nil) }
}
