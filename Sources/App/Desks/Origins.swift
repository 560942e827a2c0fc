import Answering

/// Where passages come from. Many of them come from the same page, which is kept once.
struct Origins: Sendable {
    private var origins: [Desk.Known.Origin] = []
    private var places: [Passage.ID: Int32] = [:]

    init(_ passages: [Desk.Known]) {
        for known in passages {
            guard let origin = known.origin, places[known.passage.id] == nil else { continue }
            if origins.last != origin { origins.append(origin) }
            places[known.passage.id] = Int32(origins.count - 1)
        }
    }

    subscript(passage: Passage.ID) -> Desk.Known.Origin? { places[passage].map { origins[Int($0)] } }

    /// Of memory, about.
    var bytes: Int {
        Heap.bytes(origins) + Heap.bytes(places)
            + origins.reduce(0) { $0 + Heap.bytes($1.place) + Heap.bytes($1.url ?? "") + Heap.bytes($1.file ?? "") }
    }
}
