"""Start, shutdown, kill, and a database that goes away."""

import json
import os
import signal
import subprocess
import time

import pytest
from Servers.frontdesk import PROGRAM, DataDirectory, run
from Servers.wire import Closed, Connection, ask_once, events, eventually

KEY = {"Authorization": "Bearer fd_demo_public"}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
STREAM = KEY | JSON | {"Accept": "text/event-stream"}
QUESTION = json.dumps({"question": "What does it cost?"})


@pytest.fixture(scope="module")
def alone(start_app, own):
    return start_app(data=own)


def test_an_answer_that_is_being_made_is_finished_before_the_end(start_app, provider):
    app = start_app(**provider.environment, AI_MODEL="slow")
    provider.play("normal")
    with Connection(app.port) as streaming, Connection(app.port) as waiting, Connection(app.port) as idle:
        idle.request("GET", "/healthz").response()
        streaming.request("POST", "/api/v1/ask", STREAM, QUESTION).head()
        stream = events(streaming)
        message = next(stream).json["message_id"]
        assert next(stream).name == "delta"
        waiting.request("POST", "/api/v1/ask", KEY | JSON, QUESTION)
        eventually(lambda: len(provider.calls) == 2)
        app.signal(signal.SIGTERM)
        assert idle.is_closed(), "who asks nothing needn't be waited for"
        all = list(stream)
        assert all[-1].name == "done" and "word19" in all[-1].json["answer"]
        assert "word19" in waiting.response().json["answer"]
        assert streaming.is_closed() and waiting.is_closed()
    with pytest.raises(ConnectionRefusedError):
        Connection(app.port)
    assert app.process.wait(20) == 0
    assert app.data.sql(f"select state from messages where id = '{message}'") == [["answered"]]


def test_an_answer_that_is_cut_short_by_the_end_is_stored_as_far_as_it_came(start_app, provider):
    app = start_app(**provider.environment, AI_MODEL="endless")
    with Connection(app.port) as connection:
        connection.request("POST", "/api/v1/ask", STREAM, QUESTION).head()
        stream = events(connection)
        message = next(stream).json["message_id"]
        assert next(stream).name == "delta"
        app.signal(signal.SIGTERM)
    assert app.process.wait(20) == 0
    [[state, text]] = app.data.sql(f"select state, replace(text, chr(10), ' ') from messages where id = '{message}'")
    assert state != "pending" and text.startswith("wörd ")


def test_connections_that_do_nothing_do_not_hold_up_the_end(start_app):
    app = start_app()
    hoard = [Connection(app.port) for _ in range(30)]
    for connection in hoard[:10]:
        connection.request("GET", "/").response()
    for connection in hoard[10:20]:
        connection.send("GET / HTTP/1.1\r\nHost")
    app.stop()
    assert app.process.returncode == 0
    for connection in hoard:
        connection.close()


def test_after_a_kill_everything_that_was_said_is_still_there(start_app, provider):
    directory = DataDirectory()
    try:
        first = start_app(data=directory, **provider.environment, AI_MODEL="endless")
        known = ask_once(first.port, "POST", "/ask", JSON, json.dumps({"question": "Hello!"})).json
        with Connection(first.port) as connection:
            connection.request("POST", "/api/v1/ask", STREAM, QUESTION).head()
            stream = events(connection)
            message = next(stream).json["message_id"]
            assert next(stream).name == "delta"
            postmaster = directory.postmaster
            first.kill()
            with pytest.raises(Closed):
                list(stream)
        second = start_app(data=directory)
        assert directory.postmaster == postmaster, "the database that still ran should have been taken over"
        again = ask_once(second.port, "GET", f"/ask/{known['message_id']}", JSON)
        assert again.json == known
        more = ask_once(second.port, "POST", "/ask", JSON, json.dumps({"question": "What does it cost?", "conversation_id": known["conversation_id"]}))
        assert more.status == 200
        # The answer that was being made is lost; three minutes later that is certain.
        directory.sql(f"update messages set created_at = now() - interval '181 seconds' where id = '{message}'")
        page = ask_once(second.port, "GET", f"/ask/{message}")
        assert page.status == 200 and "please ask again" in page.text
        with Connection(second.port) as connection:
            connection.request("GET", f"/api/v1/ask/{message}/events", KEY).head()
            last = list(events(connection))[-1]
        assert last.name == "error" and set(last.json) == {"code", "message"}
        answer = ask_once(second.port, "GET", f"/ask/{message}", JSON)
        assert answer.status == 410 and answer.error["code"] == "failed"
        second.stop()
    finally:
        directory.remove()


def unavailable(app):
    """What is said while the database is away."""
    ready = ask_once(app.port, "GET", "/readyz", timeout=10)
    assert ready.status == 503 and "database" in ready.text
    asked = ask_once(app.port, "POST", "/api/v1/ask", KEY | JSON, QUESTION, timeout=40)
    assert asked.status == 503 and asked.error["code"] == "unavailable" and int(asked["retry-after"]) >= 1
    return ready, asked


