import Glibc

/// A colour of sRGB, and how well text can be read on it.
struct Color: Sendable, Equatable {
    /// WCAG 2.2, 1.4.3: of text of usual size.
    static let readableContrast = 4.5

    let red, green, blue: UInt8

    static let white = Color(red: 255, green: 255, blue: 255)
    static let black = Color(red: 0, green: 0, blue: 0)

    /// `#c2185b`.
    var hex: String {
        "#" + [red, green, blue].hexadecimal
    }

    /// From 1 to 21, whichever is the text.
    func contrast(to other: Color) -> Double {
        let (lighter, darker) = (max(luminance, other.luminance), min(luminance, other.luminance))
        return (lighter + 0.05) / (darker + 0.05)
    }

    /// White where that can be read on this colour, else black, which then can.
    var legible: Color { contrast(to: .white) >= Self.readableContrast ? .white : .black }

    /// The nearest darker shade on which white can be read; itself if it is.
    var readableShade: Color {
        guard legible != .white else { return self }
        // 256 shades from itself to black: the first is the nearest.
        return (0...255).lazy.map(darker).first { $0.contrast(to: .white) >= Self.readableContrast } ?? .black
    }

    private func darker(by step: Int) -> Color {
        func part(_ value: UInt8) -> UInt8 { UInt8(clamping: Int(value) * (255 - step) / 255) }
        return Color(red: part(red), green: part(green), blue: part(blue))
    }

    /// WCAG's relative luminance.
    private var luminance: Double {
        0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
    }

    private static func linear(_ value: UInt8) -> Double {
        let part = Double(value) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
}

extension Color {
    /// Reads `#c2185b`; nil for anything else.
    init?(hex: String) {
        guard hex.utf8.count == 7, hex.first == "#", hex.dropFirst().allSatisfy(\.isHexDigit),
            let number = UInt32(hex.dropFirst(), radix: 16)
        else { return nil }
        self.init(
            red: UInt8(truncatingIfNeeded: number >> 16), green: UInt8(truncatingIfNeeded: number >> 8),
            blue: UInt8(truncatingIfNeeded: number))
    }
}
