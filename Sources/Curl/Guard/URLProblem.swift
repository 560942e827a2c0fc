/// Why a web address is refused; `sentence` is for the person who typed it.
public enum URLProblem: String, Error, Hashable, Sendable {
    case malformed, tooLong, scheme, userInfo, oddCharacters, oddHost, port
    case privateAddress, localName, ownName
    case downgrade, bodyElsewhere

    public var sentence: String {
        switch self {
        case .malformed: "This is not a web address. It should look like https://www.example.com/page."
        case .tooLong: "This web address is too long."
        case .scheme: "A web address must start with http:// or https://."
        case .userInfo: "Please leave out the user name and password in the web address."
        case .oddCharacters: "This web address has a character that does not belong there, such as a space or a backslash."
        case .oddHost: "Please write the site's name in its usual form, such as www.example.com."
        case .port: "Only the usual web ports 80, 443, 8080 and 8443 can be used."
        case .privateAddress: "This address leads into a private network. Only sites on the public internet can be used."
        case .localName: "This name exists only in a local network. Only sites on the public internet can be used."
        case .ownName: "This is our own address. Please give the address of your site."
        case .downgrade: "The site leads from https to http, which is not safe."
        case .bodyElsewhere: "The site wants the data to be sent to another site."
        }
    }
}
