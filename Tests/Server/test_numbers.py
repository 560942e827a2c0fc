"""What bots did, in numbers: counted once for days that are over, live for the others."""

import csv
import datetime
import functools
import io
import time

import pytest
from Servers.owner import Owner
from Servers.wire import ask_once

# Of this file, on a busy machine.
LONGEST_RUN_SECONDS = 120
CHARTS = ["days", "hours", "response_times", "channels", "hosts", "questions"]


@functools.cache
def today():
    """In UTC, from the first test on: none of them runs over midnight."""
    now = datetime.datetime.now(datetime.timezone.utc)
    midnight = datetime.datetime.combine(now.date() + datetime.timedelta(days=1), datetime.time(), datetime.timezone.utc)
    left = (midnight - now).total_seconds()
    if left > LONGEST_RUN_SECONDS:
        return now.date()
    time.sleep(left)
    return midnight.date()


def day(ago):
    return (today() - datetime.timedelta(days=ago)).isoformat()


class Shop:
    """An owner with a bot, to whose history the tests add."""

    def __init__(self, app, data):
        self.app = app
        self.data = data
        self.owner = Owner(app)
        self.bot = self.owner.make_bot()["id"]
        self.account, = data.sql(f"select account_id from bots where id = '{self.bot}'")[0]

    def talk(self, moment, questions=("When do you open?",), channel="widget", page="https://shop.example/cakes?x=1", basis="quoted",
             thumb=None, wants_person=False, cost=None, first=200, total=800, replaced=False):
        """A conversation at a moment of UTC; its id."""
        conversation, = self.data.sql(f"""
            insert into conversations (id, account_id, bot_id, channel, page_url, created_at, last_message_at, wants_person_at)
            values (gen_random_uuid(), '{self.account}', '{self.bot}', '{channel}', '{page}', '{moment}Z', '{moment}Z',
              {f"'{moment}Z'" if wants_person else 'null'}) returning id""")[0]
        for question in questions:
            asked, = self.data.sql(f"""
                insert into messages (id, account_id, conversation_id, role, text, state, created_at)
                values (gen_random_uuid(), '{self.account}', '{conversation}', 'visitor', '{question}', 'answered', '{moment}Z') returning id""")[0]
            self.data.sql(f"""
                insert into messages (id, account_id, conversation_id, role, reply_to, text, state, basis, created_at, thumb, thumb_at, cost_micros, first_word_ms, total_ms)
                values (gen_random_uuid(), '{self.account}', '{conversation}', 'bot', '{asked}', 'From 9.', 'answered', '{basis}', '{moment}Z',
                  {thumb or 'null'}, {f"'{moment}Z'" if thumb else 'null'}, {cost or 'null'}, {first}, {total})""")
            if replaced:
                self.data.sql(f"update messages set replaced_by = '{asked}' where conversation_id = '{conversation}' and id <> '{asked}'")
                self.data.sql(f"update messages set replaced_by = '{asked}' where id = '{asked}'")
        return conversation

    def numbers(self, query="", path=None):
        response = self.owner.get(f"{path or f'/bots/{self.bot}/numbers'}{query}")
        assert response.status == 200, response
        return response.json

    def table(self, chart, query=""):
        headers = {"Authorization": f"Bearer {self.owner.token}"}
        response = ask_once(self.app.port, "GET", f"/api/v1/bots/{self.bot}/numbers.csv?chart={chart}{query}", headers)
        assert response.status == 200 and response["content-type"] == "text/csv; charset=utf-8", response
        return list(csv.reader(io.StringIO(response.body.decode("utf-8-sig"))))

    def count_days(self, questions):
        """What housekeeping does from time to time, now."""
        self.data.sql("delete from bot_days")
        self.data.sql("delete from bot_counts")
        self.data.sweep("count_days", "count_parts")
        assert self.numbers()["totals"]["questions"] == questions
        assert self.data.sql("select count(*) > 0 from bot_counts") == [["t"]]


