"""A model phrases the answer; whatever its provider does, the visitor gets one."""

import json

import pytest
from Servers.provider import EMOJI, HOSTILE, KEY as PROVIDER_KEY
from Servers.wire import Connection, ask_once, events, eventually

pytestmark = pytest.mark.alone

KEY = {"Authorization": "Bearer fd_demo_public"}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
QUESTION = "What does it cost?"
CANNOT = "I can’t phrase an answer just now, so here is what our text says:"
INTERRUPTED = "I was interrupted. This is what our text says:"
QUOTE = "Price: Frontdesk is free to run on your own server"


@pytest.fixture(scope="module", params=["openai", "anthropic"])
def protocol(request):
    """The provider speaks both."""
    return request.param


@pytest.fixture(scope="module")
def hasty(start_app, provider, protocol):
    """Waits 2 s for a silent provider."""
    app = start_app(**provider.environments[protocol], AI_MODEL="test-model", AI_TIMEOUT_SECONDS=2)
    yield app
    app.stop()


@pytest.fixture(autouse=True)
def the_key_stays_here(hasty, provider):
    yield
    assert hasty.process.poll() is None
    assert PROVIDER_KEY not in hasty.log and PROVIDER_KEY[3:] not in hasty.log


def ask(app, question=QUESTION, **members):
    response = ask_once(app.port, "POST", "/api/v1/ask", KEY | JSON, json.dumps({"question": question} | members), timeout=30)
    assert response.status == 200 and PROVIDER_KEY not in response.text
    return response.json


def stream(app, question=QUESTION):
    with Connection(app.port, timeout=30) as connection:
        connection.request("POST", "/api/v1/ask", KEY | JSON | {"Accept": "text/event-stream"}, json.dumps({"question": question})).head()
        all = list(events(connection))
    assert PROVIDER_KEY not in str([event.data for event in all])
    return all


def words(all):
    return "".join(event.json["text"] for event in all if event.name == "delta")


def test_a_model_answers_from_the_numbered_passages(hasty, provider, protocol):
    provider.play("normal")
    answer = ask(hasty)
    assert (answer["answer"], answer["basis"]) == ("It is free to run on your own server [1].", "based_on")
    assert answer["usage"] == {"input_tokens": 700, "output_tokens": 12}
    [citation] = answer["citations"]
    assert citation["quote"] in (hasty.root / "Knowledge/frontdesk.md").read_text()
    [call] = provider.calls
    if protocol == "openai":
        assert call.target == "/v1/chat/completions" and call.headers["authorization"] == f"Bearer {PROVIDER_KEY}"
    else:
        assert call.target == "/v1/messages" and call.headers["x-api-key"] == PROVIDER_KEY
    assert call.body["model"] == "test-model" and call.body["stream"] is False  # nobody watches it come
    assert [message["role"] for message in call.turns] == ["user"] and call.question == QUESTION
    assert f"[1] {citation['title']}\n" in call.system and citation["quote"] in call.system


def test_whose_answer_it_is_and_what_it_took_is_kept(hasty, provider, protocol):
    provider.play("normal")
    kept = "select provider, model, input_tokens, output_tokens, cost_micros from messages where id = '{}'"
    assert hasty.data.sql(kept.format(ask(hasty)["message_id"])) == [[protocol, "test-model", "700", "12", ""]]
    provider.play("always_fails")
    assert hasty.data.sql(kept.format(ask(hasty)["message_id"])) == [["", "", "0", "0", ""]]


def test_a_model_that_refuses_a_temperature_is_asked_without(hasty, provider):
    provider.play("refuses_a_temperature")
    assert ask(hasty)["basis"] == "based_on" and ask(hasty)["basis"] == "based_on"
    assert ["temperature" in call.body for call in provider.calls] == [True, False, False]


@pytest.mark.parametrize("mode", ["thinks_aloud", "thinks_apart", "thinks_until_it_runs_out"])
def test_what_a_model_thinks_goes_out_nowhere(hasty, provider, mode):
    provider.play(mode)
    for all in ([event.data for event in stream(hasty)], ask(hasty)):
        assert "SECRET" not in str(all) and "hink>" not in str(all)


