import Templates

/// What a provider asks for a model, in dollars for a million tokens, which is millionths of a dollar for one.
struct ModelPrice: Sendable, Equatable {
    let input: Double
    let output: Double

    /// nil where the price isn't known, as of a server of one's own.
    init?(of model: String, at provider: Provider) {
        guard let known = Self.prices[provider == .openrouter ? Self.maker(of: model) : provider] else { return nil }
        let name = provider == .openrouter ? String(model.drop { $0 != "/" }.dropFirst()) : model
        // Dated versions cost what their family does: gpt-4.1-mini-2025-04-14.
        let best = known.filter { name == $0.0 || name.hasPrefix("\($0.0)-") || name.hasPrefix("\($0.0):") }.max { $0.0.count < $1.0.count }
        guard let best else { return nil }
        (input, output) = (best.1, best.2)
    }

    /// Millionths of a dollar, rounded up; nil where it is more than any answer costs.
    func micros(for usage: AnswerReply.Usage) -> Int64? {
        Int64(exactly: (Double(usage.inputTokens) * input + Double(usage.outputTokens) * output).rounded(.up))
    }

    private static func maker(of model: String) -> Provider {
        Provider(rawValue: String(model.prefix { $0 != "/" })) ?? .compatible
    }

    /// List prices from the providers' own pages in November 2026. OpenRouter asks what the maker of a model does.
    private static let prices: [Provider: [(String, Double, Double)]] = [
        .openai: [
            ("gpt-6.1-sol", 2, 10), ("gpt-6-sol", 2, 10), ("gpt-6-luna", 0.1, 0.5), ("gpt-6-astra", 10, 50),
            ("gpt-5.6-sol", 4, 20), ("gpt-5.6-terra", 2, 12), ("gpt-5.6-luna", 0.2, 1.2), ("gpt-5.5", 5, 30),
            ("gpt-5.4", 2.5, 15), ("gpt-5.4-mini", 0.75, 4.5), ("gpt-5.4-nano", 0.2, 1.25), ("gpt-5.2", 1.75, 14),
            ("gpt-5.1", 1.25, 10), ("gpt-5", 1.25, 10), ("gpt-5-mini", 0.25, 2), ("gpt-5-nano", 0.05, 0.4),
            ("gpt-4.1", 2, 8), ("gpt-4.1-mini", 0.4, 1.6), ("gpt-4o", 2.5, 10), ("gpt-4o-mini", 0.15, 0.6),
        ],
        .anthropic: [
            ("claude-haiku-5-5", 0.1, 0.5), ("claude-haiku-4-5", 1, 5), ("claude-sonnet-5-5", 2, 10), ("claude-sonnet-5", 2, 10),
            ("claude-sonnet-4-6", 3, 15), ("claude-sonnet-4-5", 3, 15), ("claude-opus-5-5", 4, 20), ("claude-opus-5", 5, 25),
            ("claude-opus-4-8", 5, 25), ("claude-opus-4-7", 5, 25), ("claude-opus-4-6", 5, 25), ("claude-opus-4-5", 5, 25),
            ("claude-fable-5", 10, 50), ("claude-fable-5-1", 10, 50),
        ],
        .groq: [
            ("openai/gpt-oss-20b", 0.075, 0.3), ("openai/gpt-oss-120b", 0.15, 0.6), ("qwen/qwen3.8-27b", 0.8, 4),
        ],
    ]
}
