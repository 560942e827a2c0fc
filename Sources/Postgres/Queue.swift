/// First in, first out, without moving the rest at each removal.
struct Queue<Element> {
    /// Places used up at the front are given back once there are this many, and they are half of the storage.
    private static var slack: Int { 64 }

    private var storage: [Element?] = []
    private var head = 0

    var count: Int { storage.count - head }
    var isEmpty: Bool { head == storage.count }
    var first: Element? { isEmpty ? nil : storage[head] }

    mutating func append(_ element: Element) { storage.append(element) }

    mutating func prepend(_ elements: [Element]) {
        guard !elements.isEmpty else { return }
        storage.replaceSubrange(0..<head, with: elements.map(Optional.some))
        head = 0
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = storage[head].take()
        head += 1
        if isEmpty {
            storage.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= Self.slack, head * 2 >= storage.count {
            storage.removeFirst(head)
            head = 0
        }
        return element
    }

    mutating func removeAll(where isUnwanted: (Element) -> Bool) {
        storage = storage[head...].filter { $0.map { !isUnwanted($0) } ?? false }
        head = 0
    }

    /// Empties the queue.
    mutating func takeAll() -> [Element] {
        defer { self = Queue() }
        return storage.compactMap { $0 }
    }

    func forEach(_ body: (Element) -> Void) {
        for case let element? in storage[head...] { body(element) }
    }
}
