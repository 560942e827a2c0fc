"""A signed visitor's chat: every route of it is closed to whoever has its secret, but not the visitor's token."""

import json
import re
import time
import uuid

import jwt
import pytest
from Servers.frontdesk import routes
from Servers.keyholder import Owner
from Servers.visitor import JSON, session_called
from Servers.wire import Connection, ask_once, eventually

MOUNTS = ["/chat", "/widget/b"]
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
OF_PAGES = [(method, path) for method, path, _ in routes() if "{token}/{session}" in path]
OF_PROGRAMS = [(method, path) for method, path, _ in routes() if path.startswith(("/api/chat/", "/api/stream/")) and method != "OPTIONS"]
QUESTION = "When do you open?"


@pytest.fixture(scope="module")
def owner(app):
    owner = Owner(app)
    owner.token_of_bot = owner.request("GET", f"/api/v1/bots/{owner.bot}").json["token"]
    owner.secret = owner.post(f"/api/v1/bots/{owner.bot}/visitor-secrets", {}, 201)["secret"]
    assert owner.request("PUT", f"/api/v1/bots/{owner.bot}/lead-form", {"lead_fields": ["email"]}).status == 200
    assert owner.request("PATCH", f"/api/v1/bots/{owner.bot}", {"offers_person": True}).status == 200
    return owner


class SignedChat:
    """A chat that somebody wrote in whom the business has signed."""

    def __init__(self, owner, mount="/chat", seconds=600, page=True, secret=None):
        self.app, self.owner, self.mount = owner.app, owner, mount
        self.visitor = f"customer {uuid.uuid4()}"
        self.token = jwt.encode({"sub": self.visitor, "name": "Ada", "exp": int(time.time()) + seconds}, secret or owner.secret)
        self.base = f"{mount}/{owner.token_of_bot}"
        self.session = uuid.uuid4().hex[:22] if page else session_called(self.visitor)
        target = f"{self.base}/messages" if page else f"/api/send/{owner.token_of_bot}"
        body = {"message": QUESTION, "session_id": self.session, "visitor_token": self.token}
        sent = ask_once(self.app.port, "POST", target, JSON, json.dumps(body))
        assert sent.status == 200, sent
        self.message, self.conversation = sent.json["message_id"], sent.json["conversation_id"]

    def enter(self, token=None, session=None):
        body = {"session_id": session or self.session, "visitor_token": self.token if token is None else token}
        return ask_once(self.app.port, "POST", f"{self.base}/visitor", JSON, json.dumps(body))

    @property
    def passed(self):
        """The session with what lets its page in."""
        return self.enter().json["session"]

    def call(self, method, path, session=None, query="", accept="application/json"):
        """The head of the answer: streams have no end."""
        names = {"token": self.owner.token_of_bot, "session": session or self.session, "message": self.message}
        target = re.sub(r"\{(\w+)\}", lambda name: names[name[1]], path)
        if path.startswith("/api/"):
            query = "&".join(filter(None, [f"session_id={session or self.session}", query]))
        target += ("?" if query else "") + query
        with Connection(self.app.port) as connection:
            body = json.dumps({"thumb": "up"}) if method == "POST" else None
            return connection.request(method, target, {"Accept": accept, "Content-Type": "application/json"}, body).head()

    def rows(self):
        return self.app.data.sql(
            f"select c::text, (select string_agg(m::text, ' ' order by m.position) from messages m where m.conversation_id = c.id), "
            f"(select count(*) from leads l where l.conversation_id = c.id) from conversations c where id = '{self.conversation}'")


def test_all_routes_of_a_chat_are_walked():
    assert len(OF_PAGES) >= 20 and len(OF_PROGRAMS) >= 3


@pytest.mark.parametrize("route", OF_PAGES, ids=" ".join)
def test_without_the_token_the_secret_opens_no_page(owner, route):
    method, path = route
    chat = SignedChat(owner, path.split("/{token}")[0])
    other = SignedChat(owner, chat.mount)
    before = chat.rows()
    for accept in ("application/json", "text/html", "text/event-stream"):
        assert chat.call(method, path, accept=accept).status == 401
    expired, end = chat.passed.rsplit(".", 1)[1], int(time.time())
    wrong = {
        "nothing behind the secret": f"{chat.session}.", "another chat's pass": f"{chat.session}.{other.passed.split('.', 1)[1]}",
        "a pass that was made to last": f"{chat.session}.{end + 10_000}.{expired}", "a pass of letters": f"{chat.session}.x.y",
        "a short one": f"{chat.session}.{end + 500}.{expired[:-4]}",
    }
    for name, session in wrong.items():
        assert chat.call(method, path, session=session).status in (401, 404), name
    assert chat.call(method, path, query=f"visitor_token={other.token}").status == 401
    assert chat.call(method, path, query="visitor_token=x").status == 401
    assert chat.rows() == before
    assert chat.call(method, path, session=chat.passed).status in (200, 204, 303, 422), "who shows the token gets in"
    if method != "DELETE":
        assert chat.call(method, path, query=f"visitor_token={chat.token}").status in (200, 204, 303, 422)


