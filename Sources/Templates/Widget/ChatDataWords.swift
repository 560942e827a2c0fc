/// The words of the page of a visitor's own data, in the languages of the chat.
public struct ChatDataWords: Sendable {
    let language: String
    /// What leads here.
    let link: String
    let title, back, nothing, about, asText, asJSON, erase, sure, eraseForGood, more: String
    let you, aPerson: String
    let helpful, notHelpful: String

    /// Who said it.
    public func name(of message: TranscriptMessage, bot: String) -> String {
        switch message.role {
        case "visitor": you
        case "bot": bot
        default: message.author ?? aPerson
        }
    }

    /// What its visitor thought of it, in words; nil: nothing was said.
    public func opinion(of message: TranscriptMessage) -> String? {
        message.thumb.map { ($0 == "up" ? helpful : notHelpful) + (message.thumbReason.isEmpty ? "" : " " + message.thumbReason) }
    }
}

extension ChatDataWords {
    /// English where the language isn't spoken here.
    public init(_ language: String) { self = Self.all.first { $0.language == language } ?? Self.english }

    private static let all = [english, german, french, spanish, italian, dutch, portuguese]

    private static let english = ChatDataWords(
        language: "en",
        link: "Your data",
        title: "Your data",
        back: "Back to the chat",
        nothing: "Nothing of this chat is kept.",
        about: "This is everything that is kept of this chat. It is yours.",
        asText: "Download as text",
        asJSON: "Download as JSON",
        erase: "Delete this chat",
        sure: "It is erased at once, for you and for the business. This can’t be undone.",
        eraseForGood: "Delete it for good",
        more: "There is more: the downloads have all of it.",
        you: "You",
        aPerson: "Our team",
        helpful: "You found this helpful.",
        notHelpful: "You didn’t find this helpful.")

    private static let german = ChatDataWords(
        language: "de",
        link: "Ihre Daten",
        title: "Ihre Daten",
        back: "Zurück zum Chat",
        nothing: "Von diesem Chat ist nichts gespeichert.",
        about: "Das ist alles, was von diesem Chat gespeichert ist. Es gehört Ihnen.",
        asText: "Als Text herunterladen",
        asJSON: "Als JSON herunterladen",
        erase: "Diesen Chat löschen",
        sure: "Er wird sofort gelöscht, für Sie und für das Geschäft. Das lässt sich nicht rückgängig machen.",
        eraseForGood: "Endgültig löschen",
        more: "Es gibt noch mehr: In den Downloads steht alles.",
        you: "Sie",
        aPerson: "Unser Team",
        helpful: "Das fanden Sie hilfreich.",
        notHelpful: "Das fanden Sie nicht hilfreich.")

    private static let french = ChatDataWords(
        language: "fr",
        link: "Vos données",
        title: "Vos données",
        back: "Retour à la discussion",
        nothing: "Rien de cette discussion n’est conservé.",
        about: "Voici tout ce qui est conservé de cette discussion. C’est à vous.",
        asText: "Télécharger en texte",
        asJSON: "Télécharger en JSON",
        erase: "Supprimer cette discussion",
        sure: "Elle est effacée tout de suite, pour vous et pour l’entreprise. C’est irréversible.",
        eraseForGood: "Supprimer définitivement",
        more: "Ce n’est pas tout : les téléchargements contiennent le reste.",
        you: "Vous",
        aPerson: "Notre équipe",
        helpful: "Vous avez trouvé cela utile.",
        notHelpful: "Vous n’avez pas trouvé cela utile.")

    private static let spanish = ChatDataWords(
        language: "es",
        link: "Sus datos",
        title: "Sus datos",
        back: "Volver al chat",
        nothing: "No se guarda nada de este chat.",
        about: "Esto es todo lo que se guarda de este chat. Es suyo.",
        asText: "Descargar como texto",
        asJSON: "Descargar como JSON",
        erase: "Borrar este chat",
        sure: "Se borra al instante, para usted y para el negocio. No se puede deshacer.",
        eraseForGood: "Borrarlo para siempre",
        more: "Hay más: las descargas lo contienen todo.",
        you: "Usted",
        aPerson: "Nuestro equipo",
        helpful: "Esto le pareció útil.",
        notHelpful: "Esto no le pareció útil.")

    private static let italian = ChatDataWords(
        language: "it",
        link: "I suoi dati",
        title: "I suoi dati",
        back: "Torna alla chat",
        nothing: "Di questa chat non è conservato nulla.",
        about: "Questo è tutto ciò che è conservato di questa chat. È suo.",
        asText: "Scarica come testo",
        asJSON: "Scarica come JSON",
        erase: "Elimina questa chat",
        sure: "Viene cancellata subito, per lei e per l’azienda. Non si può annullare.",
        eraseForGood: "Elimina per sempre",
        more: "C’è dell’altro: nei download c’è tutto.",
        you: "Lei",
        aPerson: "Il nostro team",
        helpful: "L’ha trovato utile.",
        notHelpful: "Non l’ha trovato utile.")

    private static let dutch = ChatDataWords(
        language: "nl",
        link: "Uw gegevens",
        title: "Uw gegevens",
        back: "Terug naar de chat",
        nothing: "Van deze chat is niets bewaard.",
        about: "Dit is alles wat van deze chat is bewaard. Het is van u.",
        asText: "Downloaden als tekst",
        asJSON: "Downloaden als JSON",
        erase: "Deze chat verwijderen",
        sure: "Hij wordt meteen gewist, voor u en voor het bedrijf. Dit kan niet ongedaan worden gemaakt.",
        eraseForGood: "Definitief verwijderen",
        more: "Er is meer: in de downloads staat alles.",
        you: "U",
        aPerson: "Ons team",
        helpful: "U vond dit nuttig.",
        notHelpful: "U vond dit niet nuttig.")

    private static let portuguese = ChatDataWords(
        language: "pt",
        link: "Os seus dados",
        title: "Os seus dados",
        back: "Voltar à conversa",
        nothing: "Nada desta conversa está guardado.",
        about: "Isto é tudo o que está guardado desta conversa. É seu.",
        asText: "Transferir como texto",
        asJSON: "Transferir como JSON",
        erase: "Apagar esta conversa",
        sure: "É apagada de imediato, para si e para a empresa. Não pode ser desfeito.",
        eraseForGood: "Apagar para sempre",
        more: "Há mais: as transferências têm tudo.",
        you: "Você",
        aPerson: "A nossa equipa",
        helpful: "Achou isto útil.",
        notHelpful: "Não achou isto útil.")
}
