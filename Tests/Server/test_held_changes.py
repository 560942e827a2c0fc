"""A change that is held while a model is asked the bot's tests with it, and published where nothing gets worse."""

import concurrent.futures
import json
import re

import pytest
from Servers.frontdesk import CopiedDataDirectory
from Servers.owner import FORM, JSON, Owner
from Servers.people import mails
from Servers.shop import TEXT, Shop
from Servers.wire import ask_once, eventually

QUESTIONS = ["Do you deliver?", "When are you open?"]
UNCHECKED = "The model didn’t answer, so this couldn’t be checked."


@pytest.fixture(scope="module")
def phrasing(start_app, provider):
    """Frontdesk whose bots have a model. With a database of its own: jobs are done by any process of it."""
    own = CopiedDataDirectory()
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


def colleague(shop):
    """Another owner of the same account, with a browser of their own."""
    other = Owner(shop.app)
    invited = ask_once(shop.app.port, "POST", "/api/v1/account/invitations", JSON | {"Authorization": f"Bearer {shop.owner.token}"},
                       json.dumps({"email": other.email, "role": "owner"}))
    assert invited.status == 201, invited
    link = re.search(r"/invitations/[\w-]{43}", mails(shop.app, other.email)[0]["text"]).group()
    cookie = other.cookie()
    joined = ask_once(shop.app.port, "POST", link, FORM | {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}, "")
    assert joined.status == 303, joined
    kim = Shop.__new__(Shop)
    kim.app, kim.owner, kim.bot, kim.session = shop.app, other, shop.bot, cookie
    assert kim.page("/settings").status == 200
    return kim


def begun(shop, page="/settings"):
    """The version that a form shows."""
    return re.search(r'name="based_on" value="(\d+)"', shop.page(page).text).group(1)


def test_changes_of_different_fields_by_two_owners_are_both_published(shop):
    kim = colleague(shop)
    forms = begun(shop), begun(kim)
    run = hold(shop, system_prompt="Be brief.", based_on=forms[0])
    assert kim.form("PATCH", "", settings(name="Kim’s Bakery", based_on=forms[1])).status == 200
    assert finished(shop, run)["published"]
    bot = shop.call("GET", "").json
    assert (bot["system_prompt"], bot["name"]) == ("Be brief.", "Kim’s Bakery"), "the other field in the form is as it was when it was opened"
    assert shop.form("PATCH", "", settings(contact_line="Call us.", based_on=forms[0])).status == 200
    bot = shop.call("GET", "").json
    assert (bot["system_prompt"], bot["name"], bot["contact_line"]) == ("Be brief.", "Kim’s Bakery", "Call us.")


def test_how_long_leads_are_kept_isnt_set_back_by_another_window(shop):
    form = begun(shop)
    assert shop.form("PATCH", "", settings(lead_days="30", based_on=form)).status == 200
    assert shop.call("GET", "/versions").json["versions"][0]["changes"] == ["days that leads are kept: nothing → 30"]
    assert shop.form("PATCH", "", settings(lead_days="", contact_line="Call us.", based_on=form)).status == 200
    bot = shop.call("GET", "").json
    assert (bot["lead_days"], bot["contact_line"]) == (30, "Call us.")


def test_a_held_change_doesnt_overwrite_what_another_owner_saved_meanwhile(shop, provider):
    kim = colleague(shop)
    provider.play("refuses_the_key")
    run = finished(shop, hold(shop, system_prompt="Be brief.", contact_line="Call us.", based_on=begun(shop)))["id"]
    assert kim.form("PATCH", "", {"system_prompt": "Be friendly.", "if_worse": "publish"}).status == 200
    provider.play("follows_the_notes")
    shop.call("POST", f"/runs/{run}/attempts", {})
    found = finished(shop, run)
    assert not found["published"] and all(test["problem"] is None for test in found["report"]["tests"])
    assert found["conflicts"] == [{"field": "system_prompt", "saved": "Be friendly.", "yours": "Be brief."}]
    bot = shop.call("GET", "").json
    assert (bot["system_prompt"], bot["contact_line"]) == ("Be friendly.", "")
    page = shop.page(f"/runs/{run}").text
    assert "Somebody saved something else here meanwhile" in page and "Be friendly." in page and "Be brief." in page and kim.owner.email in page
    assert "Publish mine" in page and "Keep what is saved" in page and "Publish anyway" not in page
    refused = shop.call("POST", f"/runs/{run}/publication", {})
    assert refused.status == 409 and refused.json["error"]["code"] == "changed_meanwhile" and refused.json["conflicts"] == found["conflicts"]
    assert notes(shop) == "Be friendly."


