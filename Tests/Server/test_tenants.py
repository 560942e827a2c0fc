"""Every route that names something is tried with the ids of one account by somebody of another. A route that isn't in the table
here fails the test, so that none is forgotten."""

import json
import re
import uuid

import pytest
from Servers.frontdesk import routes
from Servers.people import JSON, Browser, Program, mails, new_address
from Servers.visitors import send_files
from Servers.visitor import Visitor
from Servers.wire import Connection, ask_once, eventually

pytestmark = pytest.mark.long

LINK = re.compile(r"/invitations/([\w-]{43})")
TEXT = "# Bakery\n\n## Hours\n\nWe open at 7.\n"

# What each {name} of a path stands for: how it is found in what an account made (see `Business`).
NAMED = {
    "/bots/{bot}": ["bot"],
    "/bots/{bot}/settings": ["bot"],
    "/bots/{bot}/context": ["bot"],
    "/bots/{bot}/previews": ["bot"],
    "/bots/{bot}/sources": ["bot"],
    "/bots/{bot}/sources/{source}": ["bot", "source"],
    "/bots/{bot}/sources/{source}/row": ["bot", "source"],
    "/bots/{bot}/sources/{source}/readings": ["bot", "source"],
    "/bots/{bot}/widget": ["bot"],
    "/bots/{bot}/widget/previews": ["bot"],
    "/bots/{bot}/limits": ["bot"],
    "/bots/{bot}/visitor-secrets": ["bot"],
    "/bots/{bot}/visitor-secrets/{secret}": ["bot", "secret"],
    "/bots/{bot}/keys": ["bot"],
    "/bots/{bot}/keys/{key}": ["bot", "key"],
    "/bots/{bot}/conversations": ["bot"],
    "/bots/{bot}/conversations.csv": ["bot"],
    "/bots/{bot}/conversations.json": ["bot"],
    "/bots/{bot}/conversations/{conversation}": ["bot", "conversation"],
    "/bots/{bot}/numbers": ["bot"],
    "/bots/{bot}/numbers.csv": ["bot"],
    "/bots/{bot}/findings": ["bot"],
    "/bots/{bot}/findings/{finding}/dismissal": ["bot", "finding"],
    "/bots/{bot}/versions": ["bot"],
    "/bots/{bot}/versions/{version}": ["bot", "version"],
    "/bots/{bot}/versions/{version}/restorations": ["bot", "version"],
    "/bots/{bot}/conversations/{conversation}/events": ["bot", "conversation"],
    "/bots/{bot}/conversations/{conversation}/takeover": ["bot", "visitors_conversation"],
    "/bots/{bot}/conversations/{conversation}/messages": ["bot", "visitors_conversation"],
    "/bots/{bot}/reception": ["bot"],
    "/bots/{bot}/leads": ["bot"],
    "/bots/{bot}/leads.csv": ["bot"],
    "/bots/{bot}/leads/{lead}": ["bot", "lead"],
    "/bots/{bot}/lead-form": ["bot"],
    "/bots/{bot}/webhook": ["bot"],
    "/bots/{bot}/webhook/trials": ["bot"],
    "/bots/{bot}/trials": ["bot"],
    "/bots/{bot}/trials/{message}": ["bot", "trial"],
    "/bots/{bot}/trials/{message}/figures": ["bot", "trial"],
    "/bots/{bot}/trials/{message}/events": ["bot", "trial"],
    "/bots/{bot}/data": ["bot"],
    "/bots/{bot}/export": ["bot"],
    "/account/imports/{import}": ["import"],
    "/chat/{token}/sessions/{conversation}": ["token", "chat"],
    "/chat/{token}/sessions/{conversation}/messages": ["token", "chat"],
    "/chat/{token}/sessions/{conversation}/data": ["token", "chat"],
    "/chat/{token}/sessions/{conversation}/data.json": ["token", "chat"],
    "/chat/{token}/sessions/{conversation}/data.txt": ["token", "chat"],
    "/chat/{token}/sessions/{conversation}/person": ["token", "chat"],
    "/chat/{token}/sessions/{conversation}/events": ["token", "chat"],
    "/chat/{token}/sessions/{conversation}/messages/{message}": ["token", "chat", "chat_answer"],
    "/chat/{token}/sessions/{conversation}/messages/{message}/events": ["token", "chat", "chat_answer"],
    "/chat/{token}/sessions/{conversation}/messages/{message}/earlier": ["token", "chat", "chat_question"],
    "/chat/{token}/sessions/{conversation}/messages/{message}/thumb": ["token", "chat", "chat_answer"],
    "/chat/{token}/sessions/{conversation}/attachments/{attachment}": ["token", "chat", "attachment"],
    "/attachments/{attachment}": ["attachment"],
    "/bots/{bot}/questions": ["bot"],
    "/bots/{bot}/questions/{question}": ["bot", "question"],
    "/bots/{bot}/questions/{question}/answer": ["bot", "question"],
    "/bots/{bot}/questions/{question}/dismissal": ["bot", "question"],
    "/bots/{bot}/tests": ["bot"],
    "/bots/{bot}/tests/{test}": ["bot", "test"],
    "/bots/{bot}/runs": ["bot"],
    "/bots/{bot}/runs/{run}": ["bot", "run"],
    "/bots/{bot}/runs/{run}/publication": ["bot", "run"],
    "/bots/{bot}/runs/{run}/change": ["bot", "run"],
    "/bots/{bot}/runs/{run}/attempts": ["bot", "run"],
    "/account/sessions/{session}": ["session"],
    "/account/members/{member}": ["member"],
    "/account/providers/{credential}": ["credential"],
    "/account/invitations/{invitation}": ["invitation"],
}

