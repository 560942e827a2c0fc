"""OpenAI's protocol, with OpenAI's own client, and without it where the client is too kind."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest
from Servers.keyholder import Owner
from Servers.wire import ask_once

JSON = {"Content-Type": "application/json"}
KEY = {"Authorization": "Bearer fd_demo_public"}
COSTS = "What does it cost?"
USER = {"role": "user", "content": COSTS}
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def client_of(app, key="fd_demo_public"):
    return openai.OpenAI(base_url=f"{app.base_url}/v1", api_key=key, max_retries=0)


@pytest.fixture(scope="module")
def client(app):
    return client_of(app)


@pytest.fixture(scope="module")
def phrased(start_app, provider):
    """With a model behind it."""
    provider.play("normal")
    return start_app(**provider.environment)


def complete(app, members=None, **more):
    body = {"model": "frontdesk", "messages": [USER]} | (members or {}) | more
    return ask_once(app.port, "POST", "/v1/chat/completions", KEY | JSON, json.dumps(body))


def ask(client, *messages, **more):
    return client.chat.completions.create(model="frontdesk", messages=list(messages) or [USER], **more)


def conversations(app):
    return int(app.data.sql("select count(*) from conversations")[0][0])


def test_the_client_gets_an_answer_with_its_sources(client):
    completion = ask(client)
    choice = completion.choices[0]
    assert re.fullmatch(f"chatcmpl-{UUID}", completion.id) and completion.object == "chat.completion" and completion.model == "frontdesk"
    assert (choice.index, choice.finish_reason, choice.message.role) == (0, "stop", "assistant")
    assert "free" in choice.message.content and choice.message.citations[0]["title"] == "What it costs"
    assert completion.basis == "quoted" and re.fullmatch(UUID, completion.conversation_id)
    assert completion.usage.total_tokens == 0


def test_the_client_reads_a_stream(client):
    chunks = list(ask(client, stream=True))
    assert chunks[0].choices[0].delta.role == "assistant" and {chunk.id for chunk in chunks} == {chunks[0].id}
    assert len(chunks) > 4 and {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == ask(client).choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert chunks[-1].citations[0]["number"] == 1 and chunks[-1].basis == "quoted"
    assert all(chunk.usage is None for chunk in chunks)


def test_a_stream_ends_with_the_usage_if_it_is_asked_for(phrased, provider):
    provider.play("normal")
    chunks = list(ask(client_of(phrased), stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].choices == [] and chunks[-1].usage.prompt_tokens == 700 and chunks[-1].usage.completion_tokens == 12
    assert chunks[-1].usage.total_tokens == 712 and all(chunk.usage is None for chunk in chunks[:-1])


def test_a_models_answer_comes_with_what_it_used(phrased, provider):
    provider.play("normal")
    completion = ask(client_of(phrased))
    assert completion.choices[0].message.content.startswith("It is free to run on your own server")
    assert completion.basis == "based_on" and completion.usage.total_tokens == 712


def test_a_stream_is_as_openai_writes_it(app):
    response = complete(app, stream=True)
    assert response["content-type"] == "text/event-stream" and response["cache-control"] == "no-store"
    lines = response.text.split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""] and all(line.startswith("data: {") for line in lines[:-2])
    assert list(json.loads(lines[0][6:])) == ["id", "object", "created", "model", "choices"]


def test_the_async_client_works(app):
    async def once():
        async with openai.AsyncOpenAI(base_url=f"{app.base_url}/v1", api_key="fd_demo_public") as client:
            stream = await client.chat.completions.create(model="frontdesk", messages=[USER], stream=True)
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    # In a thread of its own, as the browser's tests leave a loop running in this one.
    with ThreadPoolExecutor() as threads:
        assert "free" in threads.submit(asyncio.run, once()).result()


def test_models_are_the_bots_names(client):
    models = client.models.list().data
    assert [model.id for model in models] == ["frontdesk", models[1].id] and re.fullmatch(UUID, models[1].id)
    assert client.models.retrieve("frontdesk").owned_by == "frontdesk" and models[0].created > 1_600_000_000
    for model in models:
        assert client.chat.completions.create(model=model.id, messages=[USER]).model == model.id
    for model in ("gpt-5", "frontdesk2", models[1].id[:-1] + "9"):
        with pytest.raises(openai.NotFoundError) as refusal:
            client.models.retrieve(model)
        assert refusal.value.code == "model_not_found" and refusal.value.param == "model"
        with pytest.raises(openai.NotFoundError):
            client.chat.completions.create(model=model, messages=[USER])


def test_the_clients_errors_are_openais(app):
    with pytest.raises(openai.AuthenticationError) as refusal:
        ask(client_of(app, "fd_" + "x" * 32))
    assert refusal.value.code == "invalid_api_key" and refusal.value.type == "invalid_request_error"
    with pytest.raises(openai.BadRequestError) as refusal:
        ask(client_of(app), n=2)
    assert refusal.value.param == "n"


def test_what_is_not_there_is_said_in_openais_shape_too(app):
    missing = ask_once(app.port, "GET", "/v1/nothing", KEY)
    assert missing.status == 404 and missing.error["type"] == "invalid_request_error"
    wrong = ask_once(app.port, "GET", "/v1/chat/completions", KEY)
    assert wrong.status == 405 and wrong["allow"] == "POST" and wrong.error["type"] == "invalid_request_error"


def test_the_last_user_message_is_the_question_and_the_others_are_understood_with_it(client, phrased, provider):
    history = [{"role": "user", "content": "Which languages does it speak?"}, {"role": "assistant", "content": "Many."}]
    assert "German" in ask(client, *history, {"role": "user", "content": "And German?"}).choices[0].message.content
    provider.play("normal")
    ask(client_of(phrased), {"role": "system", "content": "Be a pirate."}, *history, {"role": "user", "content": "And German?"})
    sent = provider.calls[0].messages
    assert [message["role"] for message in sent] == ["system", "user", "assistant", "user"]
    assert [message["content"] for message in sent[1:]] == ["Which languages does it speak?", "Many.", "And German?"]
    assert "pirate" not in json.dumps(sent)


def test_only_the_last_turns_are_sent_on(phrased, provider):
    provider.play("normal")
    history = [message for number in range(50) for message in ({"role": "user", "content": f"q{number}"}, {"role": "assistant", "content": f"a{number}"})]
    ask(client_of(phrased), *history, USER)
    assert [message["content"] for message in provider.calls[0].messages[1:3]] == ["q45", "a45"] and len(provider.calls[0].messages) == 12


def test_content_in_parts_is_text(client):
    parts = [{"type": "text", "text": "What does"}, {"type": "text", "text": "it cost?"}]
    assert "free" in ask(client, {"role": "developer", "content": [{"type": "text", "text": "x"}]}, {"role": "user", "content": parts}).choices[0].message.content


def test_each_request_is_a_conversation_of_its_own_unless_it_says_which(app, client):
    before = conversations(app)
    first, second = ask(client), ask(client)
    assert first.conversation_id != second.conversation_id and conversations(app) == before + 2
    third = ask(client, {"role": "user", "content": "And for two shops?"}, metadata={"conversation_id": first.conversation_id})
    assert third.conversation_id == first.conversation_id and conversations(app) == before + 2


def test_a_conversation_that_is_named_is_remembered_without_its_history(app, client):
    first = ask(client, {"role": "user", "content": "Which languages does it speak?"})
    second = ask(client, {"role": "user", "content": "And German?"}, metadata={"conversation_id": first.conversation_id})
    assert "German" in second.choices[0].message.content


@pytest.mark.parametrize("parameter", ["user", "safety_identifier"])
def test_a_visitors_conversation_stays_one_while_its_history_grows(app, client, parameter):
    before = conversations(app)
    who = {parameter: f"visitor-{parameter}"}
    question = {"role": "user", "content": "Which languages does it speak?"}
    first = ask(client, question, **who)
    answer = {"role": "assistant", "content": first.choices[0].message.content}
    second = ask(client, question, answer, {"role": "user", "content": "And German?"}, **who)
    assert second.conversation_id == first.conversation_id and conversations(app) == before + 1
    assert app.data.sql(f"select visitor, channel from conversations where id = '{first.conversation_id}'") == [[f"visitor-{parameter}", "api"]]
    others = [ask(client, question, **{parameter: "another"}), ask(client, USER, **who)]
    assert len({first.conversation_id, *(other.conversation_id for other in others)}) == 3


def test_two_bots_keep_apart_what_visitors_of_one_name_say(app, client):
    other = client_of(app, Owner(app).make_key()["key"])
    assert ask(client, user="same").conversation_id != ask(other, user="same").conversation_id


def test_anothers_conversation_is_not_there(app, client):
    owner = Owner(app)
    theirs = owner.ask(owner.make_key()["key"]).json["conversation_id"]
    before = app.data.sql("select count(*) from messages")
    for conversation in (theirs, "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(openai.NotFoundError):
            ask(client, metadata={"conversation_id": conversation})
    assert app.data.sql("select count(*) from messages") == before


@pytest.mark.parametrize("harmless", [
    {"temperature": 0}, {"top_p": 0.5}, {"max_tokens": 5}, {"max_completion_tokens": 5}, {"presence_penalty": 1}, {"seed": 7}, {"stop": ["x"]}, {"n": 1},
    {"logprobs": False}, {"response_format": {"type": "text"}}, {"tools": [{"type": "function", "function": {"name": "f"}}]}, {"tool_choice": "auto"},
    {"tool_choice": "none"}, {"parallel_tool_calls": True}, {"modalities": ["text"]}, {"stream": False}, {"stream": None}, {"store": True}, {"unknown": {"x": 1}},
    {"metadata": {"a": "b"}}, {"n": None, "tool_choice": None, "response_format": None, "logprobs": None, "metadata": None, "stream_options": None, "user": None},
])
def test_what_only_tunes_a_model_is_let_pass(app, harmless):
    assert complete(app, harmless).json["choices"][0]["message"]["content"]


@pytest.mark.parametrize("members, parameter", [
    ({"n": 2}, "n"), ({"n": "1"}, "n"), ({"n": 1e400}, None), ({"tool_choice": "required"}, "tool_choice"),
    ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice"), ({"function_call": {"name": "f"}}, "tool_choice"),
    ({"response_format": {"type": "json_object"}}, "response_format"), ({"response_format": "text"}, "response_format"), ({"logprobs": True}, "logprobs"),
    ({"modalities": ["text", "audio"]}, "modalities"), ({"audio": {"voice": "x"}}, "modalities"), ({"stream": "true"}, "stream"), ({"stream": 1}, "stream"),
    ({"stream": True, "stream_options": {"include_usage": "yes"}}, "include_usage"), ({"model": None}, "model"), ({"model": ""}, "model"), ({"model": 7}, "model"),
    ({"messages": None}, "messages"), ({"messages": []}, "messages"), ({"messages": "x"}, "messages"), ({"messages": {}}, "messages"),
    ({"messages": [USER] * 1_001}, "messages"), ({"messages": ["x"]}, "messages[0].role"), ({"messages": [{"role": "owner", "content": "x"}]}, "messages[0].role"),
    ({"messages": [{"role": "user"}]}, "messages[0].content"), ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content"),
    ({"messages": [USER, {"role": "assistant", "content": "x"}]}, "messages"), ({"messages": [{"role": "system", "content": "x"}]}, "messages"),
    ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x.example/y.png"}}]}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content"),
    ({"metadata": {"conversation_id": "x"}}, "metadata.conversation_id"), ({"metadata": {"conversation_id": 5}}, "metadata.conversation_id"),
])
def test_what_would_change_the_answer_is_refused(app, members, parameter):
    before = app.data.sql("select count(*) from messages")
    response = complete(app, members)
    assert response.status == 400 and list(response.error) == ["message", "type", "param", "code"] and response.error["message"].endswith(".")
    assert response.error["param"] == parameter and response.error["type"] == "invalid_request_error"
    assert app.data.sql("select count(*) from messages") == before


@pytest.mark.parametrize("question", ["", "  \n ", "x" * 4_001, "\u200b"])
def test_a_question_that_is_none_reaches_nobody(phrased, provider, question):
    provider.play("normal")
    response = complete(phrased, messages=[{"role": "user", "content": question}])
    assert response.status == 422 and response.error["param"] == "messages" and provider.calls == []


@pytest.mark.parametrize("body, status", [
    (b"null", 400), (b"[]", 400), (b'"x"', 400), (b"0", 400), (b"", 400), (b"{", 400), (b'{"model":"frontdesk","model":"frontdesk","messages":[]}', 400),
    (b'{"model":"frontdesk","messages":[{"role":"user","content":"\xff"}]}', 400), (b'{"model":"frontdesk","messages":[{"role":"user","content":"\\ud800"}]}', 400),
    (b'{"model":"frontdesk","messages":' + b"[" * 100 + b"]" * 100 + b"}", 400), (b" " * 1_100_000, 413),
])
def test_a_body_that_is_none_is_refused(app, body, status):
    response = ask_once(app.port, "POST", "/v1/chat/completions", KEY | JSON, body)
    assert response.status == status and response.error["type"] == "invalid_request_error"


@pytest.mark.parametrize("kind", [None, "application/xml", "application/x-www-form-urlencoded", "application/json; charset=utf-16"])
def test_only_json_is_taken(app, kind):
    response = ask_once(app.port, "POST", "/v1/chat/completions", KEY | {"Content-Type": kind}, json.dumps({"model": "frontdesk", "messages": [USER]}))
    assert response.status == 415 and response.error["code"] == "unsupported_media_type"


def test_control_characters_are_left_out(app, client):
    completion = ask(client, {"role": "user", "content": "What does\x00 it cost\x1b?"}, user="a\x00b")
    rows = app.data.sql(f"select m.text, c.visitor from messages m join conversations c on c.id = m.conversation_id where c.id = '{completion.conversation_id}' and role = 'visitor'")
    assert rows == [["What does it cost?", "ab"]]
