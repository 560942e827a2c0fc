/// General English that says little about what a question is about. Stems, as `stem` makes them.
enum CommonWords {
    /// Grammar and politeness: never part of what is asked.
    static let stopWords = list("""
        a an the this that these those there here it its itself i me my mine myself we us our ours you your yours
        yourself u ur ya yall he him his she her hers they them their theirs one ones someone anyone everyone
        am is are was were be been being isnt arent wasnt do does did done doing dont doesnt didnt have has had having
        havent hasnt can cant cannot could couldnt will wont would wouldnt shall should shouldnt may might must ought
        and or but nor so if then than else because as of at by for from in into on onto off to too with within
         about above below over under up down out again between through during per via
        who whom whose which what whats wat wats whatever when where why how hows whether either neither both
        not no yes yeah yep nope ok okay well also just only even still yet already ever never very really actually
        quite rather pretty such same other another any some all each every much many more most few less least lot lots
        please pls plz thanks thank thx cheers hi hello hey hiya dear greetings sorry excuse pardon sir madam mate
        guys folks everybody anybody somebody nobody something anything everything nothing thing things stuff
        now once maybe perhaps possibly probably basically honestly frankly simply literally obviously anyway
        wonder wondering wondered curious hope hoping guess suppose know tell say let lets know
        like want wanna wish gonna gotta im ive id ill youre youve theyre thats its whos lol hmm um uh btw etc
        got get quick quickly kindly exactly
        """)

    /// Everyday words that colour a question more than they carry it. They count, but little.
    static let lightWords = list("""
        able accept add ask asking question create without afraid allow always amount anyhow appear around available away back bad become before after
        begin behind believe best better big bit bother bring business call care case certain chance check come common
        company concern consider correct could count couple current customer day deal decide depend different
        difficult each easy enough especially exist expect explain fact far feel figure fine first follow full general
        give go good great guy handle happen happy hard hear help hold idea important instead interested issue
        job keep kind last late later learn left less level life little live long look love lovely make manage
        manner matter mean mention mind minute moment mostly move name near necessary need new next nice normal
        normally often old only own part particular people person place plan plus policy point possible prefer
        problem process product proper provide put read real reason right run same second see seem sell
        sense serious set shop show similar simple since single situation small somehow sometimes somewhere soon sort
        special specific start stay stop store support sure take talk think tight today together try turn
        type understand until use useful user usual usually various visit wait way week whole word work worry worth
         stupid damn hell fuck shit crap please whenever wherever tool service offer option exist cover include
        offer provide apply true big huge super cool awesome perfect possible everything software program
        """)

    /// Frequent words that are spelt as meant, so they are not taken for a slip of a rarer word.
    static let plainWords = list("""
        passport visa parcel world weather word would water winter summer spring autumn president government country city town village
        france paris london berlin rome germany england america europe africa asia china india japan football soccer
        game match team cup league sport music song movie film book story joke poem news history science math physics
        doctor dentist nurse hospital lawyer teacher school university student exam test food meal dinner lunch
        breakfast pizza burger bread cake cheese meat fish rice soup fruit apple banana orange wine beer coffee tea
        sugar salt milk egg recipe cook bake hotel flight massage tyre tire trousers jacket jeans sweater laptop television sofa mattress carpet curtain lamp candle perfume makeup lipstick nail manicure pedicure tattoo piercing barber yoga dentist optician glasses lens plumber electrician painter mechanic engine brake exhaust oil petrol diesel garage tractor truck lorry moped scooter skateboard ski surf tent camping fishing hunting golf tennis basketball baseball hockey boxing karate ballet guitar piano violin drum trumpet concert festival circus cinema zoo aquarium garden plant seed tomato potato onion garlic carrot cucumber pepper lettuce cabbage mushroom bean pea corn wheat oat noodle pasta spaghetti lasagna sushi curry kebab taco burrito sandwich salad steak chicken turkey duck pork beef lamb sausage bacon ham shrimp salmon tuna cookie biscuit croissant muffin pancake waffle donut chocolate vanilla strawberry raspberry lemon lime cherry grape melon mango pineapple peach pear plum yoghurt cream butter honey jam juice lemonade whisky vodka rum gin champagne cocktail calorie diet vitamin protein muscle bone knee shoulder stomach headache fever flu cough allergy horoscope zodiac calories homework essay diploma degree flight plane train bus car bike boat ship road bridge
        tower house flat garden kitchen door window wall floor roof table chair bed shoe shirt dress coat hat ring
        watch clock cat dog bird horse cow tree flower river sea lake mountain moon sun star sky rain snow wind fire
        king queen god church love hate death birth marriage divorce wife husband mother father brother sister son
        daughter friend girl boy baby child man woman body head hand foot eye ear nose mouth heart blood skin hair
        money bank gold stock tax bitcoin loan rent salary war peace army police law crime prison gun
        color red green blue black white yellow brown north south east west left right high low hot cold warm
        capital population distance height weight age year month hour century date calendar birthday holiday
        party gift present toy ticket museum theatre park beach pool gym doctor medicine pill drug virus cancer
        print read write sing dance play win won lose lost fight kill die born grow fly swim walk sleep dream wake
        eat drink smoke cut hit throw catch push pull open close lock clean wash wear sew paint draw build fix repair
        cost post host most past fast last list lost mist must best rest test text next nest code cold gold hold told
        mail main rain pain paid part port sort sport short shirt state stage stick stock stone store story
        there three tree free fee feed feel heel wheel while white write quiet quite through though thought tough
        house horse hose mouse noise nose close clothes cloth price prize pride bride bridge fridge idea ideal deal
        meal heal heat meat neat seat beat bear beer dear deer door poor pool tool cool fool food foot root roof
        """)

    static let stop = Set(stopWords.map(stem))
    static let light = Set(lightWords.map(stem))
    static let plain = Set(plainWords.map(stem))

    private static func list(_ words: String) -> Set<String> {
        Set(words.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
