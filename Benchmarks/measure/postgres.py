"""Postgres: a select by key through our pool, beside pgbench on the same socket.

Postgres runs on the server core, the client on the other. What a client says that it has done is held against what
Postgres has counted."""

import re
import resource
import statistics
import time

from .machine import LOAD_CORE, SERVER_CORE, BenchError, output_of
from .rounds import interleave
from .table import Row, Target

TITLE = "Postgres, selects by key a second through one Unix socket"
CALLERS = (1, 16, 64)
LEAST_AT_MOST_CALLERS = Target(at_least=0.6)
DATABASE = "pgbench"


def rows(bench, progress):
    cluster = bench.cluster
    url = cluster.make(DATABASE)
    cluster.run("pgbench", "-i", "-q", "-s", "1", DATABASE)
    cluster.pin(SERVER_CORE)
    seconds = 1 if bench.quick else 3
    try:
        sides = {}
        for callers in CALLERS:
            sides[f"pool {callers}"] = lambda callers=callers: measured(cluster, our_pool, bench, url, callers, seconds)
            sides[f"pgbench {callers}"] = lambda callers=callers: measured(cluster, pgbench, bench, url, callers, seconds)
        rounds = interleave(bench, sides, progress)
    finally:
        cluster.pin(LOAD_CORE)
    return [row(rounds, callers) for callers in CALLERS]


def row(rounds, callers):
    ours, peer = f"pool {callers}", f"pgbench {callers}"
    note = ""
    if rounds[ours] and rounds[peer]:
        costs = [statistics.median([cost for _, cost in rounds[side]]) for side in (ours, peer)]
        note = f"the client's CPU-µs a query: ours {costs[0]:.1f}, pgbench {costs[1]:.1f}"
    return Row(f"{callers} caller{'s' * (callers > 1)} at once", [rate for rate, _ in rounds[ours]],
               [rate for rate, _ in rounds[peer]], "pgbench", LEAST_AT_MOST_CALLERS if callers == CALLERS[-1] else None,
               error=rounds.error(ours, peer), note=note)


def measured(cluster, client, bench, url, callers, seconds):
    """Queries a second, and the client's CPU-µs for each."""
    scans_before, used_before = scans(cluster), used_seconds()
    rate, count = client(cluster, bench, url, callers, seconds)
    used = used_seconds() - used_before
    check_count(cluster, scans_before, count)
    return rate, used / count * 1e6


def scans(cluster):
    return int(cluster.ask(DATABASE, "select idx_scan from pg_stat_user_tables where relname = 'pgbench_accounts'"))


def check_count(cluster, before, claimed):
    """Backends hand in their counts as they end, so a moment may pass."""
    for _ in range(20):
        counted = scans(cluster) - before
        if counted >= claimed * 0.99:
            return
        time.sleep(0.1)
    raise BenchError(f"{claimed} selects were claimed, Postgres counted {counted}")


def used_seconds():
    """CPU time of all the clients that have run and ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def our_pool(cluster, bench, url, callers, seconds):
    """`PostgresBench URL CALLERS SECONDS` prints `queries N` and `seconds S`, after checking every row it got."""
    output = output_of([bench.product("PostgresBench"), url, callers, seconds], seconds + 20, LOAD_CORE)
    figures = dict(re.findall(r"^(\w+)\s+([\d.]+)", output, re.M))
    if not {"queries", "seconds"} <= figures.keys():
        raise BenchError(f"PostgresBench's output isn't understood: {output[:200]}")
    return float(figures["queries"]) / float(figures["seconds"]), int(figures["queries"])


def pgbench(cluster, bench, url, callers, seconds):
    output = output_of([cluster.programs / "pgbench", "-n", "-S", "-M", "prepared", "-c", callers, "-j", "1", "-T", seconds, DATABASE],
                       seconds + 20, LOAD_CORE, env=cluster.environment, cwd=cluster.folder)
    rate = re.search(r"tps = ([\d.]+) \(without", output)
    count = re.search(r"actually processed: (\d+)", output)
    failed = re.search(r"failed transactions: (\d+)", output)
    if not rate or not count or (failed and int(failed.group(1))):
        raise BenchError(f"pgbench's output isn't understood or tells of failures: {output[-300:]}")
    return float(rate.group(1)), int(count.group(1))
