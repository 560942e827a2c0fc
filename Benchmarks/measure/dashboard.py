"""The dashboard: GET /bots of somebody who is signed in, beside the same page in Django and in FastAPI.

All find the session, ask the same of the same rows, and give the same elements and words, escaped; the peers' template is
made of our page and their queries are those that ours was seen asking. Their settings are those of production, with pooled
connections and prepared statements. Django is measured as it is usually written (its sessions, users and models) and with
our queries word for word; FastAPI only so. Only the CPU of the web processes counts.

A change of our page is one of theirs too. Only where it shows what isn't in the template's values yet (dashboard_rows.py) do
the pages differ, and that is an error."""

import contextlib
import hashlib
import json
import os
import statistics
from html.parser import HTMLParser

from .machine import BenchError, output_of, running
from .overheard import statements
from .pages import Side
from .rounds import interleave
from .servers import App, free_port, wait_for
from .table import Row, Target
from .templates import python_with_jinja

CONNECTIONS = 16                # so few that a slow server, too, answers them all within a round
TITLE = f"Dashboard, CPU-µs a request at {CONNECTIONS} keep-alive connections"
TIMES_DJANGO, TIMES_FASTAPI = Target(at_least=15), Target(at_least=5)
TOKEN = "a-session-of-the-benchmark"
TOKEN_HASH = rf"\x{hashlib.sha256(TOKEN.encode()).hexdigest()}"
BOTS, CONVERSATIONS = 3, 2_000
QUESTIONS_SHOWN = 50
START_SECONDS = 60
DJANGO, BY_HAND, FASTAPI = "Django", "Django by hand", "FastAPI"
SERVERS = {
    DJANGO: ["-m", "gunicorn", "--workers", "1", "--worker-class", "gthread", "--threads", "4", "--keep-alive", "75",
               "--worker-connections", "1000", "--bind", "127.0.0.1:{port}", "dashboard_django:application"],
    FASTAPI: ["-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning",
                "--host", "127.0.0.1", "--port", "{port}", "dashboard_fastapi:app"],
}


def rows(bench, progress):
    cluster = bench.cluster
    url = cluster.make("dashboard")
    with contextlib.ExitStack() as stack:
        app = App(bench, url)
        process = stack.enter_context(app.running("/readyz"))
        plant(cluster)
        sides = {"ours": DashboardSide(bench, process.pid, app.port, cluster)}
        environment = prepare(bench, sides["ours"], url, cluster)
        for name, arguments in SERVERS.items():
            sides |= peer(bench, stack, name, arguments, environment, cluster)
        for side in sides.values():
            side.must_equal(sides["ours"])
            side.load(1)                                        # warm
        rounds = interleave(bench, {name: side.measure for name, side in sides.items()}, progress)

    def row(name, target):
        return Row(f"beside {name}", [cost for cost, _ in rounds["ours"]], [cost for cost, _ in rounds[name]], name, target,
                   peer_over_ours=True, note=beside(sides[name], name), error=rounds.error("ours", name))

    rows = [row(DJANGO, TIMES_DJANGO), row(BY_HAND, None), row(FASTAPI, TIMES_FASTAPI)]
    speeds = ", ".join(f"{name} {statistics.median([rate for _, rate in rounds[name]]):,.0f}" for name in sides if rounds[name])
    rows[-1].note += f"; {beside(sides['ours'], 'ours')}; requests a second: {speeds}"
    return rows


def beside(side, name):
    shares = side.postgres_shares
    return f"Postgres' own CPU with {name}: {statistics.median(shares):,.0f} µs" if shares else ""


class DashboardSide(Side):
    connections = CONNECTIONS

    def __init__(self, bench, pid, port, cluster, path="/bots", cookie=f"session={TOKEN}"):
        super().__init__(bench, pid, port, path, {"Cookie": cookie}, contains=b"asked-question", postgres=cluster.process.pid)

    def must_equal(self, other):
        """The same elements, attributes and words; only static files are named otherwise."""
        ours, theirs = Shown(other.body), Shown(self.body)
        for one, another in zip(ours.parts, theirs.parts):
            if one != another:
                raise BenchError(f"the pages differ: {one!r} and {another!r}")
        if len(ours.parts) != len(theirs.parts):
            raise BenchError("the pages differ in length")
        if ours.parts.count(("li", (("class", "asked"),))) != QUESTIONS_SHOWN:
            raise BenchError(f"the page doesn't show {QUESTIONS_SHOWN} questions")


class Shown(HTMLParser):
    """A page as a reader gets it: its elements and words in order."""

    def __init__(self, body):
        super().__init__()
        self.parts = []
        self.feed(body.decode())

    def handle_starttag(self, tag, attributes):
        self.parts.append((tag, tuple(sorted((name, value) for name, value in attributes if not (value or "").startswith("/static/")))))

    def handle_data(self, data):
        if words := " ".join(data.split()):
            self.parts.append(words)


