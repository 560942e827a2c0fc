"""What was said to a bot, for its owner: the list, the search, one conversation, the files, the figures."""

import csv
import io
import json
import re
import uuid
from urllib.parse import quote

import pytest
from Servers.owner import NOBODYS_ID, Owner
from Servers.wire import ask_once

FIGURES = {"conversations", "messages", "questions", "answered", "unanswered", "answered_share"}
HOSTILE = [
    "' OR 1=1--", "\\'", "$$;select", "%", "_", ";--", "foo & !", '"', ":*", "(((", "|", "\\", "%%", "a'||'b", "\u202e", "😀", "🇩🇪" * 50,
    "<script>alert(1)</script>", "\x00", "\x1b[2J", " ", "(select 1)", "$1", "E'\\x27'", "\ufeff", "*" * 200,
]


class Shop:
    """An owner with a bot that was asked this and that."""

    def __init__(self, app, data):
        self.app = app
        self.data = data
        self.owner = Owner(app)
        self.bot = self.owner.make_bot()["id"]
        self.path = f"/bots/{self.bot}/conversations"
        self.key = self.owner.post_json(f"/api/v1/bots/{self.bot}/keys", {"name": "Shop"}).json["key"]

    def get(self, query=""):
        return self.owner.get(self.path + query)

    def listed(self, query=""):
        response = self.get(query)
        assert response.status == 200, response
        return response.json["conversations"]

    def questions(self, query=""):
        return [row["question"] for row in self.listed(query)]

    def ask(self, question, conversation=None):
        body = {"question": question} | ({"conversation_id": conversation} if conversation else {})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        response = ask_once(self.app.port, "POST", "/api/v1/ask", headers, json.dumps(body))
        assert response.status == 200, response
        return response.json

    def page(self, target, headers=None):
        if not hasattr(self, "session"):
            self.session = self.owner.cookie()
        return ask_once(self.app.port, "GET", target, {"Cookie": self.session} | (headers or {}))


@pytest.fixture(scope="module")
def shop(app, data):
    shop = Shop(app, data)
    shop.first = shop.ask("When are you open?")
    shop.follow_up = shop.ask("And on Sundays?", shop.first["conversation_id"])
    shop.second = shop.ask("Can you repair my bicycle’s 100% carbon frame?")
    shop.third = shop.ask("How much is delivery?")
    return shop


def test_conversations_come_newest_first_with_what_was_asked_first(shop):
    rows = shop.listed()
    assert [row["question"] for row in rows] == ["How much is delivery?", "Can you repair my bicycle’s 100% carbon frame?", "When are you open?"]
    assert [row["message_count"] for row in rows] == [2, 2, 4]
    assert [row["unanswered_count"] for row in rows] == [0, 1, 0]
    assert {row["channel"] for row in rows} == {"api"}
    for row in rows:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["started_at"]) and row["last_message_at"] >= row["started_at"]


def test_a_follow_up_is_answered_in_its_context_while_quoting(shop):
    assert shop.follow_up["basis"] == "quoted" and "Sundays" in shop.follow_up["answer"]
    before = shop.ask("Do you deliver within the city?")["conversation_id"]
    assert "3.50" in shop.ask("And how much is it?", before)["answer"]
    for answer in (shop.ask("And how much is it?"), shop.ask("And how much is it?", shop.second["conversation_id"])):
        assert answer["basis"] == "not_in_my_information"


def test_pages_follow_each_other_without_gap_or_repetition_while_new_ones_come(shop, data):
    account, = data.sql(f"select account_id from bots where id = '{shop.bot}'")[0]
    data.sql(f"""
        with c as (
          insert into conversations (id, account_id, bot_id, channel, created_at, last_message_at)
          select gen_random_uuid(), '{account}', '{shop.bot}', 'page', timestamptz '2020-01-01' + n / 3 * interval '1 hour', timestamptz '2020-01-01' + n / 3 * interval '1 hour'
          from generate_series(1, 120) n returning *)
        insert into messages (id, account_id, conversation_id, role, text, state, created_at)
        select gen_random_uuid(), account_id, id, 'visitor', 'Old question ' || row_number() over (), 'answered', created_at from c""")
    seen, after, pages = [], "", 0
    while True:
        page = shop.get(f"?channel=page{after}").json
        seen += [row["id"] for row in page["conversations"]]
        pages += 1
        data.sql(f"insert into conversations (id, account_id, bot_id, channel) values (gen_random_uuid(), '{account}', '{shop.bot}', 'page')")
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) == 120 and pages == 3
    data.sql(f"delete from conversations where bot_id = '{shop.bot}' and channel = 'page'")


