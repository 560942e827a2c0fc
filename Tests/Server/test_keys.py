"""Keys: how an owner makes them, who may ask with them, and how much."""

import json
import re

import pytest
from Servers.keyholder import Owner
from Servers.wire import Connection, ask_once, eventually

JSON = {"Content-Type": "application/json"}
UNKNOWN = "fd_" + "k" * 32
PER_KEY = 60


@pytest.fixture(scope="module")
def owner(app):
    return Owner(app)


@pytest.fixture
def key(owner):
    made = owner.make_key()
    yield made["key"]
    owner.request("DELETE", f"/api/v1/bots/{owner.bot}/keys/{made['id']}")


@pytest.fixture(autouse=True)
def fresh(app):
    app.data.sql("delete from rate_limits")


def keys(owner):
    return owner.request("GET", f"/api/v1/bots/{owner.bot}/keys").json["keys"]


def test_a_key_answers_from_its_bots_text(owner, key):
    answer = owner.ask(key).json
    assert answer["basis"] == "quoted" and "seven" in answer["answer"]


def test_a_key_is_shown_once_and_only_its_hash_is_kept(owner):
    made = owner.make_key("Our shop's app")
    assert list(made) == ["id", "key"] and re.fullmatch(r"fd_[2-9a-km-np-z]{32}", made["key"])
    listed = next(each for each in keys(owner) if each["id"] == made["id"])
    assert (listed["name"], listed["prefix"], listed["last_used_at"]) == ("Our shop's app", made["key"][:9], None)
    assert made["key"] not in json.dumps(keys(owner))
    rows = owner.app.data.sql(f"select k::text, key_hash = sha256('{made['key']}') from api_keys k where id = '{made['id']}'")
    assert made["key"] not in rows[0][0] and rows[0][1] == "t"
    assert made["key"] not in owner.app.log


def test_no_two_keys_are_alike(owner):
    made = [owner.make_key() for _ in range(5)]
    assert len({each["key"] for each in made}) == 5
    for each in made:
        owner.request("DELETE", f"/api/v1/bots/{owner.bot}/keys/{each['id']}")


def test_a_revoked_key_ends_at_once_on_every_process(owner, start_app):
    second = start_app()
    made = owner.make_key()
    assert [owner.ask(made["key"], app=app).status for app in (owner.app, second)] == [200, 200]
    assert owner.request("DELETE", f"/api/v1/bots/{owner.bot}/keys/{made['id']}").status == 204
    assert [owner.ask(made["key"], app=app).status for app in (owner.app, second)] == [401, 401]
    assert owner.request("DELETE", f"/api/v1/bots/{owner.bot}/keys/{made['id']}").status == 404


def test_what_an_owner_changes_is_answered_at_once_on_every_process(start_app):
    second = start_app()
    owner = Owner(second)
    key = owner.make_key()["key"]
    for hour in ("eight", "nine", "ten"):
        text = {"text": f"## Hours\n\nWe open at {hour} in the morning."}
        assert owner.request("PUT", f"/api/v1/bots/{owner.bot}/context", text).status == 200
        for app in (second, start_app()):
            assert hour in owner.ask(key, app=app).json["answer"]


def test_a_bot_that_is_deleted_takes_its_keys_along(app):
    owner = Owner(app)
    key = owner.make_key()["key"]
    assert owner.ask(key).status == 200
    assert owner.request("DELETE", f"/api/v1/bots/{owner.bot}").status == 204
    assert owner.ask(key).status == 401


def test_last_use_is_noted_once_a_minute(owner, key):
    def last_used():
        return owner.app.data.sql("select last_used_at from api_keys where last_used_at is not null order by created_at desc limit 1")

    def age(minutes):
        owner.app.data.sql(f"update api_keys set last_used_at = last_used_at - interval '{minutes} minutes'")

    owner.ask(key)
    first = last_used()
    owner.ask(key)
    assert first and last_used() == first
    age(2)
    owner.ask(key)
    assert last_used() > first


@pytest.mark.parametrize("authorization", [
    None, "Bearer", "Bearer ", "Bearer  ", "Bearer x", f"Bearer {UNKNOWN}", f"Basic {UNKNOWN}", UNKNOWN, "Bearer fd_", "Bearer fd_" + "k" * 31,
    "Bearer fd_" + "k" * 33, "Bearer " + "k" * 5_000, "Bearer fd_demo_publi", "Bearer ' or '1'='1", f"Bearer {UNKNOWN} x", "Bearer \xff\xfe",
])
def test_what_is_no_key_of_ours_is_refused(app, authorization):
    for target, body in (("/api/v1/ask", '{"question":"x"}'), ("/v1/chat/completions", "{}")):
        response = ask_once(app.port, "POST", target, JSON | {"Authorization": authorization}, body)
        assert response.status == 401 and response["www-authenticate"] == "Bearer" and response.error["message"].endswith("“Authorization: Bearer …”.")


