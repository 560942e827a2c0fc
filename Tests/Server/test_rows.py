"""Rows as nobody wrote them: values at the edges of what each column of the database takes, put straight into it. Whatever
stands there, the program lives, its pages answer, its jobs end, and other accounts don't notice.

`ROWS=20000` takes more of them than the gate does, and `ARCHIVES=2000` more archives with them; `SEED=…` takes others."""

import os
import random
import re
import subprocess

import pytest
from Server.test_export import Shop
from Server.test_tenants import NAMED, QUERIES, Business, routes
from Servers.frontdesk import CopiedDataDirectory
from Servers.wire import Connection, ask_once, eventually

pytestmark = pytest.mark.long

ROWS = int(os.environ.get("ROWS", 1_000))
ARCHIVES = int(os.environ.get("ARCHIVES", 40))
SEED = int(os.environ.get("SEED", 1))
AT_ONCE = 500
# A megabyte each.
LONG_TEXTS = 12

NUMBERS = {"int2": 2**15, "int4": 2**31, "int8": 2**63}
MOMENTS = [
    "infinity", "-infinity", "294276-12-31 23:59:59.999999+00", "294247-01-10 04:00:54.775808+00", "4713-01-01 00:00:00+00 BC", "0001-01-01 00:00:00+00",
    "1970-01-01 00:00:00+00", "2999-12-31 23:59:59.999999+00", "2000-02-29 00:00:00+00", "now", "yesterday", "tomorrow", "2026-11-01 12:00:00+00",
]
JSONS = [
    "null", "[]", "{}", '""', "0", "true", "1e400", "-1e-400", "[null]", "[[[]]]", "[{}]", '{"a": null}', "[" * 60 + "]" * 60, "[" * 2000 + "]" * 2000,
    '[{"number": 1e400, "title": 1, "quote": [], "source_id": {}}]', '[{"number": 99999999999999999999, "title": "", "quote": "", "source_id": ""}]',
    '[{"number": -9223372036854775808, "title": "x", "quote": "y", "source_id": "9223372036854775807", "url": "javascript:alert(1)"}]',
    '[{"id": "x", "kind": 1, "title": null}]', '{"name": null}', '{"temperature": 1e400}', '{"temperature": "warm"}', '{"fallbacks": [null, 1]}',
    '{"name": "", "position": "up"}', '{"tests": 1, "changes": {}}', '{"tests": [{"id": 1}], "changes": [null]}', '{"fields": [], "base": 1, "author": {}}',
    '{"fields": {"name": ""}, "base": {}, "author": "x"}', '{"": {"": {"": ""}}}', '{"big": 1' + "0" * 1000 + "}",
]
TEXTS = [
    "", " ", "x" * 70_000, "\x01\x02\x1b\x1f\x7f", "\u202egnp.exe\u202c", "\u0301\u0301e", "\u2028\u2029\ufeff\ufffe", "<script>alert(1)</script>&'\"", "9223372036854775808",
    "-1", "NaN", "\n" * 5_000, "%00%zz", "../../etc/passwd", "00000000-0000-0000-0000-000000000000", "👩‍👩‍👧‍👦" * 500, "العربية", "Nowhere/At_All", "UTC", "Europe/Berlin",
    "#ffffff", "openai", "http://[::1", "https://shop.example/a b", "a,b", "{}", "z" * 300 + "\u0300" * 300, "e5f6" * 8, "23", "-5", "\\x", "'; --", "context",
]
LISTS = ["{}", "{NULL}", "{a,NULL}", "{{a,b},{c,d}}", '{""}', "[0:1]={a,b}", '{"a,b","\\"","{}"}', "{" + ",".join(["x"] * 1000) + "}"]
REALS = ["NaN", "Infinity", "-Infinity", "3.4e38", "-1", "0", "-0", "2", "1e-45"]
TIMES = ["00:00", "24:00", "23:59:59.999999", "12:00", "00:00:00.000001"]