@pytest.mark.parametrize("cursor", ["x", "", "0", "-", "1-", "1-x", "9" * 30 + "-" + NOBODYS_ID, "-1-" + NOBODYS_ID, "1.5-" + NOBODYS_ID,
                                    "1-" + NOBODYS_ID + "x", "%00", "1-%27%3B", "9223372036854775807-" + NOBODYS_ID, "a" * 4000])
def test_a_cursor_that_we_never_gave_is_refused(shop, cursor):
    response = shop.get(f"?after={cursor}")
    assert response.status == 400 and response.error["code"] == "bad_request"


def test_a_cursor_of_another_time_is_a_place_like_any_other(shop):
    assert shop.get(f"?after=0-{uuid.uuid4()}").json == {"conversations": [], "next": None, "waiting": 0}
    assert len(shop.get(f"?after=253402300799999999-{uuid.uuid4()}").json["conversations"]) >= 3


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 30, "%27", "0x1"])
def test_a_place_in_a_conversation_that_we_never_gave_is_refused(shop, after):
    assert shop.get(f"/{shop.first['conversation_id']}?after={after}").status == 400


def test_search_finds_what_was_said_by_either_side_in_capitals_or_not(shop):
    assert shop.questions("?q=BICYCLE") == ["Can you repair my bicycle’s 100% carbon frame?"]
    assert "How much is delivery?" in shop.questions("?q=Within+the+city+for")
    assert shop.questions("?q=sundays")[-1] == "When are you open?"
    assert shop.questions("?q=nobody+said+this") == []


def test_percent_and_underscore_are_themselves(shop):
    assert shop.questions("?q=100%25") == ["Can you repair my bicycle’s 100% carbon frame?"]
    assert shop.questions("?q=1%25f") == [] and shop.questions("?q=%5Fpen") == [] and shop.questions("?q=o_en") == []


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_may_be_searched_for(shop, text):
    response = shop.get("?q=" + quote(text))
    assert response.status == 200 and isinstance(response.json["conversations"], list)
    page = shop.page(shop.path + "?q=" + quote(text))
    assert page.status == 200 and "<script>alert" not in page.text


def test_a_search_that_is_too_long_or_sent_twice_is_refused(shop):
    response = shop.get("?q=" + "a" * 201)
    assert response.status == 422 and "200" in response.error["fields"]["q"]
    assert shop.get("?q=a&q=b").status == 400
    assert shop.get("?q=%FF").status == 400


def test_filters_by_channel_basis_and_days(shop):
    assert shop.questions("?basis=not_in_my_information&q=bicycle") == ["Can you repair my bicycle’s 100% carbon frame?"]
    assert shop.questions("?basis=quoted&q=bicycle") == []
    assert shop.questions("?channel=whatsapp") == []
    day = shop.listed()[0]["last_message_at"][:10]
    assert len(shop.questions(f"?from={day}&to={day}")) >= 3
    assert shop.questions("?to=2001-01-01") == [] and shop.questions("?from=9999-12-31&to=9999-12-31") == []


@pytest.mark.parametrize("query", ["channel=phone", "basis=guessed", "from=2026-02-30", "to=yesterday", "from=2026-1-1", "to=0000-01-01", "from=infinity",
                                   "to=%272026-01-01", "from=2100-02-29", "channel=(select+1)", "from=2026-10-02&to=2026-10-01"])
def test_a_filter_that_says_nothing_is_refused_with_its_field(shop, query):
    response = shop.get("?" + query)
    assert response.status == 422 and list(response.error["fields"]) == [query.split("=")[0]]


def test_a_conversation_is_shown_with_all_that_belongs_to_its_messages(shop):
    conversation = shop.get("/" + shop.first["conversation_id"]).json
    assert conversation["channel"] == "api" and conversation["next"] is None and conversation["metadata"] == {}
    assert [message["role"] for message in conversation["messages"]] == ["visitor", "bot", "visitor", "bot"]
    question, answer = conversation["messages"][:2]
    assert question["text"] == "When are you open?" and question["basis"] is None and question["citations"] == []
    assert answer["basis"] == "quoted" and answer["state"] == "answered" and answer["citations"] == shop.first["citations"]
    assert answer["usage"] == {"input_tokens": 0, "output_tokens": 0} and answer["cost_micros"] is None
    assert 0 <= answer["first_word_ms"] <= answer["total_ms"] and answer["id"] == shop.first["message_id"]


