import Templates
import Testing

@testable import App

@Suite("What a model costs")
struct ModelPriceTests {
    @Test(
        "A model's price is that of its family, the longest name that fits",
        arguments: [
            (Provider.openai, "gpt-4.1-mini", 0.4, 1.6), (.openai, "gpt-4.1-mini-2025-04-14", 0.4, 1.6), (.openai, "gpt-4.1", 2, 8),
            (.openai, "gpt-6-luna", 0.1, 0.5),
            (.openai, "gpt-5.4-nano-2026-03-17", 0.2, 1.25), (.anthropic, "claude-haiku-5-5", 0.1, 0.5),
            (.anthropic, "claude-haiku-4-5-20251001", 1, 5),
            (.anthropic, "claude-sonnet-5-5", 2, 10), (.groq, "openai/gpt-oss-20b", 0.075, 0.3),
            (.openrouter, "openai/gpt-6-luna", 0.1, 0.5),
            (.openrouter, "openai/gpt-6-luna:nitro", 0.1, 0.5), (.openrouter, "anthropic/claude-haiku-4-5", 1, 5),
        ])
    func known(_ provider: Provider, _ model: String, _ input: Double, _ output: Double) {
        let price = ModelPrice(of: model, at: provider)
        #expect(price?.input == input && price?.output == output)
    }

    @Test(
        "Of what isn't known, no price is made up",
        arguments: [
            (Provider.compatible, "gpt-4.1-mini"), (.openai, "gpt-4.10"), (.openai, "gpt-4.1mini"), (.openai, ""), (.groq, "gpt-6-luna"),
            (.anthropic, "gpt-6-luna"),
            (.openrouter, "gpt-6-luna"), (.openrouter, "meta/llama"), (.openrouter, "groq"), (.openrouter, "/gpt-6-luna"),
            (.openrouter, "compatible/x"),
        ])
    func unknown(_ provider: Provider, _ model: String) { #expect(ModelPrice(of: model, at: provider) == nil) }

    @Test("Every default model has a price", arguments: Provider.allCases.filter { $0.defaultModel != nil })
    func defaults(_ provider: Provider) { #expect(ModelPrice(of: provider.defaultModel ?? "", at: provider) != nil) }

    @Test(
        "A cost is in millionths of a dollar, rounded up",
        arguments: [(0, 0, 0), (1, 0, 1), (10, 0, 1), (11, 0, 2), (1_000_000, 1_000_000, 600_000), (700, 12, 76)])
    func cost(_ input: Int, _ output: Int, _ micros: Int64) {
        #expect(ModelPrice(of: "gpt-6-luna", at: .openai)?.micros(for: .init(inputTokens: input, outputTokens: output)) == micros)
    }

    @Test("No count makes it overflow", arguments: [Int.max, Int.min, 1 << 62])
    func overflow(_ tokens: Int) throws {
        let price = try #require(ModelPrice(of: "claude-fable-5", at: .anthropic))
        #expect(price.micros(for: .init(inputTokens: tokens, outputTokens: tokens)) == nil)
    }
}
