/// Why a file that came with a question isn't taken, in the languages of the chat page.
public struct FileWords: Sendable {
    public enum Problem: Hashable, Sendable {
        case tooMany, tooLarge, tooSlow, tooMuchText
        case damagedPicture, otherPicture
        case withoutText, scanned, password, damaged, other
        /// An ending that the content doesn't bear out, such as "pdf".
        case misnamed(String)
        /// It is nothing about the file.
        case later
        /// The person's files are too many, or the bot's.
        case noRoom, full
    }

    let opening, closing: String
    let tooMany, tooLarge, tooSlow, damagedPicture, otherPicture, tooMuchText, withoutText, scanned, password, damaged: String
    let misnamed: @Sendable (_ ending: String) -> String
    let other, later, noRoom, full: String

    /// - Parameter file: its name; nil: all that came.
    public func sentence(_ problem: Problem, of file: String? = nil) -> String {
        let sentence =
            switch problem {
            case .tooMany: tooMany
            case .tooLarge: tooLarge
            case .tooSlow: tooSlow
            case .tooMuchText: tooMuchText
            case .damagedPicture: damagedPicture
            case .otherPicture: otherPicture
            case .withoutText: withoutText
            case .scanned: scanned
            case .password: password
            case .damaged: damaged
            case .other: other
            case .misnamed(let ending): misnamed(ending)
            case .later: later
            case .noRoom: noRoom
            case .full: full
            }
        return file.map { "\(opening)\($0)\(closing): \(sentence)" } ?? sentence
    }
}

extension FileWords {
    static let english = FileWords(
        opening: "“",
        closing: "”",
        tooMany: "You can send up to 4 files with a question.",
        tooLarge: "It can have up to 5 MB.",
        tooSlow: "Your files take too long to read. Please send fewer, or save them in a simpler form.",
        damagedPicture: "This picture is damaged or too large. Please save it again, smaller.",
        otherPicture: "A picture can be a PNG, JPEG, GIF or WebP.",
        tooMuchText: "There is more text in it than can be read for a question. Please send the part that matters.",
        withoutText: "There is no text in this file.",
        scanned: "There are only pictures of text in it. Please send the text itself.",
        password: "It is protected with a password. Please save a copy without one and send that.",
        damaged: "It is damaged or ends in the middle. Please save it again and send that.",
        misnamed: { "This file is called .\($0), but it is something else. Please save it as a real \($0.uppercased()) and send that." },
        other: "This kind of file can’t be read. Please send text, a PDF, a Word file (.docx) or a picture.",
        later: "It can’t be read just now. Please try again in a few minutes, or send its text.",
        noRoom: "Your files would be more than 100 MB together. Please delete a chat whose files you don’t need any more.",
        full: "There is no room for more files here just now. You can still ask without them.")

    static let german = FileWords(
        opening: "„",
        closing: "“",
        tooMany: "Mit einer Frage können Sie bis zu 4 Dateien senden.",
        tooLarge: "Sie kann bis zu 5 MB groß sein.",
        tooSlow: "Ihre Dateien zu lesen dauert zu lange. Bitte senden Sie weniger, oder speichern Sie sie in einer einfacheren Form.",
        damagedPicture: "Dieses Bild ist beschädigt oder zu groß. Bitte speichern Sie es noch einmal, kleiner.",
        otherPicture: "Ein Bild kann PNG, JPEG, GIF oder WebP sein.",
        tooMuchText: "Darin steht mehr Text, als für eine Frage gelesen werden kann. Bitte senden Sie den Teil, auf den es ankommt.",
        withoutText: "In dieser Datei steht kein Text.",
        scanned: "Darin sind nur Bilder von Text. Bitte senden Sie den Text selbst.",
        password: "Sie ist mit einem Passwort geschützt. Bitte speichern Sie eine Kopie ohne Passwort und senden Sie diese.",
        damaged: "Sie ist beschädigt oder bricht mittendrin ab. Bitte speichern Sie sie noch einmal und senden Sie sie dann.",
        misnamed: {
            "Diese Datei heißt .\($0), ist aber etwas anderes. Bitte speichern Sie sie als echtes \($0.uppercased()) und senden Sie sie dann."
        },
        other: "Dateien dieser Art können nicht gelesen werden. Bitte senden Sie Text, ein PDF, eine Word-Datei (.docx) oder ein Bild.",
        later: "Sie kann gerade nicht gelesen werden. Bitte versuchen Sie es in ein paar Minuten noch einmal, oder senden Sie den Text.",
        noRoom: "Ihre Dateien wären zusammen größer als 100 MB. Bitte löschen Sie einen Chat, dessen Dateien Sie nicht mehr brauchen.",
        full: "Hier ist gerade kein Platz für weitere Dateien. Ohne Dateien können Sie weiter fragen.")

