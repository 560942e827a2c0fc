@testable import Templates
import Testing

@Suite("Figures as they are drawn") struct FigureTests {
    private func figures(_ days: [Int: BotFigures.Day]) -> BotFigures {
        var figures = BotFigures()
        for (ago, day) in days { figures.add(day, daysAgo: ago) }
        return figures
    }

    @Test("The bars say in words what they show") func label() {
        let shown = Markup(figures([0: .init(conversations: 1, messages: 4, answered: 1, unanswered: 1), 8: .init(answered: 5)]))
        #expect(
            shown.value("aria-label", where: "role", "img")
                == "Questions a day over 30 days: 7 in all, 6 answered, at most 5 on one day, 2 today.")
        #expect(!shown.attributes.contains { $0.name == "style" })
    }

    @Test("The largest day is as high as the picture, the smallest can be seen, and none is no bar") func bars() {
        let bars = DailyBars(label: "x", days: [.init(all: 1_000, good: 1), .init(), .init(all: 500, good: 500)])
        #expect(bars.html.string.contains("<path class=\"bars-all\" d=\"M0 40v-40h6v40zM16 40v-20h6v20z\"/>"))
        #expect(bars.html.string.contains("<path class=\"bars-good\" d=\"M0 40v-1h6v1zM16 40v-20h6v20z\"/>"))
        #expect(bars.html.string.contains("viewBox=\"0 0 24 40\""))
    }

    @Test(
        "The weeks add up, and days outside are left out",
        arguments: [(-1, 0, 0), (0, 3, 3), (6, 3, 3), (7, 0, 3), (29, 0, 3), (30, 0, 0), (Int.max, 0, 0)])
    func sums(_ daysAgo: Int, _ week: Int, _ month: Int) {
        let figures = figures([daysAgo: .init(conversations: 3)])
        #expect(figures.last(7).conversations == week && figures.last(30).conversations == month)
    }

    @Test("The share is of questions, and none where nothing was asked") func share() {
        #expect(
            BotFigures.Day(messages: 9, answered: 2, unanswered: 1).answeredPercent == 66
                && BotFigures.Day(messages: 9).answeredPercent == nil)
        #expect(Markup(figures([:])).text.contains("<td>–</td>"))
    }
}
