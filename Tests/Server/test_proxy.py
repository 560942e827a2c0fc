"""Behind a proxy that lets all its clients share a few connections: nobody gets what was meant for somebody else."""

import contextlib
import json
import uuid

import pytest
from Servers.haproxy import Haproxy
from Servers.visitor import Visitor, Watch
from Servers.wire import Closed, Connection, ask_once, events, eventually

KEY = {"Authorization": "Bearer fd_demo_public", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def behind(start_app):
    return start_app(TRUSTED_PROXIES="127.0.0.1")


@pytest.fixture(scope="module")
def proxy(behind):
    proxy = Haproxy(behind, connections=4)
    yield proxy
    proxy.close()


def post(headers, body=""):
    return f"POST /ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}"


@pytest.mark.parametrize("headers, start", [
    ("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    ("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", "0\r\n\r\n"),
    ("Content-Length: 6\r\nTransfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
    ("Content-Length: 6\r\nTransfer-Encoding : chunked\r\n", "0\r\n\r\n"),
    ("Content-Length: 6\r\nTransfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
    ("Content-Length: 5\r\nContent-Length: 0\r\n", "a=b&c"),
    ("Content-Length: 5,0\r\n", "a=b&c"),
    ("Transfer-Encoding: chunked\r\n", "5;\r\na=b&c\r\n0\r\n\r\n"),
    ("Expect: 100-continue\r\nContent-Length: 5\r\n", "a=b&c"),
])
def test_what_hides_a_request_in_a_body_reaches_nobody_else(proxy, headers, start):
    hidden = f"GET /hidden-{uuid.uuid4()} HTTP/1.1\r\nHost: x\r\n\r\n"
    for _ in range(3):
        with Connection(proxy.port) as attacker, contextlib.suppress(Closed, OSError):
            attacker.send(post(headers, start + hidden))
            with Connection(proxy.port) as victim:
                for _ in range(4):
                    victim.request("GET", "/healthz")
                    response = victim.response()
                    assert (response.status, response.text) == (200, "ok\n"), response
    for _ in range(8):
        assert ask_once(proxy.port, "GET", "/healthz").text == "ok\n"


def test_an_answer_streams_through_it_word_by_word(start_app, provider):
    app = start_app(TRUSTED_PROXIES="127.0.0.1", **provider.environment, AI_MODEL="slow")
    proxy = Haproxy(app, connections=4)
    try:
        with Connection(proxy.port) as connection:
            connection.request("POST", "/api/v1/ask", KEY | {"Accept": "text/event-stream"}, json.dumps({"question": "What does it cost?"}))
            assert connection.head().status == 200
            stream = events(connection)
            message = next(stream).json["message_id"]
            assert next(stream).name == "delta"
            # The rest is still to come, and the same connection of the proxy's serves nobody meanwhile.
            assert app.data.sql(f"select state from messages where id = '{message}'") == [["pending"]]
            assert ask_once(proxy.port, "GET", "/healthz").status == 200
            assert list(stream)[-1].name == "done"
    finally:
        proxy.close()
        app.stop()


def test_a_chat_that_is_watched_through_it_ends_with_its_reader_and_disturbs_nobody(behind, proxy):
    token = behind.data.sql("select token from bots where public_key = 'fd_demo_public'")[0][0]
    visitor = Visitor(behind, token)
    visitor.say("Hello?")
    watches = [Watch(proxy, f"{visitor.path}/events") for _ in range(2)]
    assert eventually(lambda: watchers(behind) == 2)
    for _ in range(8):
        assert ask_once(proxy.port, "GET", "/healthz").text == "ok\n"
    for watch in watches:
        watch.close()
    # The proxy notices it by the heartbeats that nobody takes.
    assert eventually(lambda: watchers(behind) == 0, seconds=60)
    assert ask_once(proxy.port, "GET", "/healthz").text == "ok\n"


def watchers(app):
    metrics = ask_once(app.port, "GET", "/metrics").text
    return int(next(line for line in metrics.splitlines() if line.startswith("frontdesk_watchers ")).split()[1])

