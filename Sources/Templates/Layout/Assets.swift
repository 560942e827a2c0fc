/// The hashed file names of what every page loads, all served below `/static/`, as `app-3f9a1c.css`.
@Memberwise
public struct Assets: Sendable {
    public let css: String
    public let js: String
    public let htmx: String
    public let sse: String
    public let icon: String
    public let chatCSS: String
    public let chatJS: String
}
