"""The gateway: POST /v1/chat/completions, not streamed, by programs with keys, from a model that answers at once.

Ours finds the key's bot, counts the request, stores conversation and messages, and asks the model with the bot's text;
LiteLLM's proxy, with two workers and one key, passes it on and stores nothing. Both are on the server core, and only
their own CPU is counted; model, load and our Postgres are on the other. Of ours, the model always streams."""

import contextlib
import hashlib
import json
import os
import statistics
from pathlib import Path

from .machine import LOAD_CORE, BenchError, cpu_seconds, output_of, running
from .peers import upstream
from .rounds import interleave
from .servers import App, free_port, post, wait_for
from .table import Row, Target

TITLE = "Gateway: chat completions, not streamed, of a model that answers at once"
CALLERS = 64
ADDED_LIMIT_MS = Target(at_most=1, of="ours")
TIMES_LITELLM = Target(at_least=40)
# A key may ask 60 times a minute, an account 600 times: so many that nobody is refused.
ACCOUNTS, KEYS_EACH = 200, 10
QUESTION = "When are you open on Sundays?"
PASSAGES = (("Hours", "We are open Monday to Friday from 9 to 18 o’clock, and on Sundays from 10 to 12."),
            ("Delivery", "We deliver within the city for 3.50; free from 40."), ("Payment", "We take cards and cash."))
TIMEOUT_SECONDS = 10            # wrk’s own 2 s are too few for a slow gateway
LITELLM_WORKERS = 2
LITELLM_START_SECONDS = 120
LITELLM_KEY = "sk-bench"

SCRIPT = """
local requests, place = {{}}, 0
function init(arguments)
  for key in io.lines("{keys}") do
    requests[#requests + 1] = wrk.format("POST", "/v1/chat/completions",
      {{["Authorization"] = "Bearer " .. key, ["Content-Type"] = "application/json"}}, [==[{body}]==])
  end
end
function request()
  place = place % #requests + 1
  return requests[place]
end
function done(summary, latency, all)
  local e = summary.errors
  io.write(string.format('\\nBENCH {{"requests":%d,"seconds":%f,"errors":%d,"median_ms":%f}}\\n', summary.requests,
    summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50) / 1e3))
end
"""

LITELLM_SETTINGS = """
model_list:
  - model_name: frontdesk
    litellm_params: {{model: openai/test, api_base: "http://127.0.0.1:{port}/v1", api_key: test}}
litellm_settings: {{telemetry: false, set_verbose: false, num_retries: 0, request_timeout: 30}}
general_settings: {{master_key: {key}, disable_spend_logs: true}}
"""


def rows(bench, progress):
    with contextlib.ExitStack() as stack:
        model_port = free_port()
        stack.enter_context(upstream(bench, model_port, interval_ms=0))
        callers = {"direct": Callers(bench, "direct", model_port, ["none"], "test"), "ours": ours(bench, stack, model_port)}
        if proxy := litellm_program(bench):
            progress("LiteLLM starts")
            callers["LiteLLM"] = litellm(bench, stack, proxy, model_port)
        for one in callers.values():
            one.check()
            one.load(CALLERS, 2)                                # warm
        bench.cluster.ask("gateway", "analyze")                 # as autovacuum does within the first minute
        sides = {f"{name}, alone": one.alone for name, one in callers.items()}
        sides |= {name: one.busy for name, one in callers.items()}
        rounds = interleave(bench, sides, progress)
        callers["ours"].check_stored()
    return [added_row(rounds, proxy), rate_row(rounds, callers, proxy)]


def added_row(rounds, proxy):
    """What a caller waits longer than for the model itself."""
    def added(name):
        return [with_it - without for with_it, without in zip(rounds[f"{name}, alone"], rounds["direct, alone"])]
    alone = [f"{name}, alone" for name in ("direct", "ours", "LiteLLM")]
    direct = statistics.median(rounds["direct, alone"]) if rounds["direct, alone"] else 0
    return Row("added to the median by the gateway, one caller, ms", added("ours"), added("LiteLLM"), "LiteLLM" if proxy else "", ADDED_LIMIT_MS,
               error=rounds.error(*alone), note=f"the model itself answers in {direct:.2f} ms")


def rate_row(rounds, callers, proxy):
    peak = {name: statistics.median([rate for _, rate in rounds[name]]) for name in callers if rounds[name]}
    notes = ["requests a second on one core: " + ", ".join(f"{name} {rate:,.0f}" for name, rate in peak.items() if name != "direct"),
             callers["ours"].beside()]
    if not proxy:
        notes.append("LiteLLM isn't measured: bin/setup --litellm installs it")
    return Row(f"requests a CPU-second, {CALLERS} callers", [rate for rate, _ in rounds["ours"]], [rate for rate, _ in rounds["LiteLLM"]],
               "LiteLLM" if proxy else "", TIMES_LITELLM if proxy else None, error=rounds.error("ours", "LiteLLM"), note="; ".join(notes))


