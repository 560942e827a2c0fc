import FoundationEssentials
import Postgres

extension Postgres {
    /// Asks what most requests ask, about nothing, so that the connections that are opened next know it before the first visitor comes.
    func rehearse() async {
        _ = try? await session(UUID())
        _ = try? await demoMessage(UUID())
        await keepWarm()
    }
}
