"""Clients that take their time: none of them may hold up another, or stay for ever.

They all run beside each other, in threads, since each takes about half a minute.
"""

import json
import threading
import time

import pytest
from Servers.wire import Connection, ask_once, events

pytestmark = pytest.mark.alone

KEY = {"Authorization": "Bearer fd_demo_public"}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
POST = "POST /ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
# Seconds after which such a client is closed, and how much later a busy machine may get round to it.
HEADER_DEADLINE, BODY_DEADLINE, TOLERANCE = 25, 30, 15


@pytest.fixture(scope="module")
def slow(start_app, provider):
    """A program of its own, so that what happens here disturbs no other test."""
    return start_app(**provider.environment, AI_MODEL="late")


def until_closed(connection, feed, every, seconds=70):
    """Feeds bytes; how long it took until the server had closed, and what it said."""
    start, said = time.monotonic(), b""
    connection.socket.settimeout(every)
    while time.monotonic() - start < seconds:
        try:
            connection.send(feed)
            data = connection.socket.recv(65536)
        except TimeoutError:
            continue
        except OSError:
            data = b""
        if not data:
            return time.monotonic() - start, said
        said += data
    raise AssertionError(f"it was still open after {seconds} s")


def slow_head(app):
    with Connection(app.port) as connection:
        return until_closed(connection.send("GET / HTTP/1.1\r\nHost: x\r\n"), "X-a: b\r\n", every=1)


def slow_second_head(app):
    with Connection(app.port) as connection:
        assert connection.request("GET", "/healthz").response().status == 200
        return until_closed(connection.send("GET / HTTP/1.1\r\n"), "X", every=1)


def slow_body(app):
    with Connection(app.port) as connection:
        return until_closed(connection.send(f"{POST}Content-Length: 1000\r\n\r\n{{"), "x", every=1)


def slow_chunks(app):
    with Connection(app.port) as connection:
        return until_closed(connection.send(f"{POST}Transfer-Encoding: chunked\r\n\r\n"), "1\r\nx\r\n", every=1)


def slow_body_that_nobody_reads(app):
    with Connection(app.port) as connection:
        connection.send("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        return until_closed(connection, "x", every=1)


def idle(app):
    with Connection(app.port, timeout=60) as connection:
        start = time.monotonic()
        connection.request("GET", "/healthz").response()
        assert connection.is_closed(within=60)
        return time.monotonic() - start, b""


def silent(app):
    with Connection(app.port, timeout=60) as connection:
        start = time.monotonic()
        assert connection.is_closed(within=60)
        return time.monotonic() - start, b""


def reads_nothing(app):
    """Asks for the page a thousand times in one write, and takes no byte of the answers."""
    with Connection(app.port, receive_buffer=4_096) as connection:
        request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        start = time.monotonic()
        connection.socket.settimeout(1)
        while time.monotonic() - start < 70:
            try:
                connection.send(request * 100)
            except TimeoutError:
                continue
            except OSError:
                return time.monotonic() - start, b""
        raise AssertionError("it was still open after 70 s")


def many(client, count=60):
    """The longest that one of many such clients was let."""
    def run(app):
        results, problems = [], []

        def one():
            try:
                results.append(client(app)[0])
            except BaseException as problem:
                problems.append(problem)

        threads = [threading.Thread(target=one) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not problems, problems[0]
        return max(results), b""

    return run


def waits_for_a_late_answer(app):
    """The whole stream of an answer whose provider says nothing for 38 s."""
    with Connection(app.port, timeout=60) as connection:
        start = time.monotonic()
        headers = KEY | JSON | {"Accept": "text/event-stream"}
        connection.request("POST", "/api/v1/ask", headers, json.dumps({"question": "What does it cost?"})).head()
        return time.monotonic() - start, list(events(connection, comments=True))


CLIENTS = {
    "slow heads": (many(slow_head), HEADER_DEADLINE), "slow second head": (slow_second_head, HEADER_DEADLINE), "slow bodies": (many(slow_body), BODY_DEADLINE),
    "slow chunks": (slow_chunks, BODY_DEADLINE), "slow body that nobody reads": (slow_body_that_nobody_reads, BODY_DEADLINE),
    "idle": (idle, HEADER_DEADLINE), "silent": (silent, HEADER_DEADLINE), "reads nothing": (many(reads_nothing, 20), BODY_DEADLINE),
}


@pytest.fixture(scope="module")
def clients(slow):
    """All of them at once, and meanwhile an ordinary one whose waits are noted."""
    results, waits, memory = {}, [], []

    def run(name, client):
        try:
            results[name] = client(slow)
        except BaseException as problem:
            results[name] = problem

    clients = [(name, client) for name, (client, _) in CLIENTS.items()] + [("late", waits_for_a_late_answer)]
    threads = [threading.Thread(target=run, args=each) for each in clients]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        start = time.monotonic()
        assert ask_once(slow.port, "GET", "/", timeout=10).status == 200
        waits.append(time.monotonic() - start)
        memory.append(slow.resident_megabytes)
        time.sleep(0.1)
    return results, sorted(waits), memory


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_that_takes_too_long_is_closed(clients, name):
    result = clients[0][name]
    if isinstance(result, BaseException):
        raise result
    assert result[0] <= CLIENTS[name][1] + TOLERANCE


def test_an_ordinary_client_is_served_all_the_while(clients):
    waits = clients[1]
    assert len(waits) > 20
    assert waits[int(len(waits) * 0.95)] < 1


def test_slow_clients_fill_no_memory(clients):
    assert max(clients[2]) < clients[2][0] + 96


def test_a_quiet_stream_says_that_it_is_alive_and_outlasts_every_deadline(clients):
    _, all = clients[0]["late"]
    heartbeats = [event for event in all if event.name is None]
    assert [event.comment.strip() for event in heartbeats] == ["alive"] * len(heartbeats) and len(heartbeats) >= 2
    assert all[-1].name == "done" and all[-1].json["answer"] == "Finally [1]."
