"""What a stranger who knows a bot's token can make the server do beside answering: counted by what nobody can make up."""

import time

import jwt
import pytest
from Servers.keyholder import Owner
from Servers.people import mails
from Servers.visitor import JSON, Visitor
from Servers.wire import ask_once

# In an hour: of one network, of one signed visitor; and mails about visitors of one bot, before one says that more wait.
ASKS, ASKS_SIGNED, LEADS, LEADS_SIGNED, MAILED = 20, 5, 30, 5, 30
TRIES = 60


@pytest.fixture(scope="module")
def behind(start_app):
    return start_app(TRUSTED_PROXIES="127.0.0.1")


@pytest.fixture(autouse=True)
def fresh(app):
    app.data.sql("delete from rate_limits")


@pytest.fixture
def owner(behind):
    owner = Owner(behind)
    owner.public = owner.request("GET", f"/api/v1/bots/{owner.bot}").json["token"]
    assert owner.request("PATCH", f"/api/v1/bots/{owner.bot}", {"offers_person": True}).status == 200
    assert owner.request("PUT", f"/api/v1/bots/{owner.bot}/lead-form", {"lead_fields": ["email"]}).status == 200
    return owner


def stranger(owner, mount="/chat"):
    """Somebody with a session that they have made up."""
    return Visitor(owner.app, owner.public, mount)


def about_visitors(owner):
    return [mail for mail in mails(owner.app, owner.email) if "waiting for you" in mail["subject"]]


def count(owner, table):
    return int(owner.app.data.sql(f"select count(*) from {table} where bot_id = '{owner.bot}'")[0][0])


def network(number):
    return {"X-Forwarded-For": f"203.0.{number}.7"}


@pytest.mark.parametrize("mount", ["/chat", "/widget/b"])
def test_made_up_sessions_ask_for_no_more_persons_than_one_network_may(owner, mount):
    for same in (network(113), network(113) | {"X-Forwarded-For": "203.0.113.99"}):
        asked = [stranger(owner, mount).ask_for_person(JSON | same) for _ in range(TRIES)]
        refused = [response for response in asked if response.status == 429]
        assert all(int(response["retry-after"]) > 60 and "in an hour" in response.error["message"] for response in refused)
    assert count(owner, "conversations") == ASKS and len(about_visitors(owner)) == ASKS
    assert stranger(owner, mount).ask_for_person(JSON | network(114)).status == 200, "another network"
    german = stranger(owner, mount).ask_for_person(network(113) | {"Accept-Language": "de"})
    assert german.status == 429 and "in einer Stunde" in german.text and 'id="composer"' in german.text, "the page stays"


def test_a_signed_visitor_asks_for_persons_in_their_own_name(owner):
    secret = owner.post(f"/api/v1/bots/{owner.bot}/visitor-secrets", {}, 201)["secret"]
    token = jwt.encode({"sub": "customer-7", "exp": int(time.time()) + 600}, secret)
    statuses = []
    for number in range(ASKS_SIGNED + 2):
        visitor = stranger(owner)
        body = f'{{"message": "Hello?", "session_id": "{visitor.session}", "visitor_token": "{token}"}}'
        assert ask_once(owner.app.port, "POST", f"/chat/{owner.public}/messages", JSON, body).status == 200
        statuses.append(ask_once(owner.app.port, "POST", f"{visitor.path}/person?visitor_token={token}", JSON | network(number), "{}").status)
    assert statuses == [200] * ASKS_SIGNED + [429] * 2


def test_members_get_so_many_mails_and_one_that_says_that_more_wait(owner):
    for number in range(MAILED + 15):
        assert stranger(owner).ask_for_person(JSON | network(number)).status == 200, "each is in the inbox"
    told = about_visitors(owner)
    assert count(owner, "conversations") == MAILED + 15 and len(told) == MAILED + 1
    assert told[0]["subject"].startswith("More visitors") and "/inbox" in told[0]["text"]
    other = Owner(owner.app)
    other.public = other.request("GET", f"/api/v1/bots/{other.bot}").json["token"]
    other.request("PATCH", f"/api/v1/bots/{other.bot}", {"offers_person": True})
    assert stranger(other).ask_for_person(JSON | network(1)).status == 200 and len(about_visitors(other)) == 1, "others get theirs"


def test_made_up_sessions_leave_no_more_addresses_than_one_network_may(owner):
    statuses = [stranger(owner).leave({"email": f"visitor-{number}@mail.example"}, network(113)).status for number in range(TRIES)]
    assert statuses == [statuses[0]] * LEADS + [429] * (TRIES - LEADS) and statuses[0] in (200, 204)
    assert count(owner, "leads") == LEADS
    assert stranger(owner).leave({"email": "other@mail.example"}, network(114)).status == statuses[0]


def test_thumbs_are_counted_too(owner):
    visitor = stranger(owner)
    message = visitor.say("When do you open?")["message_id"]
    owner.app.data.sql(
        "insert into rate_limits (key, window_start, count) "
        f"values ('thumb-network:{owner.bot}:cb.0.71', to_timestamp(floor(extract(epoch from now()) / 3600) * 3600), 299)")

    def rate(headers):
        return ask_once(owner.app.port, "POST", f"{visitor.path}/messages/{message}/thumb", JSON | headers, '{"thumb": "up"}').status

    assert rate(network(113)) != 429 and [rate(network(113)) for _ in range(2)] == [429, 429]
    assert rate(network(114)) != 429
