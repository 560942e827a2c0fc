"""What exists for development, the mails with everybody's sign-in codes above all, is for this machine only."""

import os
import pty
import re
import subprocess

import pytest
from Servers.frontdesk import PROGRAM, ROOT, CopiedDataDirectory, run
from Servers.haproxy import Haproxy
from Servers.people import Browser, code_in, mails, new_address
from Servers.wire import ask_once

JSON = {"Accept": "application/json"}
SHOWN = {"SHOW_SIGN_IN_CODES_TO_EVERYBODY": "on"}


@pytest.mark.parametrize("headers", [
    {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-Proto": "https"}, {"Forwarded": "for=127.0.0.1"}, {"Via": "1.1 proxy"},
    {"X-Real-IP": "127.0.0.1"}, {"Host": "desk.example"}, {"Host": "127.0.0.1.desk.example"},
])
@pytest.mark.parametrize("form", [{}, JSON, {"HX-Request": "true"}])
def test_the_outbox_is_not_there_for_whom_a_proxy_or_another_name_brings(app, headers, form):
    assert ask_once(app.port, "GET", "/dev/outbox", form).status == 200
    for method in ("GET", "HEAD", "POST", "OPTIONS"):
        response = ask_once(app.port, method, "/dev/outbox", headers | form)
        assert response.status == 404 and response["allow"] is None


def test_the_outbox_is_not_there_behind_a_real_proxy(app):
    proxy = Haproxy(app, connections=2)
    try:
        assert ask_once(proxy.port, "GET", "/healthz").status == 200
        assert ask_once(proxy.port, "GET", "/dev/outbox", JSON).status == 404
    finally:
        proxy.close()


@pytest.mark.parametrize("setting", [{"BASE_URL": "https://desk.example"}, {"HOST": "0.0.0.0"}, {"HOST": "::"}])
@pytest.mark.parametrize("command", ["serve", "work", "check"])
def test_a_server_that_others_reach_does_not_start_outside_production(command, setting):
    result = run(command, **setting)
    [name] = setting
    assert result.returncode == 1 and name in result.stderr and "APP_ENV=production" in result.stderr and list(SHOWN)[0] in result.stderr


def test_it_starts_where_a_setting_says_that_everybody_may_read_codes(start_app):
    app = start_app(HOST="0.0.0.0", **SHOWN)
    email = new_address()
    assert Browser(app).ask_for_code(email).status == 202
    assert code_in(mails(app, email)[0])
    assert ask_once(app.port, "GET", "/dev/outbox", {"X-Forwarded-For": "203.0.113.9"}).status == 200


def test_a_check_says_who_reads_codes(app):
    database = {"DATABASE_URL": f"postgresql://frontdesk@/postgres?host={app.data.socket_directory}"}
    assert "to this machine only" in run("check", **database).stderr
    told = run("check", **database, **SHOWN, BASE_URL="https://desk.example").stderr
    assert "to everybody who reaches this server" in told


def test_in_production_there_is_no_outbox_and_no_code_in_the_log(start_app):
    directory = CopiedDataDirectory()
    start_app(data=directory)
    place = start_app(
        data=directory, APP_ENV="production", DATABASE_URL=f"postgresql://frontdesk@/postgres?host={directory.socket_directory}",
        SECRET_KEYS=(directory.path / "secret_key").read_text().strip(), SMTP_URL="smtp://127.0.0.1:9", BASE_URL="https://desk.example",
        HOST="0.0.0.0", **SHOWN)
    email = new_address()
    assert Browser(place).ask_for_code(email).status == 202
    assert ask_once(place.port, "GET", "/dev/outbox", JSON).status == 404
    assert email not in place.log and "code for Frontdesk" not in place.log
    directory.remove()


@pytest.fixture
def in_shell():
    """Starts a server in the repository, as somebody does by hand."""
    directory = CopiedDataDirectory()
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(directory.path)}
    yield lambda port, **handles: subprocess.Popen([PROGRAM, "serve"], cwd=ROOT, env=environment | {"PORT": str(port)}, text=True, **handles)
    directory.remove()


def test_a_port_that_is_taken_is_told_in_words(app, in_shell):
    server = in_shell(app.port, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, said = server.communicate(timeout=60)
    assert server.returncode == 1 and f"Another program listens on 127.0.0.1:{app.port}." in said and "set PORT" in said


@pytest.mark.parametrize("arguments", [["help"], ["--help"], ["-h"], ["check", "--help"]])
def test_the_commands_are_listed_for_whoever_asks(arguments):
    result = run(*arguments)
    assert result.returncode == 0 and "App check" in result.stdout and not result.stderr


@pytest.mark.parametrize("arguments, told", [(["nope"], "no command “nope”"), (["serve", "8081"], "takes no arguments"), ([""], "no command “”")])
def test_a_command_that_is_not_there_is_told_and_nothing_starts(arguments, told):
    result = run(*arguments)
    assert result.returncode == 1 and told in result.stderr and not result.stdout


def test_the_log_at_a_terminal_is_text(in_shell):
    ours, theirs = pty.openpty()
    server = in_shell(0, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    while b"ready" not in said:
        said += os.read(ours, 10_000)
    server.terminate()
    server.wait(timeout=60)
    os.close(ours)
    assert re.search(rb"^\d\d:\d\d:\d\d  ready  address: http://127", said, re.MULTILINE) and b'{"' not in said
