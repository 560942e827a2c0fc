"""Where one message ends and the next begins: nobody may see it differently than we do."""

import select
import uuid

import pytest
from Servers.wire import Closed, Connection, ask_once, eventually, request_bytes

HEALTH = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def hidden(app):
    """A request that must never be taken for one."""
    path = f"/hidden-{uuid.uuid4()}"
    yield f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"
    later = f"/later-{uuid.uuid4()}"
    ask_once(app.port, "GET", later)
    eventually(lambda: later in app.log)
    assert path not in app.log


def refused(app, message):
    """The one answer to `message`, after which the server closes."""
    with Connection(app.port) as connection:
        response = connection.send(message).response()
        assert connection.is_closed(), f"it goes on after {response}"
        return response


def post(headers, body=""):
    return f"POST /ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}"


def test_an_ordinary_request_keeps_the_connection_open(app):
    with Connection(app.port) as connection:
        for _ in range(3):
            assert connection.send(HEALTH).response().text == "ok\n"
        assert not connection.is_closed(within=0.2)


@pytest.mark.parametrize("headers", [
    "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
    "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
    "transfer-encoding: CHUNKED\r\ncontent-length: 5\r\n",
])
def test_a_length_together_with_chunks_is_refused_and_what_follows_is_never_routed(app, hidden, headers):
    assert refused(app, post(headers, f"0\r\n\r\n{hidden}")).status == 400


@pytest.mark.parametrize("headers", [
    "Transfer-Encoding: xchunked\r\n",
    "Transfer-Encoding : chunked\r\n",
    "Transfer-Encoding: chunked, identity\r\n",
    "Transfer-Encoding: identity\r\n",
    "Transfer-Encoding: gzip\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked, chunked\r\n",
    "Transfer-Encoding: \"chunked\"\r\n",
    "Transfer-Encoding: chunked;q=1\r\n",
    "Transfer-Encoding:\x0bchunked\r\n",
    "Transfer-Encoding:\r\n",
    "Transfer-Encoding:\r\n chunked\r\n",
    " Transfer-Encoding: chunked\r\n",
])
def test_an_odd_transfer_encoding_is_refused_and_closes_the_connection(app, hidden, headers):
    assert refused(app, post(headers, f"0\r\n\r\n{hidden}")).status in (400, 501)


@pytest.mark.parametrize("first, second", [("5", "6"), ("6", "5"), ("0", "5"), ("5", "5"), ("5", "05")])
def test_a_second_content_length_is_refused_and_closes_the_connection(app, hidden, first, second):
    headers = f"Content-Length: {first}\r\nContent-Length: {second}\r\n"
    assert refused(app, post(headers, f"a=b&c{hidden}")).status == 400


@pytest.mark.parametrize("length", [
    "-1", "+5", "0x10", "5 5", "5,5", "18446744073709551616", "9223372036854775808", "99999999999999999999999", "", "five", "5.0", "1e1",
    "\u0665", "5;5", "5\x00",
])
def test_a_content_length_that_is_no_number_is_refused_and_closes_the_connection(app, hidden, length):
    assert refused(app, post(f"Content-Length: {length}\r\n", f"a=b&c{hidden}")).status in (400, 413)


@pytest.mark.parametrize("size", [
    "FFFFFFFFFFFFFFFF", "7FFFFFFFFFFFFFFF", "8000000000000000", "10000000000000000", "FFFFFFFFFFFFFFFFFFFFFFFF", "-1", "+5", "0x5", "", "g", " 5",
    "5 5", "5_",
])
def test_a_chunk_size_that_cannot_be_is_refused_and_closes_the_connection(app, size):
    with Connection(app.port) as connection:
        connection.send(post("Transfer-Encoding: chunked\r\n", f"{size}\r\nquest\r\n"))
        connection.half_close()
        assert connection.response().status in (400, 413)
        assert connection.is_closed()


def test_chunks_in_any_sizes_make_one_body(app):
    body = "question=What+does+it+cost%3F"
    chunks = "".join(f"{len(part):x};note=\"x\"\r\n{part}\r\n" for part in (body[:1], body[1:9], body[9:]))
    with Connection(app.port) as connection:
        connection.send(post("Accept: application/json\r\nTransfer-Encoding: chunked\r\n", chunks + "0\r\nX-Trailer: a\r\n\r\n"))
        assert connection.response().json["basis"] == "quoted"
        assert connection.send(HEALTH).response().status == 200


