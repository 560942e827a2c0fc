/// The hashed file names of what every page loads, all served below `/static/`, as `app-3f9a1c.css`.
public struct Assets: Sendable {
    public let css: String
    public let js: String
    public let htmx: String
    public let sse: String
    public let icon: String
    public let chatCSS: String
    public let chatJS: String

    public init(css: String, js: String, htmx: String, sse: String, icon: String, chatCSS: String, chatJS: String) {
        self.css = css
        self.js = js
        self.htmx = htmx
        self.sse = sse
        self.icon = icon
        self.chatCSS = chatCSS
        self.chatJS = chatJS
    }
}
