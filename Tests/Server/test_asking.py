"""A question and its answer, in each of the forms in which one can ask."""

import json
import re

import pytest
from Servers.wire import Connection, ask_once, events

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
KEY = {"Authorization": "Bearer fd_demo_public"}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
COSTS = "What does it cost?"
NOBODYS = "00000000-0000-4000-8000-000000000000"


def api(app, question=COSTS, headers=None, **members):
    body = json.dumps({"question": question} | members)
    return ask_once(app.port, "POST", "/api/v1/ask", KEY | JSON | (headers or {}), body)


def streamed(app, target="/api/v1/ask", question=COSTS, **members):
    """The head and all events of an answer to a question."""
    with Connection(app.port) as connection:
        headers = KEY | JSON | {"Accept": "text/event-stream"}
        head = connection.request("POST", target, headers, json.dumps({"question": question} | members)).head()
        return head, list(events(connection))


def assert_is_answer(answer):
    assert list(answer) == ["answer", "format", "citations", "basis", "conversation_id", "message_id", "usage"]
    assert isinstance(answer["answer"], str) and answer["answer"]
    assert answer["format"] == "markdown"
    assert answer["basis"] in ("quoted", "based_on", "not_in_my_information")
    assert re.fullmatch(UUID, answer["conversation_id"]) and re.fullmatch(UUID, answer["message_id"])
    assert set(answer["usage"]) == {"input_tokens", "output_tokens"}
    for number, citation in enumerate(answer["citations"], 1):
        assert set(citation) == {"number", "title", "quote", "source_id", "url"}
        assert citation["number"] == number and citation["title"] and citation["quote"] and isinstance(citation["source_id"], str)


def test_a_program_gets_the_whole_answer_as_json(app):
    response = api(app)
    assert response.status == 200 and response["content-type"] == "application/json"
    assert_is_answer(response.json)
    assert response.json["basis"] == "quoted"
    assert "no monthly fee" in response.json["answer"]
    assert response.json["citations"][0]["quote"] in response.json["answer"]
    assert response.json["usage"] == {"input_tokens": 0, "output_tokens": 0}


def test_a_program_may_send_a_form(app):
    response = ask_once(app.port, "POST", "/api/v1/ask", KEY | FORM, "question=What+does+it+cost%3F")
    assert response.json["answer"] == api(app).json["answer"]


def test_a_quoted_answer_stands_in_the_text_word_for_word(app):
    text = (app.root / "Knowledge/frontdesk.md").read_text()
    for question in (COSTS, "Which languages does it speak?", "Does it work on WhatsApp?", "Who is it for?"):
        for citation in api(app, question).json["citations"]:
            assert citation["quote"] in text and f"## {citation['title']}" in text


def test_what_the_text_does_not_say_is_declined_without_sources(app):
    answer = api(app, "How tall is the Eiffel Tower in Paris?").json
    assert_is_answer(answer)
    assert (answer["basis"], answer["citations"]) == ("not_in_my_information", [])


def test_a_stream_says_who_it_is_then_the_words_then_the_sources_then_the_whole(app):
    head, all = streamed(app)
    assert head.status == 200
    assert head["content-type"] == "text/event-stream" and head["cache-control"] == "no-store" and head["x-accel-buffering"] == "no"
    names = [event.name for event in all if event.name]
    assert names[0] == "start" and names[-2:] == ["citations", "done"] and set(names[1:-2]) == {"delta"}
    assert len(names) > 4
    start, done = all[0].json, all[-1].json
    assert list(start) == ["conversation_id", "message_id"]
    assert_is_answer(done)
    assert {key: done[key] for key in start} == start
    assert "".join(event.json["text"] for event in all if event.name == "delta") == done["answer"]
    assert next(event for event in all if event.name == "citations").json["citations"] == done["citations"]
    assert done["answer"] == api(app).json["answer"]


