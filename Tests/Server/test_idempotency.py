"""A request that is sent again under the same name is carried out once."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from Servers.keyholder import Owner
from Servers.visitor import Visitor as Stranger
from Servers.visitor import session_called
from Servers.visitors import Visitor
from Servers.wire import Connection, ask_once, events, eventually

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
KEY = {"Authorization": "Bearer fd_demo_public"}
COSTS = "What does it cost?"


def ask(app, name, question=COSTS, headers=None, **members):
    headers = KEY | JSON | {"Idempotency-Key": name} | (headers or {})
    return ask_once(app.port, "POST", "/api/v1/ask", headers, json.dumps({"question": question} | members))


def questions(app):
    return int(app.data.sql("select count(*) from messages where role = 'visitor'")[0][0])


@pytest.fixture(scope="module")
def phrased(start_app, provider):
    return start_app(**provider.environment)


def test_the_same_again_is_the_same_answer_and_nothing_is_asked_twice(phrased, provider, app):
    provider.play("normal")
    before = questions(app)
    first = ask(phrased, "again")
    assert first.status == 200 and first["idempotent-replayed"] is None
    for process in (phrased, app):
        second = ask(process, "again")
        assert second.json == first.json and second["idempotent-replayed"] == "true" and second["cache-control"] == "no-store"
    assert len(provider.calls) == 1 and questions(app) == before + 1


def test_many_at_once_are_one_answer(phrased, provider, app):
    provider.play("normal")
    before = questions(app)
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda number: ask([phrased, app][number % 2], "at-once"), range(8)))
    answers = {response.body for response in responses if response.status == 200}
    assert len(answers) == 1 and {response.status for response in responses} <= {200, 409}
    assert all(int(response["retry-after"]) >= 1 for response in responses if response.status == 409)
    assert len(provider.calls) <= 1 and questions(app) == before + 1


def test_the_second_waits_while_the_first_is_made(phrased, provider, app):
    provider.play("slow")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, phrased, "waits")
        eventually(lambda: provider.calls)
        second = pool.submit(ask, phrased, "waits")
        elsewhere = ask_once(app.port, "POST", "/api/v1/ask", KEY | JSON | {"Idempotency-Key": "waits", "Accept": "text/event-stream"}, json.dumps({"question": COSTS}))
        assert first.result().json == second.result().json
        assert first.result().json["message_id"] in elsewhere.text and "event: done" in elsewhere.text
    assert len(provider.calls) == 1


def test_the_same_name_for_something_else_is_a_mistake(app):
    first = ask(app, "once").json
    for response in (ask(app, "once", "Is my data safe?"), ask(app, "once", conversation_id=first["conversation_id"])):
        assert response.status == 422 and response.error["code"] == "idempotency_key_reused"
    assert ask(app, "once").json == first


def test_blanks_around_a_question_do_not_make_it_another(app):
    assert ask(app, "blanks", f"  {COSTS}\r\n").json == ask(app, "blanks").json


def test_a_stream_is_given_again_whole(app):
    first = ask(app, "stream").json
    headers = KEY | JSON | {"Idempotency-Key": "stream", "Accept": "text/event-stream"}
    with Connection(app.port) as connection:
        head = connection.request("POST", "/api/v1/ask", headers, json.dumps({"question": COSTS})).head()
        all = list(events(connection))
    assert head["idempotent-replayed"] == "true" and all[-1].json == first
    assert "".join(event.json["text"] for event in all if event.name == "delta") == first["answer"]


def test_an_answer_is_made_to_its_end_though_its_reader_has_left(phrased, provider, app):
    provider.play("slow")
    with Connection(phrased.port) as connection:
        connection.request("POST", "/api/v1/ask", KEY | JSON | {"Idempotency-Key": "left"}, json.dumps({"question": COSTS}))
        eventually(lambda: provider.calls)
        connection.reset()
    again = ask(phrased, "left")
    assert again.status == 200 and len(provider.calls) == 1
    state = app.data.sql(f"select state from messages where id = '{again.json['message_id']}'")
    assert state == [["answered"]]


def test_names_are_each_bots_own(app):
    owner = Owner(app)
    theirs = owner.ask(owner.make_key()["key"], COSTS, headers={"Idempotency-Key": "shared"}).json
    assert ask(app, "shared").json["message_id"] != theirs["message_id"]


@pytest.mark.parametrize("name", ["x" * 256, "", "é", "a\tb", "x" * 5_000])
def test_a_name_is_up_to_255_plain_characters(app, name):
    before = questions(app)
    assert ask(app, name).status == 400 and questions(app) == before


def test_255_characters_and_two_names(app):
    assert ask(app, "x" * 255).status == 200
    request = f"POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer fd_demo_public\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n" + '{"question":"x"}'
    with Connection(app.port) as connection:
        assert connection.send(request).response().status == 400


def test_a_name_is_forgotten_after_a_day(app):
    first = ask(app, "old").json
    app.data.sql("update idempotency_keys set created_at = created_at - interval '25 hours' where key = 'old'")
    second = ask(app, "old", "Is my data safe?")
    assert second.status == 200 and second.json["message_id"] != first["message_id"]
    assert ask(app, "old", "Is my data safe?").json == second.json


@pytest.mark.parametrize("lost", ["state = 'failed'", "state = 'pending', created_at = created_at - interval '10 minutes'", "state = 'abandoned'"])
def test_an_answer_that_was_lost_is_made_anew(app, lost):
    name = f"lost {lost}"
    first = ask(app, name).json
    app.data.sql(f"update messages set {lost} where id = '{first['message_id']}'")
    second = ask(app, name)
    assert second.status == 200 and second.json["answer"] == first["answer"] and second.json["message_id"] != first["message_id"]
    assert ask(app, name).json == second.json


def test_a_question_that_is_refused_takes_no_name(app):
    assert ask(app, "refused", "").status == 422
    assert ask(app, "refused", conversation_id="00000000-0000-4000-8000-000000000000").status == 404
    assert ask(app, "refused", conversation_id="00000000-0000-4000-8000-000000000000").status == 404
    assert ask(app, "unused").status == 200


# Visitors


class Chat:
    """A visitor's chat with a bot whose model answers."""

    def __init__(self, app, bot, session, mount=None):
        self.app, self.bot, self.session = app, bot, session if mount else session_called(session)
        self.target = f"{mount}/{bot.public}/messages" if mount else f"/api/send/{bot.public}"

    def send(self, name, message="When do you open?", accept="application/json", app=None, **members):
        headers = JSON | {"Accept": accept} | ({"Idempotency-Key": name} if name else {})
        body = json.dumps({"message": message, "session_id": self.session} | members)
        return ask_once((app or self.app).port, "POST", self.target, headers, body)


