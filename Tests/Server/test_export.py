"""Everything out, and in again: archives of an account and of a bot, and what happens to those that aren't honest."""

import io
import json
import re
import uuid
import zipfile
from functools import cached_property

import pytest
from Servers.frontdesk import CopiedDataDirectory, Frontdesk
from Servers.owner import Owner
from Servers.people import Browser, Program, new_address
from Servers.visitor import session_called
from Servers.wire import Connection, ask_once, eventually

ZIP = {"Content-Type": "application/zip", "Accept": "application/json"}
TEXT = "# Bakery\n\n## Hours\n\nWe open at 7.\n\n## Delivery\n\nWe deliver for 3.50 within the city.\n"
# Only for reading: persons and keys are a server's own.
ONLY_SHOWN = ["data/members.jsonl", "data/provider_credentials.jsonl", "data/api_keys.jsonl"]
MARKS = {"thumb": -1, "thumb_reason": "Too short “really”", "thumb_at": "2026-01-02T03:04:05.678901+00:00"}


class Archive(dict):
    """The files of an archive, to look at and to change."""

    @classmethod
    def of(cls, response):
        assert response.status == 200, response
        with zipfile.ZipFile(io.BytesIO(response.body)) as archive:
            assert archive.testzip() is None
            return cls({name: archive.read(name) for name in archive.namelist()})

    def rows(self, table):
        return [json.loads(line) for line in self[f"data/{table}.jsonl"].splitlines()]

    def put(self, table, rows):
        """Other rows, and the count that goes with them."""
        self[f"data/{table}.jsonl"] = "".join(json.dumps(row) + "\n" for row in rows).encode()
        manifest = json.loads(self["manifest.json"])
        manifest["rows"][table] = len(rows)
        self["manifest.json"] = json.dumps(manifest).encode()

    def change(self, table, **members):
        self.put(table, [row | members for row in self.rows(table)])

    def copy(self):
        return Archive(self)

    @property
    def bytes(self):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.items():
                archive.writestr(name, content)
        return file.getvalue()

    @property
    def brought_back(self):
        return {name: content for name, content in self.items() if name not in ONLY_SHOWN + ["manifest.json"]}


