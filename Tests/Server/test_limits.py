"""Limits: what one network may ask of the demo and of a bot, and how that is said."""

import json
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from Servers.keyholder import Owner
from Servers.visitor import session_called
from Servers.visitors import Visitor
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


# What visitors of one network, and one whom the business has signed, may write to a bot in a minute.
NETWORK, SIGNED = 60, 20
OFFICE = {"X-Forwarded-For": "203.0.113.5"}


@pytest.fixture(scope="module")
def behind_proxy(start_app):
    return start_app(TRUSTED_PROXIES="127.0.0.0/8")


@pytest.fixture
def bot(app):
    owner = Owner(app)
    owner.public = owner.request("GET", f"/api/v1/bots/{owner.bot}").json["token"]
    return owner


def write(app, bot, session, headers={}, **members):
    body = json.dumps({"message": "When do you open?", "session_id": session_called(session)} | members)
    return ask_once(app.port, "POST", f"/api/send/{bot.public}", JSON | headers, body, timeout=60)


def after_the_minute_begins():
    """So that it doesn't turn while a test counts."""
    if time.time() % 60 > 40:
        time.sleep(60 - time.time() % 60)


def test_of_five_hundred_at_once_from_one_visitor_sixty_run_and_others_are_served(app, start_app, bot):
    after_the_minute_begins()
    second, other = start_app(), Owner(app)
    with ThreadPoolExecutor(125) as pool:
        sent = [pool.submit(write, (app, second)[number % 2], bot, number, {"Accept": "text/event-stream"}) for number in range(500)]
        other_tenant = pool.submit(other.ask, other.make_key()["key"])
        answers = [one.result() for one in sent]
        assert other_tenant.result().status == 200
    statuses = [answer.status for answer in answers]
    assert set(statuses) == {200, 429} and statuses.count(200) in (NETWORK, NETWORK * 2)
    refusal = next(answer for answer in answers if answer.status == 429)
    assert 1 <= int(refusal["retry-after"]) <= 60 and refusal.error["code"] == "too_many_requests" and refusal.error["message"].endswith(".")


def test_no_session_that_a_visitor_makes_up_helps_and_nothing_that_it_says_of_its_address(app, bot):
    after_the_minute_begins()
    statuses = [
        write(app, bot, f"new-{number}", {"X-Forwarded-For": f"203.0.{number}.7", "X-Real-IP": f"9.9.{number}.8", "User-Agent": f"Mozilla/{number}"}, visitor_token="").status
        for number in range(NETWORK + 15)
    ]
    assert statuses == [200] * NETWORK + [429] * 15


def test_the_page_counts_with_the_program_and_says_it_in_the_visitors_language(app, bot):
    after_the_minute_begins()
    for number in range(NETWORK):
        write(app, bot, "one")
    page = ask_once(app.port, "GET", f"/chat/{bot.public}", {"Accept-Language": "de"})
    session = re.search(r'name="session_id" value="([^"]+)"', page.text)[1]
    for mount in ("/chat", "/widget/b"):
        refused = ask_once(
            app.port, "POST", f"{mount}/{bot.public}/messages", FORM | {"Accept-Language": "de"}, f"session_id={session}&message=Wann+ist+auf%3F")
        assert refused.status == 429 and int(refused["retry-after"]) >= 1
        assert "Bitte warten Sie eine Minute" in refused.text and "Wann ist auf?" in refused.text
    assert ask_once(app.port, "GET", f"/chat/{bot.public}").status == 200, "looking isn't counted"


def test_an_office_behind_one_address_isnt_locked_out(behind_proxy, bot):
    """Twenty people, each with a question every twenty seconds, for a minute."""
    after_the_minute_begins()
    assert [write(behind_proxy, bot, f"desk-{number % 20}", OFFICE).status for number in range(60)] == [200] * 60


def test_networks_bots_and_signed_visitors_are_counted_apart(behind_proxy, bot, app):
    after_the_minute_begins()
    secret = bot.post(f"/api/v1/bots/{bot.bot}/visitor-secrets", {}, 201)["secret"]
    signed = {name: jwt.encode({"sub": name, "exp": int(time.time()) + 600}, secret) for name in ("ada", "grace")}
    for _ in range(NETWORK):
        write(behind_proxy, bot, "one", OFFICE)
    for headers, status in [
        (OFFICE, 429), ({"X-Forwarded-For": "203.0.113.250"}, 429), ({"X-Forwarded-For": "8.8.8.8, 203.0.113.9"}, 429), ({"X-Forwarded-For": "203.0.114.5"}, 200),
        ({"X-Forwarded-For": "2001:db8:1:100::1"}, 200),
    ]:
        assert write(behind_proxy, bot, "two", headers).status == status, headers
    other = Owner(app)
    other.public = other.request("GET", f"/api/v1/bots/{other.bot}").json["token"]
    assert write(behind_proxy, other, "one", OFFICE).status == 200
    statuses = [write(behind_proxy, bot, f"ada-{number}", OFFICE, visitor_token=signed["ada"]).status for number in range(SIGNED + 3)]
    assert statuses == [200] * SIGNED + [429] * 3
    assert write(behind_proxy, bot, "grace", OFFICE, visitor_token=signed["grace"]).status == 200
    assert write(behind_proxy, bot, "ada-elsewhere", {"X-Forwarded-For": "198.51.100.1"}, visitor_token=signed["ada"]).status == 429


