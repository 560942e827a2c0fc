import Templates

/// Nanoseconds for one call: the best of many short batches, so that a busy machine disturbs less.
func nanoseconds(_ body: () -> Int) -> Double {
    var sink = 0
    var calls = 1
    var best = Double.infinity
    var batches = 0
    while batches < 200 {
        let time = ContinuousClock().measure { for _ in 0..<calls { sink &+= body() } }
        if time < .milliseconds(1) {
            calls *= 2
        } else {
            best = min(best, time / .nanoseconds(calls))
            batches += 1
        }
    }
    // Read, so that no call is optimised away.
    if sink == 0 { print("# nothing was rendered") }
    return best
}

func report(_ name: String, _ body: () -> Int) {
    print(name, Int(nanoseconds(body).rounded()))
}

func measure(_ name: String, of render: () -> HTML) {
    report(name) { render().count }
    let html = render()
    let target = UnsafeMutableRawPointer.allocate(byteCount: html.count, alignment: 16)
    defer { target.deallocate() }
    report("\(name)_memcpy") { copy(html, to: target) }
}

@inline(never)
private func copy(_ html: HTML, to target: UnsafeMutableRawPointer) -> Int {
    html.withUnsafeBytes { bytes in
        if let base = bytes.baseAddress { target.copyMemory(from: base, byteCount: bytes.count) }
        return bytes.count
    }
}
