"""Chats of people who are signed in: several with a bot, edited, searched, limited, and nobody else's."""

import json
import re
import threading
import uuid

import pytest
from Servers.owner import Owner
from Servers.people import Browser, Program, new_address
from Servers.visitors import Visitor, multipart
from Servers.wire import ask_once


@pytest.fixture(scope="module")
def owner(app):
    owner = Owner(app)
    owner.bot = owner.make_bot()
    return owner


@pytest.fixture(scope="module")
def bot(owner):
    return owner.bot


@pytest.fixture
def visitor(app, bot):
    return Visitor(app, bot)


@pytest.fixture(scope="module")
def stranger(app, bot):
    return Visitor(app, bot, "stranger")


def test_each_chat_is_named_by_its_first_question_newest_first(visitor):
    assert visitor.titles() == []
    first, second = visitor.begin("When are you open?"), visitor.begin("How much is delivery?")
    assert visitor.titles() == ["How much is delivery?", "When are you open?"]
    answered = visitor.ask("And on Sundays?", first)
    assert answered.status == 201 and answered.json["conversation_id"] == first and answered.json["basis"] == "quoted"
    assert visitor.titles() == ["When are you open?", "How much is delivery?"]
    session = visitor.get(f"/{first}").json
    assert [message["role"] for message in session["messages"]] == ["visitor", "bot"] * 2
    assert session["title"] == "When are you open?" and session["usage"]["used"] == 3 and session["usage"]["limit"] == 50
    assert session["messages"][3]["reply_to"] == session["messages"][2]["id"] and session["previous"] is None
    assert [message["role"] for message in visitor.get(f"/{second}").json["messages"]] == ["visitor", "bot"]


def test_a_chat_can_be_named_and_its_name_taken_back(visitor):
    chat = visitor.begin("When are you open?")
    named = visitor.program.send("PATCH", f"{visitor.path}/{chat}", {"title": "  Opening\n hours  "})
    assert named.status == 200 and named.json["title"] == "Opening hours" and named.json["is_renamed"]
    assert visitor.titles("?q=opening+HOURS") == ["Opening hours"]
    assert visitor.program.send("PATCH", f"{visitor.path}/{chat}", {"title": "x" * 201}).error["fields"].keys() == {"title"}
    assert visitor.program.send("PATCH", f"{visitor.path}/{chat}", {"title": ""}).json["title"] == "When are you open?"


def test_a_deleted_chat_is_gone_with_all_that_was_said(visitor, data):
    chat = visitor.begin("When are you open?")
    assert visitor.program.send("DELETE", f"{visitor.path}/{chat}").status == 204
    assert visitor.get(f"/{chat}").status == 404 and visitor.titles() == []
    assert visitor.ask("Hello?", chat).status == 404
    assert data.sql(f"select count(*) from messages where conversation_id = '{chat}'") == [["0"]]


def test_chats_are_found_by_what_was_said_in_them(visitor):
    chat = visitor.begin("When are you open?")
    visitor.ask("Do you repair BICYCLES?", chat)
    visitor.begin("How much is delivery?")
    assert visitor.titles("?q=bicycles") == ["When are you open?"]
    assert visitor.titles("?q=3.50") == ["How much is delivery?"]
    assert visitor.titles("?q=%25") == [] and visitor.titles("?q=%27%3B--") == []
    assert visitor.get("?q=" + "x" * 201).status == 422


def test_older_chats_come_page_by_page(visitor, data, bot):
    person, account = data.sql(f"select u.id, b.account_id from users u, bots b where u.email = '{visitor.program.email}' and b.id = '{bot['id']}'")[0]
    data.sql(f"""with c as (
        insert into conversations (id, account_id, bot_id, channel, person_id, last_message_at)
        select gen_random_uuid(), '{account}', '{bot['id']}', 'chat', '{person}', now() - n * interval '1 minute' from generate_series(1, 65) n returning *)
        insert into messages (id, account_id, conversation_id, role, text, state)
        select gen_random_uuid(), account_id, id, 'visitor', 'Asked at ' || last_message_at, 'answered' from c""")
    seen, after = [], ""
    while after is not None:
        page = visitor.get(after).json
        seen += [session["id"] for session in page["sessions"]]
        after = page["next"] and "?after=" + page["next"]
    assert len(seen) == len(set(seen)) == 65
    assert visitor.get("?after=x").status == 400
    fragment = visitor.browser.get(visitor.path, {"HX-Request": "true"}).text
    assert fragment.count("<li>") == 30 and 'hx-trigger="intersect once, click"' in fragment and "<html" not in fragment
    link = re.search(r'href="([^"]+after=[^"]+)"', visitor.browser.get(visitor.path).text)[1].replace("&amp;", "&")
    assert visitor.browser.get(link).text.count('class="chats-item"') == 30
    rest = visitor.get("?q=asked&after=" + visitor.get("?q=asked").json["next"]).json
    assert len(rest["sessions"]) == 30


