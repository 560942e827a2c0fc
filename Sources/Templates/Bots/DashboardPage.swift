/// The account's bots; where there is none yet, the form that makes the first.
@View
public struct DashboardPage {
    public let bots: [BotView]
    @Hidden public let fields: Fields
    @Hidden public let frame: Frame

    public var html: HTML {
        bots.isEmpty ? NewBotForm(fields: fields).html : #html("<ul class=\"list\">\(bots)</ul>")
    }

    public var page: HTML {
        frame.page(
            bots.isEmpty ? "Your first bot" : "Your bots",
            #html("""
                <h1 class="title">\(bots.isEmpty ? "Let’s set up your front desk" : "Your bots")</h1>
                \(html)
                \(bots.isEmpty ? nil : another)
                """))
    }

    private var another: HTML {
        #html("""
            <details class="more"><summary>Make another bot</summary>\(NewBotForm(fields: fields))</details>
            """)
    }
}

/// Makes a bot from a name and a text.
@View
public struct NewBotForm {
    @Hidden public let fields: Fields

    public var html: HTML {
        #html("""
            <form id="new-bot" class="panel" method="post" action="/bots" hx-post="/bots" hx-target="this" hx-swap="outerHTML" data-guard>
              \(fields.notice)
              \(Field(
                label: "What is your business called?", name: "name", isRequired: true, maximumLength: 80, autocomplete: "organization",
                placeholder: "Corner Bakery", fields: fields).html)
              \(Field(
                label: "What do you tell customers every day?", name: "text",
                hint: "Paste it as you have it: opening hours, prices, delivery, returns. Your bot answers from these words only. You can change and add to it later.",
                placeholder: Self.example, fields: fields).box(rows: 12))
              <div class="row"><button class="button">Make my bot</button></div>
            </form>
            """)
    }

    private static let example = """
        We are open Monday to Saturday from 7 to 18 o’clock.

        We deliver within the city for 3.50; free from 40.

        Do you have gluten-free bread?
        Yes, on Wednesdays and Fridays. Please order a day ahead.
        """
}