class Shop(Owner):
    """An owner with a bot that has one of everything."""

    def fill(self):
        self.bot = self.make_bot("Müller’s “Bakery”", TEXT)["id"]
        self.call("PATCH", f"/api/v1/bots/{self.bot}", {"welcome_message": "Grüß Gott", "placeholder": "Fragen Sie nach Kuchen", "allowed_sites": ["https://shop.example"], "retention_days": 90, "fallbacks": ["groq"]})
        self.add({"kind": "text", "title": "Prices", "text": "## Rolls\n\nA roll is 0.50.\n"})
        self.add({"kind": "qa", "question": "Is there parking?", "answer": "Yes, behind the house."})
        # Of more than one piece, and quickly read.
        self.file = b"Vegan cakes are made on Thursdays.\n" + b" \n" * 700_000
        boundary = "b" * 20
        body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nfile\r\n--{boundary}\r\n"
                f"Content-Disposition: form-data; name=\"file\"; filename=\"cakes.txt\"\r\n\r\n").encode() + self.file + f"\r\n--{boundary}--\r\n".encode()
        added = ask_once(self.app.port, "POST", f"/api/v1/bots/{self.bot}/sources", {"Authorization": f"Bearer {self.token}", "Content-Type": f"multipart/form-data; boundary={boundary}"}, body)
        assert added.status == 201, added
        eventually(lambda: all(source["status"] == "ready" for source in self.get(f"/bots/{self.bot}/sources").json["sources"]), 60)
        self.key = self.post_json(f"/api/v1/bots/{self.bot}/keys", {"name": "Till"}).json["key"]
        token = self.get(f"/bots/{self.bot}").json["token"]
        for question in ("When do you open?", "Is there parking?", "Do you sell cars?"):
            sent = ask_once(self.app.port, "POST", f"/api/send/{token}", {"Content-Type": "application/json"}, json.dumps({"message": question, "session_id": session_called("s-1")}))
            assert sent.status == 200, sent
        asked = ask_once(self.app.port, "POST", "/api/v1/ask", {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}, json.dumps({"question": "What is a roll?"}))
        assert asked.status == 200, asked
        account = self.account
        data = self.app.data
        data.sql(f"update messages set thumb = -1, thumb_reason = '{MARKS['thumb_reason']}', thumb_at = '{MARKS['thumb_at']}' where account_id = '{account}' and basis = 'not_in_my_information'")
        data.sql(f"update conversations set metadata = '{{\"order\": 1.10, \"big\": 12345678901234567890}}', page_url = 'https://shop.example/' where account_id = '{account}'")
        # An earlier branch names a later message.
        data.sql(f"update messages set replaced_by = (select m.id from messages m where m.account_id = '{account}' and m.role = 'visitor' order by position desc limit 1) where id = (select m.id from messages m where m.account_id = '{account}' and m.role = 'visitor' order by position limit 1)")
        data.sql(f"insert into opening_hours (account_id, bot_id, weekday, opens, closes) values ('{account}', '{self.bot}', 1, '09:00', '17:30')")
        talk = data.sql(f"select conversation_id, id from messages where account_id = '{account}' and role = 'visitor' order by position desc limit 1")[0]
        data.sql(f"insert into leads (id, account_id, bot_id, conversation_id, name, email, consent_version) values (gen_random_uuid(), '{account}', '{self.bot}', '{talk[0]}', 'Anna', 'anna@visitor.example', 1)")
        file = str(uuid.uuid4())
        data.sql(f"insert into attachments (id, account_id, bot_id, conversation_id, person_id, name, media_type, bytes) select '{file}', '{account}', '{self.bot}', '{talk[0]}', user_id, 'list.txt', 'text/plain', 5 from members where account_id = '{account}'")
        data.sql(f"insert into attachment_files (attachment_id, account_id, position, content) values ('{file}', '{account}', 0, 'rolls')")
        data.sql(f"insert into attachment_passages (account_id, attachment_id, position, title, text) values ('{account}', '{file}', 0, '', 'rolls')")
        data.sql(f"insert into message_attachments (message_id, attachment_id, account_id, position) values ('{talk[1]}', '{file}', '{account}', 0)")
        data.sql(f"insert into bot_days (account_id, bot_id, day, conversations, messages, answered, unanswered) values ('{account}', '{self.bot}', '2026-01-02', 3, 8, 3, 1)")
        return self

    def add(self, source):
        response = self.post_json(f"/api/v1/bots/{self.bot}/sources", source)
        assert response.status == 201, response

    @cached_property
    def account(self):
        return self.get("/account").json["account"]["id"]

    def raw(self, method, path, headers=None, body=None):
        return ask_once(self.app.port, method, "/api/v1" + path, (headers or {}) | {"Authorization": f"Bearer {self.token}"}, body)

    def export(self, path="/account/export"):
        return Archive.of(self.raw("GET", path))

    def bring(self, archive):
        """What came of it."""
        sent = self.raw("POST", "/account/imports", ZIP, archive if isinstance(archive, bytes) else archive.bytes)
        assert sent.status == 201, sent
        path = f"/account/imports/{sent.json['id']}"
        eventually(lambda: self.get(path).json["state"] in ("done", "failed"), 60)
        return self.get(path).json


def rows(app):
    """How many rows each table with an account has, but for those that say what was imported."""
    tables = [row[0] for row in app.data.sql(
        "select table_name from information_schema.columns where column_name = 'account_id' and table_schema = 'public' and table_name not in ('imports', 'sessions') order by 1")]
    return app.data.sql(" union all ".join(f"select '{table}', count(*) from {table}" for table in tables))


