import HTTPTypes
import Hummingbird
import Templates
import Testing

@testable import App

@Suite("The four forms of an answer")
struct OutputTests {
    @Test(
        "The request decides",
        arguments: [
            ("/ask", [:], .page), ("/ask", [.accept: "text/html,application/xhtml+xml,*/*;q=0.8"], .page),
            ("/ask", [.accept: "*/*"], .page),
            ("/ask", [.hxRequest: "true"], .fragment), ("/ask", [.hxRequest: "true", .accept: "*/*"], .fragment),
            ("/ask", [.hxRequest: "false"], .page),
            ("/ask", [.accept: "application/json"], .json), ("/ask", [.accept: "text/html, application/json"], .json),
            ("/ask", [.hxRequest: "true", .accept: "application/json"], .json), ("/api/v1/ask", [:], .json),
            ("/api/v1/ask", [.hxRequest: "true"], .json),
            ("/api/v1/ask", [.accept: "text/html"], .json), ("/apian", [:], .page), ("/ask", [.accept: "text/event-stream"], .events),
            ("/v1/models", [:], .openAI), ("/v1/models", [.accept: "text/event-stream"], .openAI), ("/v1", [:], .page),
            ("/api/v1/ask", [.accept: "text/event-stream"], .events),
            ("/api/v1/ask", [.accept: "application/json, text/event-stream"], .events),
        ] as [(String, HTTPFields, Output)])
    func negotiation(_ path: String, _ headers: HTTPFields, _ output: Output) {
        #expect(Output(for: Request(.get, path, headers)) == output)
    }

    @Test(
        "A reply is itself in each form, and nobody in between keeps it",
        arguments: [
            (.page, "text/html; charset=utf-8", "page"), (.fragment, "text/html; charset=utf-8", "fragment"),
            (.json, "application/json", "\"json\""),
            (.events, "application/json", "\"json\""),
        ] as [(Output, String, String)])
    func reply(_ output: Output, _ type: String, _ body: String) async throws {
        let reply = Reply(status: .created, json: "json", fragment: { HTML(raw: "fragment") }, page: { HTML(raw: "page") })
        let response = reply.response(as: output)
        #expect(response.status == .created && response.headers[.contentType] == type)
        #expect(response.headers[.cacheControl] == "no-store" && response.headers[.vary] == "Accept, HX-Request")
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
        #expect(try await response.text == body)
    }

    @Test("Pages load nothing from elsewhere and are framed by nobody")
    func policy() throws {
        let headers = Response(html: HTML(raw: "")).headers
        let policy = try #require(headers[.contentSecurityPolicy])
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
        #expect(headers[.xFrameOptions] == "DENY")
    }

    @Test(
        "Every header that we name is sent under its name",
        arguments: [
            (HTTPField.Name.crossOriginOpenerPolicy, "cross-origin-opener-policy"), (.hxRequest, "hx-request"),
            (.lastEventID, "last-event-id"),
            (.permissionsPolicy, "permissions-policy"), (.referrerPolicy, "referrer-policy"), (.secFetchSite, "sec-fetch-site"),
            (.xAccelBuffering, "x-accel-buffering"), (.xForwardedFor, "x-forwarded-for"), (.xFrameOptions, "x-frame-options"),
            (.xRequestID, "x-request-id"),
        ])
    func names(_ name: HTTPField.Name, _ expected: String) {
        #expect(name.canonicalName == expected)
    }
}