def test_each_event_is_named_by_the_message_and_the_bytes_before_it(app):
    _, all = streamed(app)
    message, text = all[0].json["message_id"], b""
    assert all[0].id == f"{message}:0"
    for event in all:
        if event.name == "delta":
            text += event.json["text"].encode()
        assert event.id == (f"{message}:end" if event.name == "done" else f"{message}:{len(text)}")


def test_a_declined_answer_streams_without_sources(app):
    _, all = streamed(app, question="How tall is the Eiffel Tower in Paris?")
    assert "citations" not in [event.name for event in all]
    assert all[-1].json["basis"] == "not_in_my_information"


def test_the_page_works_without_a_script(app):
    response = ask_once(app.port, "POST", "/ask", FORM, "question=What+does+it+cost%3F")
    assert response.status == 303 and response.body == b""
    path, _, anchor = response["location"].partition("#")
    assert re.fullmatch(f"/ask/{UUID}", path)
    page = ask_once(app.port, "GET", path)
    assert page.status == 200 and page["content-type"] == "text/html; charset=utf-8"
    assert f'id="{anchor}"' in page.text
    assert "What does it cost?" in page.text and "free to run on your own server" in page.text
    assert "Quoted from our own text" in page.text and "<!doctype html>" in page.text


def test_htmx_gets_the_fragment_and_its_stream(app):
    response = ask_once(app.port, "POST", "/ask", FORM | {"HX-Request": "true"}, "question=What+does+it+cost%3F")
    assert response.status == 200 and response["content-type"] == "text/html; charset=utf-8"
    assert response.text.lstrip().startswith("<article") and "<html" not in response.text
    path = re.search(rf'sse-connect="(/ask/{UUID}/events)"', response.text)[1]
    with Connection(app.port) as connection:
        assert connection.request("GET", path, {"Accept": "text/event-stream"}).head()["content-type"] == "text/event-stream"
        all = list(events(connection))
    done = all[-1]
    assert done.name == "done" and 'class="reply"' in done.data and "free to run on your own server" in done.data
    assert "<script" not in done.data


def test_the_page_also_answers_in_json_and_as_a_stream(app):
    answer = ask_once(app.port, "POST", "/ask", JSON, json.dumps({"question": COSTS}))
    assert_is_answer(answer.json)
    assert answer["vary"] == "Accept, HX-Request"
    _, all = streamed(app, target="/ask")
    assert all[-1].json["answer"] == answer.json["answer"]


def test_an_answer_has_an_address_with_four_faces(app):
    answer = api(app).json
    path = f"/ask/{answer['message_id']}"
    assert ask_once(app.port, "GET", path, {"Accept": "application/json"}).json == answer
    assert "<html" in ask_once(app.port, "GET", path, {"Accept": "text/html"}).text
    assert ask_once(app.port, "GET", path, {"HX-Request": "true"}).text.lstrip().startswith("<article")
    with Connection(app.port) as connection:
        connection.request("GET", path + "/events", {"Accept": "text/event-stream"}).head()
        names = [event.name for event in events(connection)]
    assert names == ["start", "delta", "citations", "done"]


def test_json_wins_where_a_request_asks_for_a_fragment_too(app):
    assert_is_answer(ask_once(app.port, "POST", "/ask", JSON | {"HX-Request": "true"}, json.dumps({"question": COSTS})).json)


@pytest.mark.parametrize("authorization", [
    None, "", "Bearer", "Bearer ", "Bearer  ", "Bearer wrong", "Bearer fd_demo_publi", "Bearer fd_demo_public2", "Bearer FD_DEMO_PUBLIC",
    "Bearer fd_demo_public fd_demo_public", "Basic fd_demo_public", "fd_demo_public", "Bearer\tfd_demo_public", "Bearer ' or 1=1 --",
    "Bearer fd%5Fdemo_public", "Bearer \u00fcber", "Bearer %", "Bearer " + "k" * 300, "Bearer " + "k" * 10_000, "Bearer null", "Bearer fd_demo_public\x7f",
])
def test_a_wrong_key_is_refused(app, authorization):
    response = ask_once(app.port, "POST", "/api/v1/ask", JSON | {"Authorization": authorization}, json.dumps({"question": COSTS}))
    assert response.status in (400, 401)
    assert "fd_demo" not in response.text and "kkkk" not in response.text
    if response.status == 401:
        assert response.error["code"] == "unauthorized"