@pytest.fixture(scope="module")
def shop(app):
    shop = Shop(app).fill()
    app.data.sweep("group_questions", "count_days", "count_parts")  # which would otherwise come between two archives
    return shop


@pytest.fixture(scope="module")
def archive(shop):
    return shop.export()


@pytest.fixture(scope="module")
def elsewhere():
    """Another server, with a database of its own."""
    data = CopiedDataDirectory()
    app = Frontdesk(data)
    yield app
    app.stop()
    data.remove()


@pytest.fixture(scope="module")
def empty(app):
    """Somebody with an account and nothing in it."""
    return Shop(app)


def test_export_import_export_gives_the_same_on_an_empty_server(shop, archive, elsewhere):
    other = Shop(elsewhere)
    done = other.bring(archive)
    assert done["state"] == "done", done
    assert done["done"] == done["total"] > 10
    again = other.export()
    assert list(again) == list(archive)
    for name, content in archive.brought_back.items():
        # Persons are a server's own: nobody, or whoever imports.
        if name == "data/attachments.jsonl":
            content = content.replace(archive.rows("attachments")[0]["person_id"].encode(), again.rows("attachments")[0]["person_id"].encode())
        if name == "data/bot_versions.jsonl":
            content = re.sub(rb'"author_id":"[^"]+"', b'"author_id":null', content)
        assert again[name] == content, name
    assert all(archive.rows(table) for table in ("sources", "passages", "bot_days", "conversations", "messages", "bot_versions", "version_texts", "opening_hours", "leads", "attachments", "message_attachments"))
    first, second = json.loads(archive["manifest.json"]), json.loads(again["manifest.json"])
    assert {name: count for name, count in first["rows"].items() if f"data/{name}.jsonl" not in ONLY_SHOWN} == \
        {name: count for name, count in second["rows"].items() if f"data/{name}.jsonl" not in ONLY_SHOWN}
    # It works there too: its text, its answers, its file, its visitors' chats.
    token = archive.rows("bots")[0]["token"]
    for question, words in (("When do you open?", "7"), ("Is there parking?", "behind the house"), ("When are vegan cakes made?", "Thursdays")):
        answer = ask_once(elsewhere.port, "POST", f"/api/send/{token}", {"Content-Type": "application/json"}, json.dumps({"message": question, "session_id": session_called("s-1")})).json
        assert words in answer["answer"], question
    assert elsewhere.data.sql(f"select count(*) from conversations where account_id = '{other.account}'") == [["2"]], "the session goes on in its conversation"


def test_an_archive_shows_all_and_tells_no_secret(shop, archive, app):
    assert archive[next(name for name in archive if name.startswith("texts/"))].decode() == TEXT
    file = next(name for name in archive if name.startswith("files/sources/"))
    assert file.endswith("/cakes.txt") and archive[file] == shop.file
    assert "README.txt" in archive
    key = archive.rows("api_keys")[0]
    assert key["name"] == "Till" and set(key) == {"id", "bot_id", "name", "prefix", "created_at"}
    assert archive.rows("members")[0]["email"] == shop.email
    down = next(row for row in archive.rows("messages") if row["thumb"])
    assert {name: down[name] for name in MARKS} == MARKS
    whole = b"".join(archive.values())
    secrets = [shop.key, app.data.sql(f"select encode(key_hash, 'hex') from api_keys where account_id = '{shop.account}'")[0][0], shop.account]
    for secret in secrets:
        assert secret.encode() not in whole


def test_the_same_account_gives_the_same_archive(shop, archive):
    assert shop.export().brought_back == archive.brought_back


