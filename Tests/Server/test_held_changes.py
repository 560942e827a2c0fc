"""A change that is held while a model is asked the bot's tests with it, and published where nothing gets worse."""

import pytest
from Servers.frontdesk import DataDirectory
from Servers.shop import TEXT, Shop
from Servers.wire import eventually

QUESTIONS = ["Do you deliver?", "When are you open?"]
UNCHECKED = "The model didn’t answer, so this couldn’t be checked."


@pytest.fixture(scope="module")
def phrasing(start_app, provider):
    """Frontdesk whose bots have a model. With a database of its own: jobs are done by any process of it."""
    own = DataDirectory()
    app = start_app(data=own, **provider.environment, AI_MODEL="test-model", AI_TIMEOUT_SECONDS=2)
    yield app
    app.stop()
    own.remove()


@pytest.fixture
def shop(phrasing, provider):
    provider.play("follows_the_notes")
    shop = Shop(phrasing, "Model Bakery")
    for question in QUESTIONS:
        shop.call("POST", "/tests", {"question": question, "expected_source": "context"})
    return shop


def settings(**changed):
    return {"name": "Model Bakery", "temperature": "0.2", "position": "right", "primary_color": "#c2185b"} | changed


def hold(shop, **changed):
    """Sends the settings' form; the id of the run in which its model is asked."""
    held = shop.form("PATCH", "", settings(**changed))
    assert held.status == 303, held.text
    return held["Location"].rpartition("/")[2]


def finished(shop, run):
    return eventually(lambda: (found := shop.call("GET", f"/runs/{run}").json)["state"] == "done" and found, 60)


def notes(shop):
    return shop.call("GET", "").json["system_prompt"]


def test_a_broken_prompt_is_caught_before_it_is_published(shop):
    fine = finished(shop, hold(shop, system_prompt="Be brief."))
    assert fine["published"] and [test["problem"] for test in fine["report"]["tests"]] == [None, None] and fine["done"] == fine["total"] == 2
    assert all(test["checked"] for test in fine["report"]["tests"])
    assert notes(shop) == "Be brief."
    broken = finished(shop, hold(shop, system_prompt="Only talk of purple elephants."))
    assert not broken["published"] and all(test["passed"] and test["problem"] for test in broken["report"]["tests"])
    assert notes(shop) == "Be brief."
    assert "Publish anyway" in shop.page(f"/runs/{broken['id']}").text
    assert "Only talk of purple elephants." in shop.page(f"/settings?run={broken['id']}").text
    assert shop.form("POST", f"/runs/{broken['id']}/publication", {}).status == 303
    assert notes(shop) == "Only talk of purple elephants."
    assert shop.form("POST", f"/runs/{broken['id']}/publication", {}).status == 404
    assert shop.form("POST", f"/runs/{broken['id']}/attempts", {}).status == 404


@pytest.mark.parametrize("trouble", ["refuses_the_key", "always_fails", "is_busy_for_long", "silent", "says_nothing", "cut"])
def test_what_the_model_didnt_answer_isnt_taken_for_fine(shop, provider, trouble):
    """The owner's text would be quoted, and the tests pass."""
    provider.play(trouble)
    run = finished(shop, hold(shop, system_prompt="Only talk of purple elephants."))
    assert not run["published"] and notes(shop) == ""
    assert [(test["passed"], test["problem"], test["checked"]) for test in run["report"]["tests"]] == [(False, UNCHECKED, False)] * 2
    page = shop.page(f"/runs/{run['id']}").text
    assert "isn’t published" in page and "2 of 2 tests couldn’t be checked" in page and "Try again" in page and "Publish anyway" in page
    assert "What gets worse" not in page and "still fails" not in page
    assert "couldn’t be checked. Not published." in shop.page("/tests").text


def test_once_the_model_is_back_another_try_publishes_it_or_finds_what_is_worse(shop, provider):
    provider.play("refuses_the_key")
    fine, broken = [finished(shop, hold(shop, system_prompt=text))["id"] for text in ("Be brief.", "Only talk of purple elephants.")]
    provider.play("follows_the_notes")
    tried = shop.call("POST", f"/runs/{fine}/attempts", {})
    assert tried.status == 202 and tried.json["state"] in ("waiting", "done")
    assert finished(shop, fine)["published"] and notes(shop) == "Be brief."
    assert shop.form("POST", f"/runs/{broken}/attempts", {}).status == 303
    found = finished(shop, broken)
    assert not found["published"] and all(test["checked"] and test["problem"] for test in found["report"]["tests"]) and notes(shop) == "Be brief."


def test_it_can_be_published_all_the_same(shop, provider):
    provider.play("refuses_the_key")
    run = finished(shop, hold(shop, system_prompt="Be brief."))["id"]
    assert shop.form("POST", f"/runs/{run}/publication", {}).status == 303
    assert notes(shop) == "Be brief." and "This is published." in shop.page(f"/runs/{run}").text


def test_a_model_that_stopped_answering_isnt_asked_on_and_on(shop, provider):
    for number in range(20):
        shop.call("POST", "/tests", {"question": f"Do you deliver on day {number}?", "expected_source": "context"})
    provider.play("refuses_the_key")
    run = finished(shop, hold(shop, system_prompt="Be brief."))
    assert len(run["report"]["tests"]) == 22 and not any(test["checked"] for test in run["report"]["tests"])
    assert len(provider.calls) <= 7


def test_a_test_that_needs_no_model_is_checked_without_one(shop, provider):
    shop.call("POST", "/sources", {"kind": "qa", "question": "Do you sell kayaks?", "answer": "No."})
    shop.call("POST", "/tests", {"question": "Do you sell kayaks?", "words": ["No"]})
    provider.play("refuses_the_key")
    run = finished(shop, hold(shop, system_prompt="Be brief."))
    assert [test["checked"] for test in run["report"]["tests"]] == [False, False, True] and not run["published"]


def test_a_bot_without_budget_isnt_checked_and_what_was_asked_is_settled(shop, provider):
    assert shop.call("PATCH", "/limits", {"daily_messages": 2}).status == 200
    assert finished(shop, hold(shop, system_prompt="Be brief."))["published"], "each question takes one"
    over = finished(shop, hold(shop, system_prompt="Be briefer."))
    assert not over["published"] and [test["checked"] for test in over["report"]["tests"]] == [False, False]
    assert notes(shop) == "Be brief."
