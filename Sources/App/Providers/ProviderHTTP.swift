import Curl
import FoundationEssentials

/// What both protocols have in common: JSON goes out, and events or JSON come back.
struct ProviderHTTP: Sendable {
    /// Bytes of a whole streamed answer, framing included.
    static let maximumStreamBytes = 4 * 1_024 * 1_024
    /// Bytes of a list of models; OpenRouter's is the longest by far.
    static let maximumListBytes = 8 * 1_024 * 1_024
    /// Of checking a key, for which somebody waits.
    static let validationTimeouts = Curl.Timeouts(connect: .seconds(5), total: .seconds(15), silence: .seconds(10))
    static let connectTimeout = Duration.seconds(5)

    let curl: Curl
    let addresses: AddressPolicy
    /// The key's, and what else the protocol wants.
    let headers: [(String, String)]

    /// - Throws: `ProviderTrouble.refused` for any status but 200. A redirect isn't followed: it would take the key along.
    func post(_ json: [UInt8], to url: String, _ timeouts: Curl.Timeouts) async throws -> Curl.Response {
        let response = try await curl.send(
            .init(
                method: "POST", url: url, headers: headers + [("Content-Type", "application/json"), ("Accept", "text/event-stream")],
                body: json, timeouts: timeouts, maximumBodyBytes: Self.maximumStreamBytes, addresses: addresses))
        guard response.status == 200 else {
            throw ProviderTrouble.refused(status: response.status, retryAfter: RetryAfter.seconds(of: response, now: Date()))
        }
        return response
    }

    /// The JSON at this address, and the status that it came with.
    func get(_ url: String) async throws(CredentialProblem) -> (status: Int, json: JSON?) {
        do {
            let response = try await curl.send(
                .init(
                    url: url, headers: headers + [("Accept", "application/json")], timeouts: Self.validationTimeouts,
                    maximumBodyBytes: Self.maximumListBytes, addresses: addresses))
            let body = try await response.collect(upTo: Self.maximumListBytes)
            return (response.status, try? JSON(parsing: body))
        } catch let error {
            throw CredentialProblem(error)
        }
    }
}

extension Curl.Response {
    /// Reads the data of the body's events until one of them is the last. A proxy that doesn't stream sends all as one.
    /// - Throws: `ProviderTrouble.cut` when the body ends before.
    func readEvents(_ receive: @escaping @Sendable ([UInt8]) throws -> Curl.Body.Progress) async throws {
        if header("content-type")?.lowercased().hasPrefix("application/json") == true {
            let whole = try await collect(upTo: ProviderHTTP.maximumStreamBytes)
            if try receive(whole) == .goesOn { throw ProviderTrouble.cut }
        } else if try await !body.readEvents({ try receive($0.data) }) {
            throw ProviderTrouble.cut
        }
    }
}