def test_a_bots_archive_holds_that_bot_only(app, shop):
    owner = Shop(app)
    app.data.sql(f"update accounts set plan = 'paid' where id = '{owner.account}'")
    one, other = owner.make_bot("One", "## Bread\n\nWe bake rye.\n")["id"], owner.make_bot("Other", "## Fish\n\nWe smoke trout.\n")["id"]
    archive = owner.export(f"/bots/{one}/export")
    assert [row["id"] for row in archive.rows("bots")] == [one]
    assert {row["bot_id"] for row in archive.rows("passages")} == {one}
    assert "data/members.jsonl" not in archive and other.encode() not in b"".join(archive.values())
    assert json.loads(archive["manifest.json"])["bot"] == "One"
    assert shop.raw("GET", f"/bots/{one}/export").status == 404


def test_on_the_same_server_it_comes_beside_what_is_there_under_new_ids(app, shop, archive):
    app.data.sql(f"update accounts set plan = 'paid' where id = '{shop.account}'")
    before = shop.export()
    done = shop.bring(archive)
    assert done["state"] == "done", done
    after = shop.export()
    for table in ("bots", "sources", "passages", "conversations", "messages"):
        old, new = before.rows(table), after.rows(table)
        assert [row for row in new if row in old] == old and len(new) == 2 * len(old), table
    fresh = [row for row in after.rows("bots") if row not in before.rows("bots")][0]
    assert fresh["id"] != shop.bot and fresh["token"] != before.rows("bots")[0]["token"]
    known = {row["id"] for row in after.rows("sources") if row["bot_id"] == fresh["id"]} | {"context"}
    talks = {row["id"] for row in after.rows("conversations") if row["bot_id"] == fresh["id"]}
    cited = {citation["source_id"] for row in after.rows("messages") if row["conversation_id"] in talks for citation in row["citations"]}
    assert cited and cited <= known, "citations name the new sources"
    shop.call("DELETE", f"/api/v1/bots/{fresh['id']}")
    app.data.sql(f"update accounts set plan = 'free' where id = '{shop.account}'")


def test_the_plan_counts(shop, archive):
    before = rows(shop.app)
    done = shop.bring(archive)
    assert done["state"] == "failed" and "the free plan has one bot" in done["problem"]
    assert rows(shop.app) == before


def test_anothers_token_is_not_taken_over(app, empty):
    """Their widget may still stand on their site."""
    victim = Shop(app)
    bot = victim.make_bot("Victim", TEXT)
    archive = victim.export()
    victim.call("DELETE", f"/api/v1/bots/{bot['id']}")
    thief = Shop(app)
    assert thief.bring(archive)["state"] == "done"
    assert thief.export().rows("bots")[0]["token"] != bot["token"]
    assert victim.bring(archive)["state"] == "done"
    assert victim.export().rows("bots")[0]["token"] == bot["token"], "its own owner gets it back"


