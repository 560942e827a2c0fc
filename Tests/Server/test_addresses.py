"""Paths, queries and methods: what is asked for, however it is written."""

import uuid

import pytest
from Servers.wire import Connection, ask_once

NO_MESSAGE = "/ask/00000000-0000-4000-8000-000000000000"
GET_ROUTES = ["/", "/healthz", "/readyz", "/metrics", "/favicon.ico", NO_MESSAGE, f"{NO_MESSAGE}/events", "/nowhere"]


@pytest.mark.parametrize("target", [
    "/%00", "/a%00.html", "/%ff%fe", "/%zz", "/%", "/%2", "/a%", "/%0d%0aSet-Cookie:%20x=1", "/%7f", "/%1b[31m", "/healthz%00", "/%u0041",
    "/%C0%AF", "/%E0%80%AF", "/%ED%A0%80%ED%B0%80", "/%F4%90%80%80", "/\xff", "/ask/%00/events", "/static/%00", "/%c3%28",
    "/?q=%ff", "/?q=%C0%AF", "/?%zz=1", "/?q=%", "/ask/1?q=%ED%A0%80", "/healthz?%80",
])
def test_an_address_that_is_no_text_is_refused(app, target):
    response = ask_once(app.port, "GET", target)
    assert response.status in (400, 404)
    assert response["set-cookie"] is None


@pytest.mark.parametrize("target", [
    "/static/..%2f..%2fetc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..\\..\\x", "/static//etc/passwd", "/static/.env",
    "/static/../../../../etc/passwd", "/static/..%2fPackage.swift", "/static/%2e%2e%2fPackage.swift", "/static/%252e%252e%252fPackage.swift",
    "/static/....//Package.swift", "/static/..%5c..%5cPackage.swift", "/static/%c0%ae%c0%ae/Package.swift", "/static/", "/static",
    "/static/vendor", "/static/vendor/htmx.min.js", "/static/app.css", "/static/app.css.br", "/static/app.css%00.png", "/static/~root",
    "/../Package.swift", "//etc/passwd", "/./Package.swift", "/.env", "/.git/config", "/Package.swift", "/Knowledge/frontdesk.md", "/.data/",
    "/static/..;/Package.swift", "/static/C:%5cwindows", "/static/file:%2f%2f%2fetc%2fpasswd",
])
def test_no_address_leads_out_of_the_static_files(app, target):
    response = ask_once(app.port, "GET", target)
    assert response.status in (400, 404)
    assert b"root:" not in response.body and b"swift-tools-version" not in response.body


@pytest.mark.parametrize("target", ["/debug", "/openapi.json", "/admin", "/admin/", "/dev/outbox/../..", "/server-status", "/api/v1/../../healthz"])
def test_what_is_not_a_route_is_not_there(app, target):
    assert ask_once(app.port, "GET", target).status in (400, 404)


@pytest.mark.parametrize("target, status", [("/" + "a" * 8191, 404), ("/" + "a" * 8192, 414), ("/?q=" + "a" * 65_536, 414)])
def test_an_address_has_at_most_8_kib(app, target, status):
    response = ask_once(app.port, "GET", target)
    assert response.status == status or status == 414 and response.status in (400, 431)


def test_a_query_with_20_000_parameters_is_refused(app):
    assert ask_once(app.port, "GET", "/?" + "&".join(["a=1"] * 20_000)).status in (400, 414, 431)


def test_a_query_is_not_part_of_the_path(app):
    for target in ("/healthz?", "/healthz?x=1", "/healthz?next=%2F%2Fevil", "/healthz?q=caf%C3%A9+au+lait"):
        assert ask_once(app.port, "GET", target).text == "ok\n"


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND", "MKCOL", "PURGE", "SEARCH", "LOCK"])
@pytest.mark.parametrize("target", ["/", "/ask", "/api/v1/ask", "/healthz", "/static/x.css", "/favicon.ico", f"{NO_MESSAGE}/events"])
def test_a_method_that_is_not_answered_is_refused_with_those_that_are(app, method, target):
    response = ask_once(app.port, method, target, {"X-Echo": "echo-of-this", "Cookie": "secret-cookie"})
    assert response.status == 405
    allowed = {"/ask": "POST", "/api/v1/ask": "POST"}.get(target, "GET, HEAD")
    assert response["allow"] == allowed
    assert b"echo-of-this" not in response.body and b"secret-cookie" not in response.body


@pytest.mark.parametrize("method, target", [("GET", "/ask"), ("HEAD", "/ask"), ("GET", "/api/v1/ask"), ("POST", "/"), ("POST", "/healthz")])
def test_a_known_method_in_the_wrong_place_is_refused_with_those_that_are_right(app, method, target):
    response = ask_once(app.port, method, target)
    assert response.status == 405
    assert method not in response["allow"].split(", ")


@pytest.mark.parametrize("target, page", [
    ("/account/email", "/account"), ("/account/invitations", "/account"), ("/account/imports", "/account"), ("/bots/{}/trials", "/bots/{}"),
    ("/bots/{}/conversations/{}/messages", "/bots/{}/conversations/{}"),
])
def test_the_address_of_a_form_leads_to_its_page(app, target, page):
    """A browser keeps it after a refusal, and opens it again."""
    names = [str(uuid.uuid4()) for _ in range(target.count("{}"))]
    response = ask_once(app.port, "GET", target.format(*names), {"Accept": "text/html"})
    assert (response.status, response["location"]) == (303, page.format(*names))
    for headers in ({"Accept": "application/json"}, {"HX-Request": "true"}):
        assert ask_once(app.port, "GET", target.format(*names), headers).status == 405


