"""Questions that a bot had no good answer to: grouped, answered, proved, and told to who asked."""

import json

import pytest
from Servers.owner import Owner
from Servers.people import mails
from Servers.wire import ask_once, eventually

TEXT = """## Hours
We are open Monday to Friday from 9 to 18 o’clock.

## Bread
We bake rye bread and sourdough every day. Loaves can be sliced in the shop.
"""


class Shop:
    def __init__(self, app):
        self.app, self.owner = app, Owner(app)
        self.bot = self.owner.make_bot("Corner Bakery", TEXT)["id"]
        self.path = f"/api/v1/bots/{self.bot}"
        key = self.owner.post_json(f"{self.path}/keys", {"name": "Shop"}).json["key"]
        self.key = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept": "application/json"}

    def ask(self, question, **more):
        response = ask_once(self.app.port, "POST", "/api/v1/ask", self.key, json.dumps({"question": question} | more))
        assert response.status == 200, response
        return response.json

    def questions(self, state="open"):
        """Once they are in groups, which is done now."""
        self.app.data.sweep("group_questions")
        response = self.owner.call("GET", f"{self.path}/questions?state={state}")
        assert response.status == 200, response
        return response.json["questions"]

    def call(self, method, path, body=None):
        return self.owner.call(method, self.path + path, body)


def leave_address(data, conversation, email):
    """As the chat's form does. Where this runs without that part, with a table of the same shape."""
    data.sql("""create table if not exists leads (
        id uuid primary key, account_id uuid not null, bot_id uuid not null, conversation_id uuid, email text not null default '',
        consent_version integer not null, created_at timestamptz not null default now())""")
    data.sql(f"""insert into leads (id, account_id, bot_id, conversation_id, email, consent_version)
        select gen_random_uuid(), account_id, bot_id, id, '{email}', 1 from conversations where id = '{conversation}'""")


@pytest.fixture
def shop(app):
    return Shop(app)


def test_what_was_declined_is_grouped_by_likeness_and_ranked_by_askers(shop):
    for question in ("Do you sell kayaks?", "Can I buy a kayak here?", "do you sell kayacks", "Is there wifi?"):
        assert shop.ask(question)["basis"] == "not_in_my_information"
    shop.ask("When are you open?")
    kayaks, wifi = shop.questions()
    assert sorted(kayaks["wordings"]) == ["Can I buy a kayak here?", "Do you sell kayaks?", "do you sell kayacks"] and kayaks["askers"] == 3
    assert wifi["wordings"] == ["Is there wifi?"] and wifi["askers"] == 1
    shop.ask("Any kayaks for sale?")
    assert [group["id"] for group in shop.questions()] == [kayaks["id"], wifi["id"]]
    assert shop.owner.get("/bots").json["questions_to_answer"] == {shop.bot: 2}


def test_who_asks_the_same_twice_counts_once_and_trials_dont_count(shop):
    first = shop.ask("Do you sell kayaks?")
    shop.ask("Do you sell kayaks?", conversation_id=first["conversation_id"])
    shop.call("POST", "/trials", {"question": "Is there wifi?"})
    assert [(group["question"], group["askers"]) for group in shop.questions()] == [("Do you sell kayaks?", 1)]


def test_an_answer_with_a_thumb_down_waits_too(shop, data):
    message = shop.ask("When are you open?")["message_id"]
    assert shop.questions() == []
    data.sql(f"update messages set thumb = -1, thumb_at = now() where id = '{message}'")
    group, = shop.questions()
    assert group["question"] == "When are you open?" and group["thumbs_down"] == 1


def test_approving_teaches_asks_again_keeps_a_test_and_mails_who_left_an_address(shop, data):
    asked = shop.ask("Do you have vegan pizza?")
    shop.ask("Is your pizza vegan?")
    email = f"visitor-{shop.bot}@mail.example"
    leave_address(data, asked["conversation_id"], email)
    group, = [group for group in shop.questions() if "vegan" in group["question"]]
    answered = shop.call("POST", f"/questions/{group['id']}/answer", {"question": "Do you have vegan pizza?", "answer": "Yes, on *Wednesdays*."})
    assert answered.status == 201 and answered.json["state"] == "answered"
    assert {one["wording"]: one["is_answered"] for one in answered.json["proof"]} == {"Do you have vegan pizza?": True, "Is your pizza vegan?": True}
    assert shop.ask("do you have vegan piza")["answer"] == "Yes, on *Wednesdays*."
    test, = shop.call("GET", "/tests").json["tests"]
    assert test["question"] == "Do you have vegan pizza?" and test["problem"] is None
    assert [source["kind"] for source in shop.call("GET", "/sources").json["sources"]] == ["qa"] and test["expected_source"]
    mail, = eventually(lambda: mails(shop.app, email))
    assert "Yes, on *Wednesdays*." in mail["text"] and "Do you have vegan pizza?" in mail["text"] and "Corner Bakery" in mail["subject"]
    assert shop.questions() == [] and shop.questions("answered")[0]["id"] == group["id"]