# What a line of an archive may say instead of what it said.
VALUES = [
    None, True, 0, -1, 7, 2**31 - 1, 2**31, 10**13, 2**63 - 1, 2**63, -(2**63), 10**40, 0.5, 1e308, "", "x" * 69_999, "\x01\x1b", "\u202e", "\u0301", "{}", "NaN", "\\x", "\\x00zz",
    "infinity", "-infinity", "now", "294276-12-31T23:59:59+00:00", "4713-01-01T00:00:00+00:00 BC", "2000-01-01T00:00:00+00:00", "2026-11-01T00:00:00.5+00:00", "2000-01-01", "5874897-12-31",
    "24:00:00", "Europe/Berlin", "context", "00000000-0000-0000-0000-000000000000", [], [None], [[]], [""], ["a", 1], {}, {"": None}, {"name": None}, {"temperature": 1e300},
    [{"number": 10**30, "title": "", "quote": "", "source_id": ""}], [{"number": 1, "title": "", "quote": "", "source_id": "x", "url": "javascript:alert(1)"}],
]


class Column:
    def __init__(self, name, kind, is_needed, may_change):
        self.name, self.kind, self.is_needed, self.may_change = name, kind, is_needed, may_change


class Table:
    def __init__(self, name, columns):
        self.name = name
        self.columns = columns
        self.key = next((column.name for column in columns if column.name == "id" and column.kind == "uuid"), None)


def tables(data):
    """Those of accounts, with what may be changed of them: not whose they are, nor what they name, nor who may look at them."""
    found = {}
    for table, column, kind, is_needed, may_change in data.sql("""
        select c.relname, a.attname, coalesce(b.typname, t.typname), a.attnotnull, a.attidentity = '' and a.attgenerated = '' and not exists (
          select from pg_constraint k where k.conrelid = c.oid and a.attnum = any (k.conkey)
            and (k.contype = 'f' or k.contype = 'p' and cardinality(k.conkey) = 1))
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          join pg_type t on t.oid = a.atttypid left join pg_type b on b.oid = t.typbasetype
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname not in ('sessions', 'members')
          and exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'account_id')
        order by c.relname, a.attnum"""):
        found.setdefault(table, []).append(Column(column, kind, is_needed == "t", may_change == "t"))
    return [Table(name, columns) for name, columns in found.items()]


class Mutations:
    """Changes rows of an account, and adds copies of them that differ in a few columns."""

    def __init__(self, data, account, seed):
        self.data, self.account = data, account
        self.random = random.Random(seed)
        self.tables = [table for table in tables(data) if any(column.may_change for column in table.columns)]
        self.long_texts = LONG_TEXTS

    def put(self, count):
        """So many are tried, most of which the database takes. How many it took."""
        script = "\n".join(self.statement() for _ in range(count))
        arguments = ["psql", f"host={self.data.socket_directory} user=frontdesk dbname=postgres", "-Xqt", "-f", "-"]
        done = subprocess.run(arguments, input=script, capture_output=True, text=True, timeout=300)
        refused = done.stderr.count("ERROR:")
        assert "syntax error" not in done.stderr and "does not exist" not in done.stderr.replace("time zone", ""), done.stderr[:2_000]
        return count - refused

    def statement(self):
        table = self.random.choice(self.tables)
        changed = [column for column in table.columns if column.may_change]
        changed = self.random.sample(changed, min(len(changed), self.random.choice([1, 1, 1, 2, 3])))
        values = {column.name: self.value(column) for column in changed}
        one = f"(select ctid from {table.name} where account_id = '{self.account}' order by random() limit 1)"
        if table.key and self.random.random() < 0.5:
            values[table.key] = "gen_random_uuid()"
            made = [column.name for column in table.columns if column.may_change or column.name == table.key or column.kind == "uuid"]
            return (f"insert into {table.name} ({', '.join(made)}) select {', '.join(values.get(name, name) for name in made)} "
                    f"from {table.name} where ctid = {one};")
        return f"update {table.name} set {', '.join(f'{name} = {value}' for name, value in values.items())} where ctid = {one};"

    def value(self, column):
        if not column.is_needed and self.random.random() < 0.1:
            return "null"
        return {
            "timestamptz": lambda: self.literal(self.random.choice(MOMENTS)), "date": lambda: self.literal(self.random.choice(MOMENTS)[:15].split(" ")[0]),
            "jsonb": lambda: self.literal(self.random.choice(JSONS)), "_text": lambda: self.literal(self.random.choice(LISTS)),
            "_bytea": lambda: self.literal(self.random.choice(LISTS)), "float4": lambda: self.literal(self.random.choice(REALS)),
            "float8": lambda: self.literal(self.random.choice(REALS)), "numeric": lambda: self.literal(self.random.choice(REALS)),
            "bool": lambda: self.random.choice(["true", "false"]), "time": lambda: self.literal(self.random.choice(TIMES)),
            "uuid": lambda: self.literal(self.random.choice(["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"])),
            "bytea": lambda: self.random.choice(["''::bytea", "'\\x00ff'::bytea", "decode(repeat('00', 1000), 'hex')"]), "text": self.text,
        }.get(column.kind, lambda: self.number(column.kind))()

    def text(self):
        if self.long_texts and self.random.random() < 0.01:
            self.long_texts -= 1
            return self.random.choice(["repeat('a ', 500000)", "repeat('*', 1000000)", "repeat(E'# a\\n', 250000)"])
        return self.literal(self.random.choice(TEXTS))

    def number(self, kind):
        edge = NUMBERS[kind]
        value = self.random.choice([-edge, edge - 1, -1, 0, 1, 7, 2_000_000_000, 10**13, 32_000, 3_650])
        return f"'{max(-edge, min(edge - 1, value))}'::{kind}"

    @staticmethod
    def literal(text):
        return "'" + text.replace("'", "''") + "'"


