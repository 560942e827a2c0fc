/// The shapes that the API takes and gives, as JSON Schema.
enum Schema: String, CaseIterable, Sendable {
    case question = "Question", answer = "Answer", citation = "Citation", error = "Error"
    case completionRequest = "CompletionRequest", completion = "Completion", models = "Models", model = "Model", openAIError = "OpenAIError"
    case newBot = "NewBot", botSettings = "BotSettings", bot = "Bot", bots = "Bots", context = "Context", widget = "Widget"
    case trialRequest = "TrialRequest", trial = "Trial", trialAnswer = "TrialAnswer"
    case newSource = "NewSource", source = "Source", sources = "Sources"
    case account = "Account", names = "Names", businessName = "BusinessName", accountID = "AccountID", bothCodes = "BothCodes"
    case sessions = "Sessions", session = "Session", members = "Members", member = "Member", role = "Role"
    case accountSummary = "AccountSummary", invitation = "Invitation"
    case chatSessions = "ChatSessions", chatSession = "ChatSession", chatSummary = "ChatSummary", chatTitle = "ChatTitle"
    case chatMessage = "ChatMessage", chatBranch = "ChatBranch", chatUsage = "ChatUsage", thumb = "Thumb", attachment = "Attachment"
    case conversations = "Conversations", conversation = "Conversation", conversationSummary = "ConversationSummary", message = "Message"
    case reception = "Reception", lead = "Lead", leads = "Leads", leadForm = "LeadForm"
    case webhook = "Webhook", webhookAddress = "WebhookAddress"
    case takeover = "Takeover", handling = "Handling", answerText = "AnswerText"
    case questions = "Questions", questionGroup = "QuestionGroup", ownAnswer = "OwnAnswer"
    case tests = "Tests", test = "Test", newTest = "NewTest", testRun = "TestRun"
    case publication = "Publication", fieldConflicts = "FieldConflicts", testReport = "TestReport"
    case newProviderKey = "NewProviderKey", providerKey = "ProviderKey", providerKeys = "ProviderKeys"
    case visitorSecrets = "VisitorSecrets", visitorSecret = "VisitorSecret"
    case limits = "Limits", newLimits = "NewLimits"
    case keyName = "KeyName", newKey = "NewKey", keys = "Keys"
    case email = "Email", sent = "Sent", code = "Code", refresh = "Refresh", tokens = "Tokens"
    case archive = "Archive", importView = "Import", accountData = "AccountData"
    case botData = "BotData", erasure = "Erasure", chatData = "ChatData"
    case versions = "Versions", version = "Version", versionSummary = "VersionSummary", findings = "Findings", numbers = "Numbers"
    case empty = "Empty", document = "Document"
    case table = "Table", plainText = "PlainText", file = "File", archiveFile = "ArchiveFile", events = "Events"

    var reference: JSON { ["$ref": .string("#/components/schemas/\(rawValue)")] }

    var json: JSON { (try? JSON(parsing: text.utf8)) ?? .null }

    /// What it is sent as.
    var mediaTypes: [String] {
        switch self {
        case .newSource, .chatMessage: ["application/json", "multipart/form-data"]
        case .archive, .archiveFile: ["application/zip"]
        case .table: ["text/csv"]
        case .plainText: ["text/plain"]
        case .file: ["*/*"]
        case .events: ["text/event-stream"]
        default: ["application/json"]
        }
    }

