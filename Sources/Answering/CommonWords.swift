/// General English that says little about what a question is about. Stems, as `stem` makes them.
enum CommonWords {
    /// Grammar and politeness: never part of what is asked.
    static let stopWords = list(
        """
        a an the this that these those there here it its itself i me my mine myself we us our ours you your
        yours yourself u ur ya yall he him his she her hers they them their theirs one ones someone anyone
        everyone am is are was were be been being isnt arent wasnt do does did done doing dont doesnt didnt have
        has had having havent hasnt can cant cannot could couldnt will wont would wouldnt shall should shouldnt
        may might must ought and or but nor so if then than else because as of at by for from in into on onto
        off to too with within about above below over under up down out again between through during per via who
        whom whose which what whats wat wats whatever when where why how hows whether either neither both not no
        yes yeah yep nope ok okay well also just only even still yet already ever never very really actually
        quite rather pretty such same other another any some all each every much many more most few less least
        lot lots please pls plz thanks thank thx cheers hi hello hey hiya dear greetings sorry excuse pardon sir
        madam mate guys folks everybody anybody somebody nobody something anything everything nothing thing
        things stuff now once maybe perhaps possibly probably basically honestly frankly simply literally
        obviously anyway wonder wondering wondered curious hope hoping guess suppose know tell say let lets like
        want wanna wish gonna gotta im ive id ill youre youve theyre thats whos lol hmm um uh btw etc got get
        quick quickly kindly exactly thru wot wen wer hw shud cud wud dunno cos coz hav wil ther thier wich
        wheres bcos abt jus jst r n y anywhere somewhere nowhere theres heres ours sth sb smb
        ago oh ah eh er erm oops ouch argh omg tbh imo fyi wow whoa haha hehe stil ned hve giv doin goin comin gettin
        havin lookin somethin nothin anythin allways becouse becuase beacuse teh adn waht hwo wana wan dat dis dem
        dey da der wid wif tho thou til
        """)

    /// Everyday words that colour a question more than they carry it. They count, but little.
    static let lightWords = list(
        """
        able accept add ask asking question create without allow always amount anyhow appear around
        available away back bad become before after begin behind believe best better big bit bother bring
        business call care case certain chance check come common company concern consider correct could count
        couple current customer day deal decide depend difficult each easy enough especially exist expect
        explain fact far feel figure fine first follow full general give go good great guy handle happen happy
        hard hear help hold idea important instead interested issue job keep kind last late later learn left
        less level life little live long look love lovely make manage manner matter mean mention mind minute
        moment mostly move name near necessary need new next nice normal normally often old only own part
        particular people person place plan plus policy point possible prefer problem process product proper
        provide put read real reason right run same second see seem sell sense serious set shop show similar
        simple since single situation small somehow sometimes somewhere soon sort special specific start stay
        stop store support sure take talk think tight today together try turn type understand until use useful
        user usual usually various visit wait way week whole word work worry worth stupid damn hell fuck shit
        crap please whenever wherever tool service offer option cover include apply true huge super cool awesome
        perfect everything software program absolute absolutely actual admit advantage advice advise agree aim
        alright amaze angle announce annoy apparent approach argue arrange aspect assume attempt avoid aware
        awful basis bet blame brief bump busy carry catch challenge choice choose claim clear comfortable
        complete completely compulsory concept condition confident confirm confuse convince cope crazy daft decent definite
        definitely demand describe deserve detail disadvantage discover discuss doubt downside drag drawback
        dumb earn effort encourage end enjoy ensure entire entirely essential exact example excellent experiment
        extent extra enter face factor fail fair fairly fall fancy fault fill final finally find finish fit focus folk
        force former forward fun funny gain gather generally genuine glad goal grab guarantee half handy hang
        heavy heck helpful hesitate hide hint hook hopeless horrible hurry ideally imagine immediate impress
        improve increase incredible inform initial insist instance intend introduce involve item jargon jump
        keen knock lack lay lazy lead likely load loads lose lucky mad main mainly mandatory man men mess method mere
        middle mood natural nature necessarily note notice obtain obvious occur obligatory odd order pair panic pass path
        pattern perform pick piece pile plain pleased plenty plug popular powerful practical precise present
        press pretend prevent proceed promise prove pull purpose push raise random rare react ready realise
        realize reasonable receive refuse regard regular relate relevant rely remain remind respect rest result
        rise rough rubbish rush sad sake satisfy scenario sceptical section seek sensible separate series
        settle several shake share shame sign silly sit skip slight smart smooth solid solve spot stage stand
        stick strange struggle stuff subject succeed sudden suffer suggest suitable supply surprise suspect
        sweet switch tackle task tempt tend term terrible thorough thought throw tip tiny tired title topic
        total totally touch trick tricky trouble typical ugly unclear unsure upset usable vague valuable vary
        view waste weird wife husband boss wise wonderful till rid bunch daughter son nephew niece cousin uncle
        aunt mother father brother sister friend neighbour neighbor yesterday tomorrow tonight anymore besides
        altogether forever seriously clever teenager suddenly furious hardly chap lad
        kindness cope fiddle tinker bloke auntie grandma grandpa grandmother grandfather granny grandson partner
        fiance girlfriend boyfriend roommate flatmate landlord studio premises firm inside indoors professionally twiddle thumb
        storm someday afterwards beforehand meanwhile instantly dust stumble nicer okay loud quiet pal shift
        """)