def test_many_networks_together_dont_exceed_what_a_bot_answers(behind_proxy, bot, app):
    after_the_minute_begins()
    app.data.sql(
        f"insert into rate_limits (key, window_start, count) values ('bot-minute:{bot.bot}', to_timestamp(floor(extract(epoch from now()) / 60) * 60), 599)")
    assert [write(behind_proxy, bot, "x", {"X-Forwarded-For": f"198.51.{number}.1"}).status for number in range(3)] == [200, 429, 429]


AT_ONCE, AT_ONCE_OF_NETWORK = 3, 60
STREAM = {"Content-Type": "application/json", "Accept": "text/event-stream"}


@pytest.fixture
def waiting(start_app, provider, bot):
    """A bot whose model doesn't answer, and the connections that wait for it."""
    app = start_app(**provider.environment, AI_MODEL="test-model", TRUSTED_PROXIES="127.0.0.0/8")
    provider.play("silent")
    connections = []

    def ask(session, network="203.0.113.7", **members):
        connection = Connection(app.port, timeout=30)
        connections.append(connection)
        body = json.dumps({"message": "When do you open?", "session_id": session_called(session)} | members)
        return connection.request("POST", f"/api/send/{bot.public}", STREAM | {"X-Forwarded-For": network}, body).head()

    def uncounted(session):
        app.data.sql("delete from rate_limits")
        return ask(session).status

    ask.app, ask.connections, ask.uncounted = app, connections, uncounted
    yield ask
    for connection in connections:
        connection.close()
    app.stop()


def test_who_waits_for_three_answers_gets_no_fourth_before_one_is_done(waiting, app, bot):
    after_the_minute_begins()
    assert [waiting("one").status for _ in range(AT_ONCE)] == [200] * AT_ONCE
    before = app.data.sql("select count(*) from messages")
    refused = write(waiting.app, bot, "one", OFFICE)
    assert refused.status == 429 and refused.error["code"] == "still_answering" and "wait a moment" in refused.error["message"] and int(refused["retry-after"]) >= 1
    assert app.data.sql("select count(*) from messages") == before, "what is refused isn't stored"
    assert waiting("another").status == 200, "others aren't held up"
    waiting.connections[0].close()
    eventually(lambda: waiting.uncounted("one") == 200, 20)


def test_the_page_says_so_in_the_visitors_language(waiting, bot):
    session = re.search(r'name="session_id" value="([^"]+)"', ask_once(waiting.app.port, "GET", f"/chat/{bot.public}").text)[1]

    def send(**headers):
        form = f"session_id={session}&message=Wann+ist+auf%3F"
        return ask_once(waiting.app.port, "POST", f"/chat/{bot.public}/messages", FORM | {"Accept-Language": "de", "Sec-Fetch-Site": "same-origin"} | headers, form)

    assert [send(**{"HX-Request": "true"}).status for _ in range(AT_ONCE)] == [200] * AT_ONCE
    page = send()
    assert page.status == 429 and "Ihre anderen Fragen werden noch beantwortet." in page.text and "Wann ist auf?</textarea>" in page.text


def test_made_up_sessions_dont_make_it_more_than_a_network_may_have(waiting, app, bot):
    after_the_minute_begins()
    assert [waiting(f"made-up-{number}").status for number in range(AT_ONCE_OF_NETWORK)] == [200] * AT_ONCE_OF_NETWORK
    app.data.sql("delete from rate_limits")
    for network in ("203.0.113.7", "203.0.113.99"):
        refused = write(waiting.app, bot, uuid.uuid4(), {"X-Forwarded-For": network})
        assert refused.status == 429 and refused.error["code"] == "still_answering"
    assert waiting("elsewhere", "198.51.100.7").status == 200
    for connection in waiting.connections[:2]:
        connection.close()
    eventually(lambda: waiting.uncounted(uuid.uuid4()) == 200, 20)


def test_somebody_with_an_account_waits_for_three_answers_in_all_chats_together(waiting, bot):
    visitor = Visitor(waiting.app, {"token": bot.public})

    def ask():
        connection = Connection(waiting.app.port, timeout=30)
        waiting.connections.append(connection)
        headers = STREAM | {"Authorization": f"Bearer {visitor.program.grant['access_token']}"}
        return connection.request("POST", "/api/v1" + visitor.path, headers, json.dumps({"message": "When do you open?"})).head().status

    assert [ask() for _ in range(AT_ONCE)] == [200] * AT_ONCE
    refused = visitor.ask("When do you open?")
    assert refused.status == 429 and refused.error["code"] == "still_answering"
    usage = visitor.get().json
    assert usage["usage"]["used"] == AT_ONCE and len(usage["sessions"]) == AT_ONCE, "what is refused is neither counted nor stored"


def test_a_signed_visitor_waits_for_three_answers_in_all_chats_together(waiting, bot):
    after_the_minute_begins()
    secret = bot.post(f"/api/v1/bots/{bot.bot}/visitor-secrets", {}, 201)["secret"]
    tokens = {name: jwt.encode({"sub": name, "exp": int(time.time()) + 600}, secret) for name in ("ada", "grace")}
    statuses = [waiting(f"ada-{number}", f"203.0.{number}.7", visitor_token=tokens["ada"]).status for number in range(AT_ONCE + 2)]
    assert statuses == [200] * AT_ONCE + [429] * 2
    assert waiting("grace", visitor_token=tokens["grace"]).status == 200


def test_a_bot_that_isnt_there_leaves_no_count_behind(app):
    before = app.data.sql("select count(*) from rate_limits")
    for number in range(5):
        assert ask_once(app.port, "POST", f"/api/send/made-up-{number}", JSON, json.dumps({"message": "x", "session_id": "y"})).status == 404
    assert app.data.sql("select count(*) from rate_limits") == before