class Visit:
    """Looks at everything of an account that can be looked at."""

    # Streams, which don't end by themselves, and what needs a question of its own.
    LEFT = re.compile(r"/events$|^/(static|dev|invitations|ask|api|v1|metrics|healthz|readyz)\b")
    KINDS = [{}, {"HX-Request": "true"}, {"Accept": "application/json"}]
    # What a path names, as the tables have it.
    OF = {
        "conversation": "conversations", "source": "sources", "version": "bot_versions", "lead": "leads", "question": "question_groups", "test": "bot_tests",
        "run": "test_runs", "key": "api_keys", "secret": "visitor_secrets", "attachment": "attachments", "import": "imports", "bot": "bots",
    }
    NEWEST = 3

    def __init__(self, business):
        self.business = business
        self.app = business.app
        self.paths = [path for method, path, *_ in routes() if method == "GET" and not self.LEFT.search(path)]

    def targets(self, changed=True):
        made = self.business.made
        for path in self.paths:
            names = re.findall(r"\{(\w+)\}", path)
            if any(name not in made for name in names):
                continue
            for ids in [made] + (list(self.others(path, names[-1])) if changed and names and names[-1] in self.OF else []):
                yield re.sub(r"\{(\w+)\}", lambda found: str(ids[found[1]]), path) + QUERIES.get(path, "")

    def others(self, path, name):
        """Rows that were added, each with the bot that it is of."""
        if "chat" in path or "trials" in path:
            return
        bot = "id" if name == "bot" else "bot_id"
        if name == "import":
            return
        for row in self.app.data.sql(f"select id, {bot} from {self.OF[name]} where account_id = '{self.business.account}' order by random() limit {self.NEWEST}"):
            yield self.business.made | {name: row[0], "bot": row[1]}

    def answers(self, changed=True):
        for target in self.targets(changed):
            for kind in self.KINDS:
                yield target, kind, self.business.browser.send("GET", target, headers=kind)

    def failures(self):
        return [(target, kind, response.status, response.body[:200]) for target, kind, response in self.answers() if response.status >= 500]


def visitors(business):
    """What visitors of its bots see, and what they get for a question."""
    failures = []
    for (token,) in business.app.data.sql(
        f"select token from bots where account_id = '{business.account}' and token ~ '^[A-Za-z0-9]{{1,80}}$' order by random() limit 4") + [[business.made["token"]]]:
        for method, target, body in [
            ("GET", f"/chat/{token}", None), ("GET", f"/widget/b/{token}", None), ("GET", f"/widget/embed/{token}.js", None),
            ("POST", f"/api/send/{token}", '{"message": "When do you open?", "session_id": "a-visitor-0123456789abcdef"}'), ("GET", f"/api/chat/{token}?session_id=a-visitor-0123456789abcdef", None),
        ]:
            response = ask_once(business.app.port, method, target, {"Content-Type": "application/json"} if body else {}, body)
            if response.status >= 500:
                failures.append((method, target, response.status, response.body[:200]))
    return failures


def streams(business):
    """The inbox's news: that it begins to speak."""
    with Connection(business.app.port) as connection:
        cookies = "; ".join(f"{name}={value}" for name, value in business.browser.cookies.items())
        response = connection.request("GET", "/inbox/events?since=0", {"Cookie": cookies}).head()
        return [] if response.status == 200 else [("/inbox/events", response.status)]