    static let french = FileWords(
        opening: "« ",
        closing: " »",
        tooMany: "Vous pouvez envoyer jusqu’à 4 fichiers avec une question.",
        tooLarge: "Il peut faire jusqu’à 5 Mo.",
        tooSlow:
            "La lecture de vos fichiers prend trop de temps. Veuillez en envoyer moins, ou les enregistrer sous une forme plus simple.",
        damagedPicture: "Cette image est endommagée ou trop grande. Veuillez l’enregistrer à nouveau, en plus petit.",
        otherPicture: "Une image peut être au format PNG, JPEG, GIF ou WebP.",
        tooMuchText: "Il contient plus de texte qu’on ne peut en lire pour une question. Veuillez envoyer la partie qui compte.",
        withoutText: "Il n’y a pas de texte dans ce fichier.",
        scanned: "Il ne contient que des images de texte. Veuillez envoyer le texte lui-même.",
        password: "Il est protégé par un mot de passe. Veuillez en enregistrer une copie sans mot de passe et l’envoyer.",
        damaged: "Il est endommagé ou s’arrête au milieu. Veuillez l’enregistrer à nouveau et l’envoyer.",
        misnamed: {
            "Ce fichier s’appelle .\($0), mais c’est autre chose. Veuillez l’enregistrer en véritable \($0.uppercased()) et l’envoyer."
        },
        other: "Ce type de fichier ne peut pas être lu. Veuillez envoyer du texte, un PDF, un fichier Word (.docx) ou une image.",
        later: "Il ne peut pas être lu en ce moment. Veuillez réessayer dans quelques minutes, ou envoyer son texte.",
        noRoom: "Vos fichiers dépasseraient 100 Mo au total. Veuillez supprimer une conversation dont les fichiers ne vous servent plus.",
        full: "Il n’y a plus de place pour des fichiers ici en ce moment. Vous pouvez toujours poser vos questions sans fichiers.")

    static let spanish = FileWords(
        opening: "«",
        closing: "»",
        tooMany: "Puede enviar hasta 4 archivos con una pregunta.",
        tooLarge: "Puede tener hasta 5 MB.",
        tooSlow: "Leer sus archivos lleva demasiado tiempo. Envíe menos, o guárdelos en un formato más sencillo.",
        damagedPicture: "Esta imagen está dañada o es demasiado grande. Guárdela de nuevo, más pequeña.",
        otherPicture: "Una imagen puede ser PNG, JPEG, GIF o WebP.",
        tooMuchText: "Tiene más texto del que se puede leer para una pregunta. Envíe la parte que importa.",
        withoutText: "No hay texto en este archivo.",
        scanned: "Solo contiene imágenes de texto. Envíe el texto mismo.",
        password: "Está protegido con una contraseña. Guarde una copia sin contraseña y envíela.",
        damaged: "Está dañado o se corta por la mitad. Guárdelo de nuevo y envíelo.",
        misnamed: { "Este archivo se llama .\($0), pero es otra cosa. Guárdelo como \($0.uppercased()) de verdad y envíelo." },
        other: "Este tipo de archivo no se puede leer. Envíe texto, un PDF, un archivo de Word (.docx) o una imagen.",
        later: "Ahora mismo no se puede leer. Inténtelo de nuevo en unos minutos, o envíe su texto.",
        noRoom: "Sus archivos sumarían más de 100 MB. Borre un chat cuyos archivos ya no necesite.",
        full: "Ahora mismo no hay sitio para más archivos aquí. Puede seguir preguntando sin ellos.")

