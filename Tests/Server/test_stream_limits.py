"""Strangers who keep streams, slow requests and half-sent ones open, behind a proxy and direct: others are served all the while."""

import contextlib
import json
import uuid

import pytest
from Servers.frontdesk import Frontdesk
from Servers.haproxy import Haproxy
from Servers.keyholder import Owner
from Servers.people import Browser, new_address
from Servers.visitor import Visitor
from Servers.wire import Connection, ask_once, eventually

pytestmark = pytest.mark.alone

# What one network may have of streams, and one person.
NETWORK, PERSON = 100, 100
# Of a server with so many connections in all: a network's part, a bot's, that of all streams, and what one client may ask at once.
FEW, FEW_OF_NETWORK, FEW_OF_BOT, FEW_STREAMS, FEW_OF_CLIENT = 64, 8, 16, 48, 48
OPEN_FILES = 256
EVENTS = {"Accept": "text/event-stream"}
SLOW = "POST /ask HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {}\r\nContent-Type: application/json\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
HALF = "GET / HTTP/1.1\r\nHost: x\r\nX-Half: "


class Crowd:
    """Streams and other connections that are kept open until the test ends."""

    def __init__(self):
        self.connections = []

    def follow(self, port, path, network=None, source=None, **headers):
        """The head of the answer of one stream more."""
        connection = Connection(port, timeout=30, source=source)
        self.connections.append(connection)
        forwarded = {"X-Forwarded-For": network} if network else {}
        return connection.request("GET", path, EVENTS | forwarded | headers).head()

    def leave(self):
        for connection in self.connections:
            connection.close()
        self.connections = []


@pytest.fixture
def crowd():
    crowd = Crowd()
    yield crowd
    crowd.leave()


def bot(app):
    owner = Owner(app)
    return owner.request("GET", f"/api/v1/bots/{owner.bot}").json["token"]


def talk(app, token=None):
    """A chat that has begun."""
    visitor = Visitor(app, token or bot(app))
    visitor.say("When do you open?")
    return visitor


@pytest.fixture(scope="module")
def behind(start_app):
    return start_app(TRUSTED_PROXIES="127.0.0.1", DEMO_LIMITS="off")


@pytest.fixture(scope="module")
def small(start_app):
    return start_app(TRUSTED_PROXIES="127.0.0.1", MAX_CONNECTIONS=FEW)


@pytest.fixture
def few(small):
    wait_until_all_have_gone(small)
    return small


@pytest.fixture(scope="module")
def narrow(data, app):
    """With so few open files as some systems allow."""
    class Narrow(Frontdesk):
        starter = ["prlimit", f"--nofile={OPEN_FILES}"]

    narrow = Narrow(data)
    yield narrow
    narrow.stop()


def watchers(app):
    return metric(app, "watchers")


def metric(app, name):
    metrics = ask_once(app.port, "GET", "/metrics").text
    return int(next(line for line in metrics.splitlines() if line.startswith(f"frontdesk_{name} ")).split()[1])


def wait_until_all_have_gone(app):
    """The server notices a moment later: only the connection that asks is open then."""
    eventually(lambda: metric(app, "connections") == 1, 30)


def refuses(head, status=429):
    return head.status == status and int(head["retry-after"]) >= 1


@pytest.mark.parametrize("mount", ["/chat", "/widget/b"])
def test_a_chat_that_nobody_has_begun_has_no_stream(app, crowd, mount):
    token, before = bot(app), watchers(app)
    for _ in range(5):
        assert crowd.follow(app.port, f"{mount}/{token}/{uuid.uuid4().hex[:22]}/events").status == 404
    assert watchers(app) == before
    page = ask_once(app.port, "GET", f"{mount}/{token}").text
    assert page.index('<template id="feed">') < page.index("sse-connect"), "the page of a new chat opens none before its first message"
    visitor = Visitor(app, token, mount)
    visitor.say("When do you open?")
    assert crowd.follow(app.port, f"{visitor.path}/events").status == 200 and "<template" not in visitor.page().text.split('id="handling"')[1].split("chat-foot")[0]


def test_one_client_has_only_so_many_streams_and_the_next_one_has_its_own(app, crowd):
    visitor = talk(app)

    def follow(source):
        return crowd.follow(app.port, f"{visitor.path}/events", source=source)

    # Not from where all other tests come, some of whose streams may still be open.
    heads = [follow("127.8.8.8") for _ in range(NETWORK + 30)]
    assert [head.status for head in heads] == [200] * NETWORK + [429] * 30 and all(map(refuses, heads[NETWORK:]))
    with Connection(app.port, source="127.8.8.8") as connection:
        refused = connection.request("GET", f"{visitor.path}/events", EVENTS).response()
    assert refused.error["code"] == "too_many_streams" and refused.error["message"].endswith(".")
    assert follow("127.9.9.9").status == 200, "another network"
    assert visitor.page().status == 200 and visitor.say("And on Sundays?"), "only streams are refused"
    crowd.leave()
    assert eventually(lambda: follow("127.8.8.8").status == 200, 30)


