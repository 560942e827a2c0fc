/// How a hole in an attribute's value is treated.
enum AttributeKind: Equatable {
    case text
    /// There or not there, whatever its value.
    case boolean
    case url
    /// No hole may stand here.
    case closed(reason: String)
}

extension AttributeKind {
    init(of name: String, on element: String) {
        let isCommand = ["data-hx-", "data-sse-", "data-ws-"].contains { name.hasPrefix($0) }
        let attribute = isCommand ? String(name.dropFirst(5)) : name
        if let reason = Self.closedReasons[attribute] {
            self = .closed(reason: reason)
        } else if element == "base" || element == "animate" || element == "set" {
            self = .closed(reason: "it changes what other addresses or attributes mean")
        } else if attribute == "type" && (element == "script" || element == "object" || element == "embed") {
            self = .closed(reason: "it decides whether the content is run")
        } else if attribute == "data" ? element == "object" : Self.urls.contains(attribute) {
            self = .url
        } else if Self.booleans.contains(attribute) {
            self = .boolean
        } else {
            self = .text
        }
    }

    private static let urls: Set<String> = [
        "href", "xlink:href", "src", "action", "formaction", "poster", "cite", "background", "longdesc", "manifest", "icon",
        "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-push-url", "hx-replace-url", "sse-connect",
        "ws-connect",
    ]

    private static let booleans: Set<String> = [
        "allowfullscreen", "async", "autofocus", "autoplay", "checked", "controls", "default", "defer", "disabled",
        "formnovalidate", "hidden", "inert", "ismap", "itemscope", "loop", "multiple", "muted", "nomodule", "novalidate",
        "open", "playsinline", "readonly", "required", "reversed", "selected",
    ]

    private static let closedReasons: [String: String] = [
        "style": "it is CSS; choose a class instead",
        "srcdoc": "it is a page of its own",
        "srcset": "it is a list of addresses; put one into src",
        "imagesrcset": "it is a list of addresses",
        "ping": "it is a list of addresses",
        "http-equiv": "it commands the browser",
        "hx-vals": "it can hold a script; use a hidden input",
        "hx-vars": "it is a script",
        "hx-headers": "it can hold a script",
        "hx-request": "it can hold a script",
        "hx-trigger": "it can hold a script",
        "hx-ext": "it loads code",
    ]

    /// Why an attribute is refused with or without a hole, or nil.
    static func refusal(of name: String) -> String? {
        let attribute = name.hasPrefix("data-") ? String(name.dropFirst(5)) : name
        if attribute.hasPrefix("hx-on") || attribute == "hx-vars" {
            return "\(name) holds a script, which the content security policy forbids"
        }
        if name.hasPrefix("on") {
            return "\(name) holds a script, which the content security policy forbids; listen in app.js"
        }
        return nil
    }
}
