/// Who runs models that phrase answers. The raw values stand in the database, the environment and the API.
enum Provider: String, Sendable, CaseIterable {
    case openai, openrouter, groq, anthropic
    /// Any server that speaks OpenAI's protocol: Ollama, llama.cpp, vLLM, LiteLLM …
    case compatible

    /// What a bot names where no model should answer.
    static let builtIn = "built_in"

    /// For people.
    var name: String {
        switch self {
        case .openai: "OpenAI"
        case .openrouter: "OpenRouter"
        case .groq: "Groq"
        case .anthropic: "Anthropic"
        case .compatible: "Another server"
        }
    }

    /// nil: whoever uses it has to name it.
    var baseURL: String? {
        switch self {
        case .openai: "https://api.openai.com/v1"
        case .openrouter: "https://openrouter.ai/api/v1"
        case .groq: "https://api.groq.com/openai/v1"
        case .anthropic: "https://api.anthropic.com"
        case .compatible: nil
        }
    }

    /// Small and quick, as a front desk should be; nil: whoever uses it has to name one. As offered in November 2026.
    var defaultModel: String? {
        switch self {
        case .openai: "gpt-6-luna"
        case .openrouter: "openai/gpt-6-luna"
        case .groq: "openai/gpt-oss-20b"
        case .anthropic: "claude-haiku-5-5"
        case .compatible: nil
        }
    }

    /// Of its variables in the environment, as in `OPENAI_API_KEY`; nil: it can't be set up there.
    var environmentPrefix: String? { self == .compatible ? nil : rawValue.uppercased() }
}