def test_a_long_conversation_comes_in_parts(shop, data):
    account, = data.sql(f"select account_id from bots where id = '{shop.bot}'")[0]
    talk = str(uuid.uuid4())
    data.sql(f"insert into conversations (id, account_id, bot_id, channel) values ('{talk}', '{account}', '{shop.bot}', 'page')")
    data.sql(f"""insert into messages (id, account_id, conversation_id, role, text, state)
        select gen_random_uuid(), '{account}', '{talk}', 'visitor', 'Number ' || n, 'answered' from generate_series(1, 450) n""")
    texts, after = [], ""
    while after is not None:
        part = shop.get(f"/{talk}?after={after}" if after else f"/{talk}").json
        texts += [message["text"] for message in part["messages"]]
        after = part["next"]
    assert texts == [f"Number {n}" for n in range(1, 451)]
    assert "Go on reading" in shop.page(f"{shop.path}/{talk}").text
    exported = next(c for c in shop.owner.get(shop.path + ".json?channel=page").json["conversations"] if c["id"] == talk)
    assert [message["text"] for message in exported["messages"]] == texts
    assert shop.owner.call("DELETE", f"/api/v1{shop.path}/{talk}").status == 204


def test_a_deleted_conversation_is_gone_with_its_messages(shop, data):
    talk = shop.ask("Is this kept?")["conversation_id"]
    target = f"/api/v1{shop.path}/{talk}"
    assert shop.owner.call("DELETE", target).status == 204
    assert shop.owner.call("GET", target).status == 404 and shop.owner.call("DELETE", target).status == 404
    assert data.sql(f"select count(*) from messages where conversation_id = '{talk}'") == [["0"]]


def test_nobody_else_sees_exports_or_deletes_it(shop, app):
    other = Owner(app)
    own = other.make_bot("Other")["id"]
    talk = shop.first["conversation_id"]
    for target in [shop.path, shop.path + ".csv", shop.path + ".json", f"{shop.path}/{talk}", f"/bots/{own}/conversations/{talk}", f"/bots/{uuid.uuid4()}/conversations"]:
        assert other.get(target).status == 404, target
    for target in [f"{shop.path}/{talk}", f"/bots/{own}/conversations/{talk}"]:
        assert other.call("DELETE", "/api/v1" + target).status == 404
    assert shop.get("/" + talk).status == 200
    assert other.get(f"/bots/{own}/conversations").json["conversations"] == []
    assert other.get("/bots").json["newest_questions"] == []
    for target in [shop.path, shop.path + ".csv", f"{shop.path}/{talk}"]:
        assert ask_once(app.port, "GET", "/api/v1" + target).status == 401


def test_the_owners_own_trials_are_listed_only_when_asked_for(shop):
    response = shop.owner.post_json(f"/api/v1/bots/{shop.bot}/trials", {"question": "Do you hear me trying?"})
    assert response.status == 201, response
    assert "Do you hear me trying?" not in shop.questions()
    assert shop.questions("?channel=try") == ["Do you hear me trying?"]
    assert "Do you hear me trying?" not in json.dumps(shop.owner.get("/bots").json)


def test_the_table_holds_every_message_and_no_formula(shop):
    formulas = ["=1+1", "+1", "-2+3", "@SUM(A1)", '=cmd|"/c calc"!A0', "\t=1", " =1+1", "＝1+1"]
    for formula in formulas:
        shop.ask(formula + " cell")
    hard = 'Says "hello", then;\na new line'
    shop.ask(hard)
    response = shop.owner.get(shop.path + ".csv")
    assert response.status == 200 and response["content-type"] == "text/csv; charset=utf-8"
    assert response["content-disposition"] == (
        "attachment; filename=\"Conversations of Corner Bakery.csv\"; filename*=UTF-8''Conversations%20of%20Corner%20Bakery.csv")
    assert response.body.startswith(b"\xef\xbb\xbf") and response.body.endswith(b"\r\n")
    rows = list(csv.DictReader(io.StringIO(response.body.decode("utf-8-sig"), newline="")))
    texts = [row["text"] for row in rows]
    for formula in formulas:
        assert any(text == f"'{formula.strip()} cell" or text == f"'{formula} cell" for text in texts), formula
    assert hard in texts
    assert not any(value and value.strip()[:1] in "=+-@" for row in rows for value in row.values())
    assert len(rows) == sum(row["message_count"] for row in shop.listed())
    answer = next(row for row in rows if row["message_id"] == shop.first["message_id"])
    assert answer["basis"] == "quoted" and answer["sources"] == "Hours" and answer["input_tokens"] == "0" and answer["cost_micros"] == ""