@pytest.fixture
def disputed(shop, provider):
    """A run whose change of two fields is in the way of another owner's change of one of them."""
    provider.play("refuses_the_key")
    shop.run = finished(shop, hold(shop, system_prompt="Be brief.", contact_line="Call us."))["id"]
    shop.call("PATCH", "", {"system_prompt": "Be friendly."})
    return shop


def test_an_owner_who_saw_both_publishes_theirs(disputed):
    assert disputed.form("POST", f"/runs/{disputed.run}/publication", {"based_on": begun(disputed, f"/runs/{disputed.run}")}).status == 303
    bot = disputed.call("GET", "").json
    assert (bot["system_prompt"], bot["contact_line"]) == ("Be brief.", "Call us.")


def test_an_owner_who_saw_both_keeps_the_others_and_publishes_the_rest(disputed):
    assert disputed.form("POST", f"/runs/{disputed.run}/publication", {"keep": "system_prompt"}).status == 303
    bot = disputed.call("GET", "").json
    assert (bot["system_prompt"], bot["contact_line"]) == ("Be friendly.", "Call us.")


def test_what_was_saved_after_they_looked_is_asked_about_again(disputed):
    seen = begun(disputed, f"/runs/{disputed.run}")
    disputed.call("PATCH", "", {"system_prompt": "Be funny."})
    again = disputed.form("POST", f"/runs/{disputed.run}/publication", {"based_on": seen})
    assert again.status == 409 and "Be funny." in again.text and notes(disputed) == "Be funny."


def test_where_nothing_is_left_of_a_change_its_run_is_over(disputed):
    assert disputed.form("POST", f"/runs/{disputed.run}/publication", {"keep": "system_prompt,contact_line"}).status == 303
    assert notes(disputed) == "Be friendly." and "wasn’t published" in disputed.page(f"/runs/{disputed.run}").text
    assert disputed.call("POST", f"/runs/{disputed.run}/publication", {}).status == 404


def test_going_back_to_a_change_shows_the_form_with_both(disputed):
    page = disputed.page(f"/settings?run={disputed.run}").text
    assert "Somebody saved something else here meanwhile" in page and "Be friendly." in page and ">\nBe brief.</textarea>" in page
    assert 'value="Model Bakery"' in page, "what wasn't changed stands there too"


def test_a_change_that_an_earlier_release_held_asks_before_it_overwrites(disputed):
    """It kept all fields of its form, and nothing of what was there before."""
    disputed.app.data.sql(
        f"update test_runs set candidate = '{json.dumps(settings(system_prompt='Be brief.'))}'::jsonb where id = '{disputed.run}'")
    refused = disputed.call("POST", f"/runs/{disputed.run}/publication", {})
    assert refused.status == 409 and [conflict["field"] for conflict in refused.json["conflicts"]] == ["system_prompt"]
    assert disputed.form("POST", f"/runs/{disputed.run}/publication", {"based_on": begun(disputed, f"/runs/{disputed.run}")}).status == 303
    assert notes(disputed) == "Be brief."


def test_a_text_that_another_owner_saved_meanwhile_is_looked_at_first(shop):
    kim = colleague(shop)
    forms = begun(shop, ""), begun(kim, "")
    mine, theirs = TEXT.replace("3.50", "5.50"), TEXT.replace("3.50", "4.50")
    assert kim.form("PUT", "/context", {"text": theirs, "based_on": forms[1], "if_worse": "publish"}).status == 200
    asked = shop.form("PUT", "/context", {"text": mine, "based_on": forms[0]})
    assert asked.status == 409 and "<strong>4.50</strong>" in asked.text and "<strong>5.50</strong>" in asked.text and "Publish mine" in asked.text
    assert shop.text == theirs
    kept = shop.form("PUT", "/context", {"text": mine, "based_on": forms[0], "keep": "text"})
    assert kept.status == 200 and shop.text == theirs and "for 4.50." in kept.text
    seen = re.search(r'name="based_on" value="(\d+)"', asked.text).group(1)
    assert shop.form("PUT", "/context", {"text": mine, "based_on": seen, "if_worse": "publish"}).status == 200 and shop.text == mine


def test_texts_that_two_owners_changed_in_different_places_are_put_together(shop):
    kim = colleague(shop)
    forms = begun(shop, ""), begun(kim, "")
    assert kim.form("PUT", "/context", {"text": TEXT.replace("3.50", "4.50"), "based_on": forms[1], "if_worse": "publish"}).status == 200
    held = shop.form("PUT", "/context", {"text": TEXT.replace("water", "fresh water"), "based_on": forms[0]})
    assert finished(shop, held["Location"].rpartition("/")[2])["published"]
    assert shop.text == TEXT.replace("3.50", "4.50").replace("water", "fresh water")


