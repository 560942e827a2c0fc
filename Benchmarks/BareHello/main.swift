// The bare server that ours is measured against: Hummingbird as it comes, one route, one word.
import Hummingbird

let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8080
let router = Router()
router.get("/") { _, _ in "hello" }
let application = Application(
    router: router,
    configuration: .init(address: .hostname("127.0.0.1", port: port)))
try await application.runService()