class Callers:
    """Programs that call the server at `port`, each request with the next of `keys`."""

    def __init__(self, bench, name, port, keys, model, process=None, beside=None):
        self.bench, self.name, self.port, self.process = bench, name, port, process
        self.postgres, self.asked, self.postgres_us, self.stored = beside, 0, [], None
        self.key, body = keys[0], json.dumps({"model": model, "messages": [{"role": "user", "content": QUESTION}]})
        self.body = body
        key_file, self.script = bench.folder / f"keys-{port}", bench.folder / f"gateway-{port}.lua"
        key_file.write_text("\n".join(keys) + "\n")
        self.script.write_text(SCRIPT.format(keys=key_file, body=body))

    def check(self):
        """The answer must be the model's, whole."""
        status, body = post(self.port, "/v1/chat/completions", self.body, {"Authorization": f"Bearer {self.key}"})
        if status != 200 or b"piece 64" not in body:
            raise BenchError(f"{self.name} answered {status}: {body[:200]!r}")
        self.asked += 1

    def load(self, connections, seconds):
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", f"{TIMEOUT_SECONDS}s", "-s", self.script, f"http://127.0.0.1:{self.port}"]
        output = output_of(command, seconds + 15, LOAD_CORE)
        found = [line for line in output.splitlines() if line.startswith("BENCH ")]
        if not found:
            raise BenchError("wrk gave no report")
        report = json.loads(found[0].removeprefix("BENCH "))
        if report["errors"] or not report["requests"]:
            raise BenchError(f"{report['errors']} of {report['requests']} requests failed")
        if self.process:
            self.process.check(self.name)
        self.asked += report["requests"]
        return report

    def alone(self):
        return self.load(1, 1 if self.bench.quick else 2)["median_ms"]

    def busy(self):
        """Requests a CPU-second of the gateway's own processes, and requests a second."""
        if not self.process:
            report = self.load(CALLERS, 1)
            return 0, report["requests"] / report["seconds"]
        before, beside = cpu_seconds(self.process.pid), self.postgres and cpu_seconds(self.postgres)
        report = self.load(CALLERS, 1 if self.bench.quick else 3)
        used = cpu_seconds(self.process.pid) - before
        if self.postgres:
            self.postgres_us.append((cpu_seconds(self.postgres) - beside) / report["requests"] * 1e6)
        return report["requests"] / used, report["requests"] / report["seconds"]

    def beside(self):
        return f"Postgres' own CPU for one of ours: {statistics.median(self.postgres_us):,.0f} µs" if self.postgres_us else ""

    def check_stored(self):
        """A gateway that answers without storing isn't what is measured."""
        stored = int(self.stored())
        if stored < self.asked:
            raise BenchError(f"{self.asked} requests were answered and {stored} answers stored")


def ours(bench, stack, model_port):
    app = App(bench, bench.cluster.make("gateway"), model_port)
    process = stack.enter_context(app.running("/readyz"))
    callers = Callers(bench, "ours", app.port, plant(bench.cluster), "frontdesk", process, bench.cluster.process.pid)
    callers.stored = lambda: bench.cluster.ask("gateway", "select count(*) from messages where state = 'answered' and text like '%piece 64%'")
    return callers


def plant(cluster):
    """Accounts, each with a bot that knows a little and with keys. The keys' texts.

    Tables that are still empty aren't analyzed: Postgres would take them for empty for ever, and read them whole."""
    keys = [f"fd_{key_text(number)}" for number in range(ACCOUNTS * KEYS_EACH)]
    passages = ", ".join(f"({place}, '{title}', '{text}')" for place, (title, text) in enumerate(PASSAGES))
    rows = ", ".join(f"({number // KEYS_EACH}, '\\x{hashlib.sha256(key.encode()).hexdigest()}'::bytea)" for number, key in enumerate(keys))
    cluster.carry_out("gateway", f"""
        create temporary table planted as select number, gen_random_uuid() as account, gen_random_uuid() as bot
          from generate_series(0, {ACCOUNTS - 1}) as number;
        insert into accounts (id, name, plan) select account, 'Shop', 'paid' from planted;
        insert into bots (id, account_id, name) select bot, account, 'Shop' from planted;
        insert into passages (account_id, bot_id, position, title, text)
          select account, bot, place, title, text from planted, (values {passages}) as known (place, title, text);
        insert into api_keys (id, account_id, bot_id, prefix, key_hash)
          select gen_random_uuid(), account, bot, 'fd_', hash from planted join (values {rows}) as given (number, hash) using (number);
        analyze accounts, bots, passages, api_keys""")
    return keys


def key_text(number):
    """32 characters as a key has them, the same for the same number."""
    characters = "23456789abcdefghijkmnpqrstuvwxyz"
    return "".join(characters[byte % len(characters)] for byte in hashlib.sha256(f"key {number}".encode()).digest())


def litellm_program(bench):
    named = os.environ.get("BENCH_LITELLM")
    path = Path(named) if named else bench.root / ".venv-litellm/bin/litellm"
    return path if path.exists() else None


def litellm(bench, stack, program, model_port):
    process, port = stack.enter_context(litellm_running(bench, program, model_port))
    return Callers(bench, "LiteLLM", port, [LITELLM_KEY], "frontdesk", process)


@contextlib.contextmanager
def litellm_running(bench, program, model_port):
    """As its makers advise for production: workers, no debugging, no retries; without a database it stores nothing."""
    port, settings = free_port(), bench.folder / "litellm.yaml"
    settings.write_text(LITELLM_SETTINGS.format(port=model_port, key=LITELLM_KEY))
    environment = os.environ | {"LITELLM_MODE": "PRODUCTION", "LITELLM_LOG": "ERROR", "LITELLM_LOCAL_MODEL_COST_MAP": "True",
                                "PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(bench.folder)}
    command = [program, "--config", settings, "--host", "127.0.0.1", "--port", port, "--num_workers", LITELLM_WORKERS, "--telemetry", "False"]
    with running(command, bench.log("litellm"), env=environment, cwd=bench.folder) as process:
        wait_for(process, port, "/health/liveliness", "LiteLLM", LITELLM_START_SECONDS)
        yield process, port
