"""The demo's limits: what one network may ask, and how that is said."""

import json
import re

import pytest
from Servers.wire import Closed, Connection, ask_once, eventually

KEY = {"Authorization": "Bearer fd_demo_public"}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUESTION = json.dumps({"question": "What does it cost?"})
PER_MINUTE = 20
BUSY = "POST /ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"


@pytest.fixture(scope="module")
def limited(start_app):
    return start_app(DEMO_LIMITS="on")


@pytest.fixture(autouse=True)
def fresh(app):
    app.data.sql("delete from rate_limits")


def use_up(limited, headers={}):
    """The statuses of as many questions as are allowed, and the first that isn't. A minute may turn in between."""
    statuses = [ask_once(limited.port, "POST", "/api/v1/ask", KEY | JSON | headers, QUESTION).status for _ in range(PER_MINUTE)]
    for _ in range(PER_MINUTE + 1):
        response = ask_once(limited.port, "POST", "/api/v1/ask", KEY | JSON | headers, QUESTION)
        statuses.append(response.status)
        if response.status == 429:
            return statuses, response
    raise AssertionError("there is no limit")


def test_twenty_questions_a_minute_are_answered_and_then_there_is_a_pause(limited):
    statuses, refusal = use_up(limited)
    assert statuses[:PER_MINUTE] == [200] * PER_MINUTE
    assert refusal.error["code"] == "too_many_requests" and refusal.error["message"].endswith(".")
    assert 1 <= int(refusal["retry-after"]) <= 60


def test_the_refusal_is_said_in_each_form(limited):
    use_up(limited)
    page = ask_once(limited.port, "POST", "/ask", FORM, "question=Is+my+data+safe%3F")
    if page.status == 303:  # The minute has just turned.
        use_up(limited)
        page = ask_once(limited.port, "POST", "/ask", FORM, "question=Is+my+data+safe%3F")
    assert page.status == 429 and int(page["retry-after"]) >= 1 and "<html" in page.text
    assert "a lot of questions at once" in page.text and "Is my data safe?" in page.text
    fragment = ask_once(limited.port, "POST", "/ask", FORM | {"HX-Request": "true"}, "question=x")
    assert fragment.status == 429 and "a lot of questions at once" in fragment.text and "<html" not in fragment.text
    assert int(fragment["retry-after"]) >= 1
    events = ask_once(limited.port, "POST", "/api/v1/ask", KEY | JSON | {"Accept": "text/event-stream"}, QUESTION)
    assert events.status == 429 and events.error["code"] == "too_many_requests" and int(events["retry-after"]) >= 1


def test_what_a_visitor_says_about_its_address_does_not_help(limited):
    statuses = [
        ask_once(limited.port, "POST", "/api/v1/ask", KEY | JSON | {
            "X-Forwarded-For": f"203.0.{number}.7", "X-Real-IP": f"203.0.{number}.8", "Forwarded": f"for=203.0.{number}.9", "True-Client-IP": f"9.9.{number}.9",
        }, QUESTION).status for number in range(PER_MINUTE * 2 + 5)
    ]
    assert 429 in statuses and statuses.count(200) <= PER_MINUTE * 2


def test_other_networks_are_counted_apart_when_a_trusted_proxy_names_them(start_app):
    app = start_app(DEMO_LIMITS="on", TRUSTED_PROXIES="127.0.0.0/8, 10.0.0.0/8")
    use_up(app, {"X-Forwarded-For": "203.0.113.5"})
    for forwarded, status in [
        ("203.0.113.77", 429), ("1.2.3.4, 203.0.113.77", 429), ("198.51.100.1, 203.0.113.9, 10.1.1.1", 429), ("203.0.113.5, 198.51.100.1", 200),
        ("198.51.100.2, garbage", 200), ("2001:db8:1:2::1", 200),
    ]:
        assert ask_once(app.port, "POST", "/api/v1/ask", KEY | JSON | {"X-Forwarded-For": forwarded}, QUESTION).status == status, forwarded


def test_processes_count_together(limited, start_app):
    second = start_app(DEMO_LIMITS="on")
    statuses = [ask_once(other.port, "POST", "/api/v1/ask", KEY | JSON, QUESTION).status for _ in range(PER_MINUTE + 3) for other in (limited, second)]
    assert 429 in statuses and statuses.count(200) <= PER_MINUTE * 2


def test_what_is_no_question_is_not_counted_for_nothing(limited):
    use_up(limited)
    assert ask_once(limited.port, "GET", "/").status == 200
    assert ask_once(limited.port, "POST", "/api/v1/ask", JSON, QUESTION).status == 401


def test_hundreds_of_questions_at_once_are_mostly_refused_and_nobody_else_waits(limited, app):
    connections = [Connection(limited.port, timeout=30) for _ in range(150)]
    for connection in connections:
        connection.request("POST", "/api/v1/ask", KEY | JSON | {"Accept": "text/event-stream"}, QUESTION)
    assert ask_once(limited.port, "GET", "/healthz", timeout=5).status == 200
    heads = [connection.head() for connection in connections]
    for connection in connections:
        connection.close()
    assert sum(head.status == 200 for head in heads) <= PER_MINUTE * 2
    assert all(head.status in (200, 429) for head in heads)
    assert all(int(head["retry-after"]) >= 1 for head in heads if head.status == 429)
    assert ask_once(app.port, "POST", "/api/v1/ask", KEY | JSON, QUESTION).status == 200


def test_an_address_has_only_so_many_connections_and_idle_ones_make_room(start_app):
    app = start_app(MAX_CONNECTIONS_PER_ADDRESS=16)
    idle = [Connection(app.port) for _ in range(16)]
    for connection in idle:
        assert connection.request("GET", "/healthz").response().status == 200
    assert ask_once(app.port, "GET", "/healthz").status == 200
    assert idle[0].is_closed(), "the one that was idle longest should have made room"
    assert idle[15].request("GET", "/healthz").response().status == 200
    # Those that are in the middle of a request don't make room: the next is refused.
    busy = [Connection(app.port).send(BUSY) for _ in range(16)]
    assert [connection.response().status for connection in busy] == [100] * 16
    late = Connection(app.port)
    assert late.is_closed()
    for connection in idle + busy + [late]:
        connection.close()
    eventually(lambda: not Connection(app.port).is_closed(within=0.2))


def is_served(port):
    """Whether a request is answered, rather than its connection closed to make room for those that still arrive."""
    try:
        return ask_once(port, "GET", "/healthz", timeout=5).status == 200
    except Closed:
        return False


def test_a_hoard_of_idle_connections_hurts_nobody_but_its_owner(start_app):
    app = start_app(MAX_CONNECTIONS_PER_ADDRESS=64)
    hoard = []
    for number in range(1_500):
        try:
            hoard.append(Connection(app.port))
        except OSError:
            break
        if len(hoard) > 400:
            hoard.pop(0).close()
    eventually(lambda: is_served(app.port))
    count = re.search(r"frontdesk_connections (\d+)", ask_once(app.port, "GET", "/metrics").text)[1]
    assert int(count) <= 64
    for connection in hoard:
        connection.close()
