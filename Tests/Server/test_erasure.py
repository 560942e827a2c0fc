"""What visitors wrote is gone when it is erased: by themselves, by an owner, or for its age."""

import json
import uuid
from pathlib import Path

import pytest
from Servers.owner import Owner
from Servers.people import FORM
from Servers.wire import ask_once

JSON = {"Content-Type": "application/json"}
SAME = FORM | {"Sec-Fetch-Site": "same-origin"}


class Talk:
    """A chat in which a marker stands wherever a visitor can write."""

    def __init__(self, owner):
        self.app, self.owner = owner.app, owner
        self.marker = f"marker{uuid.uuid4().hex}"
        self.session = f"s-{uuid.uuid4()}"
        self.token = owner.get(f"/bots/{owner.bot}").json["token"]

    def fill(self):
        """Over the API for other sites, and with a rated answer."""
        question = f"Do you know {self.marker}?"
        body = {"message": question, "session_id": self.session, "page_url": f"https://shop.example/{self.marker}"}
        answer = ask_once(self.app.port, "POST", f"/api/send/{self.token}", JSON, json.dumps(body)).json
        self.conversation = answer["conversation_id"]
        self.app.data.sql(f"update messages set thumb = -1, thumb_reason = 'Where is {self.marker}?', thumb_at = now() where id = '{answer['message_id']}'")
        return self

    def fill_page(self):
        """On the chat page, without JavaScript."""
        text = ask_once(self.app.port, "GET", f"/chat/{self.token}").text
        self.session = text.split('name="session_id" value="')[1].split('"')[0]
        self.path = f"/chat/{self.token}/{self.session}"
        sent = ask_once(self.app.port, "POST", f"/chat/{self.token}/messages", SAME, f"session_id={self.session}&message=Do+you+know+{self.marker}%3F")
        assert sent.status == 303, sent
        message = sent["location"].split("#answer-")[1]
        rated = ask_once(self.app.port, "POST", f"{self.path}/messages/{message}/thumb", SAME, f"thumb=down&reason=Where+is+{self.marker}")
        assert rated.status == 303, rated
        self.conversation = self.app.data.sql(f"select conversation_id from messages where id = '{message}'")[0][0]
        return self

    def fill_key(self):
        """By a program with a key, which says who its visitor is."""
        key = self.owner.post_json(f"/api/v1/bots/{self.owner.bot}/keys", {}).json["key"]
        body = {"model": "frontdesk", "user": self.marker, "messages": [{"role": "user", "content": f"Do you know {self.marker}?"}]}
        answer = ask_once(self.app.port, "POST", "/v1/chat/completions", JSON | {"Authorization": f"Bearer {key}", "Idempotency-Key": str(uuid.uuid4())}, json.dumps(body))
        assert answer.status == 200, answer
        self.conversation = answer.json["conversation_id"]
        return self

    def places(self):
        """The columns and files where the marker stands."""
        columns = self.app.data.sql(
            "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' and "
            "data_type in ('text', 'json', 'jsonb', 'bytea', 'ARRAY', 'character varying', 'character', 'USER-DEFINED')")
        found = " union all ".join(
            f"""select '{table}.{column}' from (select 1 from "{table}" where strpos({self._text(column, kind)}, '{self.marker}') > 0 limit 1) x"""
            for table, column, kind in columns)
        files = [str(path) for path in Path(self.app.data.path).rglob("*") if path.is_file() and "postgres" not in path.relative_to(self.app.data.path).parts
                 and self.marker.encode() in path.read_bytes()]
        return {row[0] for row in self.app.data.sql(found)} | set(files)

    @staticmethod
    def _text(column, kind):
        return f"""encode("{column}", 'escape')""" if kind == "bytea" else f'"{column}"::text'

    def is_noted(self, cause):
        noted = self.owner.get(f"/bots/{self.owner.bot}/data").json["erasures"][0]
        return noted["cause"] == cause and noted["conversations"] == 1 and self.conversation not in json.dumps(noted)


def forget(app):
    """Has the housekeeping done now."""
    app.data.sweep("forget_conversations", "forget_leads", "forget_questions", "forget_question_groups", "forget_mails", "forget_idempotency_keys")


@pytest.fixture(scope="module")
def owner(app):
    owner = Owner(app)
    owner.bot = owner.make_bot()["id"]
    return owner


@pytest.fixture(params=["fill", "fill_page", "fill_key"])
def talk(request, owner):
    talk = getattr(Talk(owner), request.param)()
    assert {"messages.text"} <= talk.places(), "else these tests could not fail"
    return talk