def test_long_chats_come_from_their_end(visitor, data, bot):
    chat = visitor.begin("The first of many?")
    account, = data.sql(f"select account_id from bots where id = '{bot['id']}'")[0]
    data.sql(f"insert into messages (id, account_id, conversation_id, role, text, state) select gen_random_uuid(), '{account}', '{chat}', 'visitor', 'Number ' || n, 'answered' from generate_series(1, 150) n")
    session = visitor.get(f"/{chat}").json
    assert len(session["messages"]) == 100 and session["messages"][-1]["text"] == "Number 150"
    before = visitor.get(f"/{chat}?before={session['previous']}").json
    assert before["messages"][0]["text"] == "The first of many?" and before["messages"][-1]["text"] == "Number 50" and before["previous"] is None
    assert visitor.get(f"/{chat}?before=0").status == visitor.get(f"/{chat}?before=x").status == 400


def test_nobody_sees_another_persons_chats(app, owner, visitor, stranger, data):
    """Not even the bot's owner on this page, nor a program with the bot's key: to them it belongs elsewhere, or not at all."""
    chat = visitor.begin("What is my secret?")
    answer = visitor.get(f"/{chat}").json["messages"][1]["id"]
    before = data.sql(f"select * from messages where conversation_id = '{chat}' order by position")
    owners = Visitor.__new__(Visitor)
    owners.__dict__ |= {"app": app, "path": visitor.path, "program": Program(app, owner.email)}
    for other in (stranger, owners):
        assert "secret" not in json.dumps(other.get().json) and "secret" not in json.dumps(other.get("?q=secret").json)
        for path in (f"/{chat}", f"/{chat}/messages/{answer}", f"/{chat}/messages/{answer}/events", f"/{chat}/messages/{answer}/earlier", f"/{chat}/events"):
            assert other.get(path).status == 404, path
        used = other.get().json["usage"]["used"]
        assert other.ask("And now?", chat).status == 404
        assert other.ask("And now?", chat, replaces=answer).status == 404
        assert other.get().json["usage"]["used"] == used, "nothing is charged"
        assert other.program.send("PATCH", f"{visitor.path}/{chat}", {"title": "Mine"}).status == 404
        assert other.program.send("DELETE", f"{visitor.path}/{chat}").status == 404
        assert other.program.send("POST", f"{visitor.path}/{chat}/person", {}).status == 404
        assert other.program.send("POST", f"{visitor.path}/{chat}/messages/{answer}/thumb", {"thumb": "up"}).status == 404
    key = owner.post_json(f"/api/v1/bots/{owner.bot['id']}/keys", {"name": "Shop"}).json["key"]
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    assert ask_once(app.port, "POST", "/api/v1/ask", headers, json.dumps({"question": "Hours?", "conversation_id": chat})).status == 404
    assert owner.post_json(f"/api/v1/bots/{owner.bot['id']}/trials", {"question": "Hours?", "conversation_id": chat}).status == 404
    hosted = visitor.path.removesuffix("/sessions")
    for path in (f"{hosted}/{chat}", f"{hosted}/{chat}/events", f"{hosted}/{chat}/messages/{answer}"):
        assert ask_once(app.port, "GET", path).status == 404, path
    anonymous = ask_once(app.port, "GET", f"{visitor.path}/{chat}")
    assert anonymous.status == 303 and anonymous["location"] == f"/sign-in?next={visitor.path}/{chat}"
    assert data.sql(f"select * from messages where conversation_id = '{chat}' order by position") == before
    assert visitor.get(f"/{chat}").status == 200, "else this test could not fail"


def test_a_bot_that_isnt_there_has_no_chats(visitor):
    for token in ("x", uuid.uuid4().hex, "%27"):
        assert visitor.program.send("GET", f"/chat/{token}/sessions").status == 404


def test_the_owner_reads_it_among_the_bots_conversations(owner, visitor):
    chat = visitor.begin("Do you have a garden?")
    seen = owner.get(f"/bots/{owner.bot['id']}/conversations/{chat}").json
    assert seen["channel"] == "chat" and [message["text"] for message in seen["messages"]][0] == "Do you have a garden?"


