/// Whether the words try to give orders to a model instead of asking a business something. Quoting can't be talked
/// into anything; declining keeps the reply sensible.
func isInstruction(_ words: [Word]) -> Bool {
    let texts = words.map(\.text)
    for place in texts.indices where verbs.contains(texts[place]) {
        if texts[(place + 1)...].prefix(6).contains(where: objects.contains) { return true }
    }
    let joined = texts.joined(separator: " ")
    return phrases.contains { joined.contains($0) }
}

private let verbs: Set<String> = ["ignore", "disregard", "forget", "override", "bypass", "reveal", "print", "repeat", "output"]
private let objects: Set<String> = ["instruction", "instructions", "prompt", "prompts", "rules", "guidelines", "directives"]
private let phrases = [
    "jailbreak", "developer mode", "you are now", "pretend to be", "pretend you", "act as a", "act as an", "do anything now",
    "secret prompt", "your system prompt", "your hidden", "role play", "roleplay",
]
