import FoundationEssentials
import HTTPTypes
import Hummingbird
import Templates
import Testing

@testable import App

@Suite("Static files")
struct StaticFilesTests {
    private func withFiles(_ files: [String: String], _ body: (StaticFiles) async throws -> Void) async throws {
        try await withFolder { folder in
            // A file before its compressed forms, which are only as good as they are new.
            for (name, content) in files.sorted(by: { $0.key < $1.key }) {
                let parent = "\(folder)/\(name)".split(separator: "/").dropLast().joined(separator: "/")
                try FileManager.default.createDirectory(atPath: "/" + parent, withIntermediateDirectories: true)
                try content.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
            }
            try await body(StaticFiles(directory: folder))
        }
    }

    private func serve(_ files: StaticFiles, _ name: String, _ headers: HTTPFields = [:]) throws -> Response {
        try files.serve(Request(.get, "/static/\(name)", headers), VisitorContext(parameters: [("name", name)]))
    }

    @Test("A file's name changes with its content, and only with it")
    func names() async throws {
        var names: [String] = []
        for content in ["a", "b", "a", ""] {
            try await withFiles(["app.css": content]) { names.append(try #require($0.names["app.css"])) }
        }
        #expect(names[0] == names[2] && Set(names).count == 3)
        #expect(names.allSatisfy { $0.hasPrefix("app.") && $0.hasSuffix(".css") && $0.utf8.count == "app.css".utf8.count + 17 })
    }

    @Test("A file in a folder is served with its type, kept for good, and under its hashed name only")
    func serving() async throws {
        try await withFiles(["vendor/htmx.min.js": "let a", "app.js": "let b"]) { files in
            let name = try #require(files.names["vendor/htmx.min.js"])
            #expect(name.hasPrefix("htmx.min."))
            let response = try serve(files, name)
            #expect(try await response.text == "let a")
            #expect(
                response.headers[.contentType] == "text/javascript; charset=utf-8" && response.headers[.xContentTypeOptions] == "nosniff")
            #expect(
                response.headers[.cacheControl] == "public, max-age=31536000, immutable" && response.headers[.vary] == "Accept-Encoding")
            for other in [
                "htmx.min.js", "vendor/htmx.min.js", "app.js", "", "..", "../app.js", "%2e%2e/app.js", name + "/", name.uppercased(),
            ] {
                #expect(throws: Failure.self, "\(other)") { try serve(files, other) }
            }
        }
    }

    @Test(
        "Files that browsers don't ask for are not served",
        arguments: [".env", "notes.md", "app.js.map", "app", "secret.sql", "app.js.br", "app.js.gz"])
    func otherFiles(_ name: String) async throws {
        try await withFiles([name: "x", "app.js": "y"]) { files in
            #expect(Array(files.names.keys) == ["app.js"])
            #expect(throws: Failure.self) { try files.serve(name, Request()) }
        }
    }

    @Test(
        "The best form that the browser takes is sent",
        arguments: [
            (nil, nil), ("", nil), ("br", "br"), ("gzip", "gzip"), ("gzip, br", "br"), ("gzip, deflate, br, zstd", "br"), ("BR", "br"),
            ("gzip;q=1.0, br;q=0.1", "br"),
            ("br;q=0, gzip", "gzip"), ("br;q=0.0,gzip;q=0.000", nil), ("br; q=0", nil), ("br ; q=0.001", "br"), ("brotli", nil),
            ("x-gzip", nil), ("identity", nil),
        ] as [(String?, String?)])
    func compressed(_ accepted: String?, _ expected: String?) async throws {
        try await withFiles(["app.css": "plain", "app.css.br": "brotli", "app.css.gz": "gzip"]) { files in
            let response = try serve(files, try #require(files.names["app.css"]), accepted.map { [.acceptEncoding: $0] } ?? [:])
            #expect(response.headers[.contentEncoding] == expected)
            #expect(try await response.text == ["br": "brotli", "gzip": "gzip"][expected ?? "", default: "plain"])
        }
    }

    @Test("What was never compressed is sent as it is")
    func uncompressed() async throws {
        try await withFiles(["icon.png": "x", "app.css": "y", "app.css.gz": "z"]) { files in
            let headers: HTTPFields = [.acceptEncoding: "gzip, br"]
            let (icon, css) = (try #require(files.names["icon.png"]), try #require(files.names["app.css"]))
            #expect(try serve(files, icon, headers).headers[.contentEncoding] == nil)
            #expect(try serve(files, css, headers).headers[.contentEncoding] == "gzip")
        }
    }

    @Test(
        "A copy that the browser has isn't sent again",
        arguments: [
            ("TAG", true), ("W/TAG", true), ("\"x\", TAG", true), ("\"x\",W/TAG ,\"y\"", true), ("*", true), ("\"x\"", false),
            ("\"", false), ("", false),
            ("W/", false), ("TAGTAG", false),
        ])
    func fresh(_ header: String, _ isFresh: Bool) async throws {
        try await withFiles(["favicon.ico": "x"]) { files in
            let tag = try #require(try files.serve("favicon.ico", Request()).headers[.eTag])
            #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
            let request = Request(.get, "/favicon.ico", [.ifNoneMatch: header.replacing("TAG", with: tag)])
            let response = try files.serve("favicon.ico", request)
            #expect(response.status == (isFresh ? .notModified : .ok))
            #expect(try await response.text == (isFresh ? "" : "x"))
            #expect(response.headers[.eTag] == tag && response.headers[.cacheControl] == "public, max-age=86400")
        }
    }

    @Test("A page's file that is missing is named, with the cure")
    func missing() async throws {
        try await withFiles(["app.css": "x", "app.js": "x", "icon.svg": "x"]) { files in
            #expect { try Assets(files) } throws: { "\($0)".contains("Public/vendor/htmx.min.js") && "\($0)".contains("bin/setup") }
        }
    }
}
