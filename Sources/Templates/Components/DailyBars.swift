/// What happened on each of the last days, as bars; the part that went well is drawn over them. Colours come from classes.
struct DailyBars: Sendable {
    struct Day: Sendable {
        var all = 0
        var good = 0
    }

    private static let height = 40
    private static let width = 6
    private static let step = 8
    private static let up = " \(height)v-"
    private static let acrossAndDown = "h\(width)v"

    /// Says the figures in words, for whoever doesn't see the bars.
    let label: String
    /// Oldest first.
    let days: [Day]

    var html: HTML {
        #html(
            """
            <svg class="bars" role="img" aria-label="\(label)" viewBox="0 0 \(days.count * Self.step) \(Self.height)" preserveAspectRatio="none">
              <path class="bars-base" d="M0 \(Self.height)h\(days.count * Self.step)"/>
              <path class="bars-all" d="\(path(\.all))"/>
              <path class="bars-good" d="\(path(\.good))"/>
            </svg>
            """)
    }

    /// A box for each day that has any; the largest day is as high as the picture.
    private func path(_ count: (Day) -> Int) -> String {
        let largest = max(days.map(\.all).max() ?? 0, 1)
        var path = ""
        for (place, day) in days.enumerated() where count(day) > 0 {
            let height = String(max(1, count(day) * Self.height / largest))
            // Piece by piece: an interpolation would make a text of its own for each of a page's hundreds.
            path += "M"
            path += String(place * Self.step)
            path += Self.up
            path += height
            path += Self.acrossAndDown
            path += height
            path += "z"
        }
        return path
    }
}