def test_an_edited_question_is_answered_anew_and_the_earlier_branch_is_kept(visitor):
    chat = visitor.begin("When are you open?")
    for message in ("How much is delivery?", "Thanks, and on Sundays?"):
        visitor.ask(message, chat)
    edited = visitor.ask("Do you deliver on Sundays?", chat, replaces=visitor.question(chat, "How much is delivery?"))
    assert edited.status == 201
    assert visitor.said(chat) == ["When are you open?", "Do you deliver on Sundays?"]
    new = visitor.get(f"/{chat}").json["messages"][2]
    assert new["has_earlier"] and not visitor.get(f"/{chat}").json["messages"][0]["has_earlier"]
    assert visitor.said(chat, f"/messages/{new['id']}/earlier") == ["How much is delivery?", "Thanks, and on Sundays?"]
    # The search, and the owner's list, go by what stands.
    assert visitor.titles("?q=thanks") == []


def test_edits_can_be_edited_and_each_branch_is_read_from_the_next(visitor):
    chat = visitor.begin("First?")
    visitor.ask("Second?", chat)
    visitor.ask("Second, differently?", chat, replaces=visitor.question(chat, "Second?"))
    visitor.ask("First, differently?", chat, replaces=visitor.question(chat, "First?"))
    assert visitor.said(chat) == ["First, differently?"] and visitor.titles() == ["First, differently?"]
    branch = visitor.get(f"/{chat}/messages/{visitor.question(chat, 'First, differently?')}/earlier").json["messages"]
    assert [message["text"] for message in branch if message["role"] == "visitor"] == ["First?", "Second, differently?"]
    second = next(message for message in branch if message["text"] == "Second, differently?")
    assert second["has_earlier"] and visitor.said(chat, f"/messages/{second['id']}/earlier") == ["Second?"]
    visitor.ask("First, a third time?", chat, replaces=visitor.question(chat, "First, differently?"))
    assert visitor.said(chat, f"/messages/{visitor.question(chat, 'First, a third time?')}/earlier") == ["First, differently?"]


def test_only_a_question_that_stands_in_the_chat_can_be_edited(visitor):
    chat, other = visitor.begin("First?"), visitor.begin("Elsewhere?")
    old = visitor.question(chat, "First?")
    visitor.ask("Anew?", chat, replaces=old)
    used = visitor.get().json["usage"]["used"]
    answer = visitor.get(f"/{chat}").json["messages"][1]["id"]
    for wrong in (old, answer, visitor.question(other, "Elsewhere?"), str(uuid.uuid4())):
        assert visitor.ask("Again?", chat, replaces=wrong).status == 404, wrong
    assert visitor.ask("Again?", chat, replaces="x").status == 422
    assert visitor.ask("Again?", replaces=old).status == 422
    assert visitor.said(chat) == ["Anew?"] and visitor.get().json["usage"]["used"] == used


