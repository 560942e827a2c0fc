"""The files that pages load."""

import gzip
import re
import subprocess

import pytest
from Servers.wire import Connection, ask_once


@pytest.fixture(scope="module")
def names(app):
    return sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', ask_once(app.port, "GET", "/").text)))


def named(names, ending):
    return next(name for name in names if name.endswith(ending))


def test_every_file_that_a_page_names_is_there_under_a_name_of_its_content(app, names):
    assert len(names) >= 4
    for name in names:
        response = ask_once(app.port, "GET", name)
        assert response.status == 200 and len(response.body) > 100
        assert re.search(r"\.[0-9a-f]{16}\.", name)
        assert response["cache-control"] == "public, max-age=31536000, immutable"
        assert response["content-type"] == {
            "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}[name.rsplit(".")[-1]]
        assert response["x-content-type-options"] == "nosniff"


def test_a_file_comes_compressed_to_who_understands_it(app, names):
    name = named(names, ".css")
    plain = ask_once(app.port, "GET", name)
    assert plain["content-encoding"] is None and plain["vary"] == "Accept-Encoding"
    zipped = ask_once(app.port, "GET", name, {"Accept-Encoding": "gzip"})
    assert zipped["content-encoding"] == "gzip" and gzip.decompress(zipped.body) == plain.body
    brotli = ask_once(app.port, "GET", name, {"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert brotli["content-encoding"] == "br"
    assert subprocess.run(["brotli", "-dc"], input=brotli.body, capture_output=True, check=True).stdout == plain.body
    assert len(brotli.body) < len(zipped.body) < len(plain.body)
    assert plain["vary"] == zipped["vary"] == brotli["vary"]


@pytest.mark.parametrize("accepted", ["", "identity", "br;q=0", "br; q=0.000, gzip;q=0", "deflate", "brotli", "xbr", "gzipped"])
def test_a_file_comes_as_it_is_to_who_does_not(app, names, accepted):
    response = ask_once(app.port, "GET", named(names, ".css"), {"Accept-Encoding": accepted})
    assert response["content-encoding"] is None


def test_a_copy_that_is_still_right_is_not_sent_again(app, names):
    for name in (named(names, ".css"), "/favicon.ico", "/"):
        tag = ask_once(app.port, "GET", name)["etag"]
        for given in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            with Connection(app.port) as connection:
                response = connection.request("GET", name, {"If-None-Match": given}).response()
                assert response.status == 304 and response["etag"] == tag
                assert connection.request("GET", "/healthz").response().text == "ok\n"
        for given in ('"other"', tag[:-2] + '"', tag.strip('"')):
            assert ask_once(app.port, "GET", name, {"If-None-Match": given}).status == 200


@pytest.mark.parametrize("wanted", [
    "bytes=1000-", "bytes=10-5", "bytes=0-9223372036854775807", "bytes=9223372036854775807-", "bytes=abc", "bytes=-1", "bytes=-0", "bytes=0-0",
    "bytes=0-1,3-4", "bytes=" + ",".join(["0-"] * 1_000), "bytes=-9223372036854775808", "items=0-5", "bytes=18446744073709551615-", "",
    "bytes=0-,0-,0-",
])
def test_a_range_never_breaks_the_length(app, names, wanted):
    for name in (named(names, ".svg"), "/favicon.ico"):
        whole = ask_once(app.port, "GET", name).body
        with Connection(app.port) as connection:
            response = connection.request("GET", name, {"Range": wanted}).response()
            assert response.status in (200, 206, 416)
            assert response.status != 200 or response.body == whole
            assert int(response["content-length"]) == len(response.body)
            assert connection.request("GET", "/healthz").response().text == "ok\n"


def test_a_name_with_another_fingerprint_is_not_there(app, names):
    name = named(names, ".css")
    assert ask_once(app.port, "GET", re.sub(r"\.[0-9a-f]{16}\.", ".0000000000000000.", name)).status == 404
    assert ask_once(app.port, "GET", name.upper()).status == 404
    assert ask_once(app.port, "GET", name + ".br").status == 404
    assert ask_once(app.port, "GET", name + "/").status in (200, 404)