def test_two_keys_at_once_are_refused(app, key):
    request = f"POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nAuthorization: Bearer {key}\r\nContent-Length: 0\r\n\r\n"
    with Connection(app.port) as connection:
        assert connection.send(request).response().status == 400


@pytest.mark.parametrize("name", ["api_key", "key", "token", "access_token"])
def test_a_key_in_the_address_is_no_key_and_not_logged(owner, key, name):
    response = ask_once(owner.app.port, "POST", f"/api/v1/ask?{name}={key}", JSON, '{"question":"When do you open?"}')
    assert response.status == 401
    owner.app.logged(lambda line: line.get("request") == response["x-request-id"])
    assert key not in owner.app.log


def test_a_bots_key_manages_nothing(owner, key):
    bearer = JSON | {"Authorization": f"Bearer {key}"}
    for method, path, body in (
        ("GET", "/api/v1/bots", None), ("GET", f"/api/v1/bots/{owner.bot}", None), ("GET", f"/api/v1/bots/{owner.bot}/keys", None),
        ("POST", f"/api/v1/bots/{owner.bot}/keys", "{}"), ("PATCH", f"/api/v1/bots/{owner.bot}", '{"name":"x"}'), ("DELETE", f"/api/v1/bots/{owner.bot}", None),
    ):
        assert ask_once(owner.app.port, method, path, bearer, body).status in (401, 403), path


def test_anothers_keys_are_not_there(owner, app):
    stranger = Owner(app)
    made = owner.make_key()
    assert stranger.request("GET", f"/api/v1/bots/{owner.bot}/keys").status == 404
    assert stranger.request("POST", f"/api/v1/bots/{owner.bot}/keys", {"name": "x"}).status == 404
    assert stranger.request("DELETE", f"/api/v1/bots/{owner.bot}/keys/{made['id']}").status == 404
    assert stranger.request("DELETE", f"/api/v1/bots/{stranger.bot}/keys/{made['id']}").status == 404
    assert owner.ask(made["key"]).status == 200
    # Nor another bot's conversations.
    answer = owner.ask(made["key"]).json
    assert stranger.ask(stranger.make_key()["key"], conversation_id=answer["conversation_id"]).status == 404
    assert owner.ask(made["key"], conversation_id=answer["conversation_id"]).status == 200


@pytest.mark.parametrize("name, status", [("", 201), ("Ünïcode 🎉", 201), ("x" * 100, 201), ("x" * 101, 422), (5, 422), ("<b>&\u0000", 201)])
def test_a_name_is_short_text(owner, name, status):
    response = owner.request("POST", f"/api/v1/bots/{owner.bot}/keys", {"name": name})
    assert response.status == status
    if status == 201:
        owner.request("DELETE", f"/api/v1/bots/{owner.bot}/keys/{response.json['id']}")


def test_a_bot_has_at_most_twenty_keys(app):
    owner = Owner(app)
    for _ in range(20):
        owner.make_key()
    response = owner.request("POST", f"/api/v1/bots/{owner.bot}/keys", {})
    assert response.status == 422 and response.error["code"] == "too_many_keys"


def test_each_answer_says_what_may_still_be_asked(owner, key):
    remaining = [int(owner.ask(key)["x-ratelimit-remaining-requests"]) for _ in range(3)]
    assert remaining == [PER_KEY - 1, PER_KEY - 2, PER_KEY - 3] or max(remaining) == PER_KEY - 1  # The minute may turn.
    response = owner.ask(key, question="")
    assert response.status == 422 and response["x-ratelimit-limit-requests"] == str(PER_KEY)
    assert re.fullmatch(r"[1-9]\d?s", response["x-ratelimit-reset-requests"])


def use_up(owner, key):
    for _ in range(2 * PER_KEY + 1):
        response = owner.ask(key)
        if response.status == 429:
            return response
    raise AssertionError("there is no limit")


