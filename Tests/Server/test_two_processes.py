"""An answer that one process makes is followed on another, as behind a balancer after a connection was cut."""

import json
import uuid

import pytest
from Servers.owner import Owner
from Servers.wire import Connection, ask_once, events, eventually

KEY = {"Authorization": "Bearer fd_demo_public", "Content-Type": "application/json"}
STREAM = KEY | {"Accept": "text/event-stream"}
QUESTION = json.dumps({"question": "What does it cost?"})
WORDS = "".join(f"wörd{number}\U0001f642 " for number in range(60)) + "It is free [1]."


@pytest.fixture(scope="module")
def pair(start_app, provider):
    return start_app(**provider.environment), start_app(**provider.environment)


def text(all):
    return "".join(event.json["text"] for event in all if event.name == "delta")


def begin(app, count=3, body=QUESTION, headers=STREAM):
    """Asks, reads so many pieces, and cuts the connection: what was heard, the answer's id and the last event's."""
    with Connection(app.port, timeout=30) as connection:
        connection.request("POST", "/api/v1/ask", headers, body).head()
        stream = events(connection)
        message, pieces = next(stream).json["message_id"], []
        while len(pieces) < count:
            event = next(stream)
            pieces += [event] if event.name == "delta" else []
        return text(pieces), message, pieces[-1].id if pieces else None


def follow(app, message, last=None, count=None):
    """Reads on until the end, or so many events."""
    with Connection(app.port, timeout=40) as connection:
        head = connection.request("GET", f"/api/v1/ask/{message}/events", STREAM | ({"Last-Event-ID": last} if last else {})).head()
        assert head.status == 200, head
        read = []
        for event in events(connection):
            read.append(event)
            if len(read) == count:
                break
        return read


def state(app, message):
    return app.data.sql(f"select state from messages where id = '{message}'")[0][0]


def test_a_cut_stream_goes_on_live_on_another_process(pair, provider):
    """Word by word, or nearly: not in one piece at the end, which here never comes."""
    provider.play("endless")
    _, message, last = begin(pair[0])
    rest = follow(pair[1], message, last, count=20)
    assert {event.name for event in rest} == {"delta"}
    assert set(text(rest).split()) == {"wörd"} and state(pair[0], message) == "pending"


def test_a_cut_stream_ends_on_another_process_as_it_would_have(pair, provider):
    """Longer than a visitor is waited for who is nowhere."""
    provider.play("takes_its_time")
    heard, message, last = begin(pair[0])
    rest = follow(pair[1], message, last)
    assert heard + text(rest) == rest[-1].json["answer"] == WORDS
    assert [event.name for event in rest if event.name != "delta"] == ["citations", "done"]
    assert state(pair[0], message) == "answered" and len(provider.calls) == 1


def test_it_goes_to_and_fro_without_a_lost_or_repeated_word(pair, provider):
    provider.play("takes_its_time")
    heard, message, last = begin(pair[0])
    for number in range(30):
        events = follow(pair[(number + 1) % 2], message, last, count=4)
        heard += text(events)
        if events[-1].name == "done":
            break
        last = [event.id for event in events if event.id][-1]
    assert heard == events[-1].json["answer"] == WORDS and len(provider.calls) == 1


def test_who_has_read_nothing_yet_gets_all_of_it(pair, provider):
    provider.play("takes_its_time")
    _, message, _ = begin(pair[0], count=10)
    all = follow(pair[1], message)
    assert all[0].name == "start" and text(all) == all[-1].json["answer"] == WORDS


def test_a_place_that_no_stream_named_leads_to_the_whole_text(pair, provider):
    provider.play("endless")
    _, message, _ = begin(pair[0], count=10)
    for offset in (2, 10**9):  # inside a character, behind the end
        assert text(follow(pair[1], message, f"{message}:{offset}", count=5)).startswith("wörd " * 10)
    assert state(pair[0], message) == "pending"


def test_a_long_text_passes_whole(pair, provider):
    """More than one notification holds."""
    provider.play("a_megabyte")
    with Connection(pair[0].port, timeout=30) as connection:
        connection.request("POST", "/api/v1/ask", STREAM, QUESTION).head()
        message = next(events(connection)).json["message_id"]
        all = follow(pair[1], message)
    assert text(all) == all[-1].json["answer"] and len(text(all).encode()) >= 64 * 1024


def test_the_same_request_on_another_process_waits_for_the_same_answer(pair, provider):
    provider.play("takes_its_time")
    key = {"Idempotency-Key": uuid.uuid4().hex}
    _, message, _ = begin(pair[0], headers=STREAM | key)
    again = ask_once(pair[1].port, "POST", "/api/v1/ask", KEY | key, QUESTION, timeout=30)
    assert again.status == 200 and again.json["answer"] == WORDS and again.json["message_id"] == message
    assert len(provider.calls) == 1


def test_when_everybody_has_left_on_every_process_nothing_more_is_paid_for(pair, provider):
    """S01."""
    provider.play("endless")
    _, message, last = begin(pair[0])
    follow(pair[1], message, last, count=50)  # some five seconds
    assert state(pair[0], message) == "pending" and provider.calls[0].left is None
    eventually(lambda: provider.calls[0].left, 15)
    eventually(lambda: state(pair[0], message) == "abandoned")


def test_readers_are_told_when_the_process_that_makes_their_answer_is_gone(start_app, pair, provider):
    provider.play("endless")
    doomed = start_app(**provider.environment)
    _, message, last = begin(doomed)
    with Connection(pair[1].port, timeout=40) as connection:
        connection.request("GET", f"/api/v1/ask/{message}/events", STREAM | {"Last-Event-ID": last}).head()
        stream = events(connection)
        assert next(stream).name == "delta"
        doomed.kill()
        assert [event.name for event in stream][-1] == "error"


def test_a_visitors_stream_goes_on_too(pair, provider):
    provider.play("takes_its_time")
    bot = Owner(pair[0]).make_bot()
    session = uuid.uuid4().hex
    body = json.dumps({"message": "When do you open?", "session_id": session})
    with Connection(pair[0].port, timeout=30) as connection:
        connection.request("POST", f"/api/send/{bot['token']}/", STREAM, body).head()
        stream = events(connection)
        pieces = [next(stream) for _ in range(5)]
    with Connection(pair[1].port, timeout=30) as connection:
        connection.request("GET", f"/api/stream/{bot['token']}/?session_id={session}", {"Last-Event-ID": pieces[-1].id}).head()
        rest = list(events(connection))
    assert text(pieces) + text(rest) == rest[-1].json["answer"] == WORDS
