"""Measures the server against its peers and prints one table. `bin/bench` builds what this needs and calls it."""

import argparse
import contextlib
import os
import signal
import sys
import time

from measure import (
    bytes, conversations, dashboard, desks, gateway, inbox, jobs, machine, onecore, pages, postgres, reading, retrieval, start, streams, table,
    templates)
from measure.servers import Bench

# Those that take long last: they have what is left of the others' time. A group that needs more than others has `SHARES`.
GROUPS = {
    "bytes": bytes, "templates": templates, "postgres": postgres, "start": start, "jobs": jobs, "pages": pages, "gateway": gateway,
    "dashboard": dashboard, "inbox": inbox, "retrieval": retrieval, "onecore": onecore, "conversations": conversations,
    "reading": reading, "desks": desks, "streams": streams}
LIMIT_SECONDS = 15 * 60
QUICK_LIMIT_SECONDS = 5 * 60
LAST_START_SECONDS = 20         # before the limit: what is begun later might not end in time


class OutOfTime(Exception):
    pass


def main():
    options = parse()
    machine.raise_open_files()
    os.sched_setaffinity(0, {machine.LOAD_CORE})
    for stop in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(stop, lambda number, _: sys.exit(128 + number))
    signal.signal(signal.SIGALRM, out_of_time)
    limit = QUICK_LIMIT_SECONDS if options.quick else LIMIT_SECONDS
    signal.alarm(limit)
    started, stolen_before, load_before = time.monotonic(), machine.stolen_share(), os.getloadavg()[0]
    steady = [machine.yardstick() for _ in range(9)]
    groups, cut_short = measure(options, limit - LAST_START_SECONDS)
    signal.alarm(0)
    steady += [machine.yardstick() for _ in range(9)]
    print(table.render(groups))
    print()
    print(table.summary(groups))
    print(about(options, time.monotonic() - started, stolen_before, load_before, steady))
    if cut_short:
        print("warning: the time was up, so some figures are of fewer rounds")
    return 1 if any(row.verdict() == "ERROR" for _, rows in groups for row in rows) else 0


def parse():
    parser = argparse.ArgumentParser(
        prog="bin/bench", epilog="A figure that falls short is reported and no failure; one that can't be believed is an error.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which to run: quick, {', '.join(GROUPS)} (all if none is named)")
    parser.add_argument("--products", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.quick = "quick" in options.names
    options.names = [name for name in options.names if name != "quick"]
    for name in options.names:
        if name not in GROUPS:
            parser.error(f"there is no “{name}”; there are {', '.join(GROUPS)}, and quick")
    return options


def measure(options, seconds):
    """A title and rows for each group; what couldn't be measured is a row that says so."""
    groups = []
    names = options.names or list(GROUPS)
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    over = False        # once the time is up, later groups aren't started but still shown
    with contextlib.ExitStack() as stack:
        bench = Bench(root, options.products, options.quick, seconds, stack)
        for place, name in enumerate(names):
            group = GROUPS[name]
            bench.begin(shares(name) / sum(map(shares, names[place:])))
            try:
                if over:
                    raise OutOfTime
                rows = group.rows(bench, lambda text: progress(f"{name}: {text}"))
            except OutOfTime:
                over = True
                rows = [table.Row("not measured", error="out of time")]
            except (machine.BenchError, OSError) as error:
                rows = [table.Row("not measured", error=str(error) or type(error).__name__)]
            groups.append((group.TITLE, rows))
    progress("")
    return groups, bench.cut_short or over


def shares(name):
    return getattr(GROUPS[name], "SHARES", 1)


def out_of_time(*_):
    raise OutOfTime


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


def about(options, seconds, stolen_before, load_before, steady):
    """What one must know to believe the table."""
    stolen, total = (after - before for after, before in zip(machine.stolen_share(), stolen_before))
    rounds = 3 if options.quick else 5
    lines = [
        f"{machine.description()}; load average before {load_before:.1f}; {seconds:.0f} s in all",
        f"core {machine.SERVER_CORE}: what is measured; core {machine.LOAD_CORE}: load, model, and Postgres beside our server",
        f"figures: median [least–most] of {rounds} interleaved rounds; a ratio is taken round by round",
        f"noise: a fixed piece of work took {table.spread(steady)} ms; the host took {100 * stolen / max(total, 1e-9):.1f} % of the CPU",
    ]
    if machine.SERVER_CORE == machine.LOAD_CORE:
        lines.append("warning: there is only one core, so load and server disturb each other")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
