"""What a body may hold: JSON or a form, once, in UTF-8, within limits."""

import json

import pytest
from Servers.wire import ask_once

KEY = {"Authorization": "Bearer fd_demo_public"}
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GOOD = b'{"question":"What does it cost?"}'


def post(app, body, headers=JSON, target="/api/v1/ask"):
    return ask_once(app.port, "POST", target, KEY | headers, body)


def stored_question(app, response):
    message = response.json["message_id"]
    return app.data.sql(f"select encode(convert_to(q.text, 'UTF8'), 'hex') from messages m join messages q on q.id = m.reply_to where m.id = '{message}'")[0][0]


@pytest.mark.parametrize("body", [
    b"null", b"[]", b'"x"', b"0", b"", b" ", b"true", b"{", b"}", b"{}{}", b'{"question"}', b'{"question":}', b"{'question':'x'}", b'{question:"x"}',
    b'{"question":"x",}', b'{"question":"x"} x', b'[{"question":"x"}]', b"NaN", b'{"question":NaN}', b'{"a":Infinity,"question":"x"}', b"\xef\xbb\xbf{}",
    b'{"a":01,"question":"x"}', b'{"a":+1,"question":"x"}', b'{"a":.5,"question":"x"}', b'{"a":1.,"question":"x"}', b'{"a":1e,"question":"x"}',
    b'{"a":0x1,"question":"x"}', b'{"question":"x"\x00}', b"\x00", b"\xff\xfe{\x00}\x00", b'{"question":"a\nb"}', b'{"question":"\\x41"}',
    b'{"question":"\\u12"}', b'{"question":"\\u+123"}', b'{"question":"unclosed', b"/*x*/{}", b'{"question":"x"}//', b"nul", b"-", b'{"a":tru}',
])
def test_a_body_that_is_no_json_object_is_refused(app, body):
    for target in ("/api/v1/ask", "/ask"):
        response = post(app, body, JSON | {"Accept": "application/json"}, target)
        assert response.status == 400 and response.error["code"] == "bad_request"


@pytest.mark.parametrize("body", [
    b'{"question":"x","question":"y"}', b'{"question":"x","que\\u0073tion":"y"}', b'{"a":{"b":1,"b":2},"question":"x"}', b'{"a":1,"question":"x","a":1}',
    b'{"\xc3\xa9":1,"e\xcc\x81":2,"question":"What does it cost?","\\u00e9":3}',
])
def test_a_member_given_twice_is_refused(app, body):
    assert post(app, body).status == 400


@pytest.mark.parametrize("body", [
    b'{"question":"a\xffb"}', b'{"question":"\\ud800"}', b'{"question":"\\udc00"}', b'{"question":"\\ud800\\ud800"}', b'{"question":"\\ud83dx"}',
    b'{"question":"\xc0\xaf"}', b'{"question":"\xed\xa0\x80"}', b'{"question":"\xf4\x90\x80\x80"}', b'{"question":"\xe2\x82"}', b'{"\xff":1,"question":"x"}',
    b'{"question":"\\ud83d\\u0041"}', b'{"question":"\xf8\x88\x80\x80\x80"}', b'{"question":"\xc3"}',
])
def test_text_that_is_not_unicode_is_refused(app, body):
    assert post(app, body).status == 400


def test_escapes_mean_what_they_say(app):
    response = post(app, b'{"question":"\\u0057hat\\tdoes\\u0020it c\\u00f6st \\ud83c\\udf89 \\"\\\\\\/?"}')
    assert bytes.fromhex(stored_question(app, response)).decode() == 'What\tdoes it cöst 🎉 "\\/?'


@pytest.mark.parametrize("given, kept", [
    ("What\u0000 does it cost?", "What does it cost?"), ("\u0000\u0001What\u001b[31m does it\u007f cost?", "What[31m does it cost?"),
    ("\ufeffWhat does it cost?", "What does it cost?"), ("  What does it cost?\r\n", "What does it cost?"), ("What\r\ndoes it cost?", "What\ndoes it cost?"),
])
def test_characters_that_no_keyboard_types_are_removed(app, given, kept):
    for headers, body in ((JSON, json.dumps({"question": given})), (FORM | {"Accept": "application/json"}, "question=" + "".join(f"%{byte:02x}" for byte in given.encode()))):
        response = post(app, body, headers)
        assert response.status == 200
        assert bytes.fromhex(stored_question(app, response)).decode() == kept


@pytest.mark.parametrize("question", [
    "", " ", "\n\t \r\n", "\u00a0\u2003\u3000", "\u200b\u200d\ufeff", "\u0000", "\u2060\u00ad", None, "x" * 4_001, "é" * 4_001, "🎉" * 4_001, "e" + "\u0301" * 4_000,
])
def test_an_empty_or_endless_question_is_refused_in_words(app, question):
    response = post(app, json.dumps({"question": question}))
    assert response.status == 422 and response.error["code"] == "invalid"
    assert list(response.error["fields"]) == ["question"] and response.error["fields"]["question"].endswith(".")


@pytest.mark.parametrize("question", [1, 0, -0.5, 10**30, True, False, [], ["x"], {}, {"text": "x"}])
def test_a_question_that_is_no_text_is_refused(app, question):
    response = post(app, json.dumps({"question": question}))
    assert response.status == 422 and list(response.error["fields"]) == ["question"]


