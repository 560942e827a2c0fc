"""What a bot's models may cost: a limit that holds however many ask, and at which the bot goes on in its owner's words."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from Servers.keyholder import JSON, Owner
from Servers.people import Browser, mails
from Servers.provider import USAGE
from Servers.wire import Connection, ask_once, eventually

MODEL = "gpt-6-astra"
# Millionths of a dollar for each of its tokens.
INPUT, OUTPUT = 10, 50
COST = USAGE[0] * INPUT + USAGE[1] * OUTPUT
QUESTION = "When do you open?"


@pytest.fixture(scope="module")
def priced(start_app, provider):
    """A model that has a price."""
    return start_app(**provider.environment, AI_MODEL=MODEL)


@pytest.fixture(scope="module")
def other(start_app, provider):
    """The same on another process."""
    return start_app(**provider.environment, AI_MODEL=MODEL)


@pytest.fixture
def owner(priced, provider):
    provider.play("normal")
    owner = Owner(priced)
    owner.key = owner.make_key()["key"]
    return owner


def limit(owner, **limits):
    response = owner.request("PATCH", f"/api/v1/bots/{owner.bot}/limits", limits)
    assert response.status == 200, response
    return response.json


def limits(owner):
    return owner.request("GET", f"/api/v1/bots/{owner.bot}/limits").json


def basis(owner, **more):
    response = owner.ask(owner.key, **more)
    assert response.status == 200, response
    return response.json["basis"]


def micros(dollars):
    whole, _, decimals = dollars.partition(".")
    return int(whole) * 1_000_000 + int(decimals.ljust(6, "0"))


def test_a_bot_without_limits_has_none_and_asks_the_database_for_none(owner):
    assert limits(owner) == {
        "daily_messages": None, "monthly_messages": None, "daily_dollars": None, "monthly_dollars": None, "unpriced_models": [],
        "used": {"daily_messages": 0, "monthly_messages": 0, "daily_dollars": "0.00", "monthly_dollars": "0.00"},
    }
    assert basis(owner) == "based_on"
    assert owner.app.data.sql(f"select count(*) from bot_budgets where bot_id = '{owner.bot}'") == [["0"]]
    assert limits(owner)["used"] == {"daily_messages": 1, "monthly_messages": 1, "daily_dollars": "0.0076", "monthly_dollars": "0.0076"} and COST == 7_600


@pytest.mark.parametrize("members", [{"daily_messages": 2}, {"monthly_messages": 2}, {"daily_dollars": "0.12"}, {"monthly_dollars": 0.12}])
def test_at_a_limit_it_goes_on_in_its_owners_words(owner, provider, members):
    limit(owner, **members)
    said = [basis(owner) for _ in range(4)]
    # After two answers, 0.1048 dollars are left: not enough for what the next could cost at most.
    assert said == ["based_on", "based_on", "quoted", "quoted"]
    assert len(provider.calls) == 2 and limits(owner)["used"]["daily_messages"] == 2


def test_at_a_limit_nothing_is_wrong_with_any_answer(owner, priced, provider):
    limit(owner, daily_messages=0)
    answer = owner.ask(owner.key).json
    assert answer["basis"] == "quoted" and "seven in the morning" in answer["answer"] and answer["citations"] and answer["usage"]["input_tokens"] == 0
    declined = owner.ask(owner.key, "Do you sell tractors?").json
    assert declined["basis"] == "not_in_my_information"
    headers = JSON | {"Authorization": f"Bearer {owner.key}"}
    body = json.dumps({"model": "frontdesk", "messages": [{"role": "user", "content": QUESTION}]})
    completion = ask_once(priced.port, "POST", "/v1/chat/completions", headers, body).json
    assert completion["basis"] == "quoted" and "seven" in completion["choices"][0]["message"]["content"]
    events = Connection(priced.port).request("POST", "/api/v1/ask", headers | {"Accept": "text/event-stream"}, json.dumps({"question": QUESTION})).response()
    assert '"basis":"quoted"' in events.text and "event: error" not in events.text
    trial = owner.post(f"/api/v1/bots/{owner.bot}/trials", {"question": QUESTION}, 201)
    assert trial["article"]["reply"]["basis"] == "quoted"
    assert provider.calls == []


def test_of_two_hundred_at_once_on_two_processes_as_many_are_asked_as_can_be_paid(owner, other, provider):
    provider.play("costs_most")
    limit(owner, daily_dollars="1000")
    assert basis(owner) == "based_on"
    cost = micros(limits(owner)["used"]["daily_dollars"])
    # For three and a half more.
    cap = cost * 9 // 2 // 100 * 100
    limit(owner, daily_dollars=f"{cap // 1_000_000}.{cap % 1_000_000 // 100:04}")
    provider.play("costs_most")
    keys = [owner.make_key()["key"] for _ in range(4)]
    with ThreadPoolExecutor(100) as pool:
        asked = [pool.submit(owner.ask, keys[number % 4], app=(owner.app, other)[number % 2]) for number in range(200)]
        answers = [one.result() for one in asked]
    assert [answer.status for answer in answers] == [200] * 200
    said = [answer.json["basis"] for answer in answers]
    assert sorted(said) == ["based_on"] * 3 + ["quoted"] * 197
    assert len(provider.calls) == 3 and micros(limits(owner)["used"]["daily_dollars"]) == cost * 4 <= cap
    assert owner.app.data.sql(f"select count(*) from budget_reservations where bot_id = '{owner.bot}'") == [["0"]]


def test_who_leaves_before_the_first_word_has_cost_what_was_read(owner, provider):
    limit(owner, daily_dollars="1000")
    provider.play("silent")
    connection = Connection(owner.app.port).request(
        "POST", "/api/v1/ask", JSON | {"Authorization": f"Bearer {owner.key}", "Accept": "text/event-stream"}, json.dumps({"question": QUESTION}))
    eventually(lambda: provider.calls)
    connection.close()
    eventually(lambda: limits(owner)["used"]["daily_messages"] == 1, 20)
    assert 500 < micros(limits(owner)["used"]["daily_dollars"]) < COST * 2
    assert owner.app.data.sql(f"select count(*) from budget_reservations where bot_id = '{owner.bot}'") == [["0"]]


def test_a_failing_provider_costs_nothing(owner, provider):
    limit(owner, daily_messages=1)
    provider.play("refuses_the_key")
    assert basis(owner) == "quoted"
    assert limits(owner)["used"]["daily_messages"] == 0


def test_what_a_dead_process_reserved_runs_out_by_itself(owner, start_app, provider):
    limit(owner, daily_messages=1)
    doomed = start_app(**provider.environment, AI_MODEL=MODEL)
    provider.play("silent")
    connection = Connection(doomed.port).request(
        "POST", "/api/v1/ask", JSON | {"Authorization": f"Bearer {owner.key}", "Accept": "text/event-stream"}, json.dumps({"question": QUESTION}))
    eventually(lambda: provider.calls)
    doomed.kill()
    connection.close()
    provider.play("normal")
    assert basis(owner) == "quoted", "it might still be answered"
    seconds = owner.app.data.sql(f"select extract(epoch from expires_at - now())::int from budget_reservations where bot_id = '{owner.bot}'")
    assert 0 < int(seconds[0][0]) <= 240
    owner.app.data.sql(f"update budget_reservations set expires_at = now() where bot_id = '{owner.bot}'")
    assert basis(owner) == "based_on"


def test_a_model_without_a_price_counts_answers_only_and_the_owner_is_told(start_app, provider):
    provider.play("normal")
    app = start_app(**provider.environment, AI_MODEL="made-here")
    owner = Owner(app)
    owner.key = owner.make_key()["key"]
    assert limit(owner, daily_dollars="1", daily_messages=1)["unpriced_models"] == ["made-here"]
    assert [basis(owner), basis(owner)] == ["based_on", "quoted"]
    browser = Browser(app)
    browser.sign_in(owner.email)
    assert "We don’t know what made-here costs" in browser.get(f"/bots/{owner.bot}/limits").text
    app.stop()


def test_the_owner_is_mailed_at_each_step_once(owner):
    limit(owner, daily_messages=4)
    told = lambda: [mail for mail in mails(owner.app, owner.email) if "limit" in mail["subject"]]
    for _ in range(2):
        basis(owner)
    eventually(told)
    assert "has used 2 of 4 answers today" in told()[0]["text"] and f"/bots/{owner.bot}/limits" in told()[0]["text"]
    for _ in range(4):
        basis(owner)
    eventually(lambda: len(told()) == 2)
    assert [mail["subject"] for mail in told()] == ["Bakery has reached its limit", "Bakery has used 50 % of its limit"]
    assert owner.app.data.sql(f"select percent from budget_warnings where bot_id = '{owner.bot}' order by 1") == [["50"], ["80"], ["100"]]


def test_the_limits_are_a_form_that_shows_how_far_they_are_used(owner):
    browser = Browser(owner.app)
    browser.sign_in(owner.email)
    path = f"/bots/{owner.bot}/limits"
    page = browser.send("PATCH", path, {"monthly_dollars": " 0.5 ", "daily_dollars": "", "daily_messages": "8", "monthly_messages": ""})
    assert page.status == 200 and "Saved" in page.text and 'value="0.50"' in page.text and "0 of 8 answers today" in page.text
    basis(owner)
    page = browser.get(path).text
    assert "0.01 of 0.50 dollars this month" in page or "0.0076 of 0.50 dollars this month" in page
    assert re.search(r'<meter[^>]* value="1"', page)
    assert "dollars this month" in browser.get(f"/bots/{owner.bot}").text
    fragment = browser.send("PATCH", path, {"daily_dollars": "1,50"}, {"HX-Request": "true"})
    assert fragment.status == 422 and "<html" not in fragment.text and "at most four decimals" in fragment.text and 'value="1,50"' in fragment.text
    # What isn't in a request stays.
    assert limits(owner)["daily_messages"] == 8 and limits(owner)["monthly_dollars"] == "0.50"
    assert limit(owner, monthly_dollars=None, daily_messages="")["monthly_dollars"] is None
    assert owner.app.data.sql(f"select count(*) from bot_budgets where bot_id = '{owner.bot}'") == [["0"]]


@pytest.mark.parametrize("field, value", [
    ("daily_dollars", "1e3"), ("daily_dollars", -1), ("daily_dollars", "0.00001"), ("monthly_dollars", 1e30), ("monthly_dollars", True),
    ("monthly_dollars", [1, 2]), ("daily_messages", -1), ("daily_messages", 1.5), ("daily_messages", "ten"), ("monthly_messages", 10**7 + 1),
    ("monthly_messages", 2**63), ("monthly_messages", {"a": 1}),
])
def test_what_isnt_a_limit_is_refused_with_a_sentence(owner, field, value):
    response = owner.request("PATCH", f"/api/v1/bots/{owner.bot}/limits", {field: value})
    assert response.status == 422 and response.error["fields"][field].endswith(".")
    assert limits(owner)[field] is None
