import Postgres

/// Wrong codes, counted after they were compared: no crowd of them stops the right one.
enum WrongCodes {
    static let perAddress = RateLimit(name: "sign-in-wrong", maximum: 20, windowSeconds: 3_600)
    static let perNetwork = RateLimit(name: "sign-in-wrong-network", maximum: 300, windowSeconds: 3_600)
    static let inAll = RateLimit(name: "sign-in-wrong-all", maximum: 20_000, windowSeconds: 3_600)

    /// Counts one.
    /// - Returns: whether it is the one that uses up what its address may have in an hour.
    /// - Throws: a refusal where there were too many.
    static func count(_ email: EmailAddress, from network: String, in postgres: Postgres) async throws -> Bool {
        let ofAddress = try await postgres.count([perAddress.counter(email.text)])
        let ofAll = try await postgres.count([perNetwork.counter(network), inAll.counter()])
        if let wait = [ofAddress, ofAll].compactMap(\.self).filter({ $0.remaining < 0 }).map(\.resetSeconds).max() {
            throw Failure.tooManyRequests(
                "This code isn’t right, and many wrong ones were entered lately. Please compare it with the newest mail.", retryAfter: wait)
        }
        return ofAddress?.remaining == 0
    }
}