def prepare(bench, ours, url, cluster):
    """What the peers are made of, our page and what it asks, and where they find it."""
    folder, peers = bench.folder / "dashboard", bench.root / "Benchmarks/peers"
    folder.mkdir()
    account = cluster.ask("dashboard", "select account_id from bots where public_key is null limit 1")
    (folder / "statements.json").write_text(json.dumps(statements(cluster, ours.fetch, TOKEN_HASH, account)))
    (folder / "ours.html").write_bytes(ours.body)
    environment = os.environ | {"DASHBOARD_DATABASE": url, "DASHBOARD_FOLDER": str(folder), "PYTHONPATH": str(peers),
                                "PYTHONDONTWRITEBYTECODE": "1"}
    output_of([python_with_jinja(bench), peers / "dashboard_page.py", account], START_SECONDS, env=environment)
    return environment


def peer(bench, stack, name, arguments, environment, cluster):
    """A server's sides."""
    port, python = free_port(), python_with_jinja(bench)
    program = bench.root / "Benchmarks/peers/dashboard_django.py"
    session = output_of([python, program], START_SECONDS, env=environment) if name == DJANGO else ""
    command = [python, *(argument.format(port=port) for argument in arguments)]
    process = stack.enter_context(running(command, bench.log(name), env=environment, cwd=bench.folder))
    wait_for(process, port, "/healthz", name)
    if name != DJANGO:
        return {name: DashboardSide(bench, process.pid, port, cluster)}
    return {DJANGO: DashboardSide(bench, process.pid, port, cluster, cookie=f"sessionid={session}"),
            BY_HAND: DashboardSide(bench, process.pid, port, cluster, "/bots-by-hand")}


def plant(cluster, database="dashboard"):
    """An account with some bots that have been asked for two months, and a browser that is signed in."""
    cluster.carry_out(database, f"""
        begin;
        create temporary table one as select gen_random_uuid() as account, gen_random_uuid() as person;
        insert into accounts (id, name, plan) select account, 'Tea & Cake', 'paid' from one;
        insert into users (id, email) select person, 'owner@shop.example' from one;
        insert into members (account_id, user_id, role) select account, person, 'owner' from one;
        insert into sessions (id, kind, token_hash, user_id, account_id, expires_at)
          select gen_random_uuid(), 'browser', '{TOKEN_HASH}', person, account, now() + interval '60 days' from one;
        insert into bots (id, account_id, name, created_at)
          select gen_random_uuid(), account, 'Shop <' || number || '>', now() - interval '90 days' + number * interval '1 hour'
          from one, generate_series(1, {BOTS}) as number;
        create temporary table asked as
          select number, gen_random_uuid() as conversation, gen_random_uuid() as question, gen_random_uuid() as answer, account, bot,
            now() - number * interval '60 days' / {CONVERSATIONS} as moment,
            -- Of late, more is answered: what is shown of a week isn't what is shown of a month.
            (array['quoted', 'based_on', 'not_in_my_information', 'quoted', 'based_on'])[
              1 + number / {BOTS} % case when number < {CONVERSATIONS} / 10 then 5 else 3 end] as basis
          from one, generate_series(1, {CONVERSATIONS}) as number,
            lateral (select id as bot from bots where account_id = account order by created_at offset number % {BOTS} limit 1) chosen;
        insert into conversations (id, account_id, bot_id, channel, created_at, last_message_at)
          select conversation, account, bot, 'page', moment, moment from asked;
        insert into messages (id, account_id, conversation_id, role, text, state, created_at)
          select question, account, conversation, 'visitor', 'Is your "tea & cake" <' || number || '> fresh, and what does it cost?', 'answered', moment from asked;
        insert into messages (id, account_id, conversation_id, role, reply_to, text, state, basis, created_at, finished_at)
          select answer, account, conversation, 'bot', question, 'It is baked every morning.', 'answered',
            basis, moment, moment from asked;
        insert into bot_days (account_id, bot_id, day, conversations, messages, answered, unanswered)
          select account, bot, (moment at time zone 'UTC')::date, count(*) - 1, count(*), count(*) filter (where basis <> 'not_in_my_information'),
            count(*) filter (where basis = 'not_in_my_information')
          from asked where moment < date_trunc('day', now(), 'UTC') group by 1, 2, 3 on conflict do nothing;
        -- In groups already, so that none come while this is measured.
        insert into question_groups (id, account_id, bot_id)
          select gen_random_uuid(), account_id, id from bots, generate_series(1, 20) where public_key is null;
        update questions q set group_id = (
          select id from question_groups g where g.bot_id = q.bot_id order by id offset q.id % 20 limit 1);
        commit;
        analyze""")
