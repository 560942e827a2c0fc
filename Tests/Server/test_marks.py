"""Text with endless marks on one character. To compare it would take the square of their number: minutes, for all of these."""

import json
import urllib.parse

import pytest
from Servers.shop import Shop
from Servers.wire import ask_once

MARKS = "a" + "\u0301\u0323" * 100_000  # 400 kB
SHORTER = "a" + "\u0301\u0323" * 40_000
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
DEMO = JSON | {"Authorization": "Bearer fd_demo_public"}


def apart(text):
    """Each thirty by a character that isn't seen, which takes the place of the next."""
    return "".join("\u034f" if place and place % 31 == 0 else scalar for place, scalar in enumerate(text))


@pytest.fixture(scope="module")
def shop(app):
    return Shop(app)


def send(app, method, path, fields, headers):
    """Written out, as escaped it would be longer than a request may be."""
    return ask_once(app.port, method, path, headers, json.dumps(fields, ensure_ascii=False).encode(), timeout=20)


def change(shop, method, path, fields):
    return send(shop.app, method, f"/api/v1/bots/{shop.bot}{path}", fields, JSON | {"Authorization": f"Bearer {shop.owner.token}"})


@pytest.mark.parametrize("path, fields, headers", [
    ("/api/v1/sign-in/token", {"email": "nobody@example.org", "code": MARKS}, JSON),
    ("/api/v1/sign-in/code", {"email": MARKS}, JSON),
    ("/api/v1/sign-in/refresh", {SHORTER: 1, SHORTER + "b": 2}, JSON),
    ("/v1/chat/completions", {"model": MARKS, "messages": []}, DEMO),
    ("/v1/chat/completions", {"model": "frontdesk", "messages": [{"role": MARKS, "content": "When?"}]}, DEMO),
])
def test_a_strangers_request_is_refused_like_any_other(app, path, fields, headers):
    assert send(app, "POST", path, fields, headers).status in (400, 401, 403, 404, 415, 422, 429)
    assert ask_once(app.port, "GET", "/healthz").status == 200


def test_a_forms_names_are_taken_like_any_other(app):
    name = urllib.parse.quote("a" + "\u0301\u0323" * 20_000)
    assert ask_once(app.port, "POST", "/sign-in/code", FORM, f"{name}=1&{name}b=2&email=x", timeout=20).status == 422


@pytest.mark.parametrize("field", ["language", "provider", "position", "fallbacks", "allowed_sites", "name"])
def test_an_owners_setting_is_looked_at_like_any_other(shop, field):
    value = [MARKS] if field in ("fallbacks", "allowed_sites") else MARKS
    assert change(shop, "PATCH", "", {field: value}).status == 422


def test_a_text_keeps_them_and_is_compared_and_checked_like_any_other(shop):
    for text in (SHORTER, "b" + SHORTER[1:], "Hello"):
        assert change(shop, "PUT", "/context", {"text": text}).status == 200
        assert shop.text == apart(text)
        for path in ("/findings", "/versions"):
            assert shop.call("GET", path).status == 200


def test_what_kept_them_apart_and_is_taken_out_lets_none_through(shop):
    for between in ("\u200b", "\ufe0f", "\x01", "*", "`", "\U000e0041"):
        text = "## Hours\nWe open at 9, a" + ("\u0301\u0323" * 14 + between) * 1_000 + " daily."
        assert change(shop, "PUT", "/context", {"text": text}).status == 200
        assert shop.call("GET", "/findings").status == 200
        for name in ("name", "welcome_message"):
            assert change(shop, "PATCH", "", {name: text.partition("a")[2]}).status in (200, 422)


def test_what_stands_in_the_database_is_read_like_any_other(shop):
    """From before, or put there by hand."""
    shop.app.data.sql(f"update bots set name = 'a' || repeat(U&'\\0301\\0323', 100000) where id = '{shop.bot}'")
    assert shop.call("GET").json["name"] == apart(MARKS)
    shop.app.data.sql(f"update bots set name = 'Shop' where id = '{shop.bot}'")