@pytest.mark.parametrize("method, target", [("FOO", "/"), ("get", "/"), ("GETT", "/"), ("", "/"), ("OPTIONS", "*"), ("BREW", "/ask")])
def test_a_method_that_nobody_knows_is_refused(app, method, target):
    with Connection(app.port) as connection:
        response = connection.send(f"{method} {target} HTTP/1.1\r\nHost: x\r\nX-Echo: echo-of-this\r\n\r\n").response()
    assert response.status in (400, 405)
    # `*` is no address: nothing can be said of it.
    assert target == "*" or "DELETE" in response["allow"].split(", ")
    assert b"echo-of-this" not in response.body


@pytest.mark.parametrize("method", ["HEAD", "POST"])
def test_the_method_cannot_be_overridden(app, method):
    headers = {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "GET"}
    assert ask_once(app.port, method, "/", headers).status == (200 if method == "HEAD" else 405)


@pytest.mark.parametrize("target", GET_ROUTES)
def test_head_is_get_without_the_body(app, target):
    with Connection(app.port) as connection:
        get = connection.request("GET", target).response()
        head = connection.request("HEAD", target).response("HEAD")
        # Had the answer to HEAD a body, it would be taken for the next answer.
        assert connection.request("GET", "/healthz").response().text == "ok\n"
    assert head.status == get.status
    assert comparable(head) == comparable(get)


def test_head_of_a_stream_has_its_headers_and_ends_at_once(app):
    asked = ask_once(app.port, "POST", "/ask", {"Content-Type": "application/json", "Accept": "application/json"}, '{"question":"What does it cost?"}')
    target = f"/ask/{asked.json['message_id']}/events"
    with Connection(app.port) as connection:
        head = connection.request("HEAD", target).response("HEAD")
        assert connection.request("GET", "/healthz").response().text == "ok\n"
        get = connection.request("GET", target).response()
    assert (head.status, head["content-type"]) == (get.status, get["content-type"]) == (200, "text/event-stream")


def comparable(response):
    changing = {"date", "x-request-id", "content-length" if response["content-type"] is None else ""}
    # The metrics change from one look to the next, and with them their length.
    if "text/plain" in (response["content-type"] or ""):
        changing.add("content-length")
    return sorted((name.lower(), value) for name, value in response.headers if name.lower() not in changing)


@pytest.mark.parametrize("host", ["a b", "desk.example:0", "desk.example:65536", "desk.example:x", "", "a/b", "a@b", "[::1", "a..b"])
@pytest.mark.parametrize("target", ["/", "/healthz", "/api/v1/bots", "/nowhere"])
def test_a_host_that_cant_be_one_is_refused(app, host, target):
    assert ask_once(app.port, "GET", target, {"Host": host}).status == 400


@pytest.mark.parametrize("headers", [
    {"traceparent": "00-zz"}, {"Cookie": "=;;;=a;="}, {"If-Modified-Since": "yesterday"}, {"If-None-Match": '"'}, {"If-None-Match": ",,,"},
    {"Accept": "*/*;q=nonsense"}, {"Accept": ",,;;"}, {"Accept-Encoding": "br;q=x, gzip;;q=0;q=1"}, {"Range": "bytes=1000-"},
    {"Accept-Language": ",".join(["xx-YY;q=0.5"] * 1_000)}, {"User-Agent": ""}, {"Referer": "javascript:alert(1)"}, {"HX-Request": "maybe"},
    {"X-Forwarded-For": "'; drop table messages; --"}, {"X-Forwarded-Proto": "gopher"}, {"Forwarded": "for=\"[::1"}, {"DNT": "\xff\xfe"},
    {"Cookie": "a=" + "b" * 8_000}, {"Authorization": "Basic ="}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {"Via": "1.1 " * 100},
    {"Date": "Thu, 99 Foo 2099 99:99:99 GMT"}, {"Upgrade-Insecure-Requests": "1"}, {"Content-Type": "text/html; boundary=\"unclosed"},
])
def test_an_odd_header_changes_nothing_about_a_page(app, headers):
    response = ask_once(app.port, "GET", "/", headers)
    assert response.status == 200
    assert response.text.startswith("<!")


@pytest.mark.parametrize("headers", [
    {"Accept-Language": ",".join(["xx-YY;q=0.5"] * 5_000)}, {"X": "a" * 1_048_576}, {"Cookie": "a=" + "b" * 65_536}, {"Last-Event-ID": "x" * 65_536},
    {"Authorization": "Bearer " + "k" * 1_048_576}, {f"X-{number}": "a" * 1_000 for number in range(20)}, {"Y" * 20_000: "a"},
])
def test_headers_of_more_than_16_kib_are_refused(app, headers):
    with Connection(app.port) as connection:
        response = refusal(connection, "GET", "/", headers)
        assert response is None or response.status in (400, 431)


@pytest.mark.parametrize("count", [101, 1_000, 70_000])
def test_more_than_a_hundred_headers_are_refused(app, count):
    with Connection(app.port) as connection:
        message = "GET / HTTP/1.1\r\nHost: x\r\n" + "a: b\r\n" * count + "\r\n"
        response = refusal(connection, raw=message)
        assert response is None or response.status in (400, 431)


def test_ninety_nine_headers_and_the_host_are_fine(app):
    with Connection(app.port) as connection:
        assert connection.send("GET / HTTP/1.1\r\nHost: x\r\n" + "a: b\r\n" * 99 + "\r\n").response().status == 200


def refusal(connection, method="GET", target="/", headers=None, raw=None):
    """The answer, or None where the connection broke while we were still sending: that is a refusal too."""
    try:
        connection.send(raw) if raw else connection.request(method, target, headers)
        return connection.response()
    except (OSError, Exception) as error:
        if isinstance(error, TimeoutError):
            raise
        return None
