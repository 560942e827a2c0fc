import Testing

@testable import App

@Suite("Metrics")
struct MetricsTests {
    @Test("They are written as Prometheus reads them")
    func format() {
        var text = MetricsText()
        text.add("requests_total", "counter", "Requests.", [("class=\"2xx\"", "3"), ("class=\"5xx\"", "0")])
        text.gauge("connections", "Open connections.", 7)
        #expect(
            text.text == """
                # HELP frontdesk_requests_total Requests.
                # TYPE frontdesk_requests_total counter
                frontdesk_requests_total{class="2xx"} 3
                frontdesk_requests_total{class="5xx"} 0
                # HELP frontdesk_connections Open connections.
                # TYPE frontdesk_connections gauge
                frontdesk_connections 7

                """)
    }

    @Test(
        "Requests are counted by the class of their status",
        arguments: [(200, "2xx"), (204, "2xx"), (303, "3xx"), (404, "4xx"), (500, "5xx"), (100, "1xx"), (599, "5xx"), (999, "5xx")])
    func classes(_ status: Int, _ name: String) {
        let metrics = RequestMetrics()
        metrics.count(.init(code: status), nanoseconds: 1_500_000_000)
        metrics.count(.init(code: status), nanoseconds: 500_000_000)
        #expect(metrics.totals.map(\.name) == ["1xx", "2xx", "3xx", "4xx", "5xx"])
        for total in metrics.totals {
            #expect(total.requests == (total.name == name ? 2 : 0))
            #expect(total.seconds == (total.name == name ? 2 : 0))
        }
    }

    @Test("The memory that is used is known")
    func memory() {
        #expect(ResidentMemory.bytes > 1_000_000)
    }
}