def deal_with(talk):
    """An owner did so a while ago."""
    talk.app.data.sql(f"""
        with made as (
          insert into question_groups (id, account_id, bot_id, state, dealt_with_at)
          select gen_random_uuid(), account_id, bot_id, 'dismissed', now() - interval '31 days' from questions where text like '%{talk.marker}%' limit 1 returning id)
        update questions set group_id = made.id from made where text like '%{talk.marker}%'""")


def lead(talk):
    """What a visitor leaves for being called back."""
    talk.owner.call("PATCH", f"/api/v1/bots/{talk.owner.bot}", {"lead_days": None})
    account = talk.app.data.sql(f"select account_id from bots where id = '{talk.owner.bot}'")[0][0]
    talk.app.data.sql(f"""
        insert into leads (id, account_id, bot_id, conversation_id, name, email, note, consent_version)
        values (gen_random_uuid(), '{account}', '{talk.owner.bot}', '{talk.conversation}', '{talk.marker}', '{talk.marker}@visitor.example', 'Call {talk.marker}', 1)""")
    assert "leads.email" in talk.places()


def test_a_visitors_lead_goes_with_their_chat(app, owner):
    talk = Talk(owner).fill()
    lead(talk)
    assert ask_once(app.port, "DELETE", f"/api/chat/{talk.token}?session_id={talk.session}").status == 204
    assert talk.places() == set()


def test_for_its_age_a_lead_goes_when_its_bot_says(app, owner):
    talk = Talk(owner).fill()
    lead(talk)
    app.data.sql(f"update leads set created_at = now() - interval '40 days' where email like '{talk.marker}%'")
    age(talk, 4_000)
    forget(app)
    deal_with(talk)
    forget(app)
    assert talk.places() == {"leads.name", "leads.email", "leads.note"}, "a lead stays until somebody deletes it"
    assert owner.call("PATCH", f"/api/v1/bots/{owner.bot}", {"lead_days": 30}).json["lead_days"] == 30
    forget(app)
    assert talk.places() == set()


def age(talk, days):
    talk.app.data.sql(f"update conversations set last_message_at = now() - interval '{days} days' where id = '{talk.conversation}'")


def test_nothing_is_left_of_what_an_owner_deletes(talk):
    assert talk.owner.call("DELETE", f"/api/v1/bots/{talk.owner.bot}/conversations/{talk.conversation}").status == 204
    assert talk.places() == set()
    assert talk.is_noted("owner")


def test_nothing_is_left_of_what_was_kept_for_long_enough(talk):
    assert talk.owner.call("PATCH", f"/api/v1/bots/{talk.owner.bot}", {"retention_days": 7}).json["retention_days"] == 7
    age(talk, 6)
    forget(talk.app)
    assert talk.places() != set(), "its time isn't over"
    age(talk, 8)
    forget(talk.app)
    assert talk.is_noted("retention")
    assert talk.places() <= {"questions.text"}, "what went unanswered stays until somebody has dealt with it"
    deal_with(talk)
    forget(talk.app)
    assert talk.places() == set()


def test_a_bot_may_keep_longer_than_the_server_does(owner):
    talk = Talk(owner).fill()
    owner.call("PATCH", f"/api/v1/bots/{owner.bot}", {"retention_days": 400})
    age(talk, 300)
    forget(owner.app)
    assert talk.places() != set()
    owner.call("PATCH", f"/api/v1/bots/{owner.bot}", {"retention_days": None})
    assert owner.get(f"/bots/{owner.bot}/data").json["retention_days"] == 30
    forget(owner.app)
    assert talk.places() <= {"questions.text"}


@pytest.mark.parametrize("days", ["0", "-1", "3651", "1.5", "soon", "99999999999999999999"])
def test_a_time_that_is_none_is_refused(owner, days):
    refused = owner.call("PATCH", f"/api/v1/bots/{owner.bot}", {"retention_days": days})
    assert refused.status == 422 and refused.error["fields"]["retention_days"].endswith(".")


