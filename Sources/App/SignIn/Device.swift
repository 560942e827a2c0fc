/// A device by a name that its owner knows it by.
enum Device {
    private static let browsers = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("Chrome/", "Chrome"), ("CriOS", "Chrome"),
        ("Safari/", "Safari"), ("curl/", "curl"), ("python", "Python"), ("node", "Node"),
    ]
    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ]

    /// From what a browser says of itself, such as "Safari on iPhone".
    static func name(_ userAgent: String?) -> String {
        let agent = userAgent ?? ""
        let browser = browsers.first { agent.contains($0.0) }?.1
        let system = systems.first { agent.contains($0.0) }?.1
        return [browser, system].compactMap(\.self).joined(separator: " on ").nonEmpty ?? "A device"
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