def test_two_edits_at_once_leave_one_branch_standing(visitor):
    chat = visitor.begin("First?")
    old, statuses = visitor.question(chat, "First?"), []
    threads = [threading.Thread(target=lambda n=n: statuses.append(visitor.ask(f"Edit {n}?", chat, replaces=old).status)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # 503: the database found two in each other's way and undid one.
    assert set(statuses) <= {201, 404, 503} and 201 in statuses
    assert len(visitor.said(chat)) == 1


def test_a_model_isnt_told_what_was_replaced(start_app, provider):
    app = start_app(**provider.environment, AI_MODEL="test-model")
    provider.play("normal")
    visitor = Visitor(app, Owner(app).make_bot())
    chat = visitor.begin("When do you open?")
    for message in ("Is the blue door yours?", "And the green one?"):
        visitor.ask(message, chat)
    visitor.ask("Is the red door yours?", chat, replaces=visitor.question(chat, "Is the blue door yours?"))
    told = json.dumps(provider.calls[-1].messages)
    assert "red door" in told and "When do you open?" in told and "blue door" not in told and "green one" not in told
    visitor.ask("Really?", chat)
    told = json.dumps(provider.calls[-1].messages)
    assert "red door" in told and "blue door" not in told and "green one" not in told
    app.stop()


def test_the_owner_sees_and_exports_the_conversation_as_it_stands(owner, visitor):
    chat = visitor.begin("Is there a zebra?")
    visitor.ask("Is there a yak?", chat, replaces=visitor.question(chat, "Is there a zebra?"))
    path = f"/bots/{owner.bot['id']}/conversations"
    assert [message["text"] for message in owner.get(f"{path}/{chat}").json["messages"]][0] == "Is there a yak?"
    row = next(row for row in owner.get(path + "?q=yak").json["conversations"] if row["id"] == chat)
    assert row["question"] == "Is there a yak?" and row["message_count"] == 2 and row["unanswered_count"] == 1
    assert owner.get(path + "?q=zebra").json["conversations"] == []
    assert "zebra" not in owner.get(path + ".json").text and "zebra" not in owner.get(path + ".csv").text
    assert "zebra" not in json.dumps(owner.get("/bots").json["newest_questions"])


def test_at_the_limit_one_is_told_kindly_on_every_process(start_app, data):
    first, second = (start_app(MESSAGE_LIMIT=3, TIME_FRAME="2h") for _ in range(2))
    bot = Owner(first).make_bot()
    visitor = Visitor(first, bot)
    elsewhere = Visitor.__new__(Visitor)
    elsewhere.__dict__ |= visitor.__dict__ | {"app": second, "program": Program(second, visitor.program.email)}
    chat = visitor.begin("When are you open?")
    assert elsewhere.ask("And on Sundays?", chat).status == 201
    usage = visitor.get().json["usage"]
    assert usage["used"] == 2 and usage["limit"] == 3 and 7_100 < usage["seconds_left"] <= 7_200
    assert "2 of 3 messages used, more in 2 hours" in visitor.browser.get(visitor.path).text
    assert visitor.ask("", chat).status == 422 and visitor.get().json["usage"]["used"] == 2, "what isn't sent isn't counted"
    assert visitor.ask("How much is delivery?", chat).status == 201
    for other in (visitor, elsewhere):
        refused = other.ask("One more?", chat)
        assert refused.status == 429 and refused.error["code"] == "message_limit" and 7_000 < int(refused["retry-after"]) <= 7_200
        assert refused.error["message"] == "You’ve sent your 3 messages for now. You can send more in 2 hours; nothing that you wrote is lost."
    assert len(visitor.said(chat)) == 3
    page = visitor.browser.send("POST", f"{visitor.path}/{chat}/messages", {"message": "What I wrote"})
    assert page.status == 429 and "What I wrote</textarea>" in page.text and "You can send more in 2 hours" in page.text and page["retry-after"]
    data.sql("update message_usage set since = since - interval '2 hours'")
    assert visitor.get().json["usage"] == {"used": 0, "limit": 3, "seconds_left": None}
    assert visitor.ask("One more?", chat).status == 201 and visitor.get().json["usage"]["used"] == 1
    data.sql(f"update accounts set plan = 'paid' where id in (select account_id from members m join users u on u.id = m.user_id where u.email = '{visitor.program.email}')")
    for _ in range(4):
        assert visitor.ask("More?", chat).status == 201
    assert visitor.get().json["usage"]["limit"] is None
    for app in (first, second):
        app.stop()


def test_many_at_once_dont_pass_the_limit(start_app):
    app = start_app(MESSAGE_LIMIT=5, VISITOR_LIMITS="off")
    visitor = Visitor(app, Owner(app).make_bot())
    statuses = []
    threads = [threading.Thread(target=lambda: statuses.append(visitor.ask("When are you open?").status)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] * 5 + [429] * 7
    app.stop()


@pytest.mark.parametrize("name, value", [("MESSAGE_LIMIT", "0"), ("MESSAGE_LIMIT", "many"), ("TIME_FRAME", "soon"), ("TIME_FRAME", "1s")])
def test_a_limit_that_cant_be_meant_stops_the_start(start_app, name, value):
    with pytest.raises(AssertionError, match=name):
        start_app(**{name: value})


def test_the_list_tells_what_one_has_asked(visitor):
    chat = visitor.begin("When are you open?")
    visitor.ask("And on Sundays?", chat)
    activity = visitor.get().json["activity"]
    assert activity == {"days": 30, "messages": 2, "sessions": 1, "messages_by_day": [0] * 29 + [2]}
    assert "2 messages in 1 new chat in the last 30 days" in visitor.browser.get(visitor.path).text


def test_an_answer_streams_and_ends_with_the_session(visitor):
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream", "Authorization": f"Bearer {visitor.program.grant['access_token']}"}
    asked = ask_once(visitor.app.port, "POST", "/api/v1" + visitor.path, headers, json.dumps({"message": "When are you open?"}))
    assert asked.status == 200 and "event: start" in asked.text and "event: done" in asked.text
    chat = visitor.get().json["sessions"][0]["id"]
    answer = visitor.get(f"/{chat}").json["messages"][1]
    events = visitor.get(f"/{chat}/messages/{answer['id']}/events")
    assert events.status == 200 and "event: done" in events.text and answer["text"][:20] in events.text
    turn = visitor.get(f"/{chat}/messages/{answer['id']}").json["messages"]
    assert [message["role"] for message in turn] == ["visitor", "bot"]
    assert visitor.get(f"/{chat}/messages/{turn[0]['id']}").status == 404, "a question isn't an answer"


def test_without_a_script_one_asks_edits_names_and_deletes(visitor):
    browser = visitor.browser
    sent = browser.send("POST", visitor.path, {"message": "When are you <b>open</b>?"})
    assert sent.status == 303 and re.fullmatch(rf"{visitor.path}/[0-9a-f-]{{36}}#answer-[0-9a-f-]{{36}}", sent["location"])
    chat = sent["location"].split("#")[0]
    page = browser.get(chat)
    assert page.status == 200 and "When are you &lt;b&gt;open&lt;/b&gt;?" in page.text and "<b>open" not in page.text
    assert "no-store" in page["cache-control"] and 'aria-current="page"' in page.text
    question = re.search(r'name="replaces" value="([0-9a-f-]{36})"', page.text)[1]
    edited = browser.send("POST", chat + "/messages", {"message": "How much is delivery?", "replaces": question})
    assert edited.status == 303
    page = browser.get(chat)
    earlier = re.search(r'href="([^"]+/earlier)"', page.text)[1]
    assert "When are you &lt;b&gt;open" in browser.get(earlier).text and 'name="replaces"' not in browser.get(earlier).text
    assert browser.send("PATCH", chat, {"title": "Delivery"}).status == 303 and "Delivery</h2>" in browser.get(chat).text
    gone = browser.send("DELETE", chat)
    assert gone.status == 303 and gone["location"] == visitor.path and browser.get(chat).status == 404


def test_htmx_gets_the_turn_and_what_is_left(visitor):
    chat = visitor.begin("When are you open?")
    turn = visitor.browser.send("POST", f"{visitor.path}/{chat}/messages", {"message": "And on Sundays?"}, {"HX-Request": "true"})
    assert turn.status == 200 and turn.text.count("<article") == 1 and 'hx-swap-oob="true">2 of 50 messages used' in turn.text
    new = visitor.browser.send("POST", visitor.path, {"message": "How much is delivery?"}, {"HX-Request": "true"})
    assert new.status == 204 and new["hx-redirect"].startswith(visitor.path + "/")
    empty = visitor.browser.send("POST", f"{visitor.path}/{chat}/messages", {"message": " "}, {"HX-Request": "true"})
    assert empty.status == 422 and "Please write something first." in empty.text


def test_opinions_and_persons(visitor, data):
    chat = visitor.begin("When are you open?")
    answer = visitor.get(f"/{chat}").json["messages"][1]["id"]
    path = f"{visitor.path}/{chat}"
    assert visitor.program.send("POST", f"{path}/messages/{answer}/thumb", {"thumb": "down", "reason": "Wrong day"}).status == 204
    assert data.sql(f"select thumb, thumb_reason from messages where id = '{answer}'") == [["-1", "Wrong day"]]
    assert visitor.program.send("POST", f"{path}/messages/{answer}/thumb", {"thumb": "sideways"}).status == 422
    assert visitor.program.send("POST", f"{path}/person", {}).json["handling"] == "waiting"
    data.sql(f"update conversations set handling = 'person' where id = '{chat}'")
    left = visitor.ask("Are you there?", chat)
    assert left.status in (200, 201) and "person" in left.json["answer"]
    assert visitor.said(chat) == ["When are you open?", "Are you there?"] and len(visitor.get(f"/{chat}").json["messages"]) == 3


ENGLISH = [
    "Your chats", "Back to the chat", "New chat", "Search your chats", "Older chats", "Profile", "Sign out", "messages in", "Change", "Name of this chat", "Its first question", "Save the name",
    "Deleting takes", "Delete this chat", "Attach files", "Up to 4 files", "Earlier", "Edit<", "written anew", "What followed", "Ask again", "messages used", "No chats yet", "Nothing fits",
]


@pytest.mark.parametrize("language, found", [
    ("de", ["Ihre Chats", "Neuer Chat", "Frühere Fassung", "Bearbeiten", "Namen speichern", "von 50 Nachrichten verbraucht, neue in 24 Stunden", "Ihre Daten", "Zurück zum Chat"]),
    ("fr", ["Vos conversations", "Version précédente", "Enregistrer le nom", "messages utilisés sur 50, d’autres dans 24 heures", "Retour à la conversation"]),
    ("es", ["Sus chats", "Versión anterior", "Guardar el nombre", "de 50 mensajes usados, más dentro de 24 horas", "Volver al chat"]),
    ("it", ["Le sue chat", "Versione precedente", "Salva il nome", "messaggi usati su 50, altri tra 24 ore", "Torna alla chat"]),
    ("nl", ["Uw chats", "Eerdere versie", "Naam opslaan", "van 50 berichten gebruikt, meer over 24 uur", "Terug naar de chat"]),
    ("pt", ["As suas conversas", "Versão anterior", "Guardar o nome", "de 50 mensagens usadas, mais dentro de 24 horas", "Voltar à conversa"]),
    ("sv", ["Dina chattar", "Tidigare version", "Spara namnet", "av 50 meddelanden använda, fler om 24 timmar", "Tillbaka till chatten"]),
])
def test_everything_around_the_chats_is_said_in_the_visitors_language(visitor, language, found):
    chat = visitor.begin("42?")
    visitor.ask("43?", chat, replaces=visitor.question(chat, "42?"))
    asked = {"Accept-Language": language}
    earlier = f"/{chat}/messages/{visitor.question(chat, '43?')}/earlier"
    pages = [visitor.browser.get(visitor.path + path, asked) for path in ("", "?q=nobody+said+this", f"/{chat}", earlier)]
    shown = "".join(page.text for page in pages)
    assert all(page.status == 200 and f'<html lang="{language}">' in page.text and 'lang="en"' not in page.text for page in pages)
    assert [words for words in ENGLISH if words in shown] == [] and [words for words in found if words not in shown] == []


def test_refusals_are_said_in_the_visitors_language(start_app):
    app = start_app(MESSAGE_LIMIT=1, TIME_FRAME="2h")
    visitor = Visitor(app, Owner(app).make_bot())
    german = {"Accept-Language": "de-AT"}
    kind, body = multipart({"message": "Was ist das?"}, [("krank.pdf", b"no")])
    sent = {form: visitor.browser.send("POST", visitor.path, body, german | form_headers | {"Content-Type": kind}) for form, form_headers in (("page", {}), ("fragment", {"HX-Request": "true"}))}
    for form, refused in sent.items():
        assert refused.status == 422 and "„krank.pdf“: Diese Datei heißt .pdf, ist aber etwas anderes." in refused.text, form
    assert "Was ist das?</textarea>" in sent["page"].text
    assert "Bitte schreiben Sie zuerst etwas." in visitor.browser.send("POST", visitor.path, {"message": " "}, german).text
    assert "Gesucht werden kann" in visitor.browser.get(visitor.path + "?q=" + "x" * 201, german).text
    chat = visitor.begin("42?")
    assert "Ein Name kann bis zu 200 Zeichen haben." in visitor.browser.send("PATCH", f"{visitor.path}/{chat}", {"title": "x" * 201}, german).text
    limited = visitor.browser.send("POST", f"{visitor.path}/{chat}/messages", {"message": "Mehr?"}, german)
    assert limited.status == 429 and "Sie haben Ihre 1 Nachrichten vorerst verbraucht. In 2 Stunden können Sie weitere senden" in limited.text and "Mehr?</textarea>" in limited.text
    app.stop()


def test_the_hint_in_the_message_box_is_the_shops(owner, bot, visitor):
    assert 'placeholder="Your message"' in visitor.browser.get(visitor.path).text
    assert owner.call("PATCH", f"/api/v1/bots/{bot['id']}", {"placeholder": "Ask about our cakes"}).status == 200
    assert 'placeholder="Ask about our cakes"' in visitor.browser.get(visitor.path).text
    owner.call("PATCH", f"/api/v1/bots/{bot['id']}", {"placeholder": ""})


def test_signing_in_comes_back_to_the_chat(app, bot):
    browser = Browser(app)
    path = f"/chat/{bot['token']}/sessions"
    away = browser.get(path)
    assert away.status == 303 and away["location"] == f"/sign-in?next={path}"
    assert browser.sign_in(new_address("comer"), next=path)["location"] == path
    assert browser.get(path).status == 200
