/// A file that came with a question.
@View("Attachment")
public struct AttachmentView {
    public let id: String
    public let name: String
    public let mediaType: String
    public let bytes: Int
    /// Of a picture, in pixels.
    public let width: Int?
    public let height: Int?
    @Hidden public let address: String

    public var html: HTML {
        #html(
            """
            <li>\(isPicture ? picture : #html("<a class=\"attachment\" href=\"\(address)\" download><bdi>\(name)</bdi> <span class=\"small\">\(size)</span></a>"))</li>
            """)
    }

    private var isPicture: Bool { mediaType.hasPrefix("image/") }

    private var picture: HTML {
        #html(
            """
            <a class="attachment-picture" href="\(address)"><img src="\(address)" alt="\(name)" width="\(width)" height="\(height)" loading="lazy"></a>
            """)
    }

    private var size: String { bytes < 1_024 * 1_024 ? "\((bytes + 1_023) / 1_024) KB" : "\((bytes + 1_048_575) / 1_048_576) MB" }
}

struct AttachmentList: MarkupValue {
    let attachments: [AttachmentView]

    func write(text rendering: inout Rendering) {
        if attachments.isEmpty { return }
        #html("<ul class=\"attachments\">\(attachments)</ul>").write(text: &rendering)
    }
}