@pytest.mark.parametrize("route", OF_PROGRAMS, ids=" ".join)
def test_nor_for_a_program(owner, route):
    method, path = route
    chat = SignedChat(owner, page=False)
    other = SignedChat(owner, page=False)
    before = chat.rows()
    for query in ("", "visitor_token=", "visitor_token=x", f"visitor_token={other.token}"):
        for accept in ("application/json", "text/plain", "text/event-stream"):
            assert chat.call(method, path, query=query, accept=accept).status == 401, query
    assert chat.rows() == before
    assert chat.call(method, path, query=f"visitor_token={chat.token}").status in (200, 204)


@pytest.mark.parametrize("mount", MOUNTS)
def test_the_page_is_shown_without_what_was_said_and_whole_to_the_visitor(owner, mount):
    chat = SignedChat(owner, mount)
    path = f"{chat.base}/{chat.session}"
    locked = ask_once(owner.app.port, "GET", path, {"Accept-Language": "de"})
    assert locked.status == 401 and "Dieser Chat gehört jemandem, der angemeldet ist" in locked.text and QUESTION not in locked.text
    assert 'data-is-new="false"' in locked.text
    whole = ask_once(owner.app.port, "GET", f"{chat.base}/{chat.passed}")
    assert whole.status == 200 and QUESTION in whole.text
    addresses = set(re.findall(rf'"({chat.base}/{chat.session}[^"]*)"', whole.text))
    assert len(addresses) > 3 and all(chat.passed in address for address in addresses), "links, forms and streams bring it along"
    # Without JavaScript, a form brings no token.
    session = re.search(r'name="session_id" value="([^"]+)"', whole.text)[1]
    sent = ask_once(owner.app.port, "POST", f"{chat.base}/messages", FORM, f"session_id={session}&message=And+on+Sundays%3F")
    assert sent.status == 303 and chat.passed in sent["location"]
    assert owner.app.data.sql(f"select signed_visitor, visitor from conversations where id = '{chat.conversation}'") == [[chat.visitor, "Ada"]]
    data = ask_once(owner.app.port, "GET", f"{chat.base}/{chat.passed}/data").text
    assert QUESTION in data and chat.passed in re.search(r'href="([^"]+data.json)"', data)[1]


def test_a_pass_is_given_for_a_token_that_counts_and_ends_with_it(app):
    owner = Owner(app)
    owner.token_of_bot = owner.request("GET", f"/api/v1/bots/{owner.bot}").json["token"]
    made = owner.post(f"/api/v1/bots/{owner.bot}/visitor-secrets", {}, 201)
    chat = SignedChat(owner, secret=made["secret"])
    for token in ("", "x", jwt.encode({"sub": "another", "exp": int(time.time()) + 60}, made["secret"]), jwt.encode({"sub": chat.visitor, "exp": int(time.time()) + 60}, "x" * 46)):
        refused = chat.enter(token)
        assert refused.status == 401 and refused.error["code"] == "visitor_token"
    assert chat.enter(session="x").status == 404
    look = lambda session: chat.call("GET", "/chat/{token}/{session}/data.json", session=session).status

    def for_two_seconds():
        """A pass that got in; on a busy machine one may be over before."""
        session = chat.enter(jwt.encode({"sub": chat.visitor, "exp": int(time.time()) + 2}, made["secret"])).json.get("session")
        return session if session and look(session) == 200 else None

    passed, short = chat.passed, eventually(for_two_seconds)
    assert look(passed) == 200
    assert eventually(lambda: look(short) == 401)
    assert owner.request("DELETE", f"/api/v1/bots/{owner.bot}/visitor-secrets/{made['id']}").status == 204
    assert look(passed) == 401, "its secret is gone"


def test_the_log_knows_no_pass(owner):
    chat = SignedChat(owner)
    chat.call("GET", "/chat/{token}/{session}/data.json", session=chat.passed)
    assert chat.passed.split(".")[2] not in owner.app.log and chat.session not in owner.app.log