def test_a_key_counts_only_in_its_header(app):
    for target in ("/api/v1/ask?api_key=fd_demo_public", "/api/v1/ask?token=fd_demo_public", "/api/v1/ask?access_token=fd_demo_public"):
        assert ask_once(app.port, "POST", target, JSON, json.dumps({"question": COSTS})).status == 401
    assert ask_once(app.port, "POST", "/api/v1/ask", JSON | {"Cookie": "key=fd_demo_public"}, json.dumps({"question": COSTS})).status == 401
    assert "fd_demo_public" not in app.log


def test_two_keys_are_one_too_many(app):
    message = ("POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
               "Authorization: Bearer fd_demo_public\r\nAuthorization: Bearer fd_demo_public\r\n\r\n{}")
    with Connection(app.port) as connection:
        assert connection.send(message).response().status in (400, 401)


def test_the_scheme_of_a_key_is_written_in_any_case(app):
    assert api(app, headers={"Authorization": "bearer fd_demo_public"}).status == 200


def test_a_follow_up_is_understood_in_its_conversation(app):
    first = api(app, "Which languages does it speak?").json
    second = api(app, "And German?", conversation_id=first["conversation_id"]).json
    assert second["conversation_id"] == first["conversation_id"] and second["message_id"] != first["message_id"]
    assert second["basis"] == "quoted" and "German" in second["answer"]
    rows = app.data.sql(f"select role, text from messages where conversation_id = '{first['conversation_id']}' order by position")
    assert [(role, text) for role, text in rows if role == "visitor"] == [("visitor", "Which languages does it speak?"), ("visitor", "And German?")]


@pytest.mark.parametrize("conversation", [NOBODYS, NOBODYS.upper(), "ffffffff-ffff-ffff-ffff-ffffffffffff"])
def test_a_conversation_that_is_not_there_is_not_found_and_not_made(app, conversation):
    before = app.data.sql("select count(*) from messages")
    response = api(app, conversation_id=conversation)
    assert response.status == 404 and response.error["code"] == "not_found"
    assert app.data.sql("select count(*) from messages") == before


@pytest.mark.parametrize("conversation", [
    "", "1", "x", 1, True, [], {}, "00000000-0000-4000-8000-00000000000", "00000000-0000-4000-8000-0000000000000", "../..", "' or '1'='1",
    "{00000000-0000-4000-8000-000000000000}", "00000000\u00004000", "０" * 36, "a" * 10_000,
])
def test_a_conversation_id_that_is_none_is_refused(app, conversation):
    response = api(app, conversation_id=conversation)
    assert response.status == 422 and list(response.error["fields"]) == ["conversation_id"]


