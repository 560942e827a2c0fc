/// A large value by reference: a request's context is copied at each step, with all that it holds.
final class Shared<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
