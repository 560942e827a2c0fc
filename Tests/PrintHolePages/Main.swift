import HolePages
import Templates

/// Prints a line of JSON for each page and each string, for a browser to parse: `PrintHolePages COUNT SEED`. Without a count it
/// prints each page once, with a harmless string.
@main
enum Main {
    static func main() {
        let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        for page in HolePage.all { show(page, HolePage.harmless) }
        guard let count = numbers.first else { return }
        for text in Hostile(seed: numbers.last ?? 1).prefix(Int(clamping: count)) {
            for page in HolePage.all { show(page, text) }
            print(
                line { json in
                    json.member("page", "markdown")
                    json.member("html", markdown(text).string)
                })
        }
    }

    private static func show(_ page: HolePage, _ text: String) {
        print(
            line { json in
                json.member("page", page.name)
                json.member("reading", page.reading?.rawValue)
                json.member("text", text)
                json.member("html", page.render(text).string)
            })
    }

    private static func line(_ members: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        json.object(members)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