@pytest.mark.parametrize("mode, reason, words", [
    ("runs_out", "length", "This answer got too long"), ("is_filtered", "content_filter", INTERRUPTED), ("is_filtered_at_once", "stop", CANNOT), ("normal", "stop", ""),
])
def test_why_a_model_stops_is_passed_on_to_programs_and_told_to_people(hasty, provider, mode, reason, words):
    provider.play(mode)
    request = {"model": "frontdesk", "messages": [{"role": "user", "content": QUESTION}]}
    complete = lambda **more: ask_once(hasty.port, "POST", "/v1/chat/completions", KEY | JSON, json.dumps(request | more), timeout=30)
    [choice] = complete().json["choices"]
    assert choice["finish_reason"] == reason and words in choice["message"]["content"]
    chunks = [json.loads(line[6:]) for line in complete(stream=True).text.splitlines() if line.startswith("data: {")]
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks if chunk["choices"]][-1] == reason
    assert words in ask(hasty)["answer"]


def test_the_words_stream_as_they_come(hasty, provider):
    provider.play("slow")
    all = stream(hasty)
    assert [event.name for event in all][0] == "start" and all[-1].name == "done"
    assert sum(event.name == "delta" for event in all) > 1
    assert words(all) == all[-1].json["answer"] and words(all).endswith("It is free [1].")


def test_a_follow_up_brings_what_was_said_before(hasty, provider):
    provider.play("normal")
    first = ask(hasty)
    ask(hasty, "And for two shops?", conversation_id=first["conversation_id"])
    assert [(message["role"], message["content"]) for message in provider.calls[-1].turns] == [
        ("user", QUESTION), ("assistant", first["answer"]), ("user", "And for two shops?")]


def test_a_greeting_needs_no_model(hasty, provider):
    provider.play("normal")
    ask(hasty, "Hello!")
    assert provider.calls == []


def test_a_number_that_is_no_passages_is_never_shown(hasty, provider):
    provider.play("invalid_citation")
    answer = ask(hasty)
    assert answer["answer"] == "It is free . Really [1] ." or "[99]" not in answer["answer"] and "[0]" not in answer["answer"]
    assert "12345678901234567890123" not in answer["answer"] or "[12345678901234567890123]" not in answer["answer"]
    assert [citation["number"] for citation in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))


def test_an_answer_that_comes_from_no_passage_has_no_source(hasty, provider):
    provider.play("no_citation")
    answer = ask(hasty)
    assert (answer["answer"], answer["basis"], answer["citations"]) == ("Purple elephants dance.", "not_in_my_information", [])


def test_a_model_that_declines_is_put_kindly(hasty, provider):
    provider.play("declines")
    for answer in (ask(hasty), stream(hasty)[-1].json):
        assert answer["basis"] == "not_in_my_information" and answer["citations"] == []
        assert "NOT_IN" not in answer["answer"] and answer["answer"].startswith("Sorry")
    assert "NOT_IN" not in words(stream(hasty))


@pytest.mark.parametrize("mode, calls", [
    ("refuses_the_key", 1), ("is_busy", 3), ("is_busy_for_long", 1), ("always_fails", 3), ("malformed_json", 3), ("html", 3), ("error_at_once", 3),
    ("closes_at_once", 3), ("silent", 1),
])
def test_trouble_before_the_first_word_ends_in_a_quote(hasty, provider, mode, calls):
    provider.play(mode)
    answer = ask(hasty)
    assert answer["answer"].startswith(CANNOT) and QUOTE in answer["answer"]
    assert answer["basis"] == "quoted" and answer["citations"]
    assert len(provider.calls) == calls
    assert hasty.data.sql(f"select state from messages where id = '{answer['message_id']}'") == [["answered"]]