# Routes whose id isn't an account's, each with its reason.
OTHERS = {
    "/ask/{message}": "the landing page's demo, open to everybody",
    "/ask/{message}/events": "the same",
    "/api/v1/ask/{message}/events": "for a bot's key: see below",
    "/v1/models/{model}": "the same",
    "/chat/{token}/sessions": "a bot’s token is public, and everybody sees their own chats: see test_sessions.py",
    "/api/v1/chat/{token}/sessions": "the same",
    "/static/{name}": "files, the same for everybody",
    **{
        mount + rest: "for whoever has the chat’s secret: see test_widget.py"
        for mount in ("/widget/b/{token}", "/chat/{token}")
        for rest in (
            "", "/messages", "/visitor", "/{session}", "/{session}/person", "/{session}/leads", "/{session}/events", "/{session}/messages/{message}",
            "/{session}/messages/{message}/events", "/{session}/messages/{message}/thumb",
            "/{session}/data", "/{session}/data.json", "/{session}/data.txt")
    },
    "/widget/embed/{token}.js": "a bot’s token is public",
    "/api/send/{token}": "the same",
    "/api/stream/{token}": "the same, and for whoever has the chat’s secret",
    "/api/chat/{token}": "for whoever has the chat’s secret: see test_erasure.py",
    "/widget/colors/{color}.css": "a colour",
    "/invitations/{token}": "its secret is the permission to look; accepting is tried in test_account.py",
    "/api/v1/invitations/{token}": "the same",
}

# Bodies that would do something, were the id one's own.
BODIES = {
    "PATCH /bots/{bot}": {"name": "Evil"},
    "PUT /bots/{bot}/context": {"text": "Evil"},
    "POST /bots/{bot}/previews": {"text": "Evil"},
    "PATCH /bots/{bot}/widget": {"welcome_message": "Evil", "allowed_sites": "https://evil.example"},
    "POST /bots/{bot}/widget/previews": {"welcome_message": "Evil"},
    "PATCH /bots/{bot}/limits": {"daily_dollars": "1"},
    "POST /bots/{bot}/sources": {"kind": "text", "title": "Evil", "text": "Evil"},
    "POST /bots/{bot}/trials": {"question": "When do you open?"},
    "POST /bots/{bot}/questions/{question}/answer": {"answer": "Evil"},
    "POST /bots/{bot}/tests": {"question": "Evil?", "declines": True},
    "PATCH /bots/{bot}/tests/{test}": {"question": "Evil?"},
    "PATCH /account/members/{member}": {"role": "owner"},
    "PATCH /chat/{token}/sessions/{conversation}": {"title": "Evil"},
    "POST /chat/{token}/sessions/{conversation}/messages": {"message": "When do you open?"},
    "POST /chat/{token}/sessions/{conversation}/messages/{message}/thumb": {"thumb": "down"},
    "POST /bots/{bot}/conversations/{conversation}/messages": {"text": "Evil"},
    "PUT /bots/{bot}/reception": {"monday": "9-17"},
    "PUT /bots/{bot}/lead-form": {"lead_fields": "phone", "consent_text": "Evil"},
    "PUT /bots/{bot}/webhook": {"url": "https://evil.example/"},
}