    /// Frequent words that are spelt as meant, so they are not taken for a slip of a rarer word.
    static let plainWords = list(
        """
        suck idiot moron useless ugly worst stuck struck bought brought caught taught fought felt kept left lent
        lied met rode rose sang sank shook shot slept spoke stole swam swept swore threw tore wept woke wore
        wrote written driven eaten fallen flown forgotten frozen gone grown hidden known ridden risen shaken
        spoken stolen torn worn passport visa parcel world weather word would water winter summer spring autumn
        president government country city town village france paris london berlin rome germany england america
        europe africa asia china india japan football soccer game match team cup league sport music song movie
        film book story joke poem news history science math physics doctor dentist nurse hospital lawyer teacher
        school university student exam test food meal dinner lunch breakfast pizza burger bread cake cheese meat
        fish rice soup fruit apple banana orange wine beer coffee tea sugar salt milk egg recipe cook bake hotel
        flight massage tyre tire trousers jacket jeans sweater laptop television sofa mattress carpet curtain
        lamp candle perfume makeup lipstick nail manicure pedicure tattoo piercing barber yoga optician glasses
        lens plumber electrician painter mechanic engine brake exhaust oil petrol diesel garage tractor truck
        lorry moped scooter skateboard ski surf tent camping fishing hunting golf tennis basketball baseball
        hockey boxing karate ballet guitar piano violin drum trumpet concert festival circus cinema zoo aquarium
        garden plant seed tomato potato onion garlic carrot cucumber pepper lettuce cabbage mushroom bean pea
        corn wheat oat noodle pasta spaghetti lasagna sushi curry kebab taco burrito sandwich salad steak
        chicken turkey duck pork beef lamb sausage bacon ham shrimp salmon tuna cookie biscuit croissant muffin
        pancake waffle donut chocolate vanilla strawberry raspberry lemon lime cherry grape melon mango
        pineapple peach pear plum yoghurt cream butter honey jam juice lemonade whisky vodka rum gin champagne
        cocktail calorie diet vitamin protein muscle bone knee shoulder stomach headache fever flu cough allergy
        horoscope zodiac calories homework essay diploma degree plane train bus car bike boat ship road bridge
        tower house flat kitchen door window wall floor roof table chair bed shoe shirt dress coat hat ring
        watch clock cat dog bird horse cow tree flower river sea lake mountain moon sun star sky rain snow wind
        fire king queen god church love hate death birth marriage divorce girl boy baby child man woman body
        head hand foot eye ear nose mouth heart blood skin hair money bank gold stock tax bitcoin loan rent
        salary war peace army police law crime prison gun color red green blue black white yellow brown north
        south east west right high low hot cold warm capital population distance height weight age year month
        hour century date calendar birthday holiday party gift present toy ticket museum theatre park beach pool
        gym medicine pill drug virus cancer print read write sing dance play win won lose lost fight kill die
        born grow fly swim walk sleep dream wake eat drink smoke cut hit throw catch push pull open close lock
        clean wash wear sew paint draw build fix repair cost post host most past fast last list mist must best
        rest text next nest code hold told mail main pain paid part port sort short state stage stick stone
        store there three free fee feed feel heel wheel while quiet quite through though thought tough hose
        mouse noise clothes cloth price prize pride bride fridge idea ideal deal heal heat neat seat beat bear
        dear deer poor tool cool fool root
        """)

    /// Grammar of other languages, which counts where a question has several of these words and so is not English.
    static let foreignWords = Set(
        list(
            """
            wie was wo wann wer warum welche welcher welches ist sind war hat habt haben habe gibt es der die das
            den dem des ein eine einen einem einer ich du er sie wir ihr euch uns man mir mich und oder aber mit
            ohne fur bei im in am an auf zum zur von vom zu nach aus uber nicht kein keine auch noch bitte kann
            konnen kannst mein meine dein euer eure ihre sein que qu quel quelle quels quelles quand comment combien
            pourquoi est sont suis etes etre avez avoir ai ont il elle on nous vous ils elles je tu le la les un une
            de d l au aux et ou mais avec sans pour par sur dans en ne pas vos votre notre nos mon ma mes ce cet
            cette y a se si cual cuales cuando cuanto cuanta cuantos como donde porque quien son soy eres tiene
            tienen tengo hay hacen puedo puede el los las una unos del al con sin para por sobre no su sus mi mis
            vuestro nuestra nuestro yo nosotros ustedes lo che cosa quale quali quanto quando dove chi sono siete
            avete ho c e posso potete gli della dei di da per non vostro vostri mio i nel alla wat waar hoe wanneer
            zijn heeft hebben jullie het een van op met voor bij naar niet kan
            """))

    /// What the business itself may be called in a question to it, where its text calls it so too.
    static let businesses = Set(
        list(
            """
            hotel guesthouse hostel campsite salon bakery pizzeria restaurant cafe bistro practice surgery garage workshop academy
            """
        ).map(stem))

    static let stop = Set(stopWords.map(stem))

    /// Those stems that say something. `Set.subtracting` would go through all the common ones each time.
    static func telling(_ stems: some Sequence<String>) -> Set<String> { Set(stems.lazy.filter { !stop.contains($0) }) }

    static let light = Set(lightWords.map(stem))
    static let plain = Set(plainWords.map(stem))

    private static func list(_ words: String) -> Set<String> {
        Set(words.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
