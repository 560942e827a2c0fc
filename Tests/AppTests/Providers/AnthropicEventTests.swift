import Testing

@testable import App

@Suite("Events of Anthropic's stream")
struct AnthropicEventTests {
    private func event(_ json: String) throws -> AnthropicEvent { try AnthropicEvent(Array(json.utf8)) }

    @Test(
        "Its text is found, and only its text",
        arguments: [
            (#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi\n😀"}}"#, "Hi\n😀"),
            (#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}"#, nil),
            (#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{"}}"#, nil),
            (#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#, nil), (#"{"type":"ping"}"#, nil),
            (#"{"type":"what_comes_one_day"}"#, nil),
            (
                #"{"type":"message","content":[{"type":"thinking","thinking":"Hm"},{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#,
                "ab"
            ),
            (#"{"type":"message","content":[]}"#, ""),
        ] as [(String, String?)])
    func text(_ json: String, _ text: String?) throws { #expect(try event(json).text == text) }

    @Test(
        "Only its own end, or a whole message, is the last",
        arguments: [
            (#"{"type":"message_stop"}"#, true), (#"{"type":"message","content":[]}"#, true),
            (#"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#, false),
            (#"{"type":"content_block_stop","index":0}"#, false),
        ])
    func last(_ json: String, _ isLast: Bool) throws { #expect(try event(json).isLast == isLast) }

    @Test(
        "Something else isn't one",
        arguments: [
            "", "x", "null", "[]", "{}", #"{"type":7}"#, #"{"typ":"ping"}"#, #"{"type":"ping""#,
            #"{"type":"content_block_delta","delta":{"type":"text_delta"}}"#,
            #"{"type":"content_block_delta","delta":{"type":"text_delta","text":["x"]}}"#, #"{"type":"message"}"#,
            #"{"type":"message","content":"x"}"#,
        ])
    func malformed(_ json: String) { #expect(throws: ProviderTrouble.malformed) { try event(json) } }

    @Test(
        "An error is told by the status that it would have had, without its words",
        arguments: [
            ("overloaded_error", 529), ("rate_limit_error", 429), ("api_error", 500), ("timeout_error", 504), ("authentication_error", 401),
            ("permission_error", 403),
            ("billing_error", 402), ("invalid_request_error", 400), ("not_found_error", 404), ("request_too_large", 413),
        ])
    func error(_ type: String, _ status: Int) {
        #expect(throws: ProviderTrouble.refused(status: status, retryAfter: nil)) {
            try event(#"{"type":"error","error":{"type":"\#(type)","message":"Bad key sk-123"}}"#)
        }
    }

    @Test(
        "An error of a kind that isn't known is one all the same",
        arguments: [#"{"type":"error"}"#, #"{"type":"error","error":{"type":"new_error"}}"#, #"{"type":"error","error":"x"}"#])
    func otherError(_ json: String) { #expect(throws: ProviderTrouble.failed) { try event(json) } }
}
