"""How the cost of looking at conversations grows with their number: a search that finds nothing, one of two letters, and the
numbers of the last 30 days. As the database's owner, whom row-level security holds; one account of each size."""

import hashlib
import http.client
import statistics
import time

from .machine import BenchError
from .rounds import interleave
from .servers import App
from .table import Row, Target

TITLE = "Conversations, ms a request one after the other, by how many an account has"
SIZES = (1_000, 10_000, 100_000)
DATABASE, OWNER = "conversations", "keeper"
REQUESTS = 5                    # of which the median counts
COUNTING_SECONDS = 120
PAGES = {
    "search without a hit": ("/conversations?q=zzqqxx", Target(at_most=50, of="ours")),
    "two letters without a hit, in the newest thousand": ("/conversations?q=zq", Target(at_most=50, of="ours")),
    "numbers": ("/numbers", Target(at_most=60, of="ours")),
}


def rows(bench, progress):
    cluster = bench.cluster
    cluster.make(DATABASE)
    cluster.ask("postgres", f"create role {OWNER} login createrole")
    cluster.ask("postgres", f"alter database {DATABASE} owner to {OWNER}")
    app = App(bench, f"postgresql://{OWNER}@/{DATABASE}?host={cluster.folder}")
    with app.running("/readyz"):
        progress("planting")
        cluster.carry_out(DATABASE, "drop index messages_search")
        for size in SIZES:
            plant(cluster, size)
        if cluster.ask(DATABASE, f"set role {OWNER}; select make_search()").splitlines()[-1] != "t":
            raise BenchError("the search's index can't be made")
        cluster.carry_out(DATABASE, "vacuum analyze")
        count(cluster)
        pages = {(name, size): path for name, (path, _) in PAGES.items() for size in SIZES}
        sides = {named(*page): Side(app.port, page[1], path) for page, path in pages.items()}
        for side in sides.values():
            side.measure()      # warm
        rounds = interleave(bench, {name: side.measure for name, side in sides.items()}, progress)
    return [
        Row(named(name, size), rounds[named(name, size)], target=PAGES[name][1] if size == SIZES[-1] else None, error=rounds.error(named(name, size)))
        for name, size in pages]


def named(name, size):
    return f"{name}, {size:,}"


def token(size):
    return f"a-session-of-{size}"


def id_of(size):
    return f"00000000-0000-4000-8000-{size:012}"


class Side:
    def __init__(self, port, size, page):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.path = f"/bots/{id_of(size)}{page}"
        self.headers = {"Cookie": f"session={token(size)}"}

    def measure(self):
        return statistics.median(self.ask() for _ in range(REQUESTS))

    def ask(self):
        began = time.perf_counter()
        self.connection.close()     # a server may have closed one that waited
        self.connection.request("GET", self.path, headers=self.headers)
        response = self.connection.getresponse()
        response.read()
        if response.status != 200:
            raise BenchError(f"GET {self.path} answered {response.status}")
        return (time.perf_counter() - began) * 1_000


def plant(cluster, size, database=DATABASE):
    """Two questions and two answers in each conversation, over the last 30 days."""
    one = f"'{id_of(size)}'::uuid"
    cluster.carry_out(database, f"""
        set session_replication_role = replica;
        insert into accounts (id, name, plan) values ({one}, 'Tea & Cake', 'paid');
        insert into users (id, email) values ({one}, 'owner-{size}@shop.example');
        insert into members (account_id, user_id, role) values ({one}, {one}, 'owner');
        insert into sessions (id, kind, token_hash, user_id, account_id, expires_at)
          values ({one}, 'browser', '\\x{hashlib.sha256(token(size).encode()).hexdigest()}', {one}, {one}, now() + interval '60 days');
        insert into bots (id, account_id, name) values ({one}, {one}, 'Shop');
        create temporary table talks as
          select number, gen_random_uuid() as id, now() - number * interval '30 days' / {size} as moment from generate_series(1, {size}) as number;
        create temporary table asked as
          select gen_random_uuid() as id, gen_random_uuid() as answer, id as talk, moment, number, md5(number::text || turn) as noise
          from talks, generate_series(1, 2) as turn;
        insert into conversations (id, account_id, bot_id, channel, page_url, created_at, last_message_at)
          select id, {one}, {one}, 'widget', 'https://shop.example/', moment, moment from talks;
        insert into messages (id, account_id, conversation_id, role, text, state, created_at)
          select id, {one}, talk, 'visitor', 'Do you deliver ' || left(noise, 9) || ' to ' || right(noise, 9) || ', and what does it cost?', 'answered', moment
          from asked order by moment;
        insert into messages (id, account_id, conversation_id, role, reply_to, text, state, basis, created_at, finished_at, first_word_ms, total_ms, cost_micros)
          select answer, {one}, talk, 'bot', id, 'We deliver everywhere within ' || number % 9 || ' days; with ' || noise || ' it costs nothing above 50 euros.',
            'answered', 'quoted', moment, moment, 300 + number % 500, 900 + number % 900, number % 100
          from asked order by moment""")


def count(cluster):
    """What housekeeping does from time to time, now."""
    cluster.ask(DATABASE, "update job_schedules set next_at = now() where name like 'count_%'")
    deadline = time.monotonic() + COUNTING_SECONDS
    waiting = "select count(*) from job_schedules s where name like 'count_%' and (next_at <= now() or exists (select from jobs j where j.kind = s.name))"
    while cluster.ask(DATABASE, waiting) != "0":
        if time.monotonic() > deadline:
            raise BenchError("the days weren't counted in time")
        time.sleep(0.5)