@pytest.fixture(scope="module")
def shop(app, data):
    shop = Shop(app, data)
    shop.talk(f"{day(0)}T00:00:01", ["When do you open?", "when do you open", "Do you deliver?"], thumb=1, cost=1_500)
    shop.talk(f"{day(1)}T10:30:00", basis="not_in_my_information", thumb=-1, wants_person=True)
    shop.talk(f"{day(9)}T10:45:00", ["Open when?"], channel="chat", page="", cost=500, first=3_000, total=9_000)
    shop.talk(f"{day(9)}T23:59:59", ["Is there bread?"], page="https://www.shop.example:8443/")
    shop.talk(f"{day(9)}T11:00:00", ["Trial?"], channel="try", cost=99_999)
    shop.talk(f"{day(9)}T11:00:00", ["Replaced?"], replaced=True, cost=77_777, page="")
    shop.count_days(6)
    return shop


def test_the_totals_are_those_of_the_days(shop):
    numbers = shop.numbers()
    totals = numbers["totals"]
    assert (numbers["from"], numbers["to"], len(numbers["days"])) == (day(29), day(0), 30)
    assert totals["messages"] >= 12 and totals["questions"] == 6 and (totals["answered"], totals["unanswered"]) == (5, 1)
    assert (totals["handoffs"], totals["thumbs_up"], totals["thumbs_down"], totals["cost_micros"]) == (1, 3, 1, 5_000)
    for name, total in totals.items():
        if name != "answered_share":
            assert total == sum(found[name] for found in numbers["days"]), name


def test_each_day_has_what_happened_on_it(shop):
    days = {found["day"]: found for found in shop.numbers()["days"]}
    assert list(days) == sorted(days) and days[day(0)]["questions"] == 3
    assert days[day(1)]["handoffs"] == 1 and days[day(1)]["answered_share"] == 0
    assert days[day(9)]["questions"] == 2 and days[day(9)]["cost_micros"] == 500
    assert days[day(5)] == {"day": day(5), "answered_share": None} | {name: 0 for name in days[day(5)] if name not in ("day", "answered_share")}


def test_hours_are_those_of_utc_by_weekday(shop):
    hours = shop.numbers()["hours"]
    assert len(hours) == 7 and all(len(row) == 24 for row in hours)
    weekday = (today() - datetime.timedelta(days=9)).weekday()
    assert hours[weekday][23] == 1 and sum(map(sum, hours)) == 6
    assert hours[today().weekday()][0] == 3


def test_where_they_came_from_is_the_channel_and_the_websites_host(shop):
    numbers = shop.numbers()
    channels = {row["name"]: row["count"] for row in numbers["channels"]}
    assert channels["chat"] == 1 and "try" not in channels
    hosts = {row["name"]: row["count"] for row in numbers["hosts"]}
    assert hosts == {"shop.example": 2, "www.shop.example": 1}


def test_questions_are_grouped_by_their_words(shop):
    questions = shop.numbers()["questions"]
    assert questions[0]["count"] == 4 and questions[0]["name"].lower().startswith("when do you open")
    assert "Trial?" not in str(questions) and "Replaced?" not in str(questions)


def test_response_times_are_right_to_within_a_tenth(shop):
    times = shop.numbers()["response_times"]
    assert times["answers"] == 6
    assert abs(times["first_word_median_ms"] - 200) <= 20 and abs(times["whole_median_ms"] - 800) <= 80
    assert abs(times["whole_95_percent_ms"] - 9_000) <= 900


def test_a_range_has_its_days_only(shop):
    numbers = shop.numbers(f"?from={day(10)}&to={day(8)}")
    assert [found["day"] for found in numbers["days"]] == [day(10), day(9), day(8)] and numbers["totals"]["questions"] == 2
    assert shop.numbers("?days=7")["totals"]["questions"] == 4
    assert shop.numbers("?days=400")["totals"]["questions"] == 6
    assert shop.numbers(f"?from={day(0)}")["totals"]["questions"] == 3
    assert shop.numbers(f"?from={day(-2)}&to={day(-5)}")["totals"]["questions"] == 0


