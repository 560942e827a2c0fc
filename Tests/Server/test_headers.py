"""What every answer says besides its content."""

import re

import pytest
from Servers.wire import Connection, ask_once

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUESTION = "question=What+does+it+cost%3F"


def answers(app):
    """One answer of every kind, by what it is."""
    port = app.port
    asked = ask_once(port, "POST", "/ask", JSON, '{"question":"What does it cost?"}')
    message = asked.json["message_id"]
    return {
        "page": ask_once(port, "GET", "/"),
        "page with an answer": ask_once(port, "GET", f"/ask/{message}"),
        "redirect": ask_once(port, "POST", "/ask", FORM, QUESTION),
        "fragment": ask_once(port, "POST", "/ask", FORM | {"HX-Request": "true"}, QUESTION),
        "json": asked,
        "events": ask_once(port, "GET", f"/ask/{message}/events"),
        "nothing new": ask_once(port, "GET", f"/ask/{message}/events", {"Last-Event-ID": f"{message}:end"}),
        "file": ask_once(port, "GET", "/favicon.ico"),
        "text": ask_once(port, "GET", "/healthz"),
        "not there": ask_once(port, "GET", "/nowhere"),
        "not there in JSON": ask_once(port, "GET", "/api/v1/nowhere"),
        "not there as a fragment": ask_once(port, "GET", "/nowhere", {"HX-Request": "true"}),
        "not allowed": ask_once(port, "PUT", "/"),
        "refused question": ask_once(port, "POST", "/ask", FORM, "question="),
        "refused question in JSON": ask_once(port, "POST", "/ask", JSON, '{"question":""}'),
        "refused question as a fragment": ask_once(port, "POST", "/ask", FORM | {"HX-Request": "true"}, "question="),
        "no key": ask_once(port, "POST", "/api/v1/ask", JSON, '{"question":"x"}'),
        "bad address": ask_once(port, "GET", "/%zz"),
        "too large": ask_once(port, "POST", "/ask", JSON | {"Content-Length": "99999999"}),
        "unknown media": ask_once(port, "POST", "/ask", {"Content-Type": "text/plain"}, "hello"),
        "cross-site": ask_once(port, "POST", "/ask", FORM | {"Sec-Fetch-Site": "cross-site"}, QUESTION),
        "not HTTP": Connection(port).send("nonsense\r\n\r\n").response(),
    }


@pytest.fixture(scope="module")
def every(app):
    return answers(app)


def test_every_kind_of_answer_is_the_one_that_was_meant(every):
    statuses = {name: answer.status for name, answer in every.items()}
    assert statuses == {
        "page": 200, "page with an answer": 200, "redirect": 303, "fragment": 200, "json": 200, "events": 200, "nothing new": 204, "file": 200,
        "text": 200, "not there": 404, "not there in JSON": 404, "not there as a fragment": 404, "not allowed": 405, "refused question": 422,
        "refused question in JSON": 422, "refused question as a fragment": 422, "no key": 401, "bad address": 400, "too large": 413,
        "unknown media": 415, "cross-site": 403, "not HTTP": 400,
    }


def test_no_answer_lets_a_browser_guess_its_type(every):
    for name, answer in every.items():
        assert answer["x-content-type-options"] == "nosniff", name
        assert (answer["content-type"] is None) == (answer.body == b"" or answer["content-length"] == "0"), name


def test_every_answer_has_a_request_id_of_its_own(every):
    ids = [answer["x-request-id"] for answer in every.values()]
    assert all(re.fullmatch("[0-9a-f]{16}", id) for id in ids)
    assert len(set(ids)) == len(ids)


def test_every_page_and_fragment_runs_nothing_inline_and_is_framed_by_nobody(every):
    pages = {name: answer for name, answer in every.items() if "text/html" in (answer["content-type"] or "")}
    assert len(pages) >= 8
    for name, page in pages.items():
        policy = dict(part.strip().split(" ", 1) for part in page["content-security-policy"].split(";"))
        assert policy["default-src"] == "'none'", name
        assert policy["frame-ancestors"] == "'none'" and policy["base-uri"] == "'none'", name
        assert policy["script-src"] == "'self'" and policy["style-src"] == "'self'" and policy["form-action"] == "'self'", name
        assert page["x-frame-options"] == "DENY"
        assert page["referrer-policy"] == "same-origin"
        assert not re.search(rb"<script(?![^>]*\ssrc=)|\son[a-z]+=|\sstyle=|javascript:", page.body), name


def test_nobody_in_between_stores_what_is_one_visitors(every):
    for name in ("page with an answer", "redirect", "fragment", "json", "events", "refused question", "no key", "not there", "too large"):
        assert every[name]["cache-control"] == "no-store", name


def test_no_answer_says_what_it_is_made_of(every):
    for name, answer in every.items():
        assert answer["server"] is None and answer["x-powered-by"] is None, name
        for word in (b"Swift", b"Hummingbird", b"postgres", b"/home/", b"/root/", b"Fatal", b"select ", b".swift"):
            if name not in ("page", "page with an answer", "refused question"):
                assert word not in answer.body, (name, word)


def test_no_cookie_is_set(every):
    assert all(answer["set-cookie"] is None for answer in every.values())


def test_no_origin_is_invited(app, every):
    for answer in list(every.values()) + [ask_once(app.port, "GET", "/", {"Origin": "https://evil.example"})]:
        assert answer["access-control-allow-origin"] is None


def test_errors_in_json_have_a_code_and_a_sentence(every):
    for name in ("not there in JSON", "refused question in JSON", "no key"):
        assert every[name]["content-type"] == "application/json"
        error = every[name].error
        assert re.fullmatch("[a-z_]+", error["code"]) and error["message"].endswith((".", "”."))
        assert set(every[name].json) == {"error"} and set(error) <= {"code", "message", "fields"}
    assert every["refused question in JSON"].error["fields"].keys() == {"question"}
    assert every["no key"]["www-authenticate"].startswith("Bearer")


def test_an_error_page_names_its_request(every):
    assert every["not there"]["x-request-id"] in every["not there"].text


@pytest.mark.parametrize("site, status", [
    ("same-origin", 303), ("none", 303), (None, 303), ("cross-site", 403), ("same-site", 403), ("CROSS-SITE", 403), ("nonsense", 403),
])
def test_a_form_on_another_site_cannot_ask(app, site, status):
    assert ask_once(app.port, "POST", "/ask", FORM | {"Sec-Fetch-Site": site}, QUESTION).status == status