def test_a_provider_whose_framing_is_broken_ends_in_a_quote(hasty, provider):
    provider.play("malformed_stream")
    answer = ask(hasty)
    assert answer["answer"].startswith(CANNOT) and 1 <= len(provider.calls) <= 3


def test_a_single_failure_is_not_noticed(hasty, provider):
    provider.play("fails_once")
    assert ask(hasty)["answer"] == "It is free to run on your own server [1]."
    assert len(provider.calls) == 2


@pytest.mark.parametrize("mode", ["cut", "ends_early", "error_inside", "silent_in_the_middle"])
def test_trouble_in_the_middle_keeps_what_was_said_and_goes_on_with_a_quote(hasty, provider, mode):
    provider.play(mode)
    all = stream(hasty)
    answer = all[-1].json
    assert all[-1].name == "done"
    assert answer["answer"].startswith("It is free") and INTERRUPTED in answer["answer"] and QUOTE in answer["answer"]
    assert words(all) == answer["answer"]
    assert len(provider.calls) == 1
    assert [citation["number"] for citation in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))


def test_a_question_without_a_quote_is_declined_when_the_provider_fails(hasty, provider):
    provider.play("always_fails")
    answer = ask(hasty, "How tall is the Eiffel Tower in Paris?")
    assert answer["basis"] == "not_in_my_information" and answer["citations"] == []


def test_text_in_single_bytes_arrives_as_if_it_had_come_whole(hasty, provider):
    provider.play("drip")
    all = stream(hasty)
    assert words(all) == all[-1].json["answer"] == EMOJI + "It is free [1]."
    assert "\ufffd" not in words(all)


def test_hostile_text_arrives_as_text(hasty, provider):
    provider.play("hostile")
    all = stream(hasty)
    assert [event.name for event in all if event.name not in ("delta", None)] == ["start", "citations", "done"]
    expected = HOSTILE.replace("\0", "") + " It is free [1]."
    assert words(all) == all[-1].json["answer"] == expected
    page = ask_once(hasty.port, "GET", f"/ask/{all[0].json['message_id']}/events", timeout=30)
    with Connection(hasty.port) as connection:
        connection.request("GET", f"/ask/{all[0].json['message_id']}/events").head()
        html = list(events(connection))
    assert [event.name for event in html] == ["start", "delta", "citations", "done"]
    assert '{"ok":1}' not in html[-1].data and page.status == 200


@pytest.mark.parametrize("mode", ["a_megabyte", "a_megabyte_at_once"])
def test_a_model_without_end_is_cut_off(hasty, provider, mode):
    before = hasty.resident_megabytes
    provider.play(mode)
    answer = ask(hasty)
    assert len(answer["answer"].encode()) <= 64 * 1024 + 4 * 1024
    page = ask_once(hasty.port, "GET", f"/ask/{answer['message_id']}")
    assert page.status == 200 and len(page.body) < 512 * 1024
    assert hasty.resident_megabytes < before + 64


@pytest.mark.parametrize("mode", ["usage_is_negative", "usage_is_enormous", "usage_is_text", "usage_is_missing"])
def test_a_count_that_cannot_be_is_replaced_by_our_own(hasty, provider, mode):
    provider.play(mode)
    usage = ask(hasty)["usage"]
    assert 100 < usage["input_tokens"] < 100_000 and 1 <= usage["output_tokens"] < 100


def test_a_key_in_the_providers_words_is_not_passed_on(hasty, provider):
    for mode in ("refuses_the_key", "always_fails", "error_inside"):
        provider.play(mode)
        answer = ask(hasty)
        page = ask_once(hasty.port, "GET", f"/ask/{answer['message_id']}")
        assert PROVIDER_KEY not in page.text + json.dumps(answer)
    assert "Incorrect API key" not in hasty.log and "overloaded" not in hasty.log
    hasty.logged(lambda line: line["message"] == "the model failed, quoting instead" and line["problem"] == "status_401")


