"""Desks: bots with what they know, ready to answer. What they hold in memory, and what others notice while a large one is made."""

import contextlib
import http.client
import json
import statistics
import threading
import time
import uuid

from .machine import BenchError, memory_bytes
from .servers import App
from .table import Row, Target

TITLE = "Desks: a bot's text, indexed"
BOTS = (1_000, 3_000, 10_000)
QUICK_BOTS = BOTS[:2]
PASSAGES, WORDS = 12, 45                # a page of text
LARGE = 50_000                          # passages, as many as a bot can know
MEMORY_LIMIT_MIB = Target(at_most=200, of="ours")
TIMES_QUIET = Target(at_most=2)
QUESTIONS, QUICK_QUESTIONS = 3_000, 600
CLIENTS = 2
CONNECTION_SECONDS = 60


def rows(bench, progress):
    return memory(bench, progress) + neighbours(bench, progress)


def memory(bench, progress):
    counts = QUICK_BOTS if bench.quick else BOTS
    with server(bench, "desks") as (app, process):
        tokens = plant(bench, "desks", counts[-1], PASSAGES)
        found = {0: memory_bytes(process.pid) / 2**20}
        for before, count in zip((0, *counts), counts):
            together(app, lambda ask, place: [ask(token) for token in tokens[before + place:count:CLIENTS]])
            progress(f"{count:,} bots were asked")
            found[count] = memory_bytes(process.pid) / 2**20
    return [
        Row(f"{count:,} bots with a page each, asked in turn: resident MiB", [found[count]], target=MEMORY_LIMIT_MIB if count == BOTS[-1] else None,
            note=f"before the first: {found[0]:.0f}" if count == BOTS[0] else "") for count in counts]


def neighbours(bench, progress):
    """Questions to a small bot while a large one of another account is indexed, again and again."""
    questions = QUICK_QUESTIONS if bench.quick else QUESTIONS
    with server(bench, "neighbours") as (app, _):
        [small] = plant(bench, "neighbours", 1, PASSAGES)
        [large] = plant(bench, "neighbours", 1, LARGE)
        times(app, small, questions)
        bench.cluster.ask("neighbours", "analyze")              # as autovacuum does within the first minute
        progress("questions to a small bot, quiet")
        quiet = times(app, small, questions)
        progress("the same, beside a large one")
        over, indexed = threading.Event(), []
        thread = threading.Thread(target=keep_indexing, args=(bench, app, large, over, indexed))
        thread.start()
        beside = times(app, small, questions, until=lambda: indexed)
        over.set()
        thread.join()
    if not indexed:
        raise BenchError("the large bot was never indexed")
    note = (f"median {statistics.median(quiet):.2f} and {statistics.median(beside):.2f} ms; the large bot's own question took "
            f"{statistics.median(indexed):.1f} s")
    return [Row(f"questions beside {LARGE:,} passages that are indexed: 99 % below, ms", [p99(beside)], [p99(quiet)], "quiet", TIMES_QUIET, note=note)]


@contextlib.contextmanager
def server(bench, database):
    app = App(bench, bench.cluster.make(database))
    with app.running("/readyz") as process:
        yield app, process


@contextlib.contextmanager
def client(app):
    """A function that asks a bot and says how many milliseconds that took."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=CONNECTION_SECONDS)

    def ask(token):
        body = json.dumps({"message": "When do you open?", "session_id": uuid.uuid4().hex})
        started = time.perf_counter()
        connection.request("POST", f"/api/send/{token}/", body, {"Content-Type": "application/json", "Accept": "application/json"})
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise BenchError(f"a question was answered {response.status}: {answer[:200]!r}")
        return (time.perf_counter() - started) * 1000

    try:
        yield ask
    finally:
        connection.close()


def together(app, work):
    """`work(ask, place)` by a few clients at the same time."""
    trouble = []

    def run(place):
        try:
            with client(app) as ask:
                work(ask, place)
        except (BenchError, OSError) as error:
            trouble.append(error)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if trouble:
        raise BenchError(str(trouble[0]))


def times(app, token, count, until=lambda: True):
    """Milliseconds of so many questions by a few clients, and of more until something is so."""
    found = []

    def questions(ask, _):
        own = 0
        while own < count // CLIENTS or not until():
            found.append(ask(token))
            own += 1

    together(app, questions)
    return found


def keep_indexing(bench, app, token, over, found):
    with client(app) as ask:
        while not over.is_set():
            bench.cluster.ask("neighbours", f"update bots set version = version + 1 where token = '{token}'")
            found.append(ask(token) / 1000)


def p99(values):
    return sorted(values)[len(values) * 99 // 100]


def plant(bench, database, bots, passages):
    """So many accounts with a bot each; the bots' tokens. Their words are of a vocabulary of some 60,000."""
    bench.cluster.carry_out(database, f"""
        create temporary table shops as select gen_random_uuid() as account, gen_random_uuid() as bot from generate_series(1, {bots});
        insert into accounts (id, name) select account, 'Shop' from shops;
        insert into bots (id, account_id, name) select bot, account, 'Shop' from shops;
        insert into passages (account_id, bot_id, position, title, text)
          select account, bot, n, 'Section ' || substr(md5(n::text || bot), 1, 6), text || ' We open at 9.'
          from shops, generate_series(1, {passages}) n, lateral (
            select string_agg(substr(md5((random() * random() * 60000)::int::text), 1, 4 + w % 5), ' ') as text
            from generate_series(1, {WORDS}) w where n > 0 and bot is not null) words;
        update bots set name = 'Corner' where id in (select bot from shops);
        analyze accounts, bots, passages""")                   # the others are empty still: Postgres would take them for empty for long
    return bench.cluster.ask(database, f"select token from bots where name = 'Corner' order by created_at desc limit {bots}").split("\n")
