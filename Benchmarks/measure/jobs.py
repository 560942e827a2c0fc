"""Jobs: empty ones, enqueued in batches and then done by one worker, ours beside pgqueuer on the same Postgres.

Postgres runs on the server core, the worker on the other, and everything is as durable as Postgres makes it. Both
have as many jobs in hand at once; of what was tried (1, 5 and 10 workers, 10 to 1,000 jobs at once), pgqueuer is
fastest with these settings. It keeps a row in its log for each job; ours deletes what was done."""

import re
from pathlib import Path

from .machine import LOAD_CORE, SERVER_CORE, BenchError, output_of
from .rounds import interleave
from .table import Row, Target
from .templates import python_with_jinja

TITLE = "Jobs a second, enqueued 1,000 at a time and done by one worker"
OURS, PEER = "JobsBench", "pgqueuer"
JOBS = 50_000
QUICK_JOBS = 20_000
AT_ONCE = 1_000
MIGRATIONS = ("0001_accounts.sql", "0007_jobs.sql")
SECONDS_LIMIT = 60
TIMES_PGQUEUER = Target(at_least=2)


def rows(bench, progress):
    cluster, count = bench.cluster, QUICK_JOBS if bench.quick else JOBS
    python, script = python_with_jinja(bench), Path(__file__).parent.parent / "pgqueuer_bench.py"
    ours_url, peer_url = cluster.make("jobs"), cluster.make("pgqueuer")
    for name in MIGRATIONS:
        cluster.ask("jobs", (bench.root / "Migrations" / name).read_text())
    output_of([python, script, peer_url, "install"], SECONDS_LIMIT)
    cluster.pin(SERVER_CORE)
    try:
        rounds = interleave(bench, {
            OURS: lambda: rates(count, [bench.product("JobsBench"), ours_url, count, AT_ONCE]),
            PEER: lambda: rates(count, [python, script, peer_url, count, 1, AT_ONCE]),
        }, progress)
    finally:
        cluster.pin(LOAD_CORE)

    def row(what, place, target=None):
        ours, peer = ([one[place] for one in rounds[side]] for side in (OURS, PEER))
        return Row(what, ours, peer, PEER, target, error=rounds.error(OURS, PEER))

    return [row("done", 1, TIMES_PGQUEUER), row("enqueued", 0)]


def rates(count, command):
    """Jobs enqueued and jobs done, each a second. Both programs fail if a job wasn't done, or is left."""
    output = output_of(command, SECONDS_LIMIT, LOAD_CORE)
    seconds = dict(re.findall(r"^(\w+)_seconds ([\d.]+)$", output, re.M))
    if not {"enqueue", "work"} <= seconds.keys():
        raise BenchError(f"the output isn't understood: {output[:200]}")
    return count / float(seconds["enqueue"]), count / float(seconds["work"])
