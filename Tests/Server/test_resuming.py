"""A stream that broke off goes on where it was: no word is lost, none comes twice."""

import json

import pytest
from Servers.provider import EMOJI
from Servers.wire import Connection, ask_once, events

KEY = {"Authorization": "Bearer fd_demo_public"}
STREAM = KEY | {"Accept": "text/event-stream", "Content-Type": "application/json"}
QUESTION = json.dumps({"question": "What does it cost?"})


def read(app, method, target, last=None, body=None):
    headers = STREAM | ({"Last-Event-ID": last} if last else {})
    with Connection(app.port) as connection:
        head = connection.request(method, target, headers, body).head()
        assert head.status == 200 and head["content-type"] == "text/event-stream", head
        return list(events(connection))


def text(all):
    return "".join(event.json["text"] for event in all if event.name == "delta")


def ways(message):
    return [("GET", f"/api/v1/ask/{message}/events"), ("POST", "/api/v1/ask")]


@pytest.fixture(scope="module")
def stored(app):
    """An answer with characters of two and of four bytes, as if a model had given it."""
    message = ask_once(app.port, "POST", "/api/v1/ask", KEY | {"Content-Type": "application/json"}, QUESTION).json["message_id"]
    app.data.sql(f"update messages set text = '{EMOJI}It is free.' where id = '{message}'")
    return message, f"{EMOJI}It is free."


def test_a_stored_answer_goes_on_at_every_place(app, stored):
    message, whole = stored
    assert text(read(app, "GET", f"/api/v1/ask/{message}/events")) == whole
    for count in range(len(whole) + 1):
        offset = len(whole[:count].encode())
        for method, target in ways(message):
            all = read(app, method, target, f"{message}:{offset}")
            assert text(all) == whole[count:]
            assert [event.name for event in all if event.name != "delta"] == ["citations", "done"]
            assert all[-1].json["answer"] == whole


def test_a_place_inside_a_character_or_behind_the_end_starts_anew(app, stored):
    message, whole = stored
    inside = len("Gr".encode()) + 1
    for offset in (inside, len(whole.encode()) + 1, 10**9, 2**63 - 1):
        assert text(read(app, "GET", f"/api/v1/ask/{message}/events", f"{message}:{offset}")) == whole


def test_after_the_end_there_is_nothing_more(app, stored):
    for method, target in ways(stored[0]):
        response = ask_once(app.port, method, target, STREAM | {"Last-Event-ID": f"{stored[0]}:end"})
        assert (response.status, response.body) == (204, b"")


def test_the_pages_stream_goes_on_in_html(app, stored):
    message, whole = stored
    all = read(app, "GET", f"/ask/{message}/events", f"{message}:{len('Grüße '.encode())}")
    assert "".join(event.data for event in all if event.name == "delta") == whole.removeprefix("Grüße ")


def test_a_stream_that_is_left_again_and_again_brings_each_word_once(app):
    heard, last, target, message = "", None, None, None
    for _ in range(200):
        with Connection(app.port) as connection:
            headers = STREAM | ({"Last-Event-ID": last} if last else {})
            connection.request("POST", "/api/v1/ask", headers, QUESTION if last is None else None).head()
            left = 0
            for event in events(connection):
                last = event.id or last
                if event.name == "start":
                    assert message is None
                    message = event.json["message_id"]
                if event.name == "delta":
                    heard += event.json["text"]
                    left += 1
                if event.name == "done":
                    assert heard == event.json["answer"] and event.json["message_id"] == message
                    return
                if left == 2:
                    break
    raise AssertionError("the stream never ended")


def test_two_readers_of_one_answer_both_get_it_whole(app):
    with Connection(app.port) as first:
        first.request("POST", "/api/v1/ask", STREAM, QUESTION).head()
        stream = events(first)
        message = next(stream).json["message_id"]
        second = read(app, "GET", f"/api/v1/ask/{message}/events")
        rest = list(stream)
    assert text(rest) == text(second) == rest[-1].json["answer"]


@pytest.mark.parametrize("last", [
    "garbage", ":", "1:2", "x:end", ":end", "00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000000:", "a" * 36 + ":5",
    "00000000-0000-4000-8000-000000000000:-1", "00000000-0000-4000-8000-000000000000:9223372036854775808", "%00", "' or 1=1", "\x80\xff",
    "00000000-0000-4000-8000-000000000000:1e3", "00000000-0000-4000-8000-000000000000:0x5", "x" * 12_000,
])
def test_an_event_id_that_no_stream_sent_is_ignored(app, stored, last):
    message, whole = stored
    assert text(read(app, "GET", f"/api/v1/ask/{message}/events", last)) == whole
    assert read(app, "POST", "/api/v1/ask", last, QUESTION)[-1].name == "done"


def test_the_id_of_another_answer_leads_there_only_by_the_route_that_names_none(app, stored):
    message, whole = stored
    other = read(app, "POST", "/api/v1/ask", None, QUESTION)
    assert text(read(app, "GET", f"/api/v1/ask/{message}/events", other[-2].id)) == whole
    unknown = "00000000-0000-4000-8000-000000000000:5"
    assert ask_once(app.port, "POST", "/api/v1/ask", STREAM | {"Last-Event-ID": unknown}, QUESTION).status == 404


def test_a_stream_needs_the_key_when_it_goes_on_too(app, stored):
    headers = {"Accept": "text/event-stream", "Last-Event-ID": f"{stored[0]}:0"}
    assert ask_once(app.port, "POST", "/api/v1/ask", headers).status == 401
    assert ask_once(app.port, "GET", f"/api/v1/ask/{stored[0]}/events", headers).status == 401