def test_a_visitor_sees_and_takes_and_erases_their_chat_without_javascript(app, owner):
    talk = Talk(owner).fill_page()
    page = ask_once(app.port, "GET", talk.path)
    assert f'href="{talk.path}/data"' in page.text
    seen = ask_once(app.port, "GET", f"{talk.path}/data")
    assert seen.status == 200 and seen.text.count(talk.marker) >= 2 and seen["cache-control"] == "no-store"
    text = ask_once(app.port, "GET", f"{talk.path}/data.txt")
    assert talk.marker in text.text and text["content-type"] == "text/plain; charset=utf-8" and "attachment" in text["content-disposition"]
    data = ask_once(app.port, "GET", f"{talk.path}/data.json")
    assert [message["role"] for message in data.json["messages"]] == ["visitor", "bot"]
    assert data.json["messages"][1]["thumb"] == "down" and talk.marker in data.json["messages"][1]["thumb_reason"]
    erased = ask_once(app.port, "POST", f"{talk.path}?_method=delete", SAME, "")
    assert erased.status == 303 and erased["location"] == f"{talk.path}/data"
    assert "Nothing of this chat is kept." in ask_once(app.port, "GET", f"{talk.path}/data").text
    assert talk.places() == set()
    assert talk.is_noted("visitor")
    for file in ("data.txt", "data.json"):
        assert ask_once(app.port, "GET", f"{talk.path}/{file}").status == 404


def test_a_program_of_the_business_does_the_same_for_its_visitor(app, owner):
    talk = Talk(owner).fill()
    path = f"/api/chat/{talk.token}?session_id={talk.session}"
    read = ask_once(app.port, "GET", path, {"Origin": "https://shop.example"})
    assert read.status == 200 and talk.marker in read.json["messages"][0]["text"] and read["access-control-allow-origin"] == "*"
    assert talk.marker in ask_once(app.port, "GET", path, {"Accept": "text/plain"}).text
    asked = ask_once(app.port, "OPTIONS", path, {"Origin": "https://shop.example", "Access-Control-Request-Method": "DELETE"})
    assert "DELETE" in asked["access-control-allow-methods"]
    assert ask_once(app.port, "DELETE", path, {"Origin": "https://shop.example", "Sec-Fetch-Site": "cross-site"}).status == 204
    assert talk.places() == set() and talk.is_noted("visitor")
    assert ask_once(app.port, "DELETE", path).status == 404
    assert ask_once(app.port, "GET", path).status == 404


def test_without_the_secret_nobody_gets_there(app, owner):
    talk = Talk(owner).fill_page()
    other = Owner(app)
    other.bot = other.make_bot("Other")["id"]
    elsewhere = other.get(f"/bots/{other.bot}").json["token"]
    wrong = "A" * 22
    for path in (f"/chat/{talk.token}/{talk.conversation}", f"/chat/{talk.token}/x", f"/chat/nobody/{talk.session}"):
        assert ask_once(app.port, "GET", f"{path}/data").status == 404, path
        assert ask_once(app.port, "POST", f"{path}?_method=delete", SAME, "").status == 404, path
    for path in (f"/chat/{talk.token}/{wrong}", f"/chat/{elsewhere}/{talk.session}"):
        assert talk.marker not in ask_once(app.port, "GET", f"{path}/data").text
        assert ask_once(app.port, "GET", f"{path}/data.json").status == 404
        ask_once(app.port, "POST", f"{path}?_method=delete", SAME, "")
    for session in (talk.conversation, wrong, ""):
        assert ask_once(app.port, "GET", f"/api/chat/{talk.token}?session_id={session}").status in (404, 422)
        assert ask_once(app.port, "DELETE", f"/api/chat/{talk.token}?session_id={session}").status in (404, 422)
    crossing = ask_once(app.port, "POST", f"{talk.path}?_method=delete", FORM | {"Sec-Fetch-Site": "cross-site"}, "")
    assert crossing.status == 403
    owner.call("PATCH", f"/api/v1/bots/{owner.bot}", {"allowed_sites": ["https://shop.example"]})
    path = f"/api/chat/{talk.token}?session_id={talk.session}"
    assert ask_once(app.port, "DELETE", path, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}).status == 403
    owner.call("PATCH", f"/api/v1/bots/{owner.bot}", {"allowed_sites": []})
    assert "messages.text" in talk.places()


def test_the_log_holds_neither_words_nor_secrets(app, owner):
    talk = Talk(owner).fill_page()
    for path in ("", "/data", "/data.txt", "/data.json"):
        assert ask_once(app.port, "GET", talk.path + path).status == 200
    ask_once(app.port, "GET", f"/api/chat/{talk.token}?session_id={talk.session}")
    ask_once(app.port, "POST", f"{talk.path}?_method=delete", SAME, "")
    app.logged(lambda line: line.get("path", "").endswith("data.json"))
    assert talk.marker not in app.log and talk.session not in app.log


def test_a_chat_in_the_making_leaves_nothing_when_it_is_erased(app, owner):
    talk = Talk(owner).fill()
    path = f"/api/chat/{talk.token}?session_id={talk.session}"
    for _ in range(3):
        assert ask_once(app.port, "DELETE", path).status == 204
        talk.fill()
    assert ask_once(app.port, "DELETE", path).status == 204
    assert talk.places() == set()