def test_without_its_database_it_says_so_and_it_recovers(alone, own):
    message = ask_once(alone.port, "POST", "/ask", JSON, QUESTION).json["message_id"]
    own.control_database("-m", "immediate", "stop")
    try:
        ready, asked = unavailable(alone)
        page = ask_once(alone.port, "GET", f"/ask/{message}", timeout=40)
        assert page.status == 503 and "Back in a moment" in page.text and int(page["retry-after"]) >= 1
        for answer in (ready, asked, page):
            for secret in (own.socket_directory, "postgres", "select", "frontdesk-"):
                assert secret not in answer.text
        assert ask_once(alone.port, "GET", "/healthz").status == 200
        assert ask_once(alone.port, "GET", "/").status == 200
        line = alone.logged(lambda line: line.get("request") == asked["x-request-id"] and line["level"] == "error")
        assert "database" in line["message"]
    finally:
        own.control_database("-l", str(own.path / "postgres/log-of-test"), "start")
    eventually(lambda: ask_once(alone.port, "GET", "/readyz").status == 200, seconds=20)
    assert ask_once(alone.port, "POST", "/ask", JSON, QUESTION).status == 200
    assert ask_once(alone.port, "GET", f"/ask/{message}", JSON).status == 200


def test_a_frozen_database_is_noticed_soon_and_freezes_nothing_else(alone, own):
    processes = own.database_processes()
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        start = time.monotonic()
        ready = ask_once(alone.port, "GET", "/readyz", timeout=15)
        assert ready.status == 503 and time.monotonic() - start < 10
        assert ask_once(alone.port, "GET", "/").status == 200
        with Connection(alone.port) as leaving:
            leaving.request("POST", "/ask", JSON, QUESTION)
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
    eventually(lambda: ask_once(alone.port, "GET", "/readyz").status == 200, seconds=20)
    assert ask_once(alone.port, "POST", "/ask", JSON, QUESTION).status == 200


def test_settings_that_are_wrong_are_all_named_before_anything_starts():
    result = run("serve", PORT="http", BASE_URL="example.org", APP_ENV="prod", TRUSTED_PROXIES="everyone", MAX_CONNECTIONS="1", OPENAI_API_KEY="sk-secret", OPENAI_BASE_URL="x")
    assert result.returncode == 1
    for name in ("PORT", "BASE_URL", "APP_ENV", "TRUSTED_PROXIES", "MAX_CONNECTIONS", "OPENAI_BASE_URL"):
        assert name in result.stderr
    assert "sk-secret" not in result.stderr + result.stdout


def test_production_needs_a_database_of_its_own():
    result = run("serve", APP_ENV="production")
    assert result.returncode == 1 and "DATABASE_URL" in result.stderr


@pytest.mark.parametrize("command", ["serve", "work", "migrate", "check", "routes", "rotate"])
def test_missing_languages_stop_the_start_in_words(command):
    result = run(command, words="/nowhere")
    assert result.returncode == 1 and "Words" in result.stderr and "Fatal" not in result.stderr


def test_a_database_that_refuses_stops_the_start_in_words():
    result = run("check", DATABASE_URL="postgres://someone:pass-4711@127.0.0.1:9/none")
    assert result.returncode == 1 and result.stderr.strip()
    assert "pass-4711" not in result.stderr + result.stdout and "Fatal" not in result.stderr


def test_a_port_that_is_taken_stops_the_start(app):
    result = subprocess.run(
        [PROGRAM, "serve"], cwd=app.root, capture_output=True, text=True, timeout=60,
        env={"PATH": os.environ["PATH"], "PORT": str(app.port), "DATA_DIR": str(app.data.path)})
    assert result.returncode == 1 and result.stderr.strip()


def test_a_check_says_what_is_set_up(app, provider):
    database = f"postgresql://frontdesk@/postgres?host={app.data.socket_directory}"
    quoting = run("check", DATABASE_URL=database)
    assert quoting.returncode == 0 and "database answers" in quoting.stderr and "quoted" in quoting.stderr
    phrasing = run("check", DATABASE_URL=database, **provider.environment, AI_MODEL="test-model")
    assert phrasing.returncode == 0 and "test-model" in phrasing.stderr, phrasing.stderr
    nowhere = run("check", DATABASE_URL=database, OPENAI_API_KEY="sk-secret", OPENAI_BASE_URL="http://127.0.0.1:9/v1", AI_MODEL="tiny")
    assert nowhere.returncode == 1 and "WRONG" in nowhere.stderr
    assert "sk-secret" not in nowhere.stderr + nowhere.stdout


def test_a_check_tries_the_mail_server(app):
    database = f"postgresql://frontdesk@/postgres?host={app.data.socket_directory}"
    result = run("check", DATABASE_URL=database, SMTP_URL="smtp://desk:pass-4711@127.0.0.1:9")
    assert result.returncode == 1 and "mail server" in result.stderr
    assert "pass-4711" not in result.stderr + result.stdout


def test_an_unknown_command_is_answered_with_those_that_there_are():
    result = run("dance")
    assert result.returncode == 1 and "App serve" in result.stderr


def test_a_demo_that_cant_be_planted_keeps_nobody_from_starting(data, app, start_app):
    data.sql("create function refuse_demo() returns trigger language plpgsql as $$ begin raise 'no'; end $$")
    data.sql("create trigger refuse_demo before insert on bots for each row when (new.public_key is not null) execute function refuse_demo()")
    try:
        other = start_app()
        assert ask_once(other.port, "GET", "/readyz").text == "ready\n" and "the demo's bot couldn't be planted" in other.log
    finally:
        data.sql("drop function refuse_demo cascade")
