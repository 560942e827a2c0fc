import SwiftDiagnostics
import SwiftSyntax

/// Why a template or a view does not compile.
struct TemplateProblem: DiagnosticMessage {
    let message: String

    var diagnosticID: MessageID { MessageID(domain: "Templates", id: "template") }
    var severity: DiagnosticSeverity { .error }

    /// At a place inside a node. The compiler's message carries nodes only, so the place goes along as a fix-it that
    /// changes nothing; `ExactPositions` takes it off again.
    func diagnostic(in node: some SyntaxProtocol, at position: AbsolutePosition) -> Diagnostic {
        let place = FixIt.Change.replaceText(range: position..<position, with: "", in: Syntax(node))
        return Diagnostic(
            node: Syntax(node), position: position, message: self,
            fixIts: [FixIt(message: Place(), changes: [place])])
    }

    private struct Place: FixItMessage {
        let message = "place"
        var fixItID: MessageID { MessageID(domain: "Templates", id: "place") }
    }
}
