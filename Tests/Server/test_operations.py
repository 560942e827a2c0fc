"""What those who run it see: health, metrics, the log."""

import json
import re

import pytest
from Servers.frontdesk import members
from Servers.wire import Connection, ask_once, eventually

KEY = {"Authorization": "Bearer fd_demo_public"}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}


def test_it_is_alive_and_ready(app):
    assert ask_once(app.port, "GET", "/healthz").text == "ok\n"
    assert ask_once(app.port, "GET", "/readyz").text == "ready\n"


def metrics(app, headers=None):
    response = ask_once(app.port, "GET", "/metrics", headers)
    assert response.status == 200 and response["content-type"].startswith("text/plain")
    return dict(re.fullmatch(r"(\S+) (-?[0-9.e+-]+)", line).groups() for line in response.text.splitlines() if not line.startswith("#"))


def test_the_metrics_count_what_happens(app):
    before = metrics(app)
    ask_once(app.port, "GET", "/healthz")
    ask_once(app.port, "GET", "/nowhere")
    with Connection(app.port) as connection:
        connection.send("nonsense\r\n\r\n").response()
    after = metrics(app)
    grown = {name: float(after[name]) - float(before[name]) for name in after}
    assert grown['frontdesk_requests_total{class="2xx"}'] == 2 and grown['frontdesk_requests_total{class="4xx"}'] == 2
    assert grown['frontdesk_requests_total{class="5xx"}'] == 0
    assert float(after["frontdesk_resident_bytes"]) > 1_000_000 and float(after["frontdesk_connections"]) >= 1


def test_the_metrics_are_for_this_machine_not_for_whom_a_proxy_brings(app):
    for headers in ({"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-For": ""}):
        assert ask_once(app.port, "GET", "/metrics", headers).status == 404


def test_with_a_token_the_metrics_are_for_who_has_it(start_app):
    app = start_app(METRICS_TOKEN="let-me-see")
    for authorization in (None, "Bearer", "Bearer let-me-se", "Bearer let-me-see2", "Bearer LET-ME-SEE", "let-me-see", "Basic let-me-see"):
        assert ask_once(app.port, "GET", "/metrics", {"Authorization": authorization}).status == 404
    assert ask_once(app.port, "GET", "/metrics?token=let-me-see").status == 404
    assert metrics(app, {"Authorization": "Bearer let-me-see", "X-Forwarded-For": "203.0.113.9"})
    assert "let-me-see" not in app.log


def test_every_request_has_one_line_with_its_name(app):
    response = ask_once(app.port, "GET", "/healthz?secret=in-the-query", {"User-Agent": "agent-7", "Cookie": "c=cookie-7"})
    line = app.logged(lambda line: line.get("request") == response["x-request-id"])
    assert {key: line[key] for key in ("level", "message", "method", "path", "status")} == {
        "level": "info", "message": "request", "method": "GET", "path": "/healthz", "status": 200}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) and line["microseconds"] >= 0
    assert sum(other.get("request") == response["x-request-id"] for other in app.lines) == 1
    for secret in ("in-the-query", "agent-7", "cookie-7", "127.0.0.1:"):
        assert secret not in json.dumps(line)


@pytest.mark.parametrize("target", ["/a%0aInjected", "/a%0d%0aInjected", "/%1b[2J", "/\x80\xfe", "/" + "long" * 1_900, "/\"},{\"level\":\"error", "/%E2%80%A8x", "/\x7f"])
def test_a_path_cannot_write_into_the_log(app, target):
    response = ask_once(app.port, "GET", target)
    line = app.logged(lambda line: line.get("request") == response["x-request-id"])
    assert line["status"] in (400, 404) and len(json.dumps(line)) < 1_200
    raw = next(raw for raw in app.log.split("\n") if response["x-request-id"] in raw)
    assert not any(character in raw for character in "\r\x1b\x00\x7f\u2028")


def test_the_log_names_no_question_no_answer_no_key_and_no_visitor(app):
    question = "Does it cost 4711 per zebra?"
    response = ask_once(app.port, "POST", "/api/v1/ask", KEY | JSON | {"X-Forwarded-For": "203.0.113.77"}, json.dumps({"question": question}))
    app.logged(lambda line: line.get("request") == response["x-request-id"])
    for secret in ("zebra", "fd_demo_public", "203.0.113.77", response.json["answer"][:40]):
        assert secret not in app.log


def test_every_line_of_the_log_is_json(app):
    # Read once, as it goes on, and not in the middle of a line.
    log = eventually(lambda: (log := app.log).endswith("\n") and log)
    lines = log.split("\n")[:-1]
    assert len(lines) > 2
    assert all({"time", "level", "message"} <= json.loads(line, object_pairs_hook=members).keys() for line in lines)