def test_the_json_file_holds_what_the_api_says(shop):
    exported = shop.owner.get(shop.path + ".json?q=open").json["conversations"]
    assert [row["id"] for row in exported] == [row["id"] for row in shop.listed("?q=open")]
    for row in exported:
        assert row["messages"] == shop.get("/" + row["id"]).json["messages"]
    assert shop.owner.get(shop.path + ".json?q=nobody+said+this").json == {"conversations": []}


def test_a_file_is_as_long_as_it_takes(shop, data):
    account, = data.sql(f"select account_id from bots where id = '{shop.bot}'")[0]
    data.sql(f"""
        with c as (
          insert into conversations (id, account_id, bot_id, channel, created_at, last_message_at)
          select gen_random_uuid(), '{account}', '{shop.bot}', 'chat', timestamptz '2020-01-01' + n * interval '1 hour', timestamptz '2020-01-01' + n * interval '1 hour'
          from generate_series(1, 1005) n returning *)
        insert into messages (id, account_id, conversation_id, role, text, state)
        select gen_random_uuid(), account_id, id, 'visitor', 'Number', 'answered' from c""")
    lines = shop.owner.get(shop.path + ".csv?channel=chat").text.splitlines()
    assert len(lines) == 1006 and len(set(lines)) == 1006
    data.sql(f"delete from conversations where bot_id = '{shop.bot}' and channel = 'chat'")


@pytest.mark.parametrize("name", ['../../etc/passwd', "x" * 80, 'a"b\\c', "\u202egpj.exe", "...", "Café 😀 “Zum Löwen”", "a;b=c", "'); --"])
def test_a_files_name_is_safe_whatever_the_bot_is_called(shop, name):
    assert shop.owner.call("PATCH", f"/api/v1/bots/{shop.bot}", {"name": name}).status == 200
    value = shop.owner.get(shop.path + ".csv?q=nobody")["content-disposition"]
    shop.owner.call("PATCH", f"/api/v1/bots/{shop.bot}", {"name": "Corner Bakery"})
    assert re.fullmatch(r"""attachment; filename="[A-Za-z0-9 ._'(),=+@!#&~^`{}\[\]$-]+\.csv"; filename\*=UTF-8''[A-Za-z0-9%._~-]+""", value), value
    assert "/" not in value.split('"')[1] and "%2F" not in value and "%E2%80%AE" not in value


def test_the_page_shows_rows_search_and_the_way_on(shop, data):
    page = shop.page(shop.path)
    assert page.status == 200 and "How much is delivery?" in page.text and 'role="search"' in page.text
    assert f'href="{shop.path}.csv"' in page.text and "no-store" in page["cache-control"]
    account, = data.sql(f"select account_id from bots where id = '{shop.bot}'")[0]
    data.sql(f"""insert into conversations (id, account_id, bot_id, channel, created_at, last_message_at)
        select gen_random_uuid(), '{account}', '{shop.bot}', 'widget', timestamptz '2020-01-01' + n * interval '1 hour', timestamptz '2020-01-01' + n * interval '1 hour'
        from generate_series(1, 60) n""")
    page = shop.page(shop.path + "?channel=widget&q=")
    older = re.search(r'<a class="button button-quiet" href="([^"]+)" hx-get="([^"]+)"', page.text)
    assert older[1] == older[2] and page.text.count('<li class="asked') == 50
    target = older[1].replace("&amp;", "&")
    whole, fragment = shop.page(target), shop.page(target, {"HX-Request": "true"})
    assert whole.text.count('<li class="asked') == fragment.text.count('<li class="asked') == 10
    assert "Back to the newest" in whole.text and "<html" not in fragment.text and "Older" not in fragment.text
    data.sql(f"delete from conversations where bot_id = '{shop.bot}' and channel = 'widget'")
    assert "Nothing fits" in shop.page(shop.path + "?q=nobody+said+this").text