    static let italian = FileWords(
        opening: "«",
        closing: "»",
        tooMany: "Può inviare fino a 4 file con una domanda.",
        tooLarge: "Può avere fino a 5 MB.",
        tooSlow: "La lettura dei suoi file richiede troppo tempo. Ne invii di meno, o li salvi in una forma più semplice.",
        damagedPicture: "Questa immagine è danneggiata o troppo grande. La salvi di nuovo, più piccola.",
        otherPicture: "Un’immagine può essere PNG, JPEG, GIF o WebP.",
        tooMuchText: "Contiene più testo di quanto se ne possa leggere per una domanda. Invii la parte che conta.",
        withoutText: "In questo file non c’è testo.",
        scanned: "Contiene solo immagini di testo. Invii il testo stesso.",
        password: "È protetto da una password. Ne salvi una copia senza password e la invii.",
        damaged: "È danneggiato o si interrompe a metà. Lo salvi di nuovo e lo invii.",
        misnamed: { "Questo file si chiama .\($0), ma è qualcos’altro. Lo salvi come vero \($0.uppercased()) e lo invii." },
        other: "Questo tipo di file non si può leggere. Invii testo, un PDF, un file Word (.docx) o un’immagine.",
        later: "In questo momento non si può leggere. Riprovi tra qualche minuto, o ne invii il testo.",
        noRoom: "I suoi file supererebbero i 100 MB in tutto. Elimini una chat di cui non le servono più i file.",
        full: "In questo momento qui non c’è posto per altri file. Può continuare a chiedere senza.")

    static let dutch = FileWords(
        opening: "“",
        closing: "”",
        tooMany: "U kunt tot 4 bestanden bij een vraag sturen.",
        tooLarge: "Het kan tot 5 MB groot zijn.",
        tooSlow: "Het lezen van uw bestanden duurt te lang. Stuur er minder, of sla ze op in een eenvoudigere vorm.",
        damagedPicture: "Deze afbeelding is beschadigd of te groot. Sla haar opnieuw op, kleiner.",
        otherPicture: "Een afbeelding kan PNG, JPEG, GIF of WebP zijn.",
        tooMuchText: "Er staat meer tekst in dan voor een vraag gelezen kan worden. Stuur het deel waar het om gaat.",
        withoutText: "Er staat geen tekst in dit bestand.",
        scanned: "Er staan alleen afbeeldingen van tekst in. Stuur de tekst zelf.",
        password: "Het is beveiligd met een wachtwoord. Sla een kopie zonder wachtwoord op en stuur die.",
        damaged: "Het is beschadigd of houdt halverwege op. Sla het opnieuw op en stuur het dan.",
        misnamed: { "Dit bestand heet .\($0), maar het is iets anders. Sla het op als echte \($0.uppercased()) en stuur het dan." },
        other: "Dit soort bestand kan niet gelezen worden. Stuur tekst, een pdf, een Word-bestand (.docx) of een afbeelding.",
        later: "Het kan nu even niet gelezen worden. Probeer het over een paar minuten opnieuw, of stuur de tekst.",
        noRoom: "Uw bestanden zouden samen groter zijn dan 100 MB. Verwijder een chat waarvan u de bestanden niet meer nodig hebt.",
        full: "Er is hier nu geen plaats voor meer bestanden. Zonder bestanden kunt u gewoon vragen.")

    static let portuguese = FileWords(
        opening: "“",
        closing: "”",
        tooMany: "Pode enviar até 4 ficheiros com uma pergunta.",
        tooLarge: "Pode ter até 5 MB.",
        tooSlow: "A leitura dos seus ficheiros demora demasiado. Envie menos, ou guarde-os numa forma mais simples.",
        damagedPicture: "Esta imagem está danificada ou é demasiado grande. Guarde-a de novo, mais pequena.",
        otherPicture: "Uma imagem pode ser PNG, JPEG, GIF ou WebP.",
        tooMuchText: "Tem mais texto do que se pode ler para uma pergunta. Envie a parte que interessa.",
        withoutText: "Não há texto neste ficheiro.",
        scanned: "Só contém imagens de texto. Envie o próprio texto.",
        password: "Está protegido com uma palavra-passe. Guarde uma cópia sem palavra-passe e envie-a.",
        damaged: "Está danificado ou acaba a meio. Guarde-o de novo e envie-o.",
        misnamed: { "Este ficheiro chama-se .\($0), mas é outra coisa. Guarde-o como \($0.uppercased()) verdadeiro e envie-o." },
        other: "Este tipo de ficheiro não pode ser lido. Envie texto, um PDF, um ficheiro Word (.docx) ou uma imagem.",
        later: "De momento não pode ser lido. Tente de novo dentro de alguns minutos, ou envie o texto.",
        noRoom: "Os seus ficheiros passariam de 100 MB ao todo. Apague uma conversa de cujos ficheiros já não precise.",
        full: "De momento não há espaço aqui para mais ficheiros. Pode continuar a perguntar sem eles.")
}
