"""Start and rest: from exec to the first answer, and the memory of a server that does nothing."""

import contextlib
import time

from .machine import memory_bytes
from .peers import bare_hello
from .rounds import interleave
from .servers import App, free_port
from .table import Row, Target

TITLE = "Start and rest, Postgres already up"
REST_SECONDS = 10
START_LIMIT = Target(at_most=0.5, of="ours")
MEMORY_LIMIT_MIB = Target(at_most=60, of="ours")


def rows(bench, progress):
    url = bench.cluster.make("start")
    progress("first start, which migrates")
    with App(bench, url).running():
        pass

    def start(path):
        def measure():
            app = App(bench, url)
            with app.running(path):
                return app.first_answer_seconds
        return measure

    def bare_start():
        with bare_hello(bench, free_port()) as process:
            return process.first_answer_seconds

    rounds = interleave(bench, {"/healthz": start("/healthz"), "/": start("/"), "bare hello": bare_start}, progress)
    resting = rest(bench, url, progress)
    return [
        Row(f"exec to the first 200 of {path}, s", rounds[path], rounds["bare hello"], "bare hello", START_LIMIT,
            error=rounds.error(path, "bare hello")) for path in ("/healthz", "/")
    ] + [Row(f"resident memory, {REST_SECONDS} s after the start, MiB", *resting, "bare hello", MEMORY_LIMIT_MIB)]


def rest(bench, url, progress):
    """MiB of as many fresh servers as there are rounds, ours and bare, all left alone at the same time."""
    progress(f"{REST_SECONDS} s of rest")
    with contextlib.ExitStack() as stack:
        ours = [stack.enter_context(App(bench, url).running()) for _ in range(bench.rounds)]
        bare = [stack.enter_context(bare_hello(bench, free_port())) for _ in range(bench.rounds)]
        time.sleep(REST_SECONDS)
        return [[memory_bytes(process.pid) / 2**20 for process in side] for side in (ours, bare)]
