"""Streams: many paced answers at once from one model, through our widget's route, nginx, and relays written in Python.

Each of N connections asks twice, so that all N are being answered at the same time for more than a second; the starts
spread over the first second. The model numbers its pieces and the client checks every one."""

import contextlib
import json
import os

from . import machine
from .gateway import LITELLM_KEY, litellm_program, litellm_running
from .machine import BenchError, cpu_seconds, forget_peak, memory_bytes, output_of, running
from .peers import nginx, upstream
from .rounds import interleave
from .servers import App, free_port, get, wait_for
from .table import Row, Target
from .templates import python_with_jinja

TITLE = "Streams of 64 pieces, 20 ms apart, server on one core"
SHARES = 6                     # of the run's time: sweeps go through many numbers of streams
STREAMS = 500
ASKS = 2
PIECES = 64
GAP_LIMIT_MS = 200
FIRST_LIMIT_MS = 1_000         # for 99 %: a server that lets people wait isn't holding them
DEADLINE_SECONDS = 15
WARM_STREAMS = 20
HELD = 1_000
CPU_LIMIT = 2.5                # times nginx's, a piece
SWEEP = (250, 500, 750, 1000, 1250, 1500, 1750, 2000, 2500, 3000, 4000)
QUICK_SWEEP = (250, 500, 1000, 1500)
PYTHON_SWEEP = (1, 10, 25, 50, 100, 250, 500)
QUESTION = "What does Frontdesk cost to run? (######)"


def rows(bench, progress):
    port = free_port()
    with upstream(bench, port):
        load = {"ours": Ours(bench, port), "nginx": Nginx(bench, port)}
        bench.begin_part(1 / 3)
        rounds = interleave(bench, {name: relay.at_once for name, relay in load.items()}, progress)
        bench.begin_part(2 / 3)
        held = interleave(bench, {
            name: lambda relay=relay: hold(relay, progress)
            for name, relay in load.items() if name not in rounds.errors}, progress, 1 if bench.quick else 3)
        held.errors |= rounds.errors
        bench.begin_part(1)
        others = {"Starlette": Starlette(bench, port)} | ({"LiteLLM": LiteLLM(bench, port)} if litellm_program(bench) else {})
        python = interleave(bench, {name: lambda relay=relay: hold(relay, progress) for name, relay in others.items()}, progress, 1)

    def row(what, member, target=None):
        return Row(f"{STREAMS} streams: {what}", [one[member] for one in rounds["ours"]],
                   [one[member] for one in rounds["nginx"]], "nginx", target, error=rounds.error("ours", "nginx"),
                   note=troubles(rounds) if member == "lost" else "")

    return [
        row("pieces lost", "lost", Target(at_most=0, of="ours", every_round=True)),
        row("longest gap, ms", "gap_max_ms", Target(at_most=GAP_LIMIT_MS, of="ours", every_round=True)),
        row("99 % of gaps below, ms", "gap_p99_ms"),
        row("first piece, 99 % below, ms", "first_p99_ms"),
        row("CPU-µs a piece, asking included", "cpu_us", Target(at_most=CPU_LIMIT)),
        row("memory a stream, KiB", "memory_kib"),
        Row("streams held before that breaks", [most for most, _ in held["ours"]], [most for most, _ in held["nginx"]],
            "nginx", Target(at_least=HELD, of="ours"), error=held.error("ours", "nginx"),
            note="; ".join(f"{name}: {held[name][-1][1]}" for name in ("ours", "nginx") if held[name])),
        *(Row(f"the same beside {name}", [most for most, _ in held["ours"]], [most for most, _ in python[name]], name,
              error=held.error("ours") or python.error(name), note="; ".join(f"{name}: {end}" for _, end in python[name]))
          for name in others),
    ]


def troubles(rounds):
    """What the client met, and a model that was late: both would otherwise hide behind a median."""
    said = {f"{name}: {one['errors']} {one['sample']}".strip() for name in ("ours", "nginx") for one in rounds[name] if one["errors"]}
    late = max((one["late_ms"] for name in ("ours", "nginx") for one in rounds[name]), default=0)
    return "; ".join(sorted(said) + [f"the model was at most {late} ms late"])


def clean(result):
    return not why(result)


def why(result):
    """What is wrong with it, if anything."""
    parts = [f"{result['lost']} pieces lost" if result["lost"] else "", str(result["errors"] or ""),
             f"a gap of {result['gap_max_ms']:.0f} ms" if result["gap_max_ms"] > GAP_LIMIT_MS else "",
             f"1 % wait over {result['first_p99_ms']:.0f} ms for the first piece" if result["first_p99_ms"] > FIRST_LIMIT_MS else ""]
    return ", ".join(part for part in parts if part)