def test_a_held_text_goes_back_to_the_texts_own_page(shop, provider):
    provider.play("refuses_the_key")
    held = shop.form("PUT", "/context", {"text": TEXT + "\n## Art\nOur walls show paintings.\n"})
    run = finished(shop, held["Location"].rpartition("/")[2])["id"]
    assert f'href="/bots/{shop.bot}?run={run}"' in shop.page(f"/runs/{run}").text
    assert "Our walls show paintings." in shop.page(f"?run={run}").text and "paintings" not in shop.text


def test_of_two_owners_who_save_the_same_at_once_one_is_asked(shop):
    shops = [shop, colleague(shop)]
    form = begun(shop)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda n: shops[n].form("PATCH", "", settings(contact_line=f"Call {n}.", based_on=form)), range(2)))
    assert sorted(answer.status for answer in answers) == [200, 409]
    saved = [answer.status for answer in answers].index(200)
    assert shop.call("GET", "").json["contact_line"] == f"Call {saved}."
    other = answers[1 - saved].text
    assert f"Call {saved}." in other and f'value="Call {1 - saved}."' in other


def test_a_program_overwrites_unless_it_says_what_its_change_is_based_on(shop):
    number = shop.call("GET", "/versions").json["versions"][0]["number"]
    assert shop.call("PATCH", "", {"contact_line": "One."}).status == 200
    refused = shop.call("PATCH", "", {"contact_line": "Two.", "based_on": number})
    assert refused.status == 409 and refused.json["conflicts"] == [{"field": "contact_line", "saved": "One.", "yours": "Two."}]
    assert shop.call("PATCH", "", {"temperature": 0.7, "based_on": number}).status == 200
    assert shop.call("PATCH", "", {"contact_line": "Three."}).json["contact_line"] == "Three."
    assert shop.call("PATCH", "", {"contact_line": "Four.", "based_on": "x"}).status == 422


def test_a_version_names_who_made_the_change_that_was_held(shop):
    assert finished(shop, hold(shop, system_prompt="Be brief."))["published"]
    newest = shop.call("GET", "/versions").json["versions"][0]
    assert newest["author"] == shop.owner.email and newest["changes"] == ["notes to the model: nothing → Be brief."]


def test_what_a_model_says_otherwise_on_purpose_updates_the_tests_too(shop, provider):
    shop.call("POST", "/tests", {"question": "How much is a repair?", "words": ["40"]})
    provider.play("quotes_the_notes")
    assert shop.form("PATCH", "", settings(system_prompt="Say: it is 40 [1].", if_worse="publish")).status == 200
    run = finished(shop, hold(shop, system_prompt="Say: it is 45 [1]."))
    assert not run["published"] and run["report"]["tests"][2]["updates"] == [{"was": "40", "now": "45"}]
    assert "Publish and update this test" in shop.page(f"/runs/{run['id']}").text
    assert shop.form("POST", f"/runs/{run['id']}/publication", {"tests": "update"}).status == 303
    assert shop.call("GET", "/tests").json["tests"][2]["words"] == ["45"] and notes(shop) == "Say: it is 45 [1]."
    assert "Tests brought up to date" in shop.page(f"/runs/{run['id']}").text


def test_the_model_is_asked_by_hand_too_and_nothing_is_changed(shop, provider):
    assert "Ask the model now" in shop.page("/tests").text
    before = shop.call("GET", "/versions").json
    asked = shop.call("POST", "/runs", {})
    assert asked.status == 202
    fine = finished(shop, asked.json["id"])
    assert [(test["passed"], test["problem"]) for test in fine["report"]["tests"]] == [(True, None)] * 2 and len(provider.calls) == 2
    provider.play("no_citation")
    failing = finished(shop, shop.form("POST", "/runs", {})["Location"].rpartition("/")[2])
    assert not any(test["passed"] for test in failing["report"]["tests"]) and all(test["checked"] for test in failing["report"]["tests"])
    assert "What still fails" in shop.page(f"/runs/{failing['id']}").text
    provider.play("always_fails")
    unchecked = finished(shop, shop.call("POST", "/runs", {}).json["id"])
    assert [test["problem"] for test in unchecked["report"]["tests"]] == [UNCHECKED] * 2
    assert "couldn’t be checked" in shop.page(f"/runs/{unchecked['id']}").text
    assert shop.call("GET", "/versions").json == before


def test_a_bot_that_quotes_has_no_model_to_ask(shop):
    shop.call("PATCH", "", {"provider": "built_in"})
    refused = shop.call("POST", "/runs", {})
    assert refused.status == 422 and refused.json["error"]["code"] == "no_model"
    assert "Ask the model now" not in shop.page("/tests").text
