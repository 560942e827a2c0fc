import Foundation
import Testing

/// The compiler itself, with our plugin, on a small file.
@Suite struct CompilerTests {
    @Test("The compiler shows a mistake at its own line and column, in a template and in a template inside it")
    func positions() throws {
        let source = #"""
            import Templates

            func page(_ names: [String], color: String) -> HTML {
                #html("""
                    <ul>
                    \(names.map { name in
                        #html("<li><b>\(name)</li>")
                    })
                    <li style="color: \(color)"></li>
                    """)
            }
            """#
        #expect(
            try Set(errors(of: source)) == [
                "5:9: error: <ul> is never closed",
                "7:34: error: </li> comes while <b> is open",
                "9:27: error: a hole in style: it is CSS; choose a class instead",
            ])
    }

    @Test(
        "A value that does not fit into its hole is a type error",
        arguments: [
            (
                #"#html("<p>\(Date())</p>")"#,
                "3:23: error: instance method 'appendInterpolation' requires that 'Date' conform to 'TemplateValue'"
            ),
            (#"#html("<p title=\"\(#html("<b></b>"))\"></p>")"#, "requires that 'HTML' conform to 'AttributeValue'"),
            (#"#html("<p>\(true)</p>")"#, "requires that 'Bool' conform to 'TextValue'"),
            (#"#html("<table>\("text")</table>")"#, "requires that 'String' conform to 'MarkupValue'"),
            (#"#html("<input checked=\"\("yes")\">")"#, "cannot convert value of type 'String' to expected argument type 'Bool'"),
        ])
    func types(template: String, message: String) throws {
        let found = try errors(of: "import Foundation\nimport Templates\nlet page = \(template)\n")
        #expect(found.count == 1 && found.allSatisfy { $0.contains(message) }, "\(found)")
    }

    /// `line:column: error: …` of each error.
    private func errors(of source: String) throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let products = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "page.swift")
        try source.write(to: file, atomically: true, encoding: .utf8)

        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = [
            "swiftc", "-typecheck", "-diagnostic-style", "llvm", "-I", products.appending(path: "Modules").path,
            "-Xcc", "-fmodule-map-file=" + root.appending(path: "Sources/CMarkGFM/module.modulemap").path,
            "-load-plugin-executable", products.appending(path: "TemplateMacros-tool").path + "#TemplateMacros", file.path,
        ]
        let pipe = Pipe()
        compiler.standardError = pipe
        compiler.standardOutput = pipe
        try compiler.run()
        let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        compiler.waitUntilExit()
        let lines = output.split(separator: "\n").filter { $0.contains(": error: ") }
        if lines.isEmpty { print(output) }
        return lines.map {
            $0.replacingOccurrences(of: file.path + ":", with: "").replacingOccurrences(of: " (from macro 'html')", with: "")
        }
    }
}