def hold(relay, progress):
    """The most streams that come through clean, and what ended it. A number breaks when it fails twice."""
    most = 0
    with relay.running():
        for streams in relay.sweep():
            if most and relay.bench.time_is_up():
                return most, "the time was up first"
            if streams * 2 + 200 > machine.raise_open_files():
                return most, "the limit of open files was reached first"
            progress(f"{relay.name}: {streams} streams")
            result = relay.load(streams)
            if not clean(result):
                result = relay.load(streams)
            if result["late_ms"] > GAP_LIMIT_MS:
                return most, f"at {streams} the model itself was {result['late_ms']} ms late: a lower bound"
            if not clean(result):
                return most, f"{streams} gave {why(result)}"
            most = streams
    return most, "it never broke: a lower bound"


def stream_load(bench, port, streams, key, request, asks=ASKS):
    path = bench.folder / f"request-{port}"
    path.write_bytes(request)
    output = output_of([bench.product("StreamLoad"), "--request", path, "--port", port, "--streams", streams, "--asks", asks,
                        "--pieces", PIECES, "--key", key, "--deadline-s", DEADLINE_SECONDS], DEADLINE_SECONDS + 10)
    result = json.loads(output)
    if result["errors"].get("text"):
        raise BenchError(f"the text that came through is wrong: {result['sample']}")
    if result["pieces"] == 0:
        raise BenchError(f"nothing came through: {result['errors']} {result['sample']}")
    return result


def post(port, path, body, headers=()):
    body = json.dumps(body)
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/json",
             f"Content-Length: {len(body.encode())}", *headers]
    return "\r\n".join([*lines, "", body]).encode()


def model_request(port):
    messages = [{"role": "user", "content": QUESTION}]
    return post(port, "/v1/chat/completions", {"model": "test", "stream": True, "messages": messages})


class Relay:
    """A server between the client and the model."""

    def __init__(self, bench, model_port):
        self.bench, self.model_port = bench, model_port

    def sweep(self):
        return QUICK_SWEEP if self.bench.quick else SWEEP

    def load(self, streams, asks=ASKS):
        self.model_lateness()
        result = stream_load(self.bench, self.port, streams, self.key, self.request, asks)
        return result | {"late_ms": self.model_lateness()}

    def model_lateness(self):
        """The most by which the model was behind its own pace since this was last asked, ms."""
        return json.loads(get(self.model_port, "/stats")[1])["latest_ms"]

    def at_once(self):
        """One round on a fresh process: what the client saw, with CPU a piece and memory a stream."""
        with self.running() as process:
            one = self.load(1, 1)
            if one["lost"] or one["errors"]:        # a late one isn't wrong
                raise BenchError(f"a single stream doesn't come through: {why(one)} {one['sample']}")
            self.load(WARM_STREAMS, 1)
            resting, before = memory_bytes(process.pid), cpu_seconds(process.pid)
            forget_peak(process.pid)
            result = self.load(STREAMS)
            process.check(self.name)
            result["cpu_us"] = (cpu_seconds(process.pid) - before) / max(1, result["pieces"]) * 1e6
            result["memory_kib"] = (memory_bytes(process.pid, "VmHWM") - resting) / STREAMS / 1024
            return result


class Ours(Relay):
    """The route of a chat on another site. Each ask is a visitor's of its own, from a network of its own."""
    name, key = "ours", "text"

    @contextlib.contextmanager
    def running(self):
        app = App(self.bench, self.bench.cluster.make("streams"), self.model_port)
        app.environment["TRUSTED_PROXIES"] = "127.0.0.1"
        with app.running() as process:
            self.port = app.port
            token = self.bench.cluster.ask("streams", "select token from bots")
            self.request = post(app.port, f"/api/send/{token}/", {"message": QUESTION, "session_id": "a-sessions-secret-######-long"}, [
                "Accept: text/event-stream", "X-Forwarded-For: 2001:###:###::1"])
            yield process


class Nginx(Relay):
    name, key = "nginx", "content"

    @contextlib.contextmanager
    def running(self):
        self.port = free_port()
        self.request = model_request(self.port)
        with nginx(self.bench, self.port, model_port=self.model_port) as process:
            yield process


class Starlette(Relay):
    name, key = "Starlette", "content"

    def sweep(self):
        return PYTHON_SWEEP

    @contextlib.contextmanager
    def running(self):
        self.port = free_port()
        self.request = model_request(self.port)
        command = [python_with_jinja(self.bench), "-m", "uvicorn", "relay_starlette:app", "--host", "127.0.0.1", "--port", self.port,
                   "--log-level", "error", "--no-access-log"]
        environment = os.environ | {"RELAY_MODEL": f"http://127.0.0.1:{self.model_port}"}
        folder = self.bench.root / "Benchmarks/peers"
        with running(command, self.bench.log("starlette"), env=environment, cwd=folder) as process:
            wait_for(process, self.port, "/hello", "Starlette")
            yield process


class LiteLLM(Relay):
    name, key = "LiteLLM", "content"

    def sweep(self):
        return PYTHON_SWEEP

    @contextlib.contextmanager
    def running(self):
        with litellm_running(self.bench, litellm_program(self.bench), self.model_port) as (process, self.port):
            body = {"model": "frontdesk", "stream": True, "messages": [{"role": "user", "content": QUESTION}]}
            self.request = post(self.port, "/v1/chat/completions", body, [f"Authorization: Bearer {LITELLM_KEY}"])
            yield process