@pytest.mark.parametrize("message", [
    "\r\n\r\n\x16\x03\x01\x02\x00\x01\x00",
    "GET /healthz HTTP/3.7\r\nHost: x\r\n\r\n",
    "GET /healthz HTTP/0.9\r\n\r\n",
    "GET /healthz\r\n\r\n",
    "GET /health z HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /healthz HTTP/1.1 \r\nHost: x\r\n\r\n",
    "get /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "FOO /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nHost: x\r\n: nameless\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nHost: x\r\nX y: z\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n folded\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nHost: x\rX: a\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\x00" * 64,
])
def test_what_is_not_http_is_refused_and_closes_the_connection(app, message):
    response = refused(app, message.encode("latin-1"))
    assert 400 <= response.status < 600 and response.status in (400, 405, 501, 505)


def test_a_refusal_before_routing_has_a_name_and_a_line_in_the_log(app):
    response = refused(app, post("Content-Length: -1\r\n"))
    assert response["x-content-type-options"] == "nosniff"
    line = app.logged(lambda line: line.get("request") == response["x-request-id"])
    assert line["status"] == 400


@pytest.mark.parametrize("host", ["Host: a\r\nHost: b\r\n", "Host: a\r\nhost: a\r\n", ""])
def test_a_request_names_one_host(app, host):
    assert refused(app, f"GET /healthz HTTP/1.1\r\n{host}\r\n").status == 400


def test_an_absolute_address_never_leads_elsewhere(app):
    response = ask_once(app.port, "GET", "http://evil.example/", {"Host": f"127.0.0.1:{app.port}"})
    assert response.status in (200, 400)
    assert b"evil.example" not in response.body


