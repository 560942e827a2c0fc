/// Words that small businesses and their customers use for the same thing.
///
/// One line is one meaning; a word may stand in several. An underscore joins the words of a phrase, which is
/// recognised in questions and in texts. After a bar come words that are only near in meaning; after ">" too, and then
/// those before it have nothing else in common.
enum Synonyms {
    static let kind: Float = 0.4
    static let near: Float = 0.5
    static let same: Float = 0.8

    private static let lines = """
        price cost charge fee rate tariff how_much price_list | expensive cheap pay afford spend money budget bill @price
        expensive cheap afford overpriced price cost | budget
        pay payment charge bill | price cash card money checkout
        free gratis no_charge free_of_charge at_no_cost complimentary for_nothing | nothing cost price
        nothing | free
        discount deal promotion promo coupon special_offer reduction cheaper | sale offer price
        voucher gift_card gift_certificate gift_voucher | coupon gift
        card credit_card debit_card visa mastercard amex american_express contactless | cash pay payment
        bill invoice receipt | pay
        trial free_trial | free try demo test
        demo | try sample
        test_drive try_out tryout try | test demo
        collect gather capture
        report | statistics dashboard
        subscription subscribe membership contract monthly per_month every_month a_month | plan month fee cancel
        year yearly annual | month
        open hour opening_hour opening_time business_hour closing_time working_hour what_time | close closed closing @time
        close closed shut closing_time | open hour
        weekend saturday sunday | weekday monday
        night midnight 1am 2am 3am 4am evening morning at_night around_the_clock round_the_clock 24_7 | late day hour
        holiday bank_holiday public_holiday vacation | christmas easter weekend closed
        return exchange send_back bring_back give_back take_back | refund
        refund money_back reimburse reimbursement get_my_money | return exchange cancel
        complain complaint dissatisfied unhappy | problem wrong fault return
        false_answer wrong incorrect mistake error inaccurate false bad_answer wrong_answer put_right put_it_right put_that_right set_right | problem bad fault outdated
        outdated out_of_date obsolete | old update
        broken broke damaged defective faulty down crash not_work doesnt_work | repair problem error
        fix repair mend maintenance servicing | broken correct service
        warranty guarantee guaranteed | promise
        deliver delivery ship shipment post courier dispatch home_delivery | send parcel bring driver
        parcel | package deliver post shipment
        pickup collect pick_up click_and_collect takeaway take_away | order
        order buy purchase | shop checkout
        book booking reserve reservation appointment make_an_appointment book_in | schedule order calendar slot visit
        cancel terminate quit unsubscribe call_off cant_come cant_make cannot_come not_come | stop leave end
        change update edit modify alter adjust amend up_to_date keep_current | switch new
        upgrade new_version newer_version latest_version newest_version new_release newer_release latest_release | update version release
        contact reach get_in_touch in_touch get_hold | phone call email write address help @phone @email
        phone fone telephone phone_number telephone_number hotline landline call pick_up_the_phone | ring number contact mobile
        phone_number telephone_number your_number your_phone your_telephone your_phone_number your_telephone_number mobile_number @phone | contact
        email_address e_mail_address your_email your_e_mail your_email_address mail_address @email | contact
        call ring | phone telephone contact
        smartphone iphone android cellphone cell_phone mobile_phone mobile | phone tablet device app
        device tablet ipad laptop | phone computer
        email e_mail mail | contact write address @email
        message text_message sms dm dms direct_message | write chat
        @address address location located based find_you find_us where_is where_are getting_here get_here getting_to_us how_to_find directions situated nearby near_me near_here where_are_you | street place map city country
        bus tram subway metro tube public_transport | train station stop
        park parking car_park parking_lot parking_space garage | car space multi_storey
        human living_soul flesh_and_blood person real_person human_being real_human live_person live_agent staff agent representative operator talk_to_people talk_to_somebody talk_to_someone talk_to_me talk_to_us speak_to_me speak_to_us speak_to_someone speak_to_somebody | people somebody employee contact talk speak
        employee staff colleague coworker co_worker worker receptionist helper | team member people role
        team | staff colleague people
        handover hand_over hand_off handoff take_over takeover escalate forward intervene step_in jump_in | human person
        privacy gdpr data_protection dsgvo privacy_policy privacy_law data_privacy | personal confidential law legal data
        confidential private | privacy secret
        legal lawful law rule regulation legislation | compliant
        data information info | content record
        stored storage store saved save kept | keep database server
        host hosting hosted self_hosted | server cloud
        server computer pc hardware | laptop host machine
        raspberry_pi mini_pc nas home_server vps | server computer
        ram memory gigabyte gb
        cpu processor | server
        linux ubuntu debian unix > server
        mac macos macbook apple_computer | computer
        delete erase remove wipe get_rid clear_out | destroy forget
        export download take_out get_out data_out extract | csv json copy move
        migrate move_away moving_away switch_away relocate lock_in locked_in stuck_with tied_to tied_in leave | export
        backup back_up | restore copy save
        restore recover recovery rescue | backup
        cookie tracker tracking pixel | track banner
        track tracking spy follow_me | cookie analytics
        statistics analytics stats metric dashboard insight | report number chart
        secure security safe safety hacker hack hacked break_in burglar thief steal stolen | protect protected attack breach
        language multilingual bilingual | translate english speak spoken
        translate translation | language
        german deutsch
        spanish espanol
        italian italiano
        english german spanish french italian portuguese polish turkish arabic russian chinese japanese dutch hindi greek swedish | language speak
        speak spoken talk
        install installation set_up setup get_started getting_started deploy deployment | start begin run configure
        start begin launch | install run
        configure configuration setting | set_up option
        up_and_running go_live get_going ready_to_go | set_up start install launch
        how_long how_soon how_quick how_quickly how_much_time duration | take minute hour day time long
        speed fast how_fast quick latency instant immediately | slow second time
        slow | fast speed second
        website site web_site webpage web_page homepage home_page web_shop webshop online_shop | web page online internet
        internet web online world_wide_web broadband
        embed integrate integration put_it_on insert | add include paste script website
        connect link plug_in hook_up combine sync synchronise synchronize | integrate integration use add
        shopify wordpress wix squarespace woocommerce jimdo > website
        widget bubble chat_bubble launcher | embed chat
        bot chatbot assistant chat_bot robot virtual_assistant | chat
        ai artificial_intelligence llm language_model gpt chatgpt machine_learning ai_model | model bot
        llm language_model ai_model model | ai
        openai chatgpt gpt | ai model provider
        anthropic claude | model ai
        google gemini | model
        hallucinate hallucination make_up made_up make_things_up make_stuff_up invent fabricate | guess lie false imagine
        lie lying dishonest fib bluff bullshit untruth mislead deceive | false untrue invent hallucinate
        guess | invent
        true truth trust trustworthy reliable accurate accuracy believe | correct source
        source citation cite reference origin come_from where_does dig_up take_it_from get_it_from | quote passage
        learn train training taught teach | know
        unknown not_know doesnt_know dont_know cant_answer no_answer cannot_answer no_idea no_clue not_sure stumped clueless at_a_loss | unanswered
        answer reply response respond | say
        api_key access_key secret_key api_token access_token | key
        eat food meal | ingredient contain menu
        customer client visitor guest | people user
        people ppl
        message msg
        appointment appt
        hour hrs
        business biz
        picture pic pics foto fotos
        shop store business company firm | small
        restaurant cafe salon studio boutique bakery hotel guesthouse pub bar workshop clinic practice office florist flower_shop coffee_shop tea_room butcher gym barbershop > business
        limit maximum max cap restriction quota allowance too_many too_much | how_many number
        how_many | limit number maximum
        fast_enough performance | speed
        at_once same_time simultaneous simultaneously parallel concurrent
        downtime outage offline unavailable uptime crash goes_down go_down cut_out blackout power_cut power_failure | down reliable server internet
        reliable reliability dependable | trust
        remember recall memorise memorize | forget
        difference differ different better_than versus vs compare compared comparison alternative competitor | other
        off_topic unrelated irrelevant | odd nonsense
        fill_in type_in enter write put | text
        in_a_nutshell summary summarise summarize overview
        advantage benefit pro strength | good
        downside disadvantage con weakness drawback | limit
        spam abuse troll misuse prank prankster flood junk | attack block
        tone voice personality manner polite friendly formal informal cheeky stiff witty chatty humour humor casual | speak style
        prompt system_prompt instruction | behave
        attachment attach | file photo
        voice microphone audio spoken | speak
        video clip film | photo
        lead_generation prospect enquiry inquiry | contact
        crm salesforce hubspot zapier | integration
        feature function functionality capability | can
        size how_big dimension | large big
        color colour | look design
        design look style appearance theme layout | color brand logo
        brand branding logo | name design color
        register sign_up signup registration create_an_account make_an_account open_an_account | account log_in
        login log_in sign_in signin log_on | account password register
        account profile | register log_in
        password passcode pin_code | code log_in
        app mobile_app application app_store play_store | phone download
        requirement require required prerequisite spec need
        blind visually_impaired low_vision screen_reader partially_sighted eyesight | accessible accessibility disabled
        accessible accessibility access disabled disability wheelchair barrier_free step_free a11y | blind ramp lift elevator ground_floor
        developer programmer coder developers | api code technical
        api endpoint rest_api webhook | developer program
        programming_language tech_stack coded programmed | code build
        python java javascript php ruby rust golang typescript > programming_language programmed
        open_source source_code github | licence code
        licence license | open_source
        roadmap upcoming planned coming_soon in_the_future future | plan next later
        instruction tutorial step_by_step guide how_to_guide manual documentation | start
        missing not_yet | planned
        today right_now currently at_the_moment at_present already so_far | now
        help assistance customer_service help_desk customer_support tech_support get_support | support contact
        technical technology tech techy techie computer_skill computer_literate tech_savvy it_skill | computer program
        self_employed freelance freelancer sole_trader one_man one_person one_woman solo | small business company
        code coding | program developer technical
        document pdf word_file spreadsheet excel docx file | upload import
        upload import crawl scrape | file document website add
        brand label | product make
        ill sick illness flu fever covid unwell | cold doctor
        senior pensioner elderly retired retiree oap | age old discount
        student pupil | school discount
        reschedule postpone rebook | move change appointment
        no_show dont_show_up dont_turn_up not_show_up | miss late cancel
        stock in_stock out_of_stock availability | available
        lift elevator stair staircase step_free | step wheelchair
        luggage baggage suitcase | bag
        overnight accommodation | stay room night
        smoke smoking cigarette
        air_conditioning aircon air_con
        tip gratuity
        deposit down_payment prepayment | advance pay
        instalment installment financing pay_later klarna in_parts two_parts split_the split_payment | pay month
        part spare_part component
        alteration tailor | change sew
        laundry dry_clean dry_cleaning | wash clean
        beginner newcomer novice learner | learn course
        certified certificate qualified qualification licensed | experience
        founded established history | since year
        sustainable eco eco_friendly environment environmentally_friendly organic fair_trade | green
        halal kosher
        lactose lactose_free dairy dairy_free | milk
        sugar_free diabetic | sugar
        alcohol wine beer | drink
        drink beverage | coffee tea wine
        coffee espresso cappuccino latte
        menu dish | food eat
        outdoor terrace patio | outside garden
        catering buffet | event party
        loyalty loyalty_card stamp_card bonus_card | points discount
        review rating testimonial
        lost_property lost_and_found | lose forget
        photo picture image foto | file
        bespoke personalised personalized made_to_order | order
        same_day express | urgent fast today
        international abroad overseas worldwide foreign | country deliver
        estimate quotation price_quote cost_estimate | price
        consultation advice consult | appointment
        hygiene hygienic clean disinfect
        treatment massage | service
        tire tyre puncture flat
        brake gear chain
        several multiple more_than_one two three | many each
        branch location outlet | shop
        allergy allergic allergen intolerant intolerance | contain trace gluten nut peanut
        gluten_free celiac coeliac | gluten allergy wheat
        vegan vegetarian plant_based veggie | milk egg meat
        pet animal dog puppy | cat
        child kid baby toddler | family
        wifi internet wi_fi wireless wlan | online
        christmas xmas boxing_day easter good_friday new_year thanksgiving > holiday bank_holiday public_holiday
        house home door doorstep my_place my_address > deliver
        bring_me bring_it bring_to bring_the drop_off > deliver
        since_when how_old exist > since founded year
        vehicle car
        car vehicle > park parking garage
        year_old years_old son daughter > child kid family
        hate unhappy not_happy dissatisfied disappointed dont_like didnt_like > complain complaint
        valid expire expiry run_out good_for validity
        walk_in drop_in without_an_appointment without_appointment spontaneous
        tesla electric_car ev charge_my_car charge_point charging_point charging_station wallbox
        television tv
        cot crib baby_bed
        fetch pick_up pick_us_up pick_me_up pick_her_up pick_him_up pick_them_up collect collect_us shuttle transfer
        elevator wheelchair pushchair buggy pram > lift
        married wedding bridal bride bridesmaid
        cruelty_free animal_test test_on_animal tested_on_animal
        dinner supper evening_meal | restaurant food meal
        swim swimming_pool pool
        replace swap exchange
        apprentice apprenticeship trainee traineeship | job learn train
        visa mastercard amex > credit_card
        hire hiring vacancy career recruit recruiting job_opening apprentice internship looking_for_staff working_with_us working_for_us work_for_you work_with_you join_your_team | job work employ staff
        job career | hire apprentice
        toilet restroom bathroom loo wc washroom | room
        haircut trim hairdresser hair_cut | cut hair
        wedding bridal bride marriage | party event
        leftover left_over unsold not_sold isnt_sold unused | throw
        freeze freezer frozen | keep
        urgent emergency express rush asap | quick fast today
        run_late running_late be_late | late delay cancel
        time > @time hour
        wait waiting delay lag queue waiting_list waiting_time | long time
        tax vat
        gift present | voucher
        effort work | difficult time
        insurance insured | cover
        second_hand secondhand pre_owned | old
        sale turnover revenue | sell
        commission cut_of percentage | fee
        setup_fee set_up_fee startup_cost one_off upfront | fee price cost free
        diary agenda planner schedule timetable | calendar appointment
        configure config personalise adapt | setting design
        hard_drive hard_disk disk ssd disc drive | storage
        break_down broke_down crash | broken lose
        minimum least at_least | requirement
        structure structured organise organize format layout | section heading
        live ready available released finished done | work
        arrive come_out released launch | when date
        complicated complex difficult tricky hard | easy
        easy simple straightforward effortless | difficult
        instagram insta | social_media
        facebook fb messenger | social_media
        personally myself in_person | human
        girl lady woman female | people
        man guy male | people
        friend mate > people
        increase raise go_up put_up | change price
        january february march april may june july august september october november december | date
        spy snoop watch_me | track cookie
        plumber electrician handyman tradesman builder carpenter painter mechanic photographer groomer gardener cleaner caterer tutor coach therapist tailor plasterer roofer landscaper locksmith salon studio clinic gym boutique > business
        vet veterinarian dentist physiotherapist doctor pharmacist optician lawyer accountant > practice
        florist flower_shop butcher baker hairdresser barber jeweller > shop business
        web_guy web_person web_designer web_developer webmaster it_guy it_person > developer
        earn profit income | money
        sign contract agreement
        show display appear | see
        keep_track overview monitor | statistics
        mute turn_off switch_off disable deactivate | stop without
        turn_on switch_on enable activate | start use
        popular frequent common most_often most_frequent most_asked asked_most | most statistics
        hide conceal | private
        own ownership belong copyright | data
        rate rating feedback opinion | thumb review
        lose lost missing disappear vanish | forget
        notify notification alert reminder inform | message tell
        forward pass_on | send
        paste copy_and_paste copy | insert
        button bubble icon | widget
        page webpage | website
        domain url subdomain web_address | address
        certificate ssl tls encryption encrypted https | security
        gdpr dsgvo ccpa rgpd hipaa | privacy law
        europe eu european | country
        usa america american | country
        scan read_in | import
        handwritten paper printed leaflet flyer | document
        short brief concise | long length
        swear rude insult offensive abusive | abuse polite
        school university college | student
        newest latest recent | new
        word_for_word literally verbatim exactly | quote
        rewrite rephrase paraphrase | change
        smart clever intelligent | learn
        busy crowded rush_hour peak | traffic
        bike bicycle cycle e_bike ebike | wheel
        rent rental hire lease loan borrow
        lesson class course workshop training_course | learn teach
        group party event | people
        ingredient contain contains made_of made_from | with
        fresh homemade home_made handmade | bake made
        size fit | measure
        seat table sit_down eat_in dine_in | inside outside
        takeaway to_go take_out | order
        sauna pool spa | wellness
        check_in arrival arrive | time
        check_out departure depart | time
        doctor physician gp | appointment
        prescription medication medicine | pharmacy
        paperwork papers document | bring
        tune_up service check_over
        age minimum_age age_limit how_old_do how_old_does how_old_must year_old years_old > week month year
        spring > april march may season
        summer > june july august season
        autumn > september october november season
        winter > december january february season
        season seasonal | month
        expensive dear dearer pricey costly overpriced
        knot tangle matted
        include includes included come_with comes_with complete all_in | contain
        campfire bonfire fire fire_pit | barbecue
        barbecue bbq grill
        cook kitchen self_catering prepare_meal make_food | meal stove fridge
        dip swim swimming bathe
        breakfast > roll bread morning
        stay_with be_present watch_while > room wait
        toddler baby infant newborn | child
        nervous anxious shy timid
        refundable non_refundable > refund
        unwell sick vomit
        bathroom shower bath
        shower hot_water | bath toilet
        power electricity socket plug_in_point hook_up
        dishwasher fridge freezer kitchenette | kitchen
        towel linen sheet bedding
        lock locker safe | store
        noise noisy loud quiet quiet_hour | night
        dress_code wear clothing clothes | bring
        certificate proof | document
        sample swatch tester | try
        measure measurement fitting | size
        tailor_made custom custom_made | order
        engrave engraving personalise | order
        assemble assembly | set_up
        dispose disposal recycle recycling | old
        spare replacement | part
        polish shine clean
        dye tint highlights balayage | colour
        fringe bangs | cut
        beard shave | trim
        nail manicure pedicure gel
        wax waxing hair_removal
        facial skin_care | skin treatment
        back_pain neck_pain | massage
        crown filling root_canal | tooth
        tooth teeth dental
        brace orthodontic
        whitening whiten bleach bleaching brighter
        glasses spectacles eyewear lens
        sight_test eye_test eye_exam
        vaccinate vaccination jab shot
        neuter spay castrate castration
        microchip chip
        groom grooming | wash cut
        fur coat hair | dog
        puppy kitten | dog cat young
        leash lead | dog
        horse pony riding
        boat kayak canoe | rent
        tent pitch caravan motorhome campervan | camp
        motorhome camper campervan rv caravan
        hike walk trail | path
        bike_hire bike_rental rent_a_bike | bike
        mountain_bike mtb | bike
        mot inspection | car
        tow breakdown recovery | car
        seat_belt car_seat booster child_seat | child
        mortgage loan | bank
        tuition tutoring | lesson
        homework | lesson
        exam_board syllabus | course
        instrument guitar piano violin | lesson
        choir sing | lesson
        costume outfit | clothes
        flower bouquet bunch_of_flowers | rose
        wreath funeral | flower
        plant pot_plant | flower
        cake_order birthday_cake wedding_cake | cake
        slice piece | cake
        roll bun bread_roll | bread
        sourdough rye wholemeal | bread
        brunch breakfast
        starter appetizer appetiser | menu
        dessert pudding afters | menu sweet
        side_dish side | menu
        spicy hot_food chilli
        kids_menu children_menu kid_portion | child menu
        half_portion small_portion | menu
        doggy_bag take_home | leftover
        happy_hour | drink offer
        live_music band concert | music event
        private_party private_event private_hire function_room | party event
        smoking_area | smoke outside
        nut almond cashew hazelnut walnut pistachio pecan peanut > allergy
        nut > almond cashew hazelnut walnut pistachio pecan peanut
        saturday sat
        sunday > sun weekend
        midday noon lunchtime lunch | afternoon
        swelling swollen swell
        pain painful hurt ache aching sore agony | emergency
        toothache > pain emergency
        afraid scared frightened terrified phobia fear anxious anxiety panicky nervous
        examination checkup check_up | exam
        exam examination test practical_test theory_test driving_test written_test
        mum dad mom mummy daddy parent guardian | child family
        permission consent agree_to allowed_to | sign signature
        signature sign
        teacher instructor tutor trainer coach | learn lesson
        bundle pack package bulk | discount
        enrol enroll enrolment enrollment | register sign_up
        flunk fail failed not_pass didnt_pass
        kick_off begin start
        frozen icy ice snow winter blizzard > weather
        female_teacher female_instructor lady_teacher > woman
        flavour flavor topping taste
        diameter inch centimetre centimeter > size
        size > inch cm
        cold_food stone_cold gone_cold > complaint money_back
        solicitor attorney lawyer
        liable liability responsible responsibility
        big_tech tech_firm tech_company > openai google provider
        take_with bring_with bring_along what_to_bring need_to_bring have_to_bring > bring
        pushchair buggy pram stroller
        nappy diaper
        queue line_up > wait
        jumper sweater
        trousers pants
        mobile cell
        postcode zip_code zip
        film movie
        flat apartment
        holiday vacation
        owner boss proprietor in_charge > contact
        """