# What a route needs beside ids.
QUERIES = {"/bots/{bot}/numbers.csv": "?chart=days"}


class Business:
    """An account with one of everything."""

    def __init__(self, app, name):
        self.app = app
        self.browser, self.program = Browser(app), None
        self.browser.sign_in(new_address(name))
        self.program = Program(app, self.browser.email)
        self.account = self.browser.json()["account"]["id"]
        self.made = {}
        self.made["bot"] = self.make("/bots", {"name": f"{name}’s bakery", "text": TEXT})["id"]
        self.made["source"] = self.make(f"/bots/{self.made['bot']}/sources", {"kind": "text", "title": "Prices", "text": "A roll is 0.50."})["id"]
        eventually(lambda: self.program.send("GET", f"/bots/{self.made['bot']}/sources/{self.made['source']}").json["status"] == "ready")
        self.made["version"] = self.program.send("GET", f"/bots/{self.made['bot']}/versions").json["versions"][-1]["id"]
        self.made["finding"] = self.program.send("GET", f"/bots/{self.made['bot']}/findings").json["findings"][0]["id"]
        self.program.send("PUT", f"/bots/{self.made['bot']}/findings/{self.made['finding']}/dismissal")
        key = self.make(f"/bots/{self.made['bot']}/keys", {"name": "Shop"})
        self.made["key"], self.key = key["id"], {"Authorization": f"Bearer {key['key']}"}
        asked = ask_once(app.port, "POST", "/api/v1/ask", self.key | JSON, json.dumps({"question": "When do you open?"})).json
        visitor = Visitor(app, self.program.send("GET", f"/bots/{self.made['bot']}").json["token"])
        self.made["visitors_conversation"] = visitor.say("When do you open?")["conversation_id"]
        self.program.send("PUT", f"/bots/{self.made['bot']}/lead-form", {"lead_fields": ["email"]})
        assert visitor.leave({"email": "anna@example.org"}).status == 204
        self.made["lead"] = self.program.send("GET", f"/bots/{self.made['bot']}/leads").json["leads"][0]["id"]
        self.program.send("PUT", f"/bots/{self.made['bot']}/webhook", {"url": "https://shop.example.com/leads"})
        self.made["conversation"], self.message = asked["conversation_id"], asked["message_id"]
        self.made["secret"] = self.make(f"/bots/{self.made['bot']}/visitor-secrets", {})["id"]
        ask_once(app.port, "POST", "/api/v1/ask", self.key | JSON, json.dumps({"question": "Do you sell kayaks?"}))
        app.data.sweep("group_questions")
        questions = self.program.send("GET", f"/bots/{self.made['bot']}/questions").json["questions"]
        self.made["question"] = questions[0]["id"]
        self.made["test"] = self.make(f"/bots/{self.made['bot']}/tests", {"question": "When do you open?", "words": ["7"]})["id"]
        self.program.send("PATCH", f"/bots/{self.made['bot']}", {"welcome_message": "Hello"})
        self.made["run"] = self.program.send("GET", f"/bots/{self.made['bot']}/tests").json["runs"][0]["id"]
        trial = self.make(f"/bots/{self.made['bot']}/trials", {"question": "When do you open?"})
        self.made["trial"] = re.search(r"[0-9a-f-]{36}", json.dumps(trial["article"]["message_id"])).group()
        self.chat()
        self.made["credential"] = str(uuid.uuid4())
        self.app.data.sql(
            "insert into provider_credentials (id, account_id, provider, secret, key_id, hint) "
            f"values ('{self.made['credential']}', '{self.account}', 'openai', 'x', 'y', 'z')")
        self.made["import"] = str(uuid.uuid4())
        self.app.data.sql(f"insert into imports (id, account_id, state) values ('{self.made['import']}', '{self.account}', 'done')")
        self.made["session"] = self.browser.session
        guest = new_address(f"{name}-guest")
        self.made["invitation"] = self.make("/account/invitations", {"email": guest})["id"]
        colleague = Browser(app)
        colleague.sign_in(new_address(f"{name}-colleague"))
        self.make("/account/invitations", {"email": colleague.email})
        colleague.send("POST", LINK.search(mails(app, colleague.email)[0]["text"]).group())
        self.made["member"] = colleague.json()["user"]["id"]

    def chat(self):
        """With a file, and a question that was written anew."""
        self.made["token"] = self.program.send("GET", f"/bots/{self.made['bot']}").json["token"]
        path = f"/chat/{self.made['token']}/sessions"
        asked = send_files(self.program, path, "When do you open?", ("hours.txt", b"The garden opens at noon.")).json
        chat = self.made["chat"] = asked["conversation_id"]
        question = self.program.send("GET", f"{path}/{chat}").json["messages"][0]["id"]
        self.make(f"{path}/{chat}/messages", {"message": "When does the garden open?", "replaces": question})
        question, answer = self.program.send("GET", f"{path}/{chat}").json["messages"]
        self.made["chat_question"], self.made["chat_answer"] = question["id"], answer["id"]
        self.made["attachment"] = question["attachments"][0]["id"]

    def make(self, path, members):
        response = self.program.send("POST", path, members)
        assert response.status == 201, response
        return response.json

    def state(self):
        """Everything that belongs to it, as the database has it."""
        tables = [row[0] for row in self.app.data.sql(
            "select table_name from information_schema.columns where column_name = 'account_id' and table_schema = 'public' order by 1")]
        # When a session was seen last, changes; so does what housekeeping has counted.
        columns = {"sessions": "(id, user_id, account_id)"}
        tables.remove("recent_counts")
        rows = " union all ".join(
            f"select '{table}', md5(string_agg({columns.get(table, 't')}::text, '|' order by t::text)) from {table} t where account_id = '{self.account}'"
            for table in tables)
        return self.app.data.sql(rows) + self.app.data.sql(f"select * from accounts where id = '{self.account}'")


