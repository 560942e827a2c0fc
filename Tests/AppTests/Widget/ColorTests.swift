import Testing

@testable import App

@Suite("Colours on which text can be read")
struct ColorTests {
    @Test("A colour is read from its hexadecimal form and from nothing else")
    func reading() {
        #expect(Color(hex: "#c2185b")?.hex == "#c2185b" && Color(hex: "#000000") == .black)
        for text in ["", "#fff", "c2185b", "#c2185g", "#c2185b0", "#+12345", "#١٢٣٤٥٦"] { #expect(Color(hex: text) == nil, "\(text)") }
    }

    @Test(
        "Contrast is WCAG's, whichever of the two is the text",
        arguments: [("#ffffff", 1.0), ("#000000", 21.0), ("#767676", 4.54), ("#777777", 4.48)])
    func contrast(_ hex: String, _ expected: Double) throws {
        let color = try #require(Color(hex: hex))
        #expect(abs(color.contrast(to: .white) - expected) < 0.01 && color.contrast(to: .white) == Color.white.contrast(to: color))
    }

    @Test("On every colour, white or black can be read")
    func legible() throws {
        for red in stride(from: 0, through: 255, by: 15) {
            for green in stride(from: 0, through: 255, by: 15) {
                for blue in stride(from: 0, through: 255, by: 15) {
                    let color = Color(red: UInt8(red), green: UInt8(green), blue: UInt8(blue))
                    #expect(color.contrast(to: color.legible) >= Color.readableContrast)
                    #expect(color.readableShade.contrast(to: .white) >= Color.readableContrast)
                }
            }
        }
    }

    @Test("The proposed shade is the first that can be read, and a readable colour is its own")
    func shade() throws {
        let pink = try #require(Color(hex: "#c2185b")), yellow = try #require(Color(hex: "#ffee00"))
        #expect(pink.readableShade == pink)
        let shade = yellow.readableShade
        #expect(shade.contrast(to: .white) < Color.readableContrast + 0.1 && shade.red > shade.blue && shade.legible == .white)
    }
}
