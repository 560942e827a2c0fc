"""What strangers and owners write, in every page that shows it: one text at a time through all of them."""

import json

import pytest
from Servers.hostile import TEXTS, assert_harmless
from Servers.owner import Owner
from Servers.visitor import Visitor
from Servers.wire import ask_once

PAGES = ["", "/questions", "/questions?show=answered", "/tests", "/conversations", "/numbers", "/versions", "/settings", "/sources", "/reception", "/widget", "/limits", "/leads", "/keys", "/check"]


@pytest.fixture(scope="module")
def shop(app):
    owner = Owner(app)
    owner.session = owner.cookie()
    owner.bot = owner.make_bot()
    return owner


def seen(shop, target):
    response = ask_once(shop.app.port, "GET", target, {"Cookie": shop.session, "Accept": "text/html"})
    return response


def questioned(shop, text):
    """A visitor asks it, finds the answer wrong, and asks for a person."""
    visitor = Visitor(shop.app, shop.bot["token"])
    said = visitor.say(text)
    thumb = json.dumps({"thumb": "down", "reason": text[:400]})
    rated = ask_once(
        shop.app.port, "POST", f"{visitor.path}/messages/{said['message_id']}/thumb", {"Content-Type": "application/json", "Accept": "application/json"}, thumb)
    assert rated.status in (200, 204), rated
    visitor.ask_for_person()
    return visitor


@pytest.mark.parametrize("kind", TEXTS)
def test_a_hostile_text_does_nothing_in_any_page(shop, kind):
    text, bot = TEXTS[kind], shop.bot["id"]
    base = f"/bots/{bot}"
    visitor = questioned(shop, text)
    assert shop.call("PUT", f"/api/v1{base}/context", {"text": f"## {text[:100]}\n\n{text}\n"}).status == 200
    assert shop.call("PATCH", f"/api/v1{base}", {"system_prompt": text[:500], "contact_line": text[:200]}).status in (200, 422)
    test = shop.call("POST", f"/api/v1{base}/tests", {"question": text[:300], "words": [text[:100]]})
    assert test.status in (201, 422), test
    if kind == "script":
        shop.app.data.sweep("group_questions")
    shown = {path: seen(shop, base + path) for path in PAGES}
    shown |= {path: seen(shop, path) for path in ("/bots", "/inbox", "/numbers", "/account", "/dev/outbox", f"{base}/conversations/{visitor.conversation}")}
    shown["chat"] = visitor.page()
    versions = shop.call("GET", f"/api/v1{base}/versions").json["versions"]
    shown["version"] = seen(shop, f"{base}/versions/{versions[0]['id']}")
    for group in shop.call("GET", f"/api/v1{base}/questions").json["questions"][:3]:
        shown[group["id"]] = seen(shop, f"{base}/questions/{group['id']}")
    served = {path for path, response in shown.items() if response.status == 200}
    assert {"", "/questions", "/tests", "/conversations", "/numbers", "/versions", "/inbox", "chat", "version"} <= served, {
        path: response.status for path, response in shown.items() if response.status != 200}
    if kind == "script":  # It is there, as text.
        for path in ("", "/questions", "/tests", "/conversations", "/inbox", "/settings", "chat", "version"):
            assert "&lt;script&gt;alert(1)" in shown[path].text, path
    for path in served:
        assert_harmless(shown[path].text)