NAMING = [route for route in routes() if "{" in route[1]]


@pytest.fixture(scope="module")
def victim(app):
    return Business(app, "victim")


@pytest.fixture(scope="module")
def attacker(app):
    return Business(app, "attacker")


def plain(path):
    return path.removeprefix("/api/v1")


def targets(path, victim, attacker):
    """The path with the victim's ids; with the attacker's own parent and the victim's child; with ids that nobody has."""
    names = NAMED[plain(path)]
    foreign = [victim.made[name] for name in names]
    mixed = [attacker.made[name] for name in names[:-1]] + [victim.made[names[-1]]]
    nobodys = [str(uuid.uuid4()) for _ in names]
    own_parent = [attacker.made[name] for name in names[:-1]] + [str(uuid.uuid4())]
    for ids in [foreign] + [mixed, own_parent] * (len(names) > 1) + [nobodys, ["x"] * len(names), ["%27or%271%27=%271"] * len(names)]:
        ids = iter(ids)
        yield re.sub(r"\{\w+\}", lambda _: next(ids), path)


def test_every_route_that_names_something_is_in_the_table():
    known = set(NAMED) | set(OTHERS)
    missing = {path for _, path, _ in NAMING if plain(path) not in NAMED and path not in OTHERS}
    assert not missing, f"say in NAMED or OTHERS of {__file__} whose ids these take: {sorted(missing)}"
    assert known <= {plain(path) for _, path, _ in NAMING} | {path for _, path, _ in NAMING}, "the table names a route that is gone"


def test_who_may_call_a_route_is_known():
    assert {access for _, _, access in routes()} <= {"anybody", "apiKey", "accessToken", "thisMachine"}


@pytest.mark.parametrize("route", [route for route in NAMING if plain(route[1]) in NAMED], ids=lambda route: f"{route[0]} {route[1]}")
def test_what_belongs_to_another_account_isnt_there(app, victim, attacker, route):
    method, path, access = route
    assert access == "accessToken"
    before = victim.state()
    body = BODIES.get(f"{method} {plain(path)}", {})
    answers = []
    for target in targets(path, victim, attacker):
        if path.startswith("/api/"):
            response = attacker.program.send(method, plain(target), body if method != "GET" else None)
            answers.append((response.status, response.error["code"]))
        else:
            for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}, {"Accept": "text/event-stream"}):
                response = attacker.browser.send(method, target, body, headers)
                answers.append((response.status, "not_found"))
    assert set(answers) == {(404, "not_found")}
    assert victim.state() == before