def test_a_key_that_asks_too_often_is_told_when_to_come_back_and_others_are_not_held_up(owner, key, app, start_app):
    refusal = use_up(owner, key)
    assert 1 <= int(refusal["retry-after"]) <= 60 and refusal["x-ratelimit-remaining-requests"] == "0"
    assert refusal.error["code"] == "too_many_requests"
    other = owner.make_key()["key"]
    assert owner.ask(other).status == 200
    assert owner.ask(key, app=start_app()).status in (429, 200)
    completion = ask_once(app.port, "POST", "/v1/chat/completions", JSON | {"Authorization": f"Bearer {key}"}, "{}")
    if completion.status == 429:
        assert completion.error["type"] == "requests" and completion.error["code"] == "rate_limit_exceeded" and int(completion["retry-after"]) >= 1


def test_an_accounts_keys_share_the_accounts_limits(owner, key):
    key_id = owner.app.data.sql(f"select id from api_keys where key_hash = sha256('{key}')")[0][0]
    owner.ask(key)
    for name, status in (("account-minute", 600), ("account-day", 2_000)):
        owner.app.data.sql(f"update rate_limits set count = {status} where key = '{name}:{owner.account}'")
        response = owner.ask(key)
        if name == "account-day":  # A minute may turn; a day hardly.
            assert response.status == 429 and int(response["retry-after"]) >= 1 and response["x-ratelimit-limit-requests"] == "2000"
            # Who is refused by one limit loses nothing of the others.
            before = owner.app.data.sql(f"select count from rate_limits where key = 'key-minute:{key_id}'")
            owner.ask(key)
            assert owner.app.data.sql(f"select count from rate_limits where key = 'key-minute:{key_id}'") == before
        owner.app.data.sql("update rate_limits set count = 1")


def test_a_paid_account_has_no_daily_limit(owner, key):
    owner.ask(key)
    owner.app.data.sql(f"update rate_limits set count = 2000 where key = 'account-day:{owner.account}'")
    assert owner.ask(key).status == 429
    owner.app.data.sql(f"update accounts set plan = 'paid' where id = '{owner.account}'")
    assert owner.ask(key).status == 200
    owner.app.data.sql(f"update accounts set plan = 'free' where id = '{owner.account}'")


def test_looking_at_an_answer_again_does_not_count(owner, key):
    bearer = {"Authorization": f"Bearer {key}"}
    message = owner.ask(key).json["message_id"]
    counted = "select sum(count) from rate_limits"
    before = owner.app.data.sql(counted)
    assert ask_once(owner.app.port, "GET", f"/api/v1/ask/{message}/events", bearer).status == 200
    again = bearer | JSON | {"Accept": "text/event-stream", "Last-Event-ID": f"{message}:3"}
    assert ask_once(owner.app.port, "POST", "/api/v1/ask", again, '{"question":"When do you open?"}').status == 200
    assert owner.app.data.sql(counted) == before
    # With something that only looks like a place in a stream, it is a question like any other.
    ask_once(owner.app.port, "POST", "/api/v1/ask", again | {"Accept": "application/json"}, '{"question":"When do you open?"}')
    eventually(lambda: owner.app.data.sql(counted) != before)


def test_the_page_shows_a_new_key_once(owner, browser_session):
    page = browser_session.post(f"/bots/{owner.bot}/keys", "name=Till")
    key = re.search(r"fd_[2-9a-z]{32}", page.text)[0]
    assert page.status == 201 and "<html" in page.text
    again = browser_session.get(f"/bots/{owner.bot}/keys")
    assert key not in again.text and key[:9] in again.text and "Till" in again.text
    made = next(each for each in keys(owner) if each["prefix"] == key[:9])
    gone = browser_session.post(f"/bots/{owner.bot}/keys/{made['id']}?_method=delete", "")
    assert gone.status == 303 and owner.ask(key).status == 401


@pytest.fixture
def browser_session(owner):
    """The owner's browser, signed in without JavaScript."""
    return Browser(owner)


class Browser:
    def __init__(self, owner):
        self.port = owner.app.port
        self.cookies = {}
        self.post("/sign-in/code", f"email={owner.email}")
        mails = ask_once(self.port, "GET", "/dev/outbox", {"Accept": "application/json"}).json
        code = re.search(r"\b[A-Z0-9]{4}[- ]?[A-Z0-9]{4}\b", next(mail["text"] for mail in mails if mail["to"] == owner.email))[0]
        assert self.post("/sign-in/token", f"email={owner.email}&code={code}").status == 303

    def get(self, path):
        return self.send("GET", path, {}, None)

    def post(self, path, body):
        return self.send("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, body)

    def send(self, method, path, headers, body):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = ask_once(self.port, method, path, headers | {"Cookie": cookies or None}, body)
        for name, value in response.headers:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return response
