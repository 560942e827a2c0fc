"""Pages that are the same for everybody know whether somebody is signed in, and nothing else of them."""

import pytest
from Servers.owner import FORM, Owner
from Servers.wire import ask_once

SIGN_IN, DESK = '<nav aria-label="Your desk"><a href="/sign-in">', 'class="desk-nav" aria-label="Your desk"'
PAGES = ["/", "/developers", "/nothing-here", "/dev/outbox", "/ask/00000000-0000-0000-0000-000000000000"]


@pytest.fixture(scope="module")
def cookies(app):
    return [{"Cookie": Owner(app).cookie()} for _ in range(2)]


def get(app, path, headers=None):
    return ask_once(app.port, "GET", path, headers or {})


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_signed_in_isnt_asked_to_sign_in(app, cookies, path):
    signed_in, stranger = get(app, path, cookies[0]), get(app, path)
    assert 'href="/inbox"' in signed_in.text and SIGN_IN not in signed_in.text and DESK in signed_in.text
    assert 'href="/inbox"' not in stranger.text and SIGN_IN in stranger.text


def test_what_is_too_large_is_said_with_the_way_back_to_ones_desk(app, cookies):
    headers = FORM | {"Sec-Fetch-Site": "same-origin", "Content-Length": str(50 * 1024 * 1024)}
    for cookie, way in ((cookies[0], 'href="/bots">Go to your bots'), ({}, 'href="/">Go to the start')):
        refused = ask_once(app.port, "POST", "/bots", headers | cookie)
        assert refused.status == 413 and way in refused.text


@pytest.mark.parametrize("path", ["/", "/developers"])
def test_there_are_two_such_pages_and_a_cache_is_told(app, cookies, path):
    pages = [get(app, path, headers) for headers in ({}, *cookies)]
    assert [page["Vary"] for page in pages] == ["Cookie"] * 3 and pages[1].text == pages[2].text
    tags = [page["ETag"] for page in pages]
    assert tags[1] == tags[2] != tags[0]
    assert get(app, path, {"If-None-Match": tags[0]}).status == 304
    assert get(app, path, cookies[0] | {"If-None-Match": tags[0]}).status == 200
    assert get(app, path, cookies[0] | {"If-None-Match": tags[1]}).status == 304


def test_a_cookie_that_is_none_of_ours_changes_nothing(app):
    assert get(app, "/", {"Cookie": "theme=dark; mysession=1"})["ETag"] == get(app, "/")["ETag"]
