import Glibc

/// Nanoseconds of the monotonic clock.
func monotonicNow() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
}

extension Duration {
    /// Negative ones are 0, endless ones the greatest.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        let (whole, overflows) = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowsToo) = whole.addingReportingOverflow(UInt64(clamping: attoseconds / 1_000_000_000))
        return overflows || overflowsToo ? .max : sum
    }
}

/// The monotonic time after a duration from now.
func deadline(after duration: Duration) -> UInt64 { deadline(duration.nanoseconds, after: monotonicNow()) }

func deadline(_ nanoseconds: UInt64, after start: UInt64) -> UInt64 {
    let (sum, overflows) = start.addingReportingOverflow(nanoseconds)
    return overflows ? .max : sum
}
