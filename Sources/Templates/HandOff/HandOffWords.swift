/// What a visitor reads who wants a person, in the languages of the chat page.
public struct HandOffWords: Sendable {
    let language: String
    let nobodyIsHere: String
    /// With `{day}` and `{time}`.
    let opensAgain: String
    /// From Monday, as they stand in `opensAgain`.
    let days: [String]
    /// The button that shows the form, and the form's heading.
    let leaveAddress, weWillWrite: String
    let name, email, phone, note, send, thanks: String
    public let wrongEmail: String, wrongPhone: String, needsAddress: String, needsConsent: String

    /// English for what isn't spoken here.
    public static func spoken(_ language: String) -> HandOffWords { all.first { $0.language == language } ?? english }

    private static let all = [english, german, french, spanish, italian, dutch, portuguese]

    private static let english = HandOffWords(
        language: "en", nobodyIsHere: "Nobody is here just now.", opensAgain: "We are back on {day} at {time}.",
        days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        leaveAddress: "Leave your address", weWillWrite: "Leave your address, and we’ll get in touch.",
        name: "Your name", email: "Your e-mail address", phone: "Your phone number", note: "What is it about?", send: "Send",
        thanks: "Thank you. We’ll get in touch.",
        wrongEmail: "Please check this address.", wrongPhone: "Please check this number.",
        needsAddress: "Please tell us how we can reach you.", needsConsent: "Please tick this box, so that we may write to you.")

    private static let german = HandOffWords(
        language: "de", nobodyIsHere: "Gerade ist niemand da.", opensAgain: "Wir sind am {day} um {time} Uhr wieder da.",
        days: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
        leaveAddress: "Adresse hinterlassen", weWillWrite: "Hinterlassen Sie Ihre Adresse, wir melden uns.",
        name: "Ihr Name", email: "Ihre E-Mail-Adresse", phone: "Ihre Telefonnummer", note: "Worum geht es?", send: "Senden",
        thanks: "Danke. Wir melden uns.",
        wrongEmail: "Bitte prüfen Sie diese Adresse.", wrongPhone: "Bitte prüfen Sie diese Nummer.",
        needsAddress: "Bitte sagen Sie uns, wie wir Sie erreichen.",
        needsConsent: "Bitte kreuzen Sie das an, damit wir Ihnen schreiben dürfen.")

    private static let french = HandOffWords(
        language: "fr", nobodyIsHere: "Il n’y a personne pour le moment.", opensAgain: "Nous serons de retour {day} à {time}.",
        days: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
        leaveAddress: "Laisser une adresse", weWillWrite: "Laissez votre adresse, nous vous répondrons.",
        name: "Votre nom", email: "Votre adresse e-mail", phone: "Votre numéro de téléphone", note: "De quoi s’agit-il ?", send: "Envoyer",
        thanks: "Merci. Nous vous répondrons.",
        wrongEmail: "Veuillez vérifier cette adresse.", wrongPhone: "Veuillez vérifier ce numéro.",
        needsAddress: "Dites-nous comment vous joindre.", needsConsent: "Cochez cette case pour que nous puissions vous écrire.")

    private static let spanish = HandOffWords(
        language: "es", nobodyIsHere: "Ahora mismo no hay nadie.", opensAgain: "Volvemos el {day} a las {time}.",
        days: ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
        leaveAddress: "Dejar una dirección", weWillWrite: "Deje su dirección y le escribiremos.",
        name: "Su nombre", email: "Su correo electrónico", phone: "Su teléfono", note: "¿De qué se trata?", send: "Enviar",
        thanks: "Gracias. Le escribiremos.",
        wrongEmail: "Revise esta dirección, por favor.", wrongPhone: "Revise este número, por favor.",
        needsAddress: "Díganos cómo podemos contactarle.", needsConsent: "Marque esta casilla para que podamos escribirle.")

    private static let italian = HandOffWords(
        language: "it", nobodyIsHere: "In questo momento non c’è nessuno.", opensAgain: "Torniamo {day} alle {time}.",
        days: ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
        leaveAddress: "Lasciare un indirizzo", weWillWrite: "Ci lasci il suo indirizzo e le scriveremo.",
        name: "Il suo nome", email: "Il suo indirizzo e-mail", phone: "Il suo telefono", note: "Di che cosa si tratta?", send: "Inviare",
        thanks: "Grazie. Le scriveremo.",
        wrongEmail: "Controlli questo indirizzo, per favore.", wrongPhone: "Controlli questo numero, per favore.",
        needsAddress: "Ci dica come possiamo contattarla.", needsConsent: "Spunti la casella, così potremo scriverle.")

    private static let dutch = HandOffWords(
        language: "nl", nobodyIsHere: "Er is nu niemand.", opensAgain: "We zijn {day} om {time} weer terug.",
        days: ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
        leaveAddress: "Adres achterlaten", weWillWrite: "Laat uw adres achter, dan nemen we contact op.",
        name: "Uw naam", email: "Uw e-mailadres", phone: "Uw telefoonnummer", note: "Waar gaat het over?", send: "Versturen",
        thanks: "Dank u. We nemen contact op.",
        wrongEmail: "Controleer dit adres.", wrongPhone: "Controleer dit nummer.",
        needsAddress: "Vertel ons hoe we u kunnen bereiken.", needsConsent: "Vink dit aan, zodat we u mogen schrijven.")

    private static let portuguese = HandOffWords(
        language: "pt", nobodyIsHere: "Neste momento não há ninguém.", opensAgain: "Voltamos {day} às {time}.",
        days: ["segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"],
        leaveAddress: "Deixar um endereço", weWillWrite: "Deixe o seu endereço e entraremos em contacto.",
        name: "O seu nome", email: "O seu e-mail", phone: "O seu telefone", note: "De que se trata?", send: "Enviar",
        thanks: "Obrigado. Entraremos em contacto.",
        wrongEmail: "Verifique este endereço.", wrongPhone: "Verifique este número.",
        needsAddress: "Diga-nos como podemos contactá-lo.", needsConsent: "Assinale esta caixa para que lhe possamos escrever.")
}
