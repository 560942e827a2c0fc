"""The check of a bot's texts, for its owner."""

import pytest
from Servers.owner import NOBODYS_ID, Owner
from Servers.wire import ask_once

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GOOD = """## Hours

We are open Monday to Friday from 9 to 18.

## Prices

A roll costs 0.50 €.

## Delivery and returns

We deliver within the city for 3.50 €. You can return anything within 14 days.

## Contact

Call us at 555 0100.
"""


@pytest.fixture(scope="module")
def owner(app):
    owner = Owner(app)
    owner.bot = owner.make_bot(text=GOOD)["id"]
    owner.session = owner.cookie()
    return owner


@pytest.fixture(autouse=True)
def good_text(owner):
    save(owner, GOOD)
    for source in owner.get(f"/bots/{owner.bot}/sources").json["sources"]:
        owner.call("DELETE", f"/api/v1/bots/{owner.bot}/sources/{source['id']}")


def save(owner, text):
    assert owner.call("PUT", f"/api/v1/bots/{owner.bot}/context", {"text": text}).status == 200


def findings(owner):
    response = owner.get(f"/bots/{owner.bot}/findings")
    assert response.status == 200, response
    return response.json["findings"]


def kinds(owner):
    return [finding["kind"] for finding in findings(owner)]


def dismiss(owner, finding, method="PUT"):
    return owner.call(method, f"/api/v1/bots/{owner.bot}/findings/{finding}/dismissal")


def test_a_text_that_is_right_has_no_findings(owner):
    assert findings(owner) == []


def test_a_contradiction_is_said_with_both_places(owner):
    save(owner, GOOD + "\n## News\n\nA roll costs 0.60 €.\n")
    finding, = findings(owner)
    assert finding["kind"] == "price" and "0.50" in finding["message"] and "0.60" in finding["message"]
    assert [place["quote"] for place in finding["places"]] == ["A roll costs 0.50 €.", "A roll costs 0.60 €."]
    assert [place["heading"] for place in finding["places"]] == ["Prices", "News"]
    assert [place["source_id"] for place in finding["places"]] == [None, None]


def test_what_the_owner_added_beside_the_text_is_read_too(owner):
    source = owner.post_json(f"/api/v1/bots/{owner.bot}/sources", {"kind": "qa", "question": "How much is a roll?", "answer": "A roll costs 0.60 €."}).json
    finding, = findings(owner)
    assert [place["source_id"] for place in finding["places"]] == [None, source["id"]]
    assert finding["places"][1]["source_title"] == "How much is a roll?"


def test_a_day_gone_by_is_found_and_one_to_come_isnt(owner):
    save(owner, GOOD + "\nClosed on 3 March 2024.\n")
    assert kinds(owner) == ["past_date"]
    save(owner, GOOD + "\nClosed on 3 March 2094.\n")
    assert kinds(owner) == []


def test_a_finding_that_is_called_right_stays_so_until_what_it_quotes_changes(owner):
    save(owner, GOOD + "\n## News\n\nA roll costs 0.60 €.\n")
    finding, = findings(owner)
    assert dismiss(owner, finding["id"]).json["findings"][0]["is_dismissed"]
    assert dismiss(owner, finding["id"]).status == 200, "once more changes nothing"
    save(owner, GOOD + "\n## News\n\nDogs are welcome.\n\nA roll costs 0.60 €.\n")
    assert [(found["id"], found["is_dismissed"]) for found in findings(owner)] == [(finding["id"], True)]
    save(owner, GOOD + "\n## News\n\nA roll costs 0.70 €.\n")
    assert [found["is_dismissed"] for found in findings(owner)] == [False]
    assert not dismiss(owner, finding["id"], "DELETE").json["findings"][0]["is_dismissed"]


@pytest.mark.parametrize("finding", ["x", NOBODYS_ID])
def test_what_isnt_found_cant_be_called_right(owner, finding):
    assert dismiss(owner, finding).status == 404
    assert dismiss(owner, finding, "DELETE").status == 404


def test_without_javascript_the_page_shows_them_and_takes_what_is_right(owner):
    save(owner, GOOD + "\nVouchers: TODO <script>alert(1)</script>\n")
    target = f"/bots/{owner.bot}/findings"
    assert target in ask_once(owner.app.port, "GET", f"/bots/{owner.bot}", {"Cookie": owner.session}).text
    page = ask_once(owner.app.port, "GET", target, {"Cookie": owner.session}).text
    assert "This looks unfinished." in page and "One thing to look at." in page and "<script>alert" not in page
    finding, = findings(owner)
    headers = FORM | {"Cookie": owner.session, "Sec-Fetch-Site": "same-origin"}
    response = ask_once(owner.app.port, "POST", f"{target}/{finding['id']}/dismissal?_method=put", headers, "")
    assert (response.status, response["location"]) == (303, target)
    assert "Nothing contradicts itself" in ask_once(owner.app.port, "GET", target, {"Cookie": owner.session}).text


def test_saving_tells_the_page_to_look_again(owner):
    headers = FORM | {"Cookie": owner.session, "Sec-Fetch-Site": "same-origin", "HX-Request": "true"}
    response = ask_once(owner.app.port, "POST", f"/bots/{owner.bot}/context?_method=put", headers, "text=Hello&if_worse=publish")
    assert response.status == 200 and response["hx-trigger"] == "saved"


def test_the_longest_text_is_checked(owner):
    save(owner, (GOOD * 1_000)[:199_000])
    assert {"duplicate"} <= set(kinds(owner))