def hostile(archive, victim):
    """Archives that aren't honest, each with a word of what its owner is told."""
    def changed(table, **members):
        copy = archive.copy()
        copy.change(table, **members)
        return copy

    def manifest(**members):
        copy = archive.copy()
        copy["manifest.json"] = json.dumps(json.loads(copy["manifest.json"]) | members).encode()
        return copy

    def with_file(name, content):
        copy = archive.copy()
        copy[name] = content
        return copy

    def without(name):
        copy = archive.copy()
        del copy[name]
        return copy

    yield "no zip", b"Hello", "damaged"
    yield "empty zip", Archive().bytes, "isn’t an archive of Frontdesk"
    yield "cut", archive.bytes[:-1_000], "damaged"
    yield "no manifest", without("manifest.json"), "isn’t an archive of Frontdesk"
    yield "a manifest of another", manifest(format="dify"), "isn’t an archive of Frontdesk"
    yield "a large manifest", with_file("manifest.json", b" " * 1_000_000), "isn’t an archive of Frontdesk"
    yield "a newer version", manifest(version=2), "update it first"
    yield "an unknown table", manifest(rows=json.loads(archive["manifest.json"])["rows"] | {"spaceships": 1}), "spaceships"
    yield "fewer rows than it says", manifest(rows=json.loads(archive["manifest.json"])["rows"] | {"messages": 999}), "damaged"
    yield "more rows than it says", manifest(rows=json.loads(archive["manifest.json"])["rows"] | {"messages": 1}), "damaged"
    yield "endlessly many rows", manifest(rows=json.loads(archive["manifest.json"])["rows"] | {"messages": 10**12}), "more than we take"
    yield "a missing table", without("data/messages.jsonl"), "damaged"
    yield "a name that leads out", with_file("../evil", b"x"), "damaged"
    yield "a bomb", with_file("data/bots.jsonl", b"0" * 300_000_000), "more than we take"
    yield "a file that is too large", with_file(f"files/sources/{archive.rows('sources')[0]['id']}/x.txt", b"0" * 30_000_000), "more than we take"
    yield "a file of nothing", with_file(f"files/sources/{uuid.uuid4()}/x.txt", b"x"), "a file of something"
    yield "a line that isn't JSON", with_file("data/bots.jsonl", b"{\n"), "near line 1"
    yield "another's account", changed("bots", account_id=victim["account"]), "account_id"
    yield "everybody's bot", changed("bots", public_key="demo"), "public_key"
    yield "another's bot", changed("conversations", bot_id=victim["bot"]), "names what isn’t"
    yield "another's conversation", changed("messages", conversation_id=victim["conversation"]), "names what isn’t"
    answers = [row | ({"reply_to": victim["message"]} if row["role"] == "bot" else {}) for row in archive.rows("messages")]
    copy = archive.copy()
    copy.put("messages", answers)
    yield "another's question", copy, "names what isn’t"
    yield "replaced by another's message", changed("messages", replaced_by=victim["message"]), "names what isn’t"
    yield "a colour that is more", changed("bots", primary_color="#c2185b;}"), "colour"
    yield "a hint that is too long", changed("bots", placeholder="x" * 81), "up to 80 characters"
    yield "a site that is more", changed("bots", allowed_sites=["https://shop.example; script-src *"]), "allowed_sites"
    evil = [row | {"settings": row["settings"] | {"id": victim["bot"], "account_id": victim["account"]}} for row in archive.rows("bot_versions")]
    copy = archive.copy()
    copy.put("bot_versions", evil)
    yield "a version that is another's bot", copy, "isn’t a bot’s settings"
    evil = [row | {"settings": row["settings"] | {"allowed_sites": ["https://shop.example; script-src *"]}} for row in archive.rows("bot_versions")]
    copy = archive.copy()
    copy.put("bot_versions", evil)
    yield "a version with a site that is more", copy, "allowed_sites"
    yield "a long name", changed("bots", name="a" * 81), "name"
    yield "no name", changed("bots", name=" "), "name"
    yield "a long text", changed("bots", knowledge="a" * 200_001), "bots.jsonl"
    yield "a token of one's own", changed("bots", token="../../x"), "token"
    yield "no token", changed("bots", token=None), "token"
    yield "a long message", changed("messages", text="a" * 70_001), "too long"
    yield "an unknown role", changed("messages", role="system"), "near line 1"
    yield "a date that is none", changed("conversations", created_at="yesterday-ish"), "near line 1"
    yield "a date beyond the calendar", changed("conversations", last_message_at="294276-12-31T23:59:59+00:00"), "“last_message_at” isn’t a date"
    yield "a date that never comes", changed("messages", created_at="infinity"), "“created_at” isn’t a date"
    yield "a date that comes", changed("sources", created_at="2999-01-01T00:00:00+00:00"), "“created_at” isn’t a date"
    yield "a date before Frontdesk", changed("bot_versions", created_at="1999-12-31T23:59:59+00:00"), "“created_at” isn’t a date"
    yield "a day that comes", changed("bot_days", day="2999-01-01"), "“day” isn’t a date"
    yield "a count that nobody can sum up", changed("messages", cost_micros=2**63 - 1), "“cost_micros” isn’t a number"
    yield "a count that is none", changed("bot_days", messages="many"), "“messages” isn’t a number"
    yield "citations that are none", changed("messages", citations={"number": 1}), "“citations” isn’t"
    yield "a citation of nothing", changed("messages", citations=[{"number": 1}]), "“citations” isn’t"
    yield "metadata that are none", changed("conversations", metadata=[1]), "“metadata” isn’t"
    yield "a version of nothing", changed("bot_versions", sources=[None]), "“sources” isn’t"
    yield "words in words", changed("bots", lead_fields=[["email"]]), "“lead_fields” isn’t"
    yield "a zone of nowhere", changed("bots", time_zone="Nowhere/At_All"), "near line 1"
    yield "a bomb in parts", (lambda copy: (copy.update({f"texts/{number}.md": b"0" * 20_000_000 for number in range(10)}), copy)[1])(archive.copy()), "more than we take"
    yield "a NUL", changed("messages", text="a\0b"), "near line 1"
    yield "no id", changed("bots", id=None), "near line 1"
    yield "an id twice", (lambda copy: (copy.put("messages", archive.rows("messages")[:1] * 2), copy)[1])(archive.copy()), "comes twice"
    yield "negative sizes", changed("sources", bytes=-1), "near line 1"
    yield "too many sources", (lambda copy: (copy.put("sources", archive.rows("sources") + [archive.rows("sources")[0] | {"id": str(uuid.uuid4())} for _ in range(500)]), copy)[1])(archive.copy()), "more than we take"