def test_another_businesss_conversation_and_answer_are_not_there(app):
    account, bot, conversation, question, message = (f"00000000-0000-4000-8000-00000000010{digit}" for digit in range(5))
    other = "fd_" + "2" * 32
    app.data.sql(f"""
        insert into accounts (id, name) values ('{account}', 'Other') on conflict do nothing;
        insert into bots (id, account_id, name) values ('{bot}', '{account}', 'Other') on conflict do nothing;
        insert into api_keys (id, account_id, bot_id, prefix, key_hash)
          values ('{bot}', '{account}', '{bot}', 'fd_222222', sha256('{other}')) on conflict do nothing;
        insert into conversations (id, account_id, bot_id, channel) values ('{conversation}', '{account}', '{bot}', 'api') on conflict do nothing;
        insert into messages (id, account_id, conversation_id, role, text, state)
          values ('{question}', '{account}', '{conversation}', 'visitor', 'their question', 'answered') on conflict do nothing;
        insert into messages (id, account_id, conversation_id, role, text, state, reply_to)
          values ('{message}', '{account}', '{conversation}', 'bot', 'their answer', 'answered', '{question}') on conflict do nothing""")
    everything = f"select md5(string_agg(t::text, '' order by t::text)) from (select m::text as t from messages m where account_id = '{account}' union all select c::text from conversations c where account_id = '{account}') x"
    before = app.data.sql(everything)
    for response in (
        api(app, conversation_id=conversation),
        ask_once(app.port, "POST", "/ask", JSON, json.dumps({"question": COSTS, "conversation_id": conversation})),
        ask_once(app.port, "GET", f"/ask/{message}", JSON),
        ask_once(app.port, "GET", f"/ask/{message}/events", JSON),
        ask_once(app.port, "GET", f"/api/v1/ask/{message}/events", KEY),
        ask_once(app.port, "POST", "/api/v1/ask", KEY | {"Accept": "text/event-stream", "Last-Event-ID": f"{message}:0"}),
        ask_once(app.port, "GET", f"/ask/{question}", JSON),
    ):
        assert response.status == 404 and "their" not in response.text
    assert app.data.sql(everything) == before
    # With its own key, the same answer is there: the test could fail.
    own = ask_once(app.port, "GET", f"/api/v1/ask/{message}/events", {"Authorization": f"Bearer {other}"})
    assert own.status == 200 and "their answer" in own.text


@pytest.mark.parametrize("id", ["1", "x", NOBODYS, NOBODYS + "0", "..%2f" + NOBODYS, "%00", "'", NOBODYS.replace("0", "z"), "a" * 5_000])
def test_an_answer_that_is_not_there_is_not_found(app, id):
    for target in (f"/ask/{id}", f"/ask/{id}/events"):
        assert ask_once(app.port, "GET", target, JSON).status in (400, 404)
    assert ask_once(app.port, "GET", f"/api/v1/ask/{id}/events", KEY).status in (400, 404)


@pytest.mark.parametrize("question", [
    "' OR 1=1--", "\\'", "$$;select pg_sleep(9)", "%", "_ _", ";--", "foo & !", '"', ":*", "(((", "|", "a:*b", "<->", "\\", "{{7*7}}", "${jndi:ldap://x}",
    "?" * 4_000, "\u202e\u2066abc", "👩‍👩‍👧" * 500, "e" + "\u0301" * 3_999, "\ufdfa" * 4_000, "a b " * 1_000, "[" * 4_000, "x" * 4_000, "ß" * 4_000,
])
def test_a_question_is_text_whatever_stands_in_it(app, question):
    answer = api(app, question)
    assert answer.status == 200
    assert_is_answer(answer.json)
    page = ask_once(app.port, "GET", f"/ask/{answer.json['message_id']}")
    assert page.status == 200


def test_a_question_is_shown_and_kept_as_it_was_typed_but_never_as_markup(app):
    question = '<script>alert(1)</script><img src=x onerror=alert(1)> "&amp;\' é\u0301'
    response = ask_once(app.port, "POST", "/ask", JSON, json.dumps({"question": question}))
    page = ask_once(app.port, "GET", f"/ask/{response.json['message_id']}").text
    assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    kept = app.data.sql(f"select q.text from messages m join messages q on q.id = m.reply_to where m.id = '{response.json['message_id']}'")
    assert kept == [[question]]


def test_every_refusal_leaves_nothing_behind(app):
    before = app.data.sql("select count(*) from messages")
    for body in ("{}", '{"question":""}', "[]", '{"question":1}', '{"question":"x","question":"y"}'):
        assert ask_once(app.port, "POST", "/api/v1/ask", KEY | JSON, body).status in (400, 422)
    assert app.data.sql("select count(*) from messages") == before