def test_a_foreign_host_appears_in_no_answer(app):
    for target in ("/", "/nowhere", "/ask/00000000-0000-4000-8000-000000000000"):
        response = ask_once(app.port, "GET", target, {"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert b"evil.example" not in response.body
        assert "evil.example" not in str(response.headers)


def test_a_hundred_requests_in_one_write_are_answered_in_order(app):
    targets = [f"/static/none-{number}.css" if number % 3 else "/healthz" for number in range(100)]
    with Connection(app.port) as connection:
        connection.send(b"".join(request_bytes("GET", target, {"Accept": "application/json"}) for target in targets))
        answers = [connection.response() for _ in targets]
    assert [answer.status for answer in answers] == [404 if "none" in target else 200 for target in targets]
    assert len({answer["x-request-id"] for answer in answers}) == 100


def test_questions_in_one_write_are_answered_in_order(app):
    questions = ["What does it cost?", "Which languages does it speak?", "Is my data safe?"]
    with Connection(app.port) as connection:
        connection.send(b"".join(
            request_bytes("POST", "/ask", {"Accept": "application/json", "Content-Type": "application/json"}, f'{{"question":"{question}"}}')
            for question in questions))
        answers = [connection.response().json["answer"] for _ in questions]
    assert answers == [ask_once(
        app.port, "POST", "/ask", {"Accept": "application/json", "Content-Type": "application/json"}, f'{{"question":"{question}"}}'
    ).json["answer"] for question in questions]
    assert len(set(answers)) == 3


def test_a_request_in_single_bytes_is_understood(app):
    with Connection(app.port) as connection:
        for byte in request_bytes("GET", "/healthz"):
            connection.send(bytes([byte]))
        assert connection.response().status == 200


@pytest.mark.parametrize("value", ["close", "Close", "CLOSE", "keep-alive, close", "close, TE"])
def test_who_asks_for_a_close_gets_it(app, value):
    with Connection(app.port) as connection:
        assert connection.request("GET", "/healthz", {"Connection": value}).response().status == 200
        assert connection.is_closed()


def test_http_1_0_is_answered_and_closed(app):
    response = refused(app, "GET /healthz HTTP/1.0\r\n\r\n")
    assert (response.status, response.text) == (200, "ok\n")


def test_http_1_0_stays_open_if_it_asks_to(app):
    with Connection(app.port) as connection:
        for _ in range(2):
            message = "GET /healthz HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n"
            assert connection.send(message).response().status == 200


def test_who_closes_its_side_after_asking_is_answered(app):
    with Connection(app.port) as connection:
        response = connection.send(HEALTH * 3).half_close()
        assert [connection.response().status for _ in range(3)] == [200, 200, 200]
        assert connection.is_closed()


def test_who_closes_its_side_after_a_question_gets_the_answer_that_is_at_hand(app):
    body = b"question=What+does+it+cost%3F"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    with Connection(app.port) as connection:
        response = connection.request("POST", "/ask", headers, body).half_close().response()
        assert response.json["basis"] == "quoted"
        assert connection.is_closed()


@pytest.mark.parametrize("upgrade", ["h2c", "websocket", "TLS/1.0"])
def test_an_upgrade_that_we_do_not_offer_is_ignored_or_closes_the_connection(app, upgrade):
    headers = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": upgrade, "HTTP2-Settings": "AAMAAABkAAQAAP__"}
    with Connection(app.port) as connection:
        response = connection.request("GET", "/healthz", headers).response()
        assert response.status == 200
        if response["connection"] == "close":
            assert connection.is_closed()
        else:
            assert connection.send(HEALTH).response().status == 200


def test_a_tunnel_is_not_opened(app, hidden):
    with Connection(app.port) as connection:
        response = connection.send("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n").response()
        assert response.status in (400, 405, 501)
        connection.send(hidden)
        assert connection.is_closed()


def test_nothing_is_read_into_memory_after_a_refusal(app):
    before = app.resident_megabytes
    with Connection(app.port) as connection:
        connection.send("nonsense\r\n\r\n")
        try:
            for _ in range(100):
                connection.send(b"x" * 1_048_576)
        except OSError:
            pass
        assert app.resident_megabytes < before + 32


@pytest.mark.parametrize("length", [1_048_577, 10_485_761, 2**31, 2**63 - 1])
def test_a_body_over_the_limit_is_refused_before_it_is_sent(app, length):
    headers = {"Expect": "100-continue", "Content-Length": length, "Content-Type": "application/json"}
    with Connection(app.port) as connection:
        assert connection.request("POST", "/ask", headers).response().status in (413, 417)
        assert connection.is_closed()


def test_a_body_that_fits_is_waited_for(app):
    body = b"question=What+does+it+cost%3F"
    headers = {"Expect": "100-continue", "Content-Length": len(body), "Content-Type": "application/x-www-form-urlencoded"}
    with Connection(app.port) as connection:
        assert connection.request("POST", "/ask", headers).response().status == 100
        assert connection.send(body).response().status == 303


@pytest.mark.parametrize("target", ["/ask", "/api/v1/ask"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_chunks_without_end_are_refused_at_the_limit_and_closed(app, target, kind):
    before = app.resident_megabytes
    headers = {"Transfer-Encoding": "chunked", "Content-Type": kind, "Authorization": "Bearer fd_demo_public"}
    with Connection(app.port) as connection:
        connection.request("POST", target, headers)
        sent = send_chunks(connection, megabytes=100)
        assert connection.response().status == 413
        assert connection.is_closed()
    assert sent < 100
    assert app.resident_megabytes < before + 32


@pytest.mark.parametrize("target", ["/", "/healthz", "/nowhere", "/ask/1/events"])
def test_chunks_without_end_where_nobody_reads_them_fill_no_memory(app, target):
    before = app.resident_megabytes
    with Connection(app.port) as connection:
        connection.request("POST", target, {"Transfer-Encoding": "chunked"})
        send_chunks(connection, megabytes=40)
        assert connection.response().status in (404, 405)
    assert app.resident_megabytes < before + 32


def send_chunks(connection, megabytes):
    """Sends until there is an answer; how many megabytes that took."""
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    for sent in range(megabytes):
        if select.select([connection.socket], [], [], 0)[0]:
            return sent
        connection.send(chunk * 16)
    return megabytes


def test_a_body_longer_than_said_does_not_become_a_request(app, hidden):
    with Connection(app.port) as connection:
        connection.send(post("Content-Length: 9\r\n", f"question=\r\n\r\nGARBAGE {hidden}"))
        assert connection.response().status == 422
        with pytest.raises(Closed):
            assert connection.half_close().response().status == 400
            connection.response()
