/// One request of the chain that redirects make; the deadline is that of the whole chain.
struct Hop {
    let request: Curl.Request
    let url: ParsedURL
    let deadline: Deadline
    private let number: Int

    init(_ request: Curl.Request) throws(CurlError) {
        try request.validate()
        try self.init(request, ParsedURL(request.url), Deadline(request.timeouts.total), number: 0)
        try request.addresses.check(url)
    }

    /// The guard's second look, at the addresses that the name has.
    func check(_ addresses: [IPAddress]) throws(CurlError) {
        guard number > 0 else { return try request.addresses.check(addresses, of: url) }
        try asRedirect { () throws(CurlError) in try request.addresses.check(addresses, of: url) }
    }

    /// Where the answer sends us; nil when it is the final one.
    func following(_ response: Curl.Response) throws(CurlError) -> Hop? {
        guard request.redirects > 0, Self.redirecting.contains(response.status),
            let location = response.header("location")
        else { return nil }
        guard number < request.redirects else { throw .tooManyRedirects(limit: request.redirects) }
        let next = try asRedirect { () throws(CurlError) in
            let next = try url.following(location)
            try request.addresses.check(next)
            return next
        }
        guard next.scheme == "https" || url.scheme == "http" || request.allowsDowngrade else {
            throw .redirectNotAllowed(.downgrade)
        }
        return Hop(try redirected(to: next, response.status), next, deadline, number: number + 1)
    }

    private static let redirecting: Set<Int> = [301, 302, 303, 307, 308]
    /// What another origin gets to see; everything else may hold a credential.
    private static let harmlessHeaders: Set<String> = ["accept", "accept-language", "content-type", "user-agent"]

    private init(_ request: Curl.Request, _ url: ParsedURL, _ deadline: Deadline, number: Int) {
        self.request = request
        self.url = url
        self.deadline = deadline
        self.number = number
    }

    private func redirected(to next: ParsedURL, _ status: Int) throws(CurlError) -> Curl.Request {
        var request = request
        if request.method != "HEAD", status == 303 || (status < 303 && request.method == "POST") {
            request.method = "GET"
            request.body = []
            request.headers.removeAll { $0.0.lowercased().hasPrefix("content-") }
        }
        guard !next.isSameOrigin(as: url) else { return request }
        guard request.body.isEmpty else { throw .redirectNotAllowed(.bodyElsewhere) }
        request.headers.removeAll { !Self.harmlessHeaders.contains($0.0.lowercased()) }
        return request
    }

    private func asRedirect<R>(_ body: () throws(CurlError) -> R) throws(CurlError) -> R {
        do {
            return try body()
        } catch .invalidURL(let problem), .addressNotAllowed(let problem) {
            throw .redirectNotAllowed(problem)
        }
    }
}