def test_two_letters_are_looked_for_in_the_newest_thousand_and_then_further_back(data, shop):
    account = data.sql(f"select account_id from bots where id = '{shop.bot}'")[0][0]
    data.sql(f"""
        insert into conversations (id, account_id, bot_id, channel, created_at, last_message_at)
        select gen_random_uuid(), '{account}', '{shop.bot}', 'widget', now() - n * interval '1 hour', now() - n * interval '1 hour' from generate_series(1, 1001) n""")
    first = shop.page(shop.path + "?channel=widget&q=zq").text
    assert "looks further back" in first and ">Older</a>" in first
    part = shop.get("?channel=widget&q=zq").json
    assert part["conversations"] == [] and part["next"]
    last = shop.get(f"?channel=widget&q=zq&after={part['next']}").json
    assert last["conversations"] == [] and last["next"] is None
    data.sql(f"delete from conversations where bot_id = '{shop.bot}' and channel = 'widget'")


def test_a_bot_that_nobody_asked_says_so(app):
    owner = Owner(app)
    bot = owner.make_bot("New")["id"]
    page = ask_once(app.port, "GET", f"/bots/{bot}/conversations", {"Cookie": owner.cookie()})
    assert "Nobody has asked yet" in page.text and 'role="search"' not in page.text


def test_a_conversations_page_shows_what_visitors_write_as_text(shop):
    talk = shop.ask('<img src=x onerror="alert(1)"> [x](javascript:alert(1))')["conversation_id"]
    page = shop.page(f"{shop.path}/{talk}")
    assert page.status == 200 and "&lt;img src=x onerror" in page.text and "<img src=x" not in page.text and 'href="javascript' not in page.text
    gone = ask_once(shop.app.port, "POST", f"{shop.path}/{talk}?_method=delete", {"Cookie": shop.session, "Content-Type": "application/x-www-form-urlencoded"}, "")
    assert gone.status == 303 and gone["location"] == shop.path


def test_the_dashboard_counts_what_visitors_asked(app, data):
    shop = Shop(app, data)
    assert shop.owner.get("/bots").json["figures"][shop.bot]["last_7_days"] == {
        "conversations": 0, "messages": 0, "questions": 0, "answered": 0, "unanswered": 0, "answered_share": None}
    first = shop.ask("When are you open?")
    for question in ("How much is delivery?", "Hello"):
        shop.ask(question, first["conversation_id"])
    shop.ask("Do you repair bicycles?")
    dashboard = shop.owner.get("/bots").json
    figures = dashboard["figures"][shop.bot]
    expected = {"conversations": 2, "messages": 8, "questions": 3, "answered": 2, "unanswered": 1, "answered_share": 2 / 3}
    assert figures["last_7_days"] == figures["last_30_days"] == expected
    assert figures["questions_by_day"] == [0] * 29 + [3] and figures["answered_by_day"] == [0] * 29 + [2]
    newest = dashboard["newest_questions"]
    assert [row["question"] for row in newest] == ["Do you repair bicycles?", "How much is delivery?", "When are you open?"]
    assert [row["basis"] for row in newest] == ["not_in_my_information", "quoted", "quoted"]
    page = shop.page("/bots")
    assert 'role="img" aria-label="Questions a day over 30 days: 3 in all, 2 answered, at most 3 on one day, 3 today."' in page.text
    assert f'/bots/{shop.bot}/conversations/{newest[0]["conversation_id"]}#message-{newest[0]["message_id"]}' in page.text




@pytest.mark.parametrize("maximum, remembered", [(0, []), (3, ["Third?"]), (4, ["Second?", "Third?"]), (10, ["First?", "Second?", "Third?"])])
def test_a_model_gets_as_many_earlier_messages_as_the_operator_says(start_app, provider, maximum, remembered):
    app = start_app(**provider.environment, AI_MODEL="test-model", MAX_CONTEXT_MESSAGES=maximum)
    provider.play("normal")
    headers = {"Content-Type": "application/json", "Authorization": "Bearer fd_demo_public"}

    def ask(question, **members):
        return ask_once(app.port, "POST", "/api/v1/ask", headers, json.dumps({"question": question} | members), timeout=30).json["conversation_id"]

    ask("Elsewhere?")
    talk = ask("First?")
    for question in ("Second?", "Third?", "Fourth?"):
        ask(question, conversation_id=talk)
    told = json.dumps(provider.calls[-1].messages)
    assert [question for question in ("Elsewhere?", "First?", "Second?", "Third?") if question in told] == remembered
    assert "Fourth?" in told
    app.stop()