@pytest.mark.parametrize("number", [b"1e400", b"-0", b"0.1", b"9223372036854775808", b"1.0000000000000001", b"-1e-999", b"1" * 1_000, b"1E+5"])
def test_no_number_breaks_anything(app, number):
    assert post(app, b'{"question":' + number + b"}").status == 422
    assert post(app, b'{"conversation_id":' + number + b',"question":"x"}').status == 422
    assert post(app, b'{"ignored":' + number + b',"question":"What does it cost?"}').status == 200


@pytest.mark.parametrize("open, depth", [(b"[", 100_000), (b'{"a":', 100_000), (b"[", 33), (b'{"a":', 33), (b'[{"a":', 20_000), (b'{"question":', 40_000)])
def test_nesting_has_a_floor(app, open, depth):
    body = open * depth
    assert post(app, body).status == 400
    assert post(app, b'{"question":"x","a":' + open * min(depth, 20_000)).status == 400


def test_nesting_above_the_floor_is_fine(app):
    assert post(app, b'{"question":"What does it cost?","a":' + b"[" * 31 + b"]" * 31 + b"}").status == 200


@pytest.mark.parametrize("kind", [
    None, "", "application/xml", "text/plain", "text/html", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/json; charset=latin1",
    "application/json; charset=utf-8-sig", "application/json; charset=utf-7", "application/x-www-form-urlencoded; charset=iso-8859-1", "application/jsonx",
    "application/json, text/plain", "application", "json", "*/*", "application/octet-stream", "application/json; charset=\"utf-16\"",
    "application/json; charset = utf-16", "application/ld+json",
])
def test_another_media_type_is_refused(app, kind):
    for target in ("/api/v1/ask", "/ask"):
        assert post(app, GOOD, {"Content-Type": kind}, target).status == 415


@pytest.mark.parametrize("kind", [
    "application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;charset=UTF-8", 'application/json; charset="utf-8"',
    "application/json; odata=verbose",
])
def test_json_may_name_its_type_in_any_usual_way(app, kind):
    assert post(app, GOOD, {"Content-Type": kind}).status == 200


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "identity", "zstd", ""])
def test_a_compressed_body_is_refused(app, coding):
    assert post(app, GOOD, JSON | {"Content-Encoding": coding}).status == 415


def test_a_path_in_a_body_is_never_read(app):
    response = post(app, b'{"files":[{"path":"/etc/passwd"}],"question":"What does it cost?"}')
    assert response.status in (200, 415) and "root:" not in response.text


@pytest.mark.parametrize("size, status", [(2**20, 422), (2**20 + 1, 413), (12 * 2**20, 413)])
def test_json_has_at_most_1_mib(app, size, status):
    body = b'{"question":"' + b"x" * (size - 15) + b'"}'
    assert len(body) == size and post(app, body).status == status


@pytest.mark.parametrize("size, status", [(2**20, 422), (2**20 + 1, 413)])
def test_a_form_has_at_most_1_mib(app, size, status):
    assert post(app, b"question=" + b"x" * (size - 9), FORM).status == status


@pytest.mark.parametrize("body, status", [
    (b"&".join(b"a%d=1" % number for number in range(10_000)), 400), (b"&".join(b"a%d=1" % number for number in range(999)) + b"&question=x", 200),
    (b"a" + b"[a]" * 1_100 + b"=1", 400), (b"a" + b"%5Ba%5D" * 1_100 + b"=1", 400), (b"question=x&question=y", 400), (b"question=x&questio%6e=y", 400),
    (b"question=%ff", 400), (b"question=\xff", 400), (b"question=%C0%AF", 400), (b"question=%ED%A0%80", 400), (b"question=%zz", 400), (b"question=%", 400),
    (b"%zz=1&question=x", 400), (b"", 422), (b"&&&&", 422), (b"=", 422), (b"question", 422), (b"question[]=x", 422), (b"Question=x", 422),
    (b"question=x&a=1&a=2", 400), (b"question=x;question=y", 200), (b"question=a=b", 200),
])
def test_a_form_is_read_strictly(app, body, status):
    assert post(app, body, FORM).status == status


@pytest.mark.parametrize("body", [b'{"question":"x"}', b"<question>x</question>", b"--x\r\nContent-Disposition: form-data; name=\"question\"\r\n\r\nx\r\n--x--\r\n"])
def test_a_body_of_another_kind_than_it_says_is_not_guessed(app, body):
    assert post(app, body, FORM).status in (400, 422)


@pytest.mark.parametrize("body", [
    b"--x\r\n" * 10_000, b"--" + b"y" * 2**18, b"--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../../etc/passwd\"\r\n\r\nx", b"",
])
def test_multipart_is_not_taken(app, body):
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=" + "b" * 10_000):
        assert post(app, body, {"Content-Type": kind}).status in (413, 415)


def test_a_refused_question_stands_on_the_page_again_with_what_to_mend(app):
    long = "x<b>&" * 801
    response = post(app, "question=" + "".join(f"%{byte:02x}" for byte in long.encode()), FORM, "/ask")
    assert response.status == 422 and response["content-type"].startswith("text/html")
    assert "4,000 characters" in response.text and long.replace("&", "&amp;").replace("<", "&lt;") in response.text.replace("&gt;", ">")
    fragment = post(app, "question=+", FORM | {"HX-Request": "true"}, "/ask")
    assert fragment.status == 422 and "Please write a question first." in fragment.text and "<html" not in fragment.text