def test_behind_a_proxy_it_is_the_client_that_is_counted(behind, crowd):
    proxy = Haproxy(behind, connections=150)
    try:
        visitor = talk(behind)
        for network, expected in [("203.0.113.7", NETWORK), ("198.51.100.7", 5)]:
            statuses = [crowd.follow(proxy.port, f"{visitor.path}/events", network).status for _ in range(expected)]
            assert statuses == [200] * expected, network
        late = crowd.follow(proxy.port, f"{visitor.path}/events", "203.0.113.99")
        assert refuses(late), "the same network"
        for _ in range(20):
            assert ask_once(proxy.port, "GET", "/", {"X-Forwarded-For": "203.0.113.7"}).status == 200
            assert ask_once(proxy.port, "GET", visitor.path, {"X-Forwarded-For": "198.51.100.7"}).status == 200
        crowd.leave()
        # The proxy notices by the heartbeats that nobody takes.
        assert eventually(lambda: crowd.follow(proxy.port, f"{visitor.path}/events", "203.0.113.7").status == 200, 60)
    finally:
        proxy.close()


@pytest.mark.parametrize("path", ["/api/stream/{token}/?session_id={session}", "/chat/{token}/{session}/messages/{message}/events"])
def test_an_answers_stream_counts_as_long_as_it_takes(few, crowd, path):
    visitor = Visitor(few, bot(few))
    message = visitor.say("When do you open?")["message_id"]
    target = path.format(token=visitor.token, session=visitor.session, message=message)
    for _ in range(3 * FEW_OF_NETWORK):
        assert ask_once(few.port, "GET", target, EVENTS | {"X-Forwarded-For": "203.0.113.7"}).status == 200, "it ends at once, as the answer is whole"
    wait_until_all_have_gone(few)
    held = [crowd.follow(few.port, f"{visitor.path}/events", "203.0.113.7").status for _ in range(FEW_OF_NETWORK)]
    assert held == [200] * FEW_OF_NETWORK
    assert refuses(ask_once(few.port, "GET", target, EVENTS | {"X-Forwarded-For": "203.0.113.8"}))
    assert ask_once(few.port, "GET", target, EVENTS | {"X-Forwarded-For": "198.51.100.7"}).status == 200


def test_no_bot_has_all_streams_and_streams_never_have_all_connections(few, crowd):
    visitors = [talk(few) for _ in range(FEW_STREAMS // FEW_OF_BOT)]
    networks = iter(f"203.0.{number}.7" for number in range(200))

    def fill(visitor, count):
        return [crowd.follow(few.port, f"{visitor.path}/events", next(networks)).status for _ in range(count)]

    for visitor in visitors:
        assert fill(visitor, FEW_OF_BOT) == [200] * FEW_OF_BOT
        if visitor is not visitors[-1]:
            assert refuses(crowd.follow(few.port, f"{visitor.path}/events", next(networks))), "the bot has its part"
    late = crowd.follow(few.port, f"{talk(few).path}/events", next(networks))
    assert refuses(late, 503)
    for network in ("203.0.113.7", "198.51.100.7"):
        assert ask_once(few.port, "GET", "/", {"X-Forwarded-For": network}).status == 200, "the rest is free"


def test_one_person_has_only_so_many_streams(app, crowd):
    browser = Browser(app)
    browser.sign_in(new_address("follower"))
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    statuses = [crowd.follow(app.port, "/inbox/events", **cookies).status for _ in range(PERSON + 3)]
    assert statuses == [200] * PERSON + [429] * 3
    other = Browser(app)
    other.sign_in(new_address("other"))
    assert crowd.follow(app.port, "/inbox/events", Cookie="; ".join(f"{name}={value}" for name, value in other.cookies.items())).status == 200


def test_slow_requests_of_one_client_behind_a_proxy_leave_room_for_others(few, crowd):
    def slow(address):
        connection = Connection(few.port, timeout=30).send(SLOW.format(address))
        crowd.connections.append(connection)
        return connection.response()

    assert [slow("203.0.113.7").status for _ in range(FEW_OF_CLIENT)] == [100] * FEW_OF_CLIENT
    ask = lambda: ask_once(few.port, "GET", "/healthz", {"X-Forwarded-For": "203.0.113.7", "Accept": "application/json"})
    assert eventually(lambda: refuses(ask())) and ask().error["code"] == "too_many_requests"
    assert ask_once(few.port, "GET", "/healthz", {"X-Forwarded-For": "203.0.113.8"}).status == 200
    crowd.leave()
    assert eventually(lambda: ask_once(few.port, "GET", "/healthz", {"X-Forwarded-For": "203.0.113.7"}).status == 200)


@pytest.mark.parametrize("addresses", [1, 3, 400])
def test_half_sent_requests_make_room_for_whole_ones_where_few_files_may_be_open(narrow, crowd, addresses):
    for number in range(400):
        with contextlib.suppress(OSError):
            connection = Connection(narrow.port, source=f"127.1.{number % addresses // 200}.{number % addresses % 200 + 1}")
            crowd.connections.append(connection)
            connection.send(HALF)
        if number > 100 and number % 20 == 0:
            assert ask_once(narrow.port, "GET", "/", timeout=5).status == 200
            with Connection(narrow.port, 5, source="127.8.8.8") as newcomer:
                assert newcomer.request("GET", "/healthz").response().status == 200
    for _ in range(20):
        assert ask_once(narrow.port, "POST", "/ask", {"Content-Type": "application/json", "Accept": "application/json"}, json.dumps({"question": "What does it cost?"}), 5).status == 200, \
            "the database is reached, too"
    assert metric(narrow, "connections") < OPEN_FILES