@pytest.fixture
def bot(app):
    owner = Owner(app)
    owner.public = owner.request("GET", f"/api/v1/bots/{owner.bot}").json["token"]
    return owner


def stored(app, bot):
    """How many questions and answers the bot has."""
    return [int(number) for number in app.data.sql(
        "select count(*) filter (where role = 'visitor'), count(*) filter (where role = 'bot') from messages m join conversations c "
        f"on c.id = m.conversation_id where c.bot_id = '{bot.bot}'")[0]]


@pytest.mark.parametrize("mount", [None, "/chat", "/widget/b"])
def test_a_visitors_message_that_comes_again_is_answered_once(phrased, provider, app, bot, mount):
    provider.play("normal")
    chat = Chat(phrased, bot, Stranger(phrased, bot.public).session, mount)
    with ThreadPoolExecutor(3) as pool:
        at_once = list(pool.map(lambda number: chat.send("message-1", app=[phrased, app][number % 2]), range(3)))
    later = chat.send("message-1")
    assert [response.status for response in at_once + [later]] == [200] * 4
    assert len({response.json["message_id"] for response in at_once + [later]}) == 1 and stored(app, bot) == [1, 1]
    assert later.json["answer"] == at_once[0].json["answer"]
    assert mount or later["idempotent-replayed"] == "true"
    again = chat.send("message-1", accept="text/event-stream")
    assert later.json["message_id"] in again.text and "event: done" in again.text
    assert stored(app, bot) == [1, 1] and len(provider.calls) <= 1
    assert chat.send("message-2").json["message_id"] != later.json["message_id"] and stored(app, bot) == [2, 2]


def test_its_name_counts_in_its_chat_and_for_its_words_only(app, bot):
    chat, other = Chat(app, bot, "one"), Chat(app, bot, "another")
    first = chat.send("1")
    assert other.send("1").json["message_id"] != first.json["message_id"]
    reused = chat.send("1", "And on Sundays?")
    assert reused.status == 422 and reused.error["code"] == "idempotency_key_reused"
    key = bot.make_key()["key"]
    assert bot.ask(key, headers={"Idempotency-Key": "1"}).json["message_id"] != first.json["message_id"]
    assert chat.send("x" * 256).status == 400
    assert stored(app, bot) == [3, 3]


def test_a_form_that_is_sent_twice_counts_once(app, bot):
    chat = Chat(app, bot, Stranger(app, bot.public).session, "/chat")
    page = ask_once(app.port, "GET", f"/chat/{bot.public}/{chat.session}").text
    once = page.split('name="once" value="')[1].split('"')[0]
    assert len(once) == 22 and once not in ask_once(app.port, "GET", f"/chat/{bot.public}/{chat.session}").text
    twice = [chat.send(None, accept="text/html", once=once) for _ in range(2)]
    assert [response.status for response in twice] == [303, 303] and twice[0]["location"] == twice[1]["location"]
    assert stored(app, bot) == [1, 1]
    assert chat.send(None, "And on Sundays?", "text/html", once=once).status == 303 and stored(app, bot) == [2, 2], "gone back to, it takes another"


def test_what_is_left_for_a_person_is_left_once(app, bot):
    chat = Chat(app, bot, "left")
    id = chat.send(None).json["conversation_id"]
    app.data.sql(f"update conversations set handling = 'person' where id = '{id}'")
    left = [chat.send("to a person", "Are you there?") for _ in range(3)]
    assert {response.json["message_id"] for response in left} == {left[0].json["message_id"]} and stored(app, bot) == [2, 1]
    assert chat.send("to a person, again", "Are you there?").json["message_id"] != left[0].json["message_id"]


def test_the_message_of_somebody_with_an_account_counts_once(app, bot):
    visitor = Visitor(app, {"token": bot.public})

    def ask(name, chat=None):
        headers = JSON | {"Authorization": f"Bearer {visitor.program.grant['access_token']}", "Idempotency-Key": name}
        target = "/api/v1" + visitor.path + (f"/{chat}/messages" if chat else "")
        return ask_once(app.port, "POST", target, headers, json.dumps({"message": "When do you open?"}))

    first, again = ask("first"), ask("first")
    assert first.status == 201 and again.status == 200 and first.json == again.json
    with ThreadPoolExecutor(2) as pool:
        assert len({response.json["message_id"] for response in pool.map(lambda _: ask("next", first.json["conversation_id"]), range(2))}) == 1
    usage = visitor.get().json
    assert usage["usage"]["used"] == 2 and len(usage["sessions"]) == 1 and stored(app, bot) == [2, 2]