def work(app):
    """Has all that recurs done once, and says what of it failed."""
    app.data.sql("insert into jobs (kind, payload, unique_key) select name, '', name from job_schedules on conflict do nothing; select pg_notify('jobs', '')")
    [(newest,)] = app.data.sql("select coalesce(max(id), 0) from jobs")
    recurring = f"account_id is null and kind in (select name from job_schedules) and id <= {newest}"
    eventually(lambda: not app.data.sql(f"select id from jobs where {recurring} and state <> 'dead' and problem is null"), 70)
    return app.data.sql(f"select kind, problem from jobs where {recurring}")


# Moments, and what is made anew for each page: secrets of chats, keys of forms, numbers of requests.
VOLATILE = re.compile(rb"since=\d+|\d{13,}|\"seconds_left\":\d+|[\w-]{16,}")


def look(visit):
    """What somebody sees of their account, but for when they were seen."""
    return {
        (target, str(kind)): (response.status, VOLATILE.sub(b"", response.body))
        for target, kind, response in visit.answers(changed=False)
        if not target.startswith("/account") and "export" not in target
    }


@pytest.fixture(scope="module")
def shaken(start_app):
    """Its own database: nothing of it is fit for other tests."""
    data = CopiedDataDirectory()
    app = start_app(data=data)
    yield app
    app.stop()
    data.remove()


def test_every_date_and_number_has_a_type_that_ends_where_the_program_ends(app):
    bare = app.data.sql("""
        select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped and a.attidentity = '' and a.attgenerated = ''
          and t.typname in ('timestamp', 'timestamptz', 'date', 'int2', 'int4', 'int8') and c.relname <> 'schema_migrations'
        order by 1, 2""")
    assert bare == [["messages", "thumb"]], "a thumb's own check is narrower; all others have a type of 0030_ranges_as_types.sql"


def test_rows_as_nobody_wrote_them_harm_nobody(shaken):
    app = shaken
    business, other = Business(app, "shaken"), Business(app, "still")
    # What is looked at for the first time isn't new any more.
    look(Visit(other))
    before = look(Visit(other))
    visit, mutations, pid = Visit(business), Mutations(app.data, business.account, SEED), app.pid
    tried = taken = 0
    while tried < ROWS:
        taken += mutations.put(AT_ONCE)
        tried += AT_ONCE
        failed = visit.failures() + visitors(business) + streams(business) + work(app)
        assert app.process.poll() is None and app.pid == pid, f"after {tried} rows of seed {SEED} the process died: {app.log[-3000:]}"
        assert failed == [], f"after {tried} rows of seed {SEED}: {failed[:10]}"
    assert taken > tried / 5, "the database refuses nearly all of them: nothing was tried"
    after = look(Visit(other))
    changed = {place: (before.get(place), answer) for place, answer in after.items() if before.get(place) != answer}
    assert not changed, changed


PAGES = [
    "", "/settings", "/context", "/sources", "/versions", "/findings", "/conversations", "/conversations.csv", "/conversations.json", "/numbers", "/numbers.csv?chart=days",
    "/questions", "/tests", "/reception", "/leads", "/leads.csv", "/widget", "/limits", "/data", "/export",
]


def test_archives_with_any_value_in_any_column_are_refused_or_harmless(shaken):
    app, chance = shaken, random.Random(SEED)
    archive = Shop(app).fill().export()
    columns = [(name[5:-6], column) for name in archive if name.startswith("data/") and archive[name] for column in archive.rows(name[5:-6])[0]]
    guest, pid, taken = Shop(app), app.pid, 0
    for _ in range(ARCHIVES):
        (table, column), value = chance.choice(columns), chance.choice(VALUES)
        copy = archive.copy()
        copy.change(table, **{column: value})
        done, what = guest.bring(copy), f"{table}.{column} as {str(value)[:60]!r}"
        assert done["state"] == "done" or done["problem"].endswith(".") and "our fault" not in done["problem"], f"{what}: {done}"
        for (bot,) in app.data.sql(f"select id from bots where account_id = '{guest.account}'"):
            taken += 1
            paths = [f"/bots/{bot}{page}" for page in PAGES] + ["/bots", "/inbox", "/numbers", "/account/data", "/account/export"]
            assert [path for path in paths if guest.raw("GET", path).status >= 500] == [], what
            assert guest.call("DELETE", f"/api/v1/bots/{bot}").status == 204
        assert app.process.poll() is None and app.pid == pid, f"{what}: the process died: {app.log[-3000:]}"
    assert 0 < taken < ARCHIVES