def test_a_provider_that_is_not_there_ends_in_a_quote(start_app):
    app = start_app(OPENAI_API_KEY=PROVIDER_KEY, OPENAI_BASE_URL="http://127.0.0.1:9/v1", AI_TIMEOUT_SECONDS=2)
    assert ask(app)["answer"].startswith(CANNOT)
    assert PROVIDER_KEY not in app.log
    app.stop()


@pytest.fixture(scope="module")
def patient(start_app, provider, protocol):
    """With the provider's time as it is by default."""
    app = start_app(**provider.environments[protocol], AI_MODEL="endless")
    yield app
    app.stop()


def state(app, message):
    return app.data.sql(f"select state, text from messages where id = '{message}'")[0]


@pytest.mark.parametrize("leave", ["close", "reset", "half_close"])
@pytest.mark.parametrize("target", ["/api/v1/ask", "/ask"])
def test_when_the_visitor_leaves_the_provider_is_let_go_and_the_answer_is_final(patient, provider, leave, target):
    provider.play("endless")
    with Connection(patient.port) as connection:
        connection.request("POST", target, KEY | JSON | {"Accept": "text/event-stream"}, json.dumps({"question": QUESTION})).head()
        message, heard = None, 0
        for event in events(connection):
            message = message or event.json["message_id"]
            heard += event.name == "delta"
            if heard == 3:
                break
        getattr(connection, leave)()
        assert patient.data.sql(f"select state from messages where id = '{message}'") == [["pending"]]
        eventually(lambda: provider.calls[0].left, seconds=6)
    kept, text = eventually(lambda: state(patient, message)[0] != "pending" and state(patient, message))
    assert kept == "abandoned" and text.startswith("wörd wörd wörd")
    answer = ask_once(patient.port, "GET", f"/ask/{message}", {"Accept": "application/json"})
    assert answer.status == 200 and answer.json["answer"] == text
    # Who comes back later gets what there is, and is told that it isn't whole.
    page = ask_once(patient.port, "GET", f"/ask/{message}", {"Accept": "text/html"}).text
    assert "wörd wörd wörd" in page and "broke off before this answer was finished" in page and "Try again" in page
    with Connection(patient.port) as connection:
        connection.request("GET", f"/api/v1/ask/{message}/events", KEY | {"Accept": "text/event-stream"}).head()
        all = list(events(connection))
    assert [event.name for event in all] == ["start", "delta", "error"] and all[1].json["text"] == text and all[2].json["code"] == "abandoned"


def test_when_a_waiting_visitor_leaves_the_provider_is_let_go(patient, provider):
    provider.play("endless")
    with Connection(patient.port) as connection:
        connection.request("POST", "/api/v1/ask", KEY | JSON, json.dumps({"question": QUESTION}))
        eventually(lambda: provider.calls)
    eventually(lambda: provider.calls[0].left, seconds=6)


def test_who_comes_back_within_a_moment_goes_on_where_it_was(patient, provider):
    provider.play("endless")
    heard, last = "", None
    for visit in range(2):
        with Connection(patient.port) as connection:
            headers = KEY | JSON | {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
            connection.request("POST", "/api/v1/ask", headers, None if last else json.dumps({"question": QUESTION})).head()
            for event in events(connection):
                last = event.id or last
                heard += event.json.get("text", "") if event.name == "delta" else ""
                if len(heard) >= 20 * (visit + 1):
                    break
    assert heard == "wörd " * (len(heard) // 5) and len(provider.calls) == 1


def test_while_another_still_listens_the_answer_goes_on(patient, provider):
    provider.play("endless")
    with Connection(patient.port) as first, Connection(patient.port) as second:
        first.request("POST", "/api/v1/ask", KEY | JSON | {"Accept": "text/event-stream"}, json.dumps({"question": QUESTION})).head()
        message = next(events(first)).json["message_id"]
        second.request("GET", f"/api/v1/ask/{message}/events", KEY).head()
        stream = events(second)
        next(stream)
        first.close()
        length = 0
        while length < 250:  # More than five seconds' words.
            length += len(next(stream).json["text"])
        assert provider.calls[0].left is None
    eventually(lambda: provider.calls[0].left, seconds=6)