    /// The stems of `stem`'s synonyms with how close they are.
    static func of(_ stem: String) -> [(stem: String, closeness: Float)] { table[stem] ?? [] }

    /// Every single word of the table, so that a slip in one of them can be recognised.
    static let vocabulary = Set(
        lines.split { " _|>\n".contains($0) }.map(String.init).filter { word in
            word.utf8.allSatisfy { (0x61...0x7A).contains($0) }
        })

    /// The stems of those words.
    static let stems = Set(vocabulary.map(stem))

    /// Phrases by the stem of their first word: the stems of the rest, longest phrase first.
    static let phrases: [String: [(rest: [String], name: String)]] = {
        var found: [String: [(rest: [String], name: String)]] = [:]
        for name in table.keys where name.utf8.contains(UInt8(ascii: "_")) {
            let parts = name.split(separator: "_").map(String.init)
            found[parts[0], default: []].append((Array(parts.dropFirst()), name))
        }
        return found.mapValues { $0.sorted { ($1.rest.count, $0.name) < ($0.rest.count, $1.name) } }
    }()

    private static let table: [String: [(stem: String, closeness: Float)]] = {
        var closeness: [String: [String: Float]] = [:]
        for line in lines.split(separator: "\n") {
            let halves = line.split(maxSplits: 1) { $0 == "|" || $0 == ">" }.map { $0.split(separator: " ").map(stemmedEntry) }
            let isOneMeaning = !line.contains(">")
            let fringeCloseness = isOneMeaning ? near : kind
            guard let core = halves.first else { continue }
            let fringe = halves.count > 1 ? halves[1] : []
            for entry in core {
                for other in core where isOneMeaning && other != entry {
                    closeness[entry, default: [:]][other] = other.hasPrefix("@") ? 1 : same
                }
                for other in fringe where other != entry {
                    if closeness[entry]?[other] == nil { closeness[entry, default: [:]][other] = fringeCloseness }
                }
            }
        }
        return closeness.mapValues { $0.map { (stem: $0.key, closeness: $0.value) }.sorted { $0.stem < $1.stem } }
    }()

    private static func stemmedEntry(_ entry: Substring) -> String {
        entry.split(separator: "_").map { stem(String($0)) }.joined(separator: "_")
    }
}

/// "Bring it back", "send the shoes back": what is brought stands between. The phrase is then where its particle is.
private func particle(of phrase: (rest: [String], name: String), after start: Int, in stems: [String]) -> Int? {
    guard phrase.rest == ["back"], start + 2 < stems.count else { return nil }
    return stems[(start + 2)..<min(start + 2 + maximumObjectWords, stems.count)].firstIndex(of: "back")
}

private let maximumObjectWords = 4

/// The phrases that begin in a row of stems, as their place and name. Overlapping ones are all reported.
func phrases(in stems: [String]) -> [(range: Range<Int>, name: String)] {
    var found: [(range: Range<Int>, name: String)] = []
    for start in stems.indices {
        for phrase in Synonyms.phrases[stems[start]] ?? [] {
            let end = start + 1 + phrase.rest.count
            if let place = particle(of: phrase, after: start, in: stems) { found.append((place..<(place + 1), phrase.name)) }
            guard end <= stems.count, stems[(start + 1)..<end].elementsEqual(phrase.rest) else { continue }
            found.append((start..<end, phrase.name))
        }
    }
    return found
}
