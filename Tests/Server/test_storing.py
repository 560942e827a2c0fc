"""An answer that is made while the database is away, or that it doesn't take: its readers are told the truth."""

import json

import pytest
from Servers.keyholder import Owner
from Servers.visitors import Visitor
from Servers.wire import Connection, ask_once, events, eventually

pytestmark = pytest.mark.long

KEY = {"Authorization": "Bearer fd_demo_public"}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
STREAM = KEY | {"Content-Type": "application/json", "Accept": "text/event-stream"}
QUESTION = json.dumps({"question": "What does it cost?"})
# Of storing an answer, until the database comes back; each waits for it for some seconds.
TRIES, TRIES_SECONDS = 4, 45


@pytest.fixture(scope="module")
def slow(start_app, own, provider):
    return start_app(data=own, **provider.environment, AI_MODEL="slow")


def stop(own):
    own.control_database("-m", "immediate", "stop")


def start(own, app):
    own.control_database("-l", str(own.path / "postgres/log-of-test"), "start")
    eventually(lambda: ask_once(app.port, "GET", "/readyz").status == 200, seconds=30)


def failures(app):
    return sum("couldn't be stored" in line.get("message", "") for line in app.lines)


def test_it_is_whole_only_once_the_database_has_it(slow, own):
    before = failures(slow)
    with Connection(slow.port, timeout=120) as connection:
        connection.request("POST", "/api/v1/ask", STREAM, QUESTION).head()
        stream = events(connection)
        message = next(stream).json["message_id"]
        said = next(stream).json["text"]
        stop(own)
        try:
            while "word19" not in said:
                event = next(stream)
                assert event.name == "delta"
                said += event.json["text"]
            eventually(lambda: failures(slow) >= before + TRIES, seconds=TRIES_SECONDS)
        finally:
            start(own, slow)
        rest = list(stream)
    assert rest[-1].name == "done" and "word19" in rest[-1].json["answer"]
    assert own.sql(f"select state, text from messages where id = '{message}'") == [["answered", rest[-1].json["answer"]]]
    assert ask_once(slow.port, "GET", f"/ask/{message}", JSON).json == rest[-1].json


def test_a_whole_answer_waits_for_it_too(slow, own, provider):
    """Question and answer are stored in one trip, which may be made twice."""
    before, calls = failures(slow), len(provider.calls)
    with Connection(slow.port, timeout=120) as connection:
        connection.request("POST", "/api/v1/ask", KEY | JSON, QUESTION)
        eventually(lambda: len(provider.calls) > calls)
        stop(own)
        try:
            eventually(lambda: failures(slow) >= before + TRIES, seconds=TRIES_SECONDS)
        finally:
            start(own, slow)
        answer = connection.response()
    assert answer.status == 200
    assert own.sql(f"select state from messages where id = '{answer.json['message_id']}'") == [["answered"]]


def test_if_the_database_stays_away_it_has_failed(slow, own):
    with Connection(slow.port, timeout=120) as connection:
        connection.request("POST", "/api/v1/ask", STREAM, QUESTION).head()
        stream = events(connection)
        message = next(stream).json["message_id"]
        assert next(stream).name == "delta"
        stop(own)
        try:
            last = list(stream)[-1]
        finally:
            start(own, slow)
    assert last.name == "error" and set(last.json) == {"code", "message"}
    assert own.sql(f"select state from messages where id = '{message}'") == [["pending"]], "nobody is told later that it is whole"


@pytest.fixture
def refusing(own):
    """Has the database refuse changes to a table on a condition, until the test ends."""
    made = []

    def refuse(table, condition):
        own.sql("create or replace function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$")
        own.sql(f"create trigger refuse before update on {table} for each row when ({condition}) execute function refuse()")
        made.append(table)

    yield refuse
    for table in made:
        own.sql(f"drop trigger refuse on {table}")


@pytest.fixture
def visitor(slow):
    owner = Owner(slow)
    return Visitor(slow, {"token": owner.request("GET", f"/api/v1/bots/{owner.bot}").json["token"]})


def test_what_the_database_refuses_has_failed_at_once_and_isnt_counted(slow, own, visitor, refusing):
    refusing("messages", "new.state = 'answered' and new.role = 'bot'")
    assert visitor.ask("When do you open?").status == 500
    assert eventually(lambda: visitor.get().json["usage"]["used"] == 0)
    with Connection(slow.port, timeout=60) as connection:
        headers = {"Authorization": f"Bearer {visitor.program.grant['access_token']}", "Content-Type": "application/json", "Accept": "text/event-stream"}
        connection.request("POST", "/api/v1" + visitor.path, headers, json.dumps({"message": "When do you open?"})).head()
        assert list(events(connection))[-1].name == "error"
    assert eventually(lambda: visitor.get().json["usage"]["used"] == 0)


def test_a_mail_that_cant_be_written_takes_no_answer_back_and_no_message(own, visitor, refusing):
    chat = visitor.begin("When do you open?")
    own.sql(f"update conversations set handling = 'waiting', told_at = null where id = '{chat}'")
    refusing("conversations", "new.told_at is distinct from old.told_at")
    answer = visitor.ask("And on Sundays?", chat)
    assert answer.status in (200, 201) and answer.json["answer"]
    assert visitor.get().json["usage"]["used"] == 2 and visitor.said(chat) == ["When do you open?", "And on Sundays?"]
