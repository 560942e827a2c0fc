extension AnswerReply.Basis {
    /// What an owner reads of an answer, in a list.
    var badge: HTML {
        switch self {
        case .quoted: #html("<span class=\"basis basis-quoted\">Quoted</span>")
        case .basedOn: #html("<span class=\"basis basis-based-on\">Based on your text</span>")
        case .notInMyInformation: #html("<span class=\"basis basis-not-in-my-information\">Not in your text</span>")
        }
    }
}
