@_spi(PluginMessage) import SwiftCompilerPluginMessageHandling
import SwiftSyntaxMacros
import TemplateExpansion

/// Answers the compiler. It is written out instead of conforming to `CompilerPlugin`, because that one reports a mistake
/// at the start of a syntax node, and a template is one node of many lines.
@main
struct TemplatePlugin: PluginProvider {
    let features: [PluginFeature] = []

    static func main() throws {
        let handler = ExactPositions(macros: PluginProviderMessageHandler(provider: TemplatePlugin()))
        try CompilerPluginMessageListener(connection: StandardIOMessageConnection(), messageHandler: handler).main()
    }

    func resolveMacro(moduleName: String, typeName: String) throws -> any Macro.Type {
        switch typeName {
        case "HTMLMacro": HTMLMacro.self
        case "ViewMacro": ViewMacro.self
        case "MarkMacro": MarkMacro.self
        case "MemberwiseMacro": MemberwiseMacro.self
        default: throw UnknownMacro(name: typeName)
        }
    }

    func loadPluginLibrary(libraryPath: String, moduleName: String) throws {
        throw UnknownMacro(name: moduleName)
    }
}

struct UnknownMacro: Error {
    let name: String
}

/// Moves a diagnostic to the place that `TemplateProblem.diagnostic` left in its fix-it.
private struct ExactPositions: PluginMessageHandler {
    let macros: PluginProviderMessageHandler<TemplatePlugin>

    func handleMessage(_ message: HostToPluginMessage) -> PluginToHostMessage {
        switch macros.handleMessage(message) {
        case .expandMacroResult(let source, let diagnostics):
            .expandMacroResult(expandedSource: source, diagnostics: diagnostics.map(moved))
        case .expandFreestandingMacroResult(let source, let diagnostics):
            .expandFreestandingMacroResult(expandedSource: source, diagnostics: diagnostics.map(moved))
        case let other: other
        }
    }

    private func moved(_ diagnostic: PluginMessage.Diagnostic) -> PluginMessage.Diagnostic {
        guard let place = diagnostic.fixIts.first?.changes.first?.range else { return diagnostic }
        var moved = diagnostic
        moved.position = .init(fileName: place.fileName, offset: place.startOffset)
        moved.fixIts = []
        return moved
    }

    func shutDown() throws {
        try macros.shutDown()
    }
}
