import Templates
import Testing

@testable import App

@Suite("Pieces of a chat completion")
struct ChatCompletionChunkTests {
    private func chunk(_ json: String) throws -> ChatCompletionChunk { try ChatCompletionChunk(Array(json.utf8)) }

    @Test(
        "Its text is found",
        arguments: [
            (#"{"choices":[{"delta":{"content":"Hi\n😀"}}]}"#, "Hi\n😀"), (#"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#, ""),
            (#"{"choices":[{"delta":{"content":null}}]}"#, ""), (#"{"choices":[{"delta":{}}]}"#, ""),
            (#"{"choices":[{"delta":null}]}"#, ""),
            (#"{"choices":[{}]}"#, ""), (#"{"choices":[]}"#, ""), (#"{"choices":[null]}"#, ""), (#"{"choices":null,"usage":null}"#, ""),
            (#"{"id":"x","error":null,"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}"#, "a"),
        ])
    func text(_ json: String, _ text: String) throws {
        let chunk = try chunk(json)
        #expect(chunk.text == text && !chunk.isLast && chunk.usage == nil)
    }

    @Test("The last one says why it stops", arguments: ["stop", "length", "content_filter", ""])
    func last(_ reason: String) throws {
        #expect(try chunk(#"{"choices":[{"delta":{},"finish_reason":"\#(reason)"}]}"#).isLast)
        #expect(try !chunk(#"{"choices":[{"delta":{},"finish_reason":null}]}"#).isLast)
    }

    @Test(
        "Something else isn't one",
        arguments: [
            "", " ", "x", "null", "[]", "\"x\"", "1", "{", "{}", #"{"choice":[]}"#, #"{"choices":[{"delta":{"content":[]}}]}"#,
            #"{"choices":[{"delta":{"content":7}}]}"#,
            #"{"choices":[{"delta":{"content":{}}}]}"#, #"{"choices":[{"delta":{"content":"\ud800"}}]}"#,
        ])
    func malformed(_ json: String) {
        #expect(throws: ProviderTrouble.malformed) { try chunk(json) }
    }

    @Test(
        "An error inside the stream is an error, and its words stay outside ours",
        arguments: [
            #"{"error":{"message":"Bad key sk-123","code":429}}"#, #"{"error":"overloaded"}"#, #"{"error":{},"choices":[]}"#,
            #"{"error":[],"choices":[{"delta":{"content":"x"}}]}"#,
        ])
    func error(_ json: String) {
        #expect(throws: ProviderTrouble.failed) { try chunk(json) }
        #expect(!"\(ProviderTrouble.failed)".contains("sk-123"))
    }

    @Test(
        "Usage counts where it can be",
        arguments: [
            (#"{"prompt_tokens":12,"completion_tokens":3}"#, 12, 3), (#"{"prompt_tokens":0,"completion_tokens":0,"total_tokens":9}"#, 0, 0),
        ])
    func usage(_ json: String, _ input: Int, _ output: Int) throws {
        let usage = try chunk(#"{"choices":[],"usage":\#(json)}"#).usage
        #expect(usage?.inputTokens == input && usage?.outputTokens == output)
    }

    @Test(
        "Usage that can't be is as good as none",
        arguments: [
            "null", "{}", "[]", "7", #""x""#, #"{"prompt_tokens":1}"#, #"{"completion_tokens":1}"#,
            #"{"prompt_tokens":-1,"completion_tokens":3}"#,
            #"{"prompt_tokens":1,"completion_tokens":-3}"#, #"{"prompt_tokens":1000000000000000000,"completion_tokens":3}"#,
            #"{"prompt_tokens":1e18,"completion_tokens":3}"#,
            #"{"prompt_tokens":99999999999999999999,"completion_tokens":3}"#, #"{"prompt_tokens":"12","completion_tokens":"3"}"#,
            #"{"prompt_tokens":1.5,"completion_tokens":3}"#, #"{"prompt_tokens":null,"completion_tokens":3}"#,
        ])
    func implausibleUsage(_ json: String) throws {
        let chunk = try chunk(#"{"choices":[{"delta":{"content":"a"}}],"usage":\#(json)}"#)
        #expect(chunk.usage == nil && chunk.text == "a")
    }

    @Test("Our own estimate is a token for four bytes")
    func estimate() {
        let usage = AnswerReply.Usage(inputBytes: 4_000, outputBytes: 7)
        #expect(usage.inputTokens == 1_000 && usage.outputTokens == 1)
    }

    @Test(
        "What may succeed a moment later is tried again",
        arguments: [
            (ProviderTrouble.refused(status: 429, retryAfter: nil), true), (.refused(status: 503, retryAfter: 1), true),
            (.refused(status: 408, retryAfter: nil), true), (.refused(status: 529, retryAfter: nil), true),
            (.refused(status: 401, retryAfter: nil), false), (.refused(status: 400, retryAfter: nil), false),
            (.refused(status: 301, retryAfter: nil), false),
            (.malformed, true), (.cut, true), (.failed, true), (.empty, true),
        ])
    func transient(_ trouble: ProviderTrouble, _ isTransient: Bool) {
        #expect(trouble.isTransient == isTransient)
    }
}
