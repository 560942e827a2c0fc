"""Changes that their owner was asked about, and hasn't published."""

import pytest
from Servers.people import Browser, Program, code_in, mails, new_address
from Servers.shop import TEXT, Shop

CHANGED = TEXT.replace("3.50", "4.50")
SENTENCE = "You have unpublished changes"


@pytest.fixture
def shop(app):
    return Shop(app)


def held(shop):
    return [run for run in shop.runs() if not run["published"]]


def hold(shop, text=CHANGED):
    assert shop.form("PUT", "/context", {"text": text}).status == 409


def test_a_change_that_was_asked_about_is_kept_and_the_newest_takes_its_place(shop):
    hold(shop)
    hold(shop, TEXT.replace("3.50", "5.50"))
    runs = held(shop)
    assert len(runs) == 1 and SENTENCE in shop.page("").text and SENTENCE in shop.page("/numbers").text
    assert "5.50" in shop.page(f"?run={runs[0]['id']}").text and shop.text == TEXT


def test_what_others_saved_meanwhile_is_asked_about_and_kept_too(shop):
    assert shop.form("PATCH", "", {"name": "Corner Bakery", "contact_line": "Call us.", "based_on": "1"}).status == 200
    shop.call("PATCH", "", {"contact_line": "Write to us."})
    assert shop.form("PATCH", "", {"contact_line": "Come in.", "based_on": "1"}).status == 409
    run = held(shop)[0]["id"]
    page = shop.page(f"/runs/{run}").text
    assert "Somebody saved something else here meanwhile" in page and "Come in." in page and "Write to us." in page


@pytest.mark.parametrize("saved, is_kept", [({"text": TEXT + "\n## Cats\nCats may come in.\n"}, False), ({"text": TEXT}, False)])
def test_saving_another_text_lets_go_of_it(shop, saved, is_kept):
    hold(shop)
    assert shop.form("PUT", "/context", saved).status == 200
    assert bool(held(shop)) == is_kept and SENTENCE not in shop.page("").text


def test_saving_settings_keeps_a_text_that_waits(shop):
    hold(shop)
    assert shop.form("PATCH", "", {"name": "Corner Café"}).status == 200
    assert held(shop) and "to <bdi>Corner Café</bdi>" in shop.page("").text


def test_a_programs_change_is_refused_and_nothing_is_kept_of_it(shop):
    assert shop.call("PUT", "/context", {"text": CHANGED, "if_worse": "refuse"}).status == 409
    assert held(shop) == [] and SENTENCE not in shop.page("").text


def test_it_outlasts_any_number_of_later_changes(shop):
    hold(shop)
    for price in range(25):
        shop.call("PUT", "/context", {"text": TEXT.replace("3.50", f"6.{price + 10}")})
    assert SENTENCE in shop.page("").text


def test_a_colleague_has_their_own(shop, app):
    hold(shop)
    email = new_address("colleague")
    shop.owner.call("POST", "/api/v1/account/invitations", {"email": email})
    link = next(word for word in mails(app, email)[0]["text"].split() if "/invitations/" in word)
    colleague = Browser(app)
    colleague.sign_in(email)
    assert colleague.send("POST", "/invitations/" + link.rpartition("/")[2]).status == 303
    page = colleague.get(f"/bots/{shop.bot}").text
    assert "Corner Bakery" in page and SENTENCE not in page
    assert SENTENCE in shop.page("").text


def test_it_is_given_up_once(shop):
    hold(shop)
    run = held(shop)[0]["id"]
    assert shop.form("DELETE", f"/runs/{run}/change", {}).status == 303
    assert SENTENCE not in shop.page("").text and shop.text == TEXT
    assert shop.form("DELETE", f"/runs/{run}/change", {}).status == 404
    assert shop.form("POST", f"/runs/{run}/publication", {}).status == 404