@pytest.mark.parametrize("route", [route for route in NAMING if plain(route[1]) in NAMED and route[0] == "GET"], ids=lambda route: route[1])
def test_its_own_people_do_find_it(victim, route):
    """Else the test above could not fail."""
    _, path, _ = route
    ids = iter(NAMED[plain(path)])
    target = re.sub(r"\{\w+\}", lambda _: victim.made[next(ids)], path) + QUERIES.get(plain(path), "")
    if path.endswith("{conversation}/events"):
        return finds_a_stream_without_end(victim, target, path.startswith("/api/"))
    response = victim.program.send("GET", plain(target)) if path.startswith("/api/") else victim.browser.get(target)
    assert response.status == 200


def finds_a_stream_without_end(victim, target, is_program):
    cookies = "; ".join(f"{name}={value}" for name, value in victim.browser.cookies.items())
    headers = {"Authorization": f"Bearer {victim.program.grant['access_token']}"} if is_program else {"Cookie": cookies}
    with Connection(victim.app.port) as connection:
        assert connection.request("GET", target, headers).head().status == 200


@pytest.mark.parametrize("route", [route for route in routes() if route[2] == "accessToken"], ids=lambda route: f"{route[0]} {route[1]}")
def test_without_a_session_nobody_gets_anywhere(app, victim, route):
    method, path, _ = route
    names = iter(NAMED.get(plain(path), ["token"]))
    target = re.sub(r"\{\w+\}", lambda _: (victim.made | {"token": "A" * 43})[next(names)], path)
    before = victim.state()
    stranger = Browser(app)
    response = stranger.send(method, target, BODIES.get(f"{method} {plain(path)}", {}))
    assert response.status == (303 if method == "GET" and not path.startswith("/api/") else 401), response
    if response.status == 303:
        assert response["location"].startswith("/sign-in")
    assert victim.state() == before


def test_a_key_opens_its_own_bot_only(app, victim, attacker):
    before = victim.state()
    for path in (f"/api/v1/ask/{victim.message}/events", f"/v1/models/{victim.made['bot']}"):
        assert ask_once(app.port, "GET", path, attacker.key).status == 404
    asked = ask_once(app.port, "POST", "/api/v1/ask", attacker.key | JSON, json.dumps({"question": "Hours?", "conversation_id": victim.made["conversation"]}))
    assert asked.status in (200, 404) and victim.made["conversation"] not in asked.text
    assert victim.state() == before
    for method, path, access in routes():
        if access == "accessToken" and path.startswith("/api/"):
            target = re.sub(r"\{\w+\}", str(uuid.uuid4()), path)
            assert ask_once(app.port, method, target, attacker.key | JSON, "{}").status == 401, path
    assert ask_once(app.port, "GET", f"/api/v1/ask/{victim.message}/events", victim.key).status == 200, "else this test could not fail"


def test_foreign_ids_in_a_body_lead_nowhere(app, victim, attacker):
    before = victim.state()
    assert attacker.program.send("PUT", "/account/current", {"account": victim.account}).status == 404
    bot = attacker.made["bot"]
    changed = attacker.program.send("PATCH", f"/bots/{bot}", {"name": "Mine", "account_id": victim.account, "id": victim.made["bot"], "token": "x"})
    assert changed.status == 200 and changed.json["id"] == bot
    conversation = app.data.sql(f"select conversation_id from messages where id = '{victim.made['trial']}'")[0][0]
    answered = attacker.program.send("POST", f"/bots/{bot}/trials", {"question": "When do you open?", "conversation_id": conversation})
    assert answered.status in (201, 404, 422)
    if answered.status == 201:
        assert answered.json["article"]["conversation_id"] != conversation
    assert victim.state() == before


@pytest.mark.parametrize("query", ["", "?account_id={account}", "?tenant_id={account}", "?after=", "?q="])
def test_lists_hold_own_rows_only(victim, attacker, query):
    query = query.format(account=victim.account)
    assert [bot["id"] for bot in attacker.program.send("GET", "/bots" + query).json["bots"]] == [attacker.made["bot"]]
    assert victim.made["member"] not in [one["id"] for one in attacker.program.send("GET", "/account/members" + query).json["members"]]
    assert victim.made["session"] not in [one["id"] for one in attacker.program.send("GET", "/account/sessions" + query).json["sessions"]]