NAMES = [
    "no zip", "empty zip", "cut", "no manifest", "a manifest of another", "a large manifest", "a newer version", "an unknown table", "fewer rows than it says",
    "more rows than it says", "endlessly many rows", "a missing table", "a name that leads out", "a bomb", "a file that is too large", "a file of nothing",
    "a line that isn't JSON", "another's account", "everybody's bot", "another's bot", "another's conversation", "another's question",
    "replaced by another's message", "a colour that is more", "a site that is more", "a version that is another's bot", "a version with a site that is more", "a long name", "no name", "a long text", "a token of one's own",
    "no token", "a long message", "an unknown role", "a date that is none", "a date beyond the calendar", "a date that never comes", "a date that comes", "a date before Frontdesk",
    "a day that comes", "a count that nobody can sum up", "a count that is none", "citations that are none", "a citation of nothing",
    "metadata that are none", "a version of nothing", "words in words", "a zone of nowhere", "a bomb in parts", "a NUL", "no id", "an id twice", "negative sizes", "too many sources",
]


@pytest.fixture(scope="module")
def dishonest(app, archive):
    other = Shop(app)
    bot = other.make_bot("Victim", TEXT)["id"]
    key = other.post_json(f"/api/v1/bots/{bot}/keys", {}).json["key"]
    asked = ask_once(app.port, "POST", "/api/v1/ask", {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}, json.dumps({"question": "When do you open?"})).json
    victim = {"account": other.account, "bot": bot, "conversation": asked["conversation_id"], "message": asked["message_id"]}
    return {name: (content, words) for name, content, words in hostile(archive, victim)}


@pytest.mark.parametrize("name", NAMES)
def test_what_isnt_honest_is_refused_whole_with_a_sentence(app, empty, dishonest, name):
    content, words = dishonest[name]
    before = rows(app)
    done = empty.bring(content)
    assert done["state"] == "failed", done
    assert words in done["problem"] and done["problem"].endswith("."), done
    assert "our fault" not in done["problem"], done
    assert rows(app) == before


def test_the_honest_archive_is_taken(empty, archive):
    """Else the tests above could not fail."""
    assert empty.bring(archive)["state"] == "done"
    bot = empty.export().rows("bots")[0]
    assert empty.call("DELETE", f"/api/v1/bots/{bot['id']}").status == 204