    /// `required` in answers is what always comes; in requests, what must be sent.
    private var text: String {
        switch self {
        case .question:
            """
            {"type":"object","required":["question"],"properties":{
              "question":{"type":"string","maxLength":4000},
              "conversation_id":{"type":"string","format":"uuid","description":"To ask on in a conversation"}}}
            """
        case .answer:
            """
            {"type":"object","required":["answer","format","citations","basis","conversation_id","message_id","usage"],"properties":{
              "answer":{"type":"string"},"format":{"const":"markdown"},
              "citations":{"type":"array","items":{"$ref":"#/components/schemas/Citation"}},
              "basis":{"enum":["quoted","based_on","not_in_my_information"]},
              "conversation_id":{"type":"string","format":"uuid"},"message_id":{"type":"string","format":"uuid"},
              "usage":{"type":"object","required":["input_tokens","output_tokens"],"properties":{
                "input_tokens":{"type":"integer"},"output_tokens":{"type":"integer"}}}}}
            """
        case .citation:
            """
            {"type":"object","required":["number","title","quote","source_id","url"],"properties":{
              "number":{"type":"integer"},"title":{"type":"string"},"quote":{"type":"string"},"source_id":{"type":"string"},
              "url":{"type":["string","null"]}}}
            """
        case .error:
            """
            {"type":"object","required":["error"],"properties":{"error":{"type":"object","required":["code","message"],"properties":{
              "code":{"type":"string"},"message":{"type":"string"},
              "fields":{"type":"object","additionalProperties":{"type":"string"}}}}}}
            """
        case .completionRequest:
            """
            {"type":"object","required":["model","messages"],"properties":{
              "model":{"type":"string","description":"“frontdesk”, or the bot’s id"},
              "messages":{"type":"array","minItems":1,"items":{"type":"object","required":["role"],"properties":{
                "role":{"enum":["system","developer","user","assistant","tool","function"]},"content":{}}}},
              "stream":{"type":["boolean","null"]},
              "stream_options":{"type":["object","null"],"properties":{"include_usage":{"type":"boolean"}}},
              "user":{"type":"string"},"safety_identifier":{"type":"string"},
              "metadata":{"type":["object","null"],"properties":{"conversation_id":{"type":"string","format":"uuid"}}}}}
            """
        case .completion:
            """
            {"type":"object","required":["id","object","created","model","choices","usage","basis","conversation_id"],"properties":{
              "id":{"type":"string"},"object":{"const":"chat.completion"},"created":{"type":"integer"},"model":{"type":"string"},
              "choices":{"type":"array","items":{"type":"object","required":["index","message","finish_reason"],"properties":{
                "index":{"type":"integer"},"finish_reason":{"enum":["stop","length","content_filter"]},
                "message":{"type":"object","required":["role","content","citations"],"properties":{
                  "role":{"const":"assistant"},"content":{"type":"string"},
                  "citations":{"type":"array","items":{"$ref":"#/components/schemas/Citation"}}}}}}},
              "usage":{"type":"object","required":["prompt_tokens","completion_tokens","total_tokens"],"properties":{
                "prompt_tokens":{"type":"integer"},"completion_tokens":{"type":"integer"},"total_tokens":{"type":"integer"}}},
              "basis":{"enum":["quoted","based_on","not_in_my_information"]},"conversation_id":{"type":"string","format":"uuid"}}}
            """
        case .models:
            """
            {"type":"object","required":["object","data"],"properties":{"object":{"const":"list"},"data":{"type":"array","items":{"$ref":"#/components/schemas/Model"}}}}
            """
        case .model:
            """
            {"type":"object","required":["id","object","created","owned_by"],"properties":{
              "id":{"type":"string"},"object":{"const":"model"},"created":{"type":"integer"},"owned_by":{"type":"string"}}}
            """
        case .openAIError:
            """
            {"type":"object","required":["error"],"properties":{"error":{"type":"object","required":["message","type","param","code"],"properties":{
              "message":{"type":"string"},"type":{"type":"string"},"param":{"type":["string","null"]},"code":{"type":"string"}}}}}
            """
        case .account:
            """
            {"type":"object","required":["user","account","accounts","email_change","members","invitations","sessions"],"properties":{
              "user":{"type":"object","required":["id","name","email"],"properties":{
                "id":{"type":"string","format":"uuid"},"name":{"type":"string"},"email":{"type":"string","format":"email"}}},
              "account":{"$ref":"#/components/schemas/AccountSummary"},
              "accounts":{"type":"array","items":{"$ref":"#/components/schemas/AccountSummary"}},
              "email_change":{"type":["object","null"],"required":["email","expires_at"],"properties":{
                "email":{"type":"string","format":"email"},"expires_at":{"type":"string","format":"date-time"}}},
              "members":{"type":"array","items":{"$ref":"#/components/schemas/Member"}},
              "invitations":{"type":"array","items":{"$ref":"#/components/schemas/Invitation"},"description":"For owners"},
              "sessions":{"type":"array","items":{"$ref":"#/components/schemas/Session"}}}}
            """
        case .accountSummary:
            """
            {"type":"object","required":["id","name","plan","role","is_current"],"properties":{
              "id":{"type":"string","format":"uuid"},"name":{"type":"string"},"plan":{"enum":["free","paid"]},
              "role":{"enum":["owner","member"]},"is_current":{"type":"boolean"}}}
            """
        case .names:
            """
            {"type":"object","properties":{"name":{"type":"string"},"account_name":{"type":"string","description":"The business’s; owners only"}}}
            """
        case .businessName:
            """
            {"type":"object","required":["account_name"],"properties":{"account_name":{"type":"string","description":"As it is, so that nothing is deleted by mistake"}}}
            """
        case .accountID:
            """
            {"type":"object","required":["account"],"properties":{"account":{"type":"string","format":"uuid"}}}
            """
        case .bothCodes:
            """
            {"type":"object","required":["old_code","new_code"],"properties":{"old_code":{"type":"string"},"new_code":{"type":"string"}}}
            """
        case .sessions:
            """
            {"type":"object","required":["sessions"],"properties":{"sessions":{"type":"array","items":{"$ref":"#/components/schemas/Session"}}}}
            """
        case .session:
            """
            {"type":"object","required":["id","kind","device","created_at","last_seen_at","is_current"],"properties":{
              "id":{"type":"string","format":"uuid"},"kind":{"enum":["browser","api"]},"device":{"type":"string"},
              "created_at":{"type":"string","format":"date-time"},"last_seen_at":{"type":"string","format":"date-time"},
              "is_current":{"type":"boolean"}}}
            """
        case .members:
            """
            {"type":"object","required":["members"],"properties":{"members":{"type":"array","items":{"$ref":"#/components/schemas/Member"}}}}
            """
        case .member:
            """
            {"type":"object","required":["id","name","email","role","joined_at","is_you"],"properties":{
              "id":{"type":"string","format":"uuid"},"name":{"type":"string"},"email":{"type":"string","format":"email"},
              "role":{"enum":["owner","member"]},"joined_at":{"type":"string","format":"date-time"},"is_you":{"type":"boolean"}}}
            """
        case .role:
            """
            {"type":"object","required":["role"],"properties":{"role":{"enum":["owner","member"]}}}
            """
        case .invitation:
            """
            {"type":"object","required":["id","email","expires_at"],"properties":{
              "id":{"type":"string","format":"uuid"},"email":{"type":"string","format":"email"},"expires_at":{"type":"string","format":"date-time"}}}
            """
        case .conversations:
            """
            {"type":"object","required":["conversations","next","waiting"],"properties":{
              "conversations":{"type":"array","items":{"$ref":"#/components/schemas/ConversationSummary"}},
              "next":{"type":["string","null"],"description":"For ?after=, where there are more"},
              "waiting":{"type":"integer","description":"Visitors of all bots who wait for a person"}}}
            """
        case .conversationSummary:
            """
            {"type":"object","required":["id","bot_id","bot_name","channel","visitor","question","message_count","unanswered_count","thumbs_down_count","handling","taken_by","is_unread","started_at","last_message_at"],"properties":{
              "id":{"type":"string","format":"uuid"},"bot_id":{"type":"string","format":"uuid"},"bot_name":{"type":["string","null"]},
              "channel":{"type":"string"},"visitor":{"type":"string"},"signed_visitor":{"type":["string","null"]},"question":{"type":"string"},
              "message_count":{"type":"integer"},"unanswered_count":{"type":"integer"},"thumbs_down_count":{"type":"integer"},
              "handling":{"enum":["bot","waiting","person"]},"taken_by":{"type":["string","null"]},"is_unread":{"type":"boolean"},
              "started_at":{"type":"string","format":"date-time"},"last_message_at":{"type":"string","format":"date-time"}}}
            """
        case .message:
            """
            {"type":"object","required":["id","role","author","text","state","citations","usage"],"properties":{
              "id":{"type":"string","format":"uuid"},"role":{"enum":["visitor","bot","person"]},"author":{"type":["string","null"]},
              "text":{"type":"string"},"state":{"type":"string"},"thumb":{"type":["integer","null"]},"thumb_reason":{"type":"string"},
              "citations":{"type":"array","items":{"$ref":"#/components/schemas/Citation"}},"usage":{"type":"object"}}}
            """
        case .reception:
            """
            {"type":"object","properties":{
              "time_zone":{"type":"string"},"closed_message":{"type":"string","maxLength":300},
              "hours":{"type":"object","description":"By day, in answers","additionalProperties":{"type":"string"}},
              "monday":{"type":"string","description":"In requests, as 9:00-12:30, 14:00-18:00; so are the other days"},"tuesday":{"type":"string"},
              "wednesday":{"type":"string"},"thursday":{"type":"string"},"friday":{"type":"string"},"saturday":{"type":"string"},"sunday":{"type":"string"}}}
            """
        case .lead:
            """
            {"type":"object","required":["id","conversation_id","name","email","phone","note","consent_text","consent_version","created_at"],"properties":{
              "id":{"type":"string","format":"uuid"},"conversation_id":{"type":["string","null"]},"name":{"type":"string"},"email":{"type":"string"},
              "phone":{"type":"string"},"note":{"type":"string"},"consent_text":{"type":"string"},"consent_version":{"type":"integer"},
              "created_at":{"type":"string","format":"date-time"}}}
            """
        case .leads:
            """
            {"type":"object","required":["leads","next"],"properties":{
              "leads":{"type":"array","items":{"$ref":"#/components/schemas/Lead"}},
              "next":{"type":["string","null"],"description":"For ?after=, where there are more"}}}
            """
        case .leadForm:
            """
            {"type":"object","properties":{
              "lead_fields":{"type":"array","items":{"enum":["name","email","phone"]},"description":"None: there is no form"},
              "consent_text":{"type":"string","maxLength":1000},"consent_version":{"type":"integer","readOnly":true}}}
            """
        case .webhook:
            """
            {"type":"object","required":["url","secret","deliveries"],"properties":{
              "url":{"type":["string","null"]},"secret":{"type":["string","null"]},"deliveries":{"type":"array","items":{"type":"object",
                "required":["attempt","status","problem","milliseconds","sent_at"],"properties":{
                  "attempt":{"type":"integer"},"status":{"type":["integer","null"]},"problem":{"type":"string"},"milliseconds":{"type":"integer"},
                  "sent_at":{"type":"string","format":"date-time"}}}}}}
            """
        case .webhookAddress:
            """
            {"type":"object","required":["url"],"properties":{"url":{"type":"string","format":"uri"}}}
            """
        case .takeover:
            """
            {"type":"object","properties":{"from":{"type":"string","format":"uuid","description":"Whom it is taken from, knowingly"}}}
            """
        case .handling:
            """
            {"type":"object","required":["handling","taken_by","is_you"],"properties":{
              "handling":{"enum":["bot","waiting","person"]},"taken_by":{"type":["string","null"]},"is_you":{"type":"boolean"}}}
            """
        case .answerText:
            """
            {"type":"object","required":["text"],"properties":{"text":{"type":"string","maxLength":4000,"description":"Markdown"}}}
            """
        case .conversation:
            """
            {"type":"object","required":["id","channel","visitor","metadata","started_at","last_message_at","handling","taken_by","wants_person_at","messages","next"],"properties":{
              "id":{"type":"string","format":"uuid"},"channel":{"type":"string"},"visitor":{"type":"string"},"signed_visitor":{"type":["string","null"]},"metadata":{"type":"object"},
              "started_at":{"type":"string","format":"date-time"},"last_message_at":{"type":"string","format":"date-time"},
              "handling":{"enum":["bot","waiting","person"]},"taken_by":{"type":["string","null"]},
              "wants_person_at":{"type":["string","null"],"format":"date-time"},
              "messages":{"type":"array","items":{"$ref":"#/components/schemas/Message"}},
              "next":{"type":["string","null"]}}}
            """
        case .chatSessions:
            """
            {"type":"object","required":["sessions","next","usage","activity"],"properties":{
              "sessions":{"type":"array","items":{"$ref":"#/components/schemas/ChatSummary"}},
              "next":{"type":["string","null"],"description":"For ?after=, where there are more; ?q= searches titles and messages"},
              "usage":{"$ref":"#/components/schemas/ChatUsage"},
              "activity":{"type":"object","required":["days","messages","sessions","messages_by_day"],"properties":{
                "days":{"type":"integer"},"messages":{"type":"integer"},"sessions":{"type":"integer"},
                "messages_by_day":{"type":"array","items":{"type":"integer"}}}}}}
            """
        case .chatSummary:
            """
            {"type":"object","required":["id","title","is_renamed","started_at","last_message_at"],"properties":{
              "id":{"type":"string","format":"uuid"},"title":{"type":"string"},"is_renamed":{"type":"boolean"},
              "started_at":{"type":"string","format":"date-time"},"last_message_at":{"type":"string","format":"date-time"}}}
            """
        case .chatTitle:
            """
            {"type":"object","required":["title"],"properties":{"title":{"type":"string","maxLength":200,"description":"Empty: its first question"}}}
            """
        case .chatSession:
            """
            {"allOf":[{"$ref":"#/components/schemas/ChatSummary"},{"$ref":"#/components/schemas/ChatBranch"},{"type":"object",
              "required":["handling","person_name","previous","usage"],"properties":{
                "handling":{"enum":["bot","waiting","person"]},"person_name":{"type":["string","null"]},
                "previous":{"type":["string","null"],"description":"For ?before=, where there are earlier messages"},
                "usage":{"$ref":"#/components/schemas/ChatUsage"}}}]}
            """
        case .chatBranch:
            """
            {"type":"object","required":["messages"],"properties":{"messages":{"type":"array","items":{"type":"object",
              "required":["id","role","author","text","state","basis","citations","attachments","has_earlier","created_at","reply_to"],"properties":{
                "id":{"type":"string","format":"uuid"},"role":{"enum":["visitor","bot","person"]},"author":{"type":["string","null"]},"text":{"type":"string"},
                "state":{"enum":["pending","answered","abandoned","failed"]},"basis":{"type":["string","null"]},
                "citations":{"type":"array","items":{"$ref":"#/components/schemas/Citation"}},
                "attachments":{"type":"array","items":{"$ref":"#/components/schemas/Attachment"}},
                "has_earlier":{"type":"boolean"},"created_at":{"type":"string","format":"date-time"},
                "reply_to":{"type":["string","null"],"format":"uuid"}}}}}}
            """
        case .chatMessage:
            """
            {"type":"object","required":["message"],"properties":{
              "message":{"type":"string","maxLength":4000},
              "replaces":{"type":"string","format":"uuid","description":"An earlier question of the chat that is written anew. Files are sent as multipart/form-data"}}}
            """
        case .chatUsage:
            """
            {"type":"object","required":["used","limit","seconds_left"],"properties":{
              "used":{"type":"integer"},"limit":{"type":["integer","null"]},"seconds_left":{"type":["integer","null"],"description":"Until there are more"}}}
            """
        case .thumb:
            """
            {"type":"object","required":["thumb"],"properties":{"thumb":{"enum":["up","down"]},"reason":{"type":"string","maxLength":500}}}
            """
        case .attachment:
            """
            {"type":"object","required":["id","name","media_type","bytes","width","height"],"properties":{
              "id":{"type":"string","format":"uuid"},"name":{"type":"string"},"media_type":{"type":"string"},"bytes":{"type":"integer"},
              "width":{"type":["integer","null"]},"height":{"type":["integer","null"]}}}
            """
        case .newBot:
            """
            {"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":80},"text":{"type":"string","description":"What it knows"},
              "contact_line":{"type":"string","maxLength":300,"description":"How to reach a person, for where it doesn’t know"}}}
            """
        case .botSettings:
            """
            {"type":"object","properties":{
              \(BotField.settings.schema),
              "if_worse":{"enum":["publish","refuse","update"],"default":"publish","description":"What to do where something gets worse; update: publish, and let tests expect the new values"},
              "based_on":{"type":"integer","description":"The number of the version that this changes: what was saved since in the same fields isn’t overwritten, but answered with 409"},
              "report":{"anyOf":[{"$ref":"#/components/schemas/TestReport"},{"type":"null"}]}}}
            """
        case .bot:
            """
            {"allOf":[{"$ref":"#/components/schemas/BotSettings"},{"type":"object","required":["id","token","name"],"properties":{
              "id":{"type":"string","format":"uuid"},"token":{"type":"string","description":"Public: it stands in the widget’s address"}}}]}
            """
        case .bots:
            """
            {"type":"object","required":["bots"],"properties":{"bots":{"type":"array","items":{"$ref":"#/components/schemas/Bot"}}}}
            """
        case .context:
            """
            {"type":"object","required":["text"],"properties":{"text":{"type":"string"},
              "if_worse":{"enum":["publish","refuse","update"],"default":"publish","description":"What to do where something gets worse; update: publish, and let tests expect the new values"},
              "based_on":{"type":"integer","description":"The number of the version that this changes; if the text was saved since, this is answered with 409"},
              "report":{"anyOf":[{"$ref":"#/components/schemas/TestReport"},{"type":"null"}]}}}
            """
        case .widget:
            """
            {"type":"object","required":["snippet","chat_url"],"properties":{
              "snippet":{"type":"string","description":"What goes into the pages of a site"},"chat_url":{"type":"string"}}}
            """
        case .trialRequest:
            """
            {"allOf":[{"$ref":"#/components/schemas/Question"},{"$ref":"#/components/schemas/BotSettings"},
              {"type":"object","properties":{"text":{"type":"string","description":"In place of the stored context"}}}]}
            """
        case .trial:
            """
            {"type":"object","required":["article","passages","prompt"],"properties":{"article":{"$ref":"#/components/schemas/TrialAnswer"},"passages":{"type":"array","items":{"type":"object"}},"prompt":{"type":"string"}}}
            """
        case .trialAnswer:
            """
            {"type":"object","required":["message_id","conversation_id","question"],"properties":{
              "message_id":{"type":"string"},"conversation_id":{"type":"string"},"question":{"type":"string"},
              "reply":{"anyOf":[{"$ref":"#/components/schemas/Answer"},{"type":"null"}]},"problem":{"type":["string","null"]}}}
            """
        case .newSource:
            """
            {"type":"object","required":["kind"],"properties":{
              "kind":{"enum":["text","qa","file","website"],"description":"A file is sent as multipart/form-data"},
              "title":{"type":"string"},"text":{"type":"string"},"question":{"type":"string"},"answer":{"type":"string"},
              "url":{"type":"string"},"refresh":{"enum":["never","weekly"]}}}
            """
        case .source:
            """
            {"type":"object","required":["id","kind","title","status","problem"],"properties":{
              "id":{"type":"string","format":"uuid"},"kind":{"enum":["text","qa","file","website"]},"title":{"type":"string"},
              "status":{"enum":["queued","reading","ready","failed"]},"problem":{"type":["string","null"]}}}
            """
        case .sources:
            """
            {"type":"object","required":["sources"],"properties":{"sources":{"type":"array","items":{"$ref":"#/components/schemas/Source"}}}}
            """
        case .archive:
            """
            {"type":"string","format":"binary","description":"The archive itself, with Content-Type application/zip"}
            """
        case .importView:
            """
            {"type":"object","required":["id","state","problem","done","total"],"properties":{
              "id":{"type":"string","format":"uuid"},"state":{"enum":["uploading","waiting","running","done","failed"]},
              "problem":{"type":["string","null"]},"bytes":{"type":"integer"},"done":{"type":"integer"},"total":{"type":["integer","null"]}}}
            """
        case .accountData:
            """
            {"type":"object","required":["imports","erasures"],"properties":{
              "imports":{"type":"array","items":{"$ref":"#/components/schemas/Import"}},
              "erasures":{"type":"array","items":{"$ref":"#/components/schemas/Erasure"}}}}
            """
        case .botData:
            """
            {"type":"object","required":["retention_days","erasures"],"properties":{
              "retention_days":{"type":["integer","null"]},"erasures":{"type":"array","items":{"$ref":"#/components/schemas/Erasure"}}}}
            """
        case .chatData:
            """
            {"type":"object","required":["messages"],"properties":{"messages":{"type":"array","items":{"type":"object","properties":{
              "role":{"enum":["visitor","bot","person"]},"author":{"type":["string","null"]},"text":{"type":"string"},
              "created_at":{"type":"string","format":"date-time"},"thumb":{"enum":["up","down",null]},"thumb_reason":{"type":"string"},
              "is_replaced":{"type":"boolean"},"attachments":{"type":"array","items":{"type":"string"}}}}}}}
            """
        case .erasure:
            """
            {"type":"object","required":["bot_id","cause","conversations","erased_at"],"properties":{
              "bot_id":{"type":"string","format":"uuid"},"cause":{"enum":["visitor","owner","retention"]},
              "conversations":{"type":"integer"},"erased_at":{"type":"string","format":"date-time"}}}
            """
        case .questions:
            """
            {"type":"object","required":["questions"],"properties":{"questions":{"type":"array","items":{"$ref":"#/components/schemas/QuestionGroup"}}}}
            """
        case .questionGroup:
            """
            {"type":"object","required":["id","question","wordings","askers","thumbs_down","last_asked_at","state","answer","drafts","proof"],"properties":{
              "id":{"type":"string","format":"uuid"},"question":{"type":"string"},"wordings":{"type":"array","items":{"type":"string"}},
              "askers":{"type":"integer"},"thumbs_down":{"type":"integer"},"last_asked_at":{"type":"string","format":"date-time"},
              "state":{"enum":["open","answered","dismissed"]},"answer":{"type":"string"},
              "drafts":{"type":"array","items":{"type":"string"},"description":"What the text nearly answers with"},
              "proof":{"type":"array","items":{"type":"object","required":["wording","is_answered"],"properties":{
                "wording":{"type":"string"},"is_answered":{"type":"boolean"}}}}}}
            """
        case .ownAnswer:
            """
            {"type":"object","required":["answer"],"properties":{
              "question":{"type":"string","maxLength":500,"description":"In place of the group’s own wording"},"answer":{"type":"string","maxLength":10000}}}
            """
        case .tests:
            """
            {"type":"object","required":["tests","proposals","runs"],"properties":{
              "tests":{"type":"array","items":{"$ref":"#/components/schemas/Test"}},
              "proposals":{"type":"array","items":{"type":"object","required":["question","expected_source","answer"]}},
              "runs":{"type":"array","items":{"$ref":"#/components/schemas/TestRun"}}}}
            """
        case .test:
            """
            {"allOf":[{"$ref":"#/components/schemas/NewTest"},{"type":"object","required":["id","problem"],"properties":{
              "id":{"type":"string","format":"uuid"},"problem":{"type":["string","null"],"description":"Where it fails now, as the owner’s words are quoted; a model is only asked in a run"}}}]}
            """
        case .newTest:
            """
            {"type":"object","properties":{
              "question":{"type":"string","maxLength":500},
              "expected_source":{"type":["string","null"],"description":"A source’s id, or “context”"},
              "words":{"type":"array","items":{"type":"string"}},"forbidden":{"type":"array","items":{"type":"string"}},
              "declines":{"type":"boolean","description":"Whether it must say that it doesn’t know"}}}
            """
        case .testRun:
            """
            {"type":"object","required":["id","state","cause","published","report","done","total","created_at","conflicts"],"properties":{
              "id":{"type":"string","format":"uuid"},"state":{"enum":["waiting","done"]},"cause":{"type":"string"},"published":{"type":"boolean"},
              "report":{"$ref":"#/components/schemas/TestReport"},"done":{"type":"integer"},"total":{"type":"integer"},
              "created_at":{"type":"string","format":"date-time"},"conflicts":{"$ref":"#/components/schemas/FieldConflicts"}}}
            """
        case .fieldConflicts:
            """
            {"type":"array","description":"Fields that were saved otherwise since, so that the change isn’t published by itself","items":{
              "type":"object","required":["field","saved","yours"],"properties":{
                "field":{"type":"string"},"saved":{"type":"string"},"yours":{"type":"string"}}}}
            """
        case .publication:
            """
            {"type":"object","properties":{
              "based_on":{"type":"integer","description":"The number of the version that was looked at: what was saved up to it is overwritten"},
              "keep":{"type":"string","description":"Fields, separated by commas, that stay as they are saved"},
              "tests":{"enum":["keep","update"],"default":"keep","description":"update: tests with “updates” expect the new values"}}}
            """
        case .testReport:
            """
            {"type":"object","required":["tests","changes"],"properties":{
              "tests":{"type":"array","items":{"type":"object","required":["id","question","passed","problem","checked","updates","updated"],"properties":{
                "id":{"type":"string"},"question":{"type":"string"},"passed":{"type":"boolean","description":"Before the change"},
                "problem":{"type":["string","null"],"description":"Where it fails with the change, or couldn’t be checked"},
                "checked":{"type":"boolean","description":"False where the model didn’t answer: it neither passed nor failed"},
                "updates":{"type":"array","description":"Expected words whose value is another one, with the new one, where that is clear","items":{
                  "type":"object","required":["was","now"],"properties":{"was":{"type":"string"},"now":{"type":"string"}}}},
                "updated":{"type":"boolean","description":"Whether the test expects them by now"}}}},
              "changes":{"type":"array","items":{"type":"object","required":["kind","about","was","now"],"properties":{
                "kind":{"enum":["fact","opposite","listed","gone","unanswered","elsewhere"]},"about":{"type":"string"},"was":{"type":"string"},
                "now":{"type":["string","null"]}}}}}}
            """
        case .newProviderKey:
            """
            {"type":"object","required":["provider"],"properties":{
              "provider":{"enum":["openai","openrouter","groq","anthropic","compatible"]},
              "key":{"type":"string","maxLength":512},
              "base_url":{"type":["string","null"],"description":"Of “compatible”, or where another server speaks a provider’s protocol"}}}
            """
        case .providerKey:
            """
            {"type":"object","required":["id","provider","name","base_url","hint","checked_at"],"properties":{
              "id":{"type":"string","format":"uuid"},"provider":{"type":"string"},"name":{"type":"string"},
              "base_url":{"type":["string","null"]},"hint":{"type":"string"},"checked_at":{"type":["string","null"],"format":"date-time"}}}
            """
        case .providerKeys:
            """
            {"type":"object","required":["keys"],"properties":{"keys":{"type":"array","items":{"$ref":"#/components/schemas/ProviderKey"}}}}
            """
        case .newLimits:
            """
            {"type":"object","properties":{
              \(BotField.caps.schema)}}
            """
        case .limits:
            """
            {"type":"object","required":["daily_messages","monthly_messages","daily_dollars","monthly_dollars","used","unpriced_models"],"properties":{
              "daily_messages":{"type":["integer","null"]},"monthly_messages":{"type":["integer","null"]},
              "daily_dollars":{"type":["string","null"]},"monthly_dollars":{"type":["string","null"]},
              "used":{"type":"object","required":["daily_messages","monthly_messages","daily_dollars","monthly_dollars"],"properties":{
                "daily_messages":{"type":"integer"},"monthly_messages":{"type":"integer"},"daily_dollars":{"type":"string"},"monthly_dollars":{"type":"string"}}},
              "unpriced_models":{"type":"array","items":{"type":"string"},"description":"Whose price isn’t known: limits of dollars don’t hold them"}}}
            """
        case .visitorSecrets:
            """
            {"type":"object","required":["secrets"],"properties":{"secrets":{"type":"array","items":{"type":"object","required":["id","created_at"],
              "properties":{"id":{"type":"string","format":"uuid"},"created_at":{"type":"string","format":"date-time"}}}}}}
            """
        case .visitorSecret:
            """
            {"type":"object","required":["id","secret"],"properties":{"id":{"type":"string","format":"uuid"},"secret":{"type":"string"}}}
            """
        case .keyName:
            """
            {"type":"object","properties":{"name":{"type":"string","maxLength":100}}}
            """
        case .newKey:
            """
            {"type":"object","required":["id","key"],"properties":{"id":{"type":"string","format":"uuid"},"key":{"type":"string","description":"Shown this once"}}}
            """
        case .keys:
            """
            {"type":"object","required":["keys"],"properties":{"keys":{"type":"array","items":{"type":"object",
              "required":["id","name","prefix","created_at","last_used_at"],"properties":{
                "id":{"type":"string","format":"uuid"},"name":{"type":"string"},"prefix":{"type":"string"},
                "created_at":{"type":"string","format":"date-time"},"last_used_at":{"type":["string","null"],"format":"date-time"}}}}}}
            """
        case .email:
            """
            {"type":"object","required":["email"],"properties":{"email":{"type":"string","format":"email"}}}
            """
        case .sent:
            """
            {"type":"object","required":["status"],"properties":{"status":{"const":"sent"}}}
            """
        case .code:
            """
            {"type":"object","required":["email","code"],"properties":{"email":{"type":"string","format":"email"},"code":{"type":"string"}}}
            """
        case .refresh:
            """
            {"type":"object","required":["refresh_token"],"properties":{"refresh_token":{"type":"string"}}}
            """
        case .tokens:
            """
            {"type":"object","required":["access_token","token_type","expires_in","refresh_token"],"properties":{
              "access_token":{"type":"string"},"token_type":{"const":"Bearer"},"expires_in":{"type":"integer"},"refresh_token":{"type":"string"}}}
            """
        case .versionSummary:
            """
            {"type":"object","required":["id","number","created_at","author","restores","changes","is_current"],"properties":{
              "id":{"type":"string","format":"uuid"},"number":{"type":"integer"},"created_at":{"type":"string","format":"date-time"},
              "author":{"type":["string","null"]},"restores":{"type":["integer","null"],"description":"The number of the version that it restored"},
              "changes":{"type":"array","items":{"type":"string"}},"is_current":{"type":"boolean"}}}
            """
        case .versions:
            """
            {"type":"object","required":["versions","next"],"properties":{
              "versions":{"type":"array","items":{"$ref":"#/components/schemas/VersionSummary"}},
              "next":{"type":["string","null"],"description":"For ?before=, where there are older ones"}}}
            """
        case .version:
            """
            {"type":"object","required":["version","text","settings","sources","comparison"],"properties":{
              "version":{"$ref":"#/components/schemas/VersionSummary"},"text":{"type":"string"},"settings":{"type":"object"},
              "sources":{"type":"array","items":{"type":"object"}},
              "comparison":{"type":["object","null"],"required":["with","settings","sources","lines"],"properties":{
                "with":{"type":"integer"},"settings":{"type":"array","items":{"type":"object"}},"sources":{"type":"array","items":{"type":"object"}},
                "lines":{"type":"array","items":{"type":"object","required":["kind","text"],"properties":{
                  "kind":{"enum":["same","deleted","inserted","skipped","more"]},"text":{"type":"string"}}}}}}}}
            """
        case .findings:
            """
            {"type":"object","required":["findings"],"properties":{"findings":{"type":"array","items":{"type":"object",
              "required":["id","kind","message","places","is_dismissed"],"properties":{
                "id":{"type":"string","format":"uuid","description":"The same as long as it quotes the same"},
                "kind":{"enum":["price","hours","contact","period","past_date","missing","duplicate","empty_section","unfinished"]},
                "message":{"type":"string"},"is_dismissed":{"type":"boolean"},
                "places":{"type":"array","items":{"type":"object","required":["quote","heading","source_id","source_title"],"properties":{
                  "quote":{"type":"string"},"heading":{"type":"string"},"source_id":{"type":["string","null"]},"source_title":{"type":["string","null"]}}}}}}}}}
            """
        case .numbers:
            """
            {"type":"object","required":["from","to","totals","days","hours","response_times","channels","hosts","questions"],"properties":{
              "from":{"type":"string","format":"date"},"to":{"type":"string","format":"date","description":"Days of UTC, both included"},
              "totals":{"type":"object"},"days":{"type":"array","items":{"type":"object"}},
              "hours":{"type":"array","description":"Questions by weekday, Monday first, and hour of UTC","items":{"type":"array","items":{"type":"integer"}}},
              "response_times":{"type":"object","description":"Milliseconds, to within a tenth"},
              "channels":{"type":"array","items":{"type":"object"}},"hosts":{"type":"array","items":{"type":"object"}},
              "questions":{"type":"array","items":{"type":"object"}}}}
            """
        case .empty:
            """
            {"type":"object"}
            """
        case .table, .plainText, .events:
            """
            {"type":"string"}
            """
        case .file, .archiveFile:
            """
            {"type":"string","format":"binary"}
            """
        case .document:
            """
            {"type":"object","required":["openapi","paths"]}
            """
        }
    }
}
