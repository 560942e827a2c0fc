"""One core for the server and its Postgres, as small machines have it: from the first second after a start."""

import json

from .machine import CORES, LOAD_CORE, SERVER_CORE, BenchError, output_of
from .pages import FRAGMENT_HEADERS, fragment_path
from .rounds import interleave
from .servers import App
from .table import Row, Target

TITLE = "One core for server and Postgres: a fragment with one query, from the first second"
CLIENTS = (8, 16, 64)
SECONDS = 3
SLOWEST_MS = {8: Target(at_most=20, of="ours"), 64: Target(at_most=60, of="ours")}
NO_SLOWER = Target(at_least=1)

WRK_REPORT = """
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\nBENCH {"requests":%d,"seconds":%f,"errors":%d,"p99":%f,"most":%f}\\n', summary.requests,
    summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(99) / 1e3, latency.max / 1e3))
end
"""


def rows(bench, progress):
    if len(CORES) < 2:
        return [Row("not measured", note="there is only one core: the load would run beside what it measures")]
    app = App(bench, bench.cluster.make("onecore"))
    bench.cluster.pin(SERVER_CORE)
    try:
        with app.running("/readyz"):
            path = fragment_path(app)
        sides = {clients: lambda clients=clients: first_seconds(bench, app, path, clients) for clients in CLIENTS}
        rounds = interleave(bench, sides, progress)
    finally:
        bench.cluster.pin(LOAD_CORE)

    def row(what, figure, clients, **more):
        return Row(what, [report[figure] for report in rounds[clients]], error=rounds.error(clients), **more)

    def slowest(clients):
        return "the slowest request of each round, ms: " + ", ".join(f"{report['most']:.0f}" for report in rounds[clients])

    first, *others = CLIENTS
    peer = {"peer": [report["rate"] for report in rounds[first]], "peer_name": f"{first} clients"}
    return [
        row(f"99th percentile of {clients} clients, ms", "p99", clients, target=target, note=slowest(clients))
        for clients, target in SLOWEST_MS.items()
    ] + [row(f"requests a second, {clients} clients", "rate", clients, **peer, target=NO_SLOWER if clients == CLIENTS[-1] else None)
         for clients in others]


def first_seconds(bench, app, path, clients):
    """What the first seconds after a start are like."""
    script = bench.folder / "onecore.lua"
    script.write_text(WRK_REPORT)
    headers = [part for name, value in FRAGMENT_HEADERS.items() for part in ("-H", f"{name}: {value}")]
    seconds = 1 if bench.quick else SECONDS
    with app.running("/readyz"):
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "-s", script, *headers, f"http://127.0.0.1:{app.port}{path}"]
        output = output_of(command, seconds + 15, LOAD_CORE)
    report = next((json.loads(line[6:]) for line in output.splitlines() if line.startswith("BENCH ")), None)
    if report is None or report["errors"] or not report["requests"]:
        raise BenchError(f"{path} with {clients} clients: {report or 'wrk gave no report'}")
    return report | {"rate": report["requests"] / report["seconds"]}