def test_what_an_old_archive_lacks_gets_its_default(empty, archive):
    old = archive.copy()
    old.put("bots", [{name: value for name, value in row.items() if name not in ("offers_person", "placeholder")} for row in old.rows("bots")])
    assert empty.bring(old)["state"] == "done"
    bot = empty.export().rows("bots")[0]
    assert bot["offers_person"] is True and bot["placeholder"] == ""
    empty.call("DELETE", f"/api/v1/bots/{bot['id']}")


def test_a_browser_sends_it_as_a_form(app, archive):
    browser = Browser(app)
    browser.sign_in(new_address("exporter"))
    assert browser.get("/account/data").status == 200
    boundary = "x" * 30
    body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\nContent-Type: application/zip\r\n\r\n").encode()
    body += archive.bytes + f"\r\n--{boundary}--\r\n".encode()
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    sent = ask_once(app.port, "POST", "/account/imports", {
        "Cookie": cookie, "Content-Type": f"multipart/form-data; boundary={boundary}", "Sec-Fetch-Site": "same-origin"}, body)
    assert sent.status == 303 and sent["location"] == "/account/data"
    eventually(lambda: "Imported" in browser.get("/account/data").text, 60)


@pytest.mark.parametrize("headers,body,status", [
    ({"Content-Type": "application/json"}, b"{}", 415),
    ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--x--\r\n", 400),
    ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\nx\r\n--x\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nx\r\n--x--\r\n", 400),
    ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\nx", 400),
    ({"Content-Type": "multipart/form-data; boundary=x"}, b"y" * 20_000, 400),
    ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--x--\r\n", 422),
    ({"Content-Type": "application/zip"}, b"", 422),
])
def test_what_isnt_an_upload_leaves_nothing(app, empty, headers, body, status):
    sent = empty.raw("POST", "/account/imports", headers | {"Accept": "application/json"}, body)
    assert sent.status == status and sent.error["message"].endswith("."), sent
    assert app.data.sql(f"select count(*) from imports where account_id = '{empty.account}' and state not in ('done', 'failed')") == [["0"]]


def test_an_upload_that_is_cut_off_leaves_nothing(app, empty, archive):
    with Connection(app.port) as connection:
        connection.send(f"POST /api/v1/account/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {empty.token}\r\nContent-Type: application/zip\r\nContent-Length: 3000000\r\n\r\n")
        connection.send(b"x" * 2_500_000)
        eventually(lambda: app.data.sql("select count(*) from import_pieces") != [["0"]])
        assert empty.raw("POST", "/account/imports", ZIP, archive.bytes).status == 409, "one at a time"
        connection.reset()
    eventually(lambda: app.data.sql("select (select count(*) from imports where state = 'uploading'), (select count(*) from import_pieces)") == [["0", "0"]])


def test_one_that_is_too_large_is_refused_at_once(app, empty):
    with Connection(app.port) as connection:
        connection.send(f"POST /api/v1/account/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {empty.token}\r\nContent-Type: application/zip\r\nContent-Length: 600000000\r\n\r\n")
        assert connection.response().status == 413


def test_other_routes_still_take_little(app, empty):
    assert empty.raw("POST", "/account/invitations", {"Content-Type": "application/json"}, b" " * 1_100_000).status == 413


def test_only_owners_export_and_import(app, archive):
    owner, colleague = Browser(app), Browser(app)
    owner.sign_in(new_address("boss"))
    colleague.sign_in(new_address("helper"))
    account = owner.json()["account"]["id"]
    user = colleague.json()["user"]["id"]
    app.data.sql(f"insert into members (account_id, user_id, role) values ('{account}', '{user}', 'member')")
    app.data.sql(f"update sessions set account_id = '{account}' where user_id = '{user}'")
    program = Program(app, colleague.email)
    app.data.sql(f"update sessions set account_id = '{account}' where user_id = '{user}'")
    for path in ("/account/data", "/account/export", f"/account/imports/{uuid.uuid4()}"):
        assert colleague.get(path).status == 403, path
        assert program.send("GET", path).status == 403, path
    assert program.send("POST", "/account/imports", {}).status == 403