def test_a_wording_that_doesnt_get_the_answer_is_said_and_can_be_answered_too(shop, data):
    shop.ask("Kayaks?")
    shop.ask("Do you hire out boats to paddle in, such as kayaks, at the lake?")
    data.sql(f"update questions set group_id = null where bot_id = '{shop.bot}'")
    shop.questions()
    groups = data.sql(f"select id from question_groups where bot_id = '{shop.bot}' order by created_at, id")
    data.sql(f"update questions set group_id = '{groups[0][0]}' where bot_id = '{shop.bot}'")
    group = groups[0][0]
    answered = shop.call("POST", f"/questions/{group}/answer", {"question": "Kayaks?", "answer": "No."}).json
    missing = [one["wording"] for one in answered["proof"] if not one["is_answered"]]
    for wording in missing:
        answered = shop.call("POST", f"/questions/{group}/answer", {"question": wording, "answer": "No."}).json
    assert all(one["is_answered"] for one in answered["proof"])


def test_a_question_that_is_declined_again_opens_its_group(shop):
    shop.ask("Do you sell kayaks?")
    group, = shop.questions()
    source = shop.call("POST", f"/questions/{group['id']}/answer", {"answer": "No."})
    assert source.status == 201 and shop.questions() == []
    source, = shop.call("GET", "/sources").json["sources"]
    assert shop.call("DELETE", f"/sources/{source['id']}").status == 204
    shop.ask("Do you sell kayaks?")
    assert [group["id"] for group in shop.questions()] == [group["id"]]


def test_dismissed_stays_dismissed_until_it_is_undone(shop):
    shop.ask("Do you sell kayaks?")
    group, = shop.questions()
    assert shop.call("POST", f"/questions/{group['id']}/dismissal").json["state"] == "dismissed"
    shop.ask("do you sell kayaks")
    assert shop.questions() == [] and shop.questions("dismissed")[0]["askers"] == 2
    assert shop.call("DELETE", f"/questions/{group['id']}/dismissal").json["state"] == "open"
    assert len(shop.questions()) == 1


def test_a_draft_is_what_the_text_nearly_says(shop):
    shop.ask("Can loaves be frozen and sliced thinly for toast?")
    groups = shop.questions()
    if groups:  # The answerer may have quoted it at once.
        assert "Loaves can be sliced in the shop." in groups[0]["drafts"][0]
    shop.ask("Do you sell kayaks?")
    assert next(group for group in shop.questions() if "kayak" in group["question"])["drafts"] == []


def test_a_conversation_that_is_deleted_takes_its_words_along(shop):
    asked = shop.ask("I am Anna Example of Elm Street, do you sell kayaks?")
    assert len(shop.questions()) == 1
    assert shop.call("DELETE", f"/conversations/{asked['conversation_id']}").status == 204
    assert shop.questions() == []


@pytest.mark.parametrize("body, field", [({}, "answer"), ({"answer": " "}, "answer"), ({"answer": "x" * 10_001}, "answer"), ({"question": " ", "answer": "x"}, "question"), ({"question": "x" * 501, "answer": "x"}, "question")])
def test_an_answer_that_cant_be_is_refused(shop, body, field):
    shop.ask("Do you sell kayaks?")
    group, = shop.questions()
    refused = shop.call("POST", f"/questions/{group['id']}/answer", body)
    assert refused.status == 422 and field in refused.json["error"]["fields"]
    assert len(shop.questions()) == 1 and shop.call("GET", "/sources").json["sources"] == []


def test_another_state_is_refused(shop):
    assert shop.call("GET", "/questions?state=x").status == 400