@pytest.mark.parametrize("query,field", [
    ("?days=0", "days"), ("?days=401", "days"), ("?days=x", "days"), ("?days=99999999999999999999", "days"), ("?from=yesterday", "from"),
    ("?from=2026-02-30", "from"), ("?to=2026-1-1", "to"), ("?from=2026-02-02&to=2026-02-01", "from"), ("?from=2024-01-01&to=2026-01-01", "from"),
])
def test_days_that_cant_be_read_are_refused_in_words(shop, query, field):
    response = shop.owner.get(f"/bots/{shop.bot}/numbers{query}")
    assert response.status == 422 and list(response.error["fields"]) == [field]
    if not hasattr(shop, "session"):
        shop.session = shop.owner.cookie()
    page = ask_once(shop.app.port, "GET", f"/bots/{shop.bot}/numbers{query}", {"Cookie": shop.session})
    assert page.status == 422 and "<form" in page.text


@pytest.mark.parametrize("query", ["?from=0001-01-01&to=0001-01-31", "?from=9999-12-01&to=9999-12-31", "?to=0001-01-01"])
def test_the_ends_of_time_are_days_as_well(shop, query):
    assert shop.numbers(query)["totals"]["questions"] == 0


def test_all_bots_together_are_the_accounts(shop):
    assert shop.numbers(path="/numbers") == shop.numbers()
    other = Owner(shop.app)
    assert other.get("/numbers").json["totals"]["messages"] == 0


@pytest.mark.parametrize("chart", CHARTS)
def test_each_chart_is_a_file(shop, chart):
    rows = shop.table(chart, "&days=30")
    assert len(rows) > 1 and all(len(row) == len(rows[0]) for row in rows)
    if chart == "days":
        totals = shop.numbers()["totals"]
        assert sum(int(row[rows[0].index("questions")]) for row in rows[1:]) == totals["questions"]


@pytest.mark.parametrize("query", ["", "?chart=x", "?chart=days&days=x"])
def test_a_file_that_there_isnt_is_refused(shop, query):
    assert shop.owner.get(f"/bots/{shop.bot}/numbers.csv{query}").status == 422


def test_days_that_are_over_are_counted_once_and_outlast_their_conversations(app, data):
    shop = Shop(app, data)
    shop.talk(f"{day(20)}T08:00:00", ["=SUM(A1)", "Do you deliver?"], thumb=1, wants_person=True, cost=2_000)
    shop.talk(f"{day(1)}T08:00:00")
    before = shop.numbers()
    assert before["totals"]["questions"] == 1, "days that are over aren't counted anew for each look"
    shop.count_days(3)
    counted = shop.numbers()
    assert (counted["totals"]["cost_micros"], counted["totals"]["handoffs"], counted["totals"]["thumbs_up"]) == (4_000, 1, 2)
    assert [row["name"] for row in counted["hosts"]] == ["shop.example"]
    data.sql(f"delete from conversations where bot_id = '{shop.bot}' and created_at < now() - interval '10 days'")
    outlasting = shop.numbers()
    assert outlasting["totals"] == counted["totals"] and outlasting["hours"] == counted["hours"]
    assert "=SUM" not in str(outlasting["questions"]), "visitors' words go with their conversations"
    data.sql(f"delete from bots where id = '{shop.bot}'")
    assert data.sql(f"select count(*) from bot_counts where bot_id = '{shop.bot}'") == [["0"]]


def test_a_formula_in_a_question_is_text_in_the_file(shop):
    shop.talk(f"{day(0)}T00:00:02", ["=HYPERLINK(1)"])
    assert ["'=HYPERLINK(1)", "1"] in shop.table("questions")
