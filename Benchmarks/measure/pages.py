"""HTTP: the server's CPU time for one request, beside a bare Hummingbird, nginx and Go."""

import contextlib
import json
import os
import statistics

from .fragment_go import fragment_go
from .machine import LOAD_CORE, BenchError, cpu_seconds, output_of
from .peers import bare_hello, nginx
from .rounds import interleave
from .servers import App, free_port, get
from .table import Row, Target

TITLE = "HTTP, CPU-µs a request at 64 keep-alive connections"
CONNECTIONS = 64
DATABASE = "pages"
BARE_LIMIT = Target(at_most=2)
FRAGMENT_LIMIT = Target(at_most=2.5)
GO_LIMIT = Target(at_most=1)
# A fragment that takes one query. {message_id} and {conversation_id} come from a question asked beforehand.
FRAGMENT_PATH = os.environ.get("BENCH_FRAGMENT", "/ask/{message_id}")
FRAGMENT_HEADERS = {"HX-Request": "true"}
QUESTION = "What does Frontdesk cost to run?"
HEADERS_LIMIT_BYTES = 2_048

WRK_REPORT = """
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\nBENCH {"requests":%d,"bytes":%d,"seconds":%f,"errors":%d}\\n', summary.requests, summary.bytes,
    summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def rows(bench, progress):
    with contextlib.ExitStack() as stack:
        sides, trouble = servers(bench, stack)
        for side in sides.values():
            side.load(0.5)                                      # warm
        rounds = interleave(bench, {name: side.measure for name, side in sides.items()}, progress)
        rounds.errors |= trouble

    def row(what, ours, peer, target=None, note=""):
        return Row(what, [cost for cost, _ in rounds[ours]], [cost for cost, _ in rounds[peer]], peer, target,
                   note=note, error=rounds.error(ours, peer))

    def note(name):
        shares = sides[name].postgres_shares if name in sides else []
        return f"Postgres' own CPU for it: {statistics.median(shares):.1f} µs" if shares else ""

    speeds = ", ".join(f"{name} {statistics.median([rate for _, rate in rounds[name]]):,.0f}" for name in sides if rounds[name])
    return [
        row("landing page", "landing page", "bare hello", BARE_LIMIT),
        row("fragment with one query", "fragment", "bare hello", FRAGMENT_LIMIT, note("fragment")),
        row("the same by net/http, html/template and pgx", "fragment", "Go", GO_LIMIT, note("Go")),
        row("landing page, beside a file of the same bytes", "landing page", "nginx file"),
        row("floor: bare hello, beside a constant answer", "bare hello", "nginx constant", note=f"requests a second: {speeds}"),
    ]


def servers(bench, stack):
    """The sides that can be measured, and what is wrong with the others."""
    sides, trouble = {}, {}
    page = b"hello"
    postgres = bench.cluster.process.pid
    try:
        app = App(bench, bench.cluster.make(DATABASE))
        ours = stack.enter_context(app.running())
        landing = Side(bench, ours.pid, app.port, "/", contains=b"data-demo-key")
        page = landing.body
        sides["landing page"] = landing
    except (BenchError, OSError) as error:
        trouble |= {"landing page": str(error), "fragment": str(error)}
    if "landing page" in sides:
        try:
            path = fragment_path(app)
            sides["fragment"] = Side(bench, ours.pid, app.port, path, FRAGMENT_HEADERS, postgres=postgres)
            if b"<html" in sides["fragment"].body:
                raise BenchError(f"{FRAGMENT_PATH} answered with a whole page")
        except (BenchError, OSError) as error:
            sides.pop("fragment", None)
            trouble["fragment"] = str(error)
    if "fragment" in sides:
        try:
            peer, port = stack.enter_context(fragment_go(bench, DATABASE, app.port, path, FRAGMENT_HEADERS))
            sides["Go"] = Side(bench, peer.pid, port, path, FRAGMENT_HEADERS, postgres=postgres)
        except (BenchError, OSError) as error:
            trouble["Go"] = str(error)
    port = free_port()
    bare = stack.enter_context(bare_hello(bench, port))
    sides["bare hello"] = Side(bench, bare.pid, port, "/", contains=b"hello")
    port = free_port()
    peer = stack.enter_context(nginx(bench, port, {"page.html": page}))
    sides["nginx constant"] = Side(bench, peer.pid, port, "/hello", contains=b"hello")
    sides["nginx file"] = Side(bench, peer.pid, port, "/files/page.html", contains=page)
    return sides, trouble


def fragment_path(app):
    """The path with the ids of an answer that there is."""
    return FRAGMENT_PATH.format_map(app.ask(QUESTION)) if "{" in FRAGMENT_PATH else FRAGMENT_PATH


class Side:
    """One address under load. What it answers is checked before, during and after."""
    connections = CONNECTIONS

    def __init__(self, bench, pid, port, path, headers=None, contains=b"", postgres=None):
        self.bench, self.pid, self.port, self.path, self.headers = bench, pid, port, path, headers or {}
        self.postgres, self.postgres_shares = postgres, []
        self.body = self.fetch()
        if contains not in self.body or not self.body:
            raise BenchError(f"GET {path} doesn't contain {contains[:60]!r}")
        self.script = bench.folder / "report.lua"
        self.script.write_text(WRK_REPORT)

    def fetch(self):
        status, body = get(self.port, self.path, self.headers)
        if status != 200:
            raise BenchError(f"GET {self.path} answered {status}")
        return body

    def load(self, seconds):
        command = ["wrk", "-t1", f"-c{self.connections}", f"-d{max(1, round(seconds))}s", "-s", self.script]
        command += [part for name, value in self.headers.items() for part in ("-H", f"{name}: {value}")]
        output = output_of([*command, f"http://127.0.0.1:{self.port}{self.path}"], seconds + 15, LOAD_CORE)
        found = [line for line in output.splitlines() if line.startswith("BENCH ")]
        if not found:
            raise BenchError("wrk gave no report")
        return json.loads(found[0].removeprefix("BENCH "))

    def measure(self):
        """CPU-µs a request, and requests a second."""
        before, postgres_before = cpu_seconds(self.pid), self.postgres and cpu_seconds(self.postgres)
        report = self.load(1 if self.bench.quick else 3)
        after, postgres_after = cpu_seconds(self.pid), self.postgres and cpu_seconds(self.postgres)
        self.check(report)
        if self.postgres:
            self.postgres_shares.append((postgres_after - postgres_before) / report["requests"] * 1e6)
        return (after - before) / report["requests"] * 1e6, report["requests"] / report["seconds"]

    def check(self, report):
        if report["errors"] or not report["requests"]:
            raise BenchError(f"{self.path}: {report['errors']} of {report['requests']} requests failed")
        size = report["bytes"] / report["requests"]
        if not len(self.body) <= size * 1.01 or size > len(self.body) * 1.01 + HEADERS_LIMIT_BYTES:
            raise BenchError(f"{self.path}: answers of {size:.0f} bytes under load, of {len(self.body)} alone")
        if self.fetch() != self.body:
            raise BenchError(f"{self.path}: the answer changed from one request to the next")
