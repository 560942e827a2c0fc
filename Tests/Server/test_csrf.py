"""Other sites make a browser send requests with its cookies. None of them may change anything."""

import pytest
from Servers.people import FORM, Browser, new_address
from Servers.wire import ask_once

ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "cross-site", "Origin": "null"}, {"Origin": "https://evil.example"},
    {"Origin": "null"}, {"Origin": "http://127.0.0.1.evil.example"}, {"Origin": "http://evil.example/://127.0.0.1.evil"}, {"Sec-Fetch-Site": ""}, {"Origin": ""},
    {"Sec-Fetch-Site": "same-origin, cross-site"},
]
CHANGES = [
    ("PATCH", "/account", {"name": "Evil"}), ("DELETE", "/account", {"account_name": "My business"}), ("POST", "/account/email", {"email": "evil@x.org"}),
    ("POST", "/account/invitations", {"email": "evil@x.org"}), ("DELETE", "/account/sessions", {}), ("DELETE", "/session", {}),
    ("POST", "/bots", {"name": "Evil"}), ("PUT", "/account/current", {"account": "x"}),
]


@pytest.fixture(scope="module")
def mia(app):
    browser = Browser(app)
    browser.sign_in(new_address("mia"))
    return browser


def state(app, mia):
    own = f"(select user_id from users u join sessions s on s.user_id = u.id where u.email = '{mia.email}' limit 1)"
    return app.data.sql(f"select u.name, u.email, (select count(*) from sessions where user_id = u.id), (select count(*) from members m join bots using (account_id) where m.user_id = u.id), (select count(*) from members m join invitations using (account_id) where m.user_id = u.id), (select count(*) from email_changes where user_id = u.id) from users u where id = {own}")


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]} {change[1]}")
def test_another_site_changes_nothing(app, mia, change, headers):
    method, target, form = change
    before = state(app, mia)
    for extra in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
        given = {"Sec-Fetch-Site": None} | headers | extra
        assert mia.send(method, target, form, given).status == 403
    assert state(app, mia) == before and mia.is_signed_in


def test_the_same_changes_from_our_own_pages_are_heard(app, mia):
    """Else the test above could not fail."""
    assert mia.send("PATCH", "/account", {"name": "Mia"}).status == 200
    assert mia.send("PATCH", "/account", {"name": "Mia"}, {"Sec-Fetch-Site": None, "Origin": "http://127.0.0.1"}).status == 200
    assert mia.send("PATCH", "/account", {"name": "Mia"}, {"Sec-Fetch-Site": "none"}).status == 200


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "", "application/json, text/plain"])
def test_a_body_that_a_form_elsewhere_can_send_is_no_json(app, mia, kind):
    response = ask_once(app.port, "PATCH", "/account", {
        "Cookie": f"session={mia.cookies['session']}", "Content-Type": kind, "Accept": "application/json", "Origin": "https://evil.example",
    }, '{"name":"Evil","x":"="}')
    assert response.status in (403, 415)
    response = ask_once(app.port, "PATCH", "/account", {"Cookie": f"session={mia.cookies['session']}", "Content-Type": kind}, '{"name":"Evil","x":"="}')
    assert response.status == 415
    assert mia.json()["user"]["name"] != "Evil"


@pytest.mark.parametrize("target", [
    "/session", "/sign-in/code", "/sign-in/token", "/account/email", "/account/current", "/account/invitations",
    "/session?_method=delete", "/account?_method=delete", "/account/sessions?_method=delete", "/account?_method=patch&name=Evil",
])
def test_looking_changes_nothing(app, mia, target):
    before = state(app, mia)
    response = mia.get(target)
    assert response.status == (405 if "?" not in target or target.startswith("/session") else 200)
    assert state(app, mia) == before and mia.is_signed_in


def test_methods_in_the_address_count_for_forms_only(app, mia):
    cookie = {"Cookie": f"session={mia.cookies['session']}"}
    assert ask_once(app.port, "POST", "/account?_method=get", cookie | FORM, "").status == 405
    assert ask_once(app.port, "POST", "/account?_method=connect", cookie | FORM, "").status == 405
    assert ask_once(app.port, "PUT", "/account?_method=delete", cookie | FORM, "account_name=My+business").status == 405


def test_pages_of_the_signed_in_are_in_no_frame(mia):
    page = mia.get("/account")
    assert "frame-ancestors 'none'" in page["content-security-policy"] and page["x-frame-options"] == "DENY"
