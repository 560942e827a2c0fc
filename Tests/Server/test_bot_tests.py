"""Tests of a bot's answers: what a change makes worse is said before it is published."""

import re

import pytest
from Servers.people import mails
from Servers.shop import TEXT, Shop
from Servers.wire import ask_once, eventually


@pytest.fixture
def shop(app):
    return Shop(app)


def test_a_test_is_kept_shown_changed_and_removed(shop):
    made = shop.call("POST", "/tests", {"question": "Do you deliver?", "words": ["3.50"], "forbidden": ["free"]})
    assert made.status == 201 and made.json["words"] == ["3.50"]
    assert shop.call("GET", "/tests").json["tests"][0]["problem"] is None
    changed = shop.call("PATCH", f"/tests/{made.json['id']}", {"words": ["4.50"]})
    assert changed.json["words"] == ["4.50"] and changed.json["forbidden"] == ["free"] and changed.json["question"] == "Do you deliver?"
    assert "4.50" in shop.call("GET", "/tests").json["tests"][0]["problem"]
    assert "4.50" in shop.page("/tests").text
    assert shop.call("DELETE", f"/tests/{made.json['id']}").status == 204
    assert shop.call("GET", "/tests").json["tests"] == [] and shop.call("DELETE", f"/tests/{made.json['id']}").status == 404


@pytest.mark.parametrize("body, field", [
    ({"question": " ", "words": ["x"]}, "question"), ({"question": "x" * 501, "words": ["x"]}, "question"), ({"question": "When?"}, "words"),
    ({"question": "When?", "words": [1]}, "words"),
    ({"question": "When?", "words": ["x"] * 21}, "words"), ({"question": "When?", "forbidden": ["x" * 201]}, "forbidden"),
    ({"question": "When?", "declines": True, "words": ["x"]}, "declines"), ({"question": "When?", "expected_source": "evil"}, "expected_source"),
])
def test_a_test_that_tests_nothing_is_refused(shop, body, field):
    refused = shop.call("POST", "/tests", body)
    assert refused.status == 422 and field in refused.json["error"]["fields"], refused
    assert shop.call("GET", "/tests").json["tests"] == []


def test_what_must_be_declined_must_be_declined(shop):
    shop.call("POST", "/tests", {"question": "Do you sell kayaks?", "declines": True})
    assert shop.call("GET", "/tests").json["tests"][0]["problem"] is None
    report = shop.call("PUT", "/context", {"text": TEXT + "\n## Kayaks\nWe sell kayaks.\n"}).json["report"]
    assert report["tests"][0]["passed"] and "doesn’t know" in report["tests"][0]["problem"]


def test_a_programs_change_is_published_and_says_what_became_worse_and_better(shop):
    shop.call("POST", "/tests", {"question": "Do you deliver?", "words": ["3.50"]})
    shop.call("POST", "/tests", {"question": "When do you open on Sundays?", "words": ["11"]})
    text = TEXT.replace("3.50", "4.50").replace("from 10 to 12", "from 11 to 12")
    published = shop.call("PUT", "/context", {"text": text})
    assert published.status == 200 and published.json["text"] == shop.text == text
    delivery, sunday = published.json["report"]["tests"]
    assert delivery["passed"] and "3.50" in delivery["problem"] and not sunday["passed"] and sunday["problem"] is None
    assert {change["kind"] for change in published.json["report"]["changes"]} == {"fact"}
    assert shop.runs()[0]["report"] == published.json["report"] and shop.runs()[0]["published"]


def test_a_program_may_ask_to_be_refused(shop):
    refused = shop.call("PUT", "/context", {"text": TEXT.replace("3.50", "4.50"), "if_worse": "refuse"})
    assert refused.status == 409 and refused.json["error"]["code"] == "got_worse" and refused.json["report"]["changes"][0]["now"] == "We deliver within the city for 4.50."
    assert shop.text == TEXT
    assert shop.call("PUT", "/context", {"text": TEXT + "\n\nAsk us.", "if_worse": "refuse"}).status == 200
    assert shop.call("PUT", "/context", {"text": TEXT, "if_worse": "perhaps"}).status == 422


def test_without_javascript_an_owner_is_asked_and_loses_nothing(shop):
    text = TEXT.replace("We deliver within the city for 3.50.", "We deliver <b>free</b>.")
    asked = shop.form("PUT", "/context", {"text": text})
    assert asked.status == 409 and "Publish anyway" in asked.text and "We deliver &lt;b&gt;free&lt;/b&gt;." in asked.text and "3.50" in asked.text
    assert shop.text == TEXT
    done = shop.form("PUT", "/context", {"text": text, "if_worse": "publish"})
    assert done.status == 200 and shop.text == text


def test_with_htmx_the_form_comes_back_in_its_place(shop):
    asked = shop.form("PUT", "/context", {"text": ""}, **{"HX-Request": "true"})
    assert asked.status == 409 and asked["HX-Retarget"] == "#context" and asked.text.startswith("<section id=\"context\"")


def test_where_nothing_gets_worse_it_is_published_at_once_and_says_so(shop):
    for question in ("Do you deliver?", "When are you open?"):
        shop.call("POST", "/tests", {"question": question, "expected_source": "context"})
    done = shop.form("PUT", "/context", {"text": TEXT.replace("may not come in", "can’t come in") + "\n## Art\nOur walls show paintings.\n"})
    assert done.status == 200 and "All 2 tests still pass." in done.text


def test_settings_are_saved_with_the_tests_result(shop):
    shop.call("POST", "/tests", {"question": "Do you deliver?", "words": ["3.50"]})
    changed = shop.call("PATCH", "", {"temperature": 0.5})
    assert changed.status == 200 and changed.json["temperature"] == 0.5 and changed.json["report"]["tests"][0]["problem"] is None
    assert shop.call("GET", "").json["report"] is None


def test_an_own_answer_that_is_removed_is_asked_about(shop):
    source = shop.call("POST", "/sources", {"kind": "qa", "question": "Do you sell kayaks?", "answer": "Yes, for 300."}).json["id"]
    shop.call("POST", "/tests", {"question": "Do you sell kayaks?", "expected_source": source})
    asked = shop.form("DELETE", f"/sources/{source}", {})
    assert asked.status == 409 and "Remove it anyway" in asked.text and "Do you sell kayaks?" in asked.text
    assert len(shop.call("GET", "/sources").json["sources"]) == 1
    assert shop.form("DELETE", f"/sources/{source}?if_worse=publish", {}).status == 303
    assert shop.call("GET", "/sources").json["sources"] == [] and shop.runs()[0]["report"]["tests"][0]["problem"]


def test_a_text_that_gets_in_the_way_is_asked_about(shop):
    shop.call("POST", "/tests", {"question": "Do you deliver?", "words": ["3.50"]})
    qa = {"kind": "qa", "question": "Do you deliver?", "answer": "No."}
    asked = shop.form("POST", "/sources", qa)
    assert asked.status == 409 and "Add it anyway" in asked.text
    assert shop.form("POST", "/sources", qa | {"if_worse": "publish"}).status == 303
    assert len(shop.call("GET", "/sources").json["sources"]) == 1


def test_an_answer_becomes_a_test(shop):
    trial = shop.call("POST", "/trials", {"question": "Do you deliver?"}).json["article"]["message_id"]
    page = shop.page(f"/tests?from={trial}")
    assert 'value="Do you deliver?"' in page.text and 'value="context"' in page.text
    assert shop.form("POST", "/tests", {"question": "Do you deliver?", "expected_source": "context"}).status == 303
    assert shop.call("GET", "/tests").json["tests"][0]["expected_source"] == "context"
    declined = shop.call("POST", "/trials", {"question": "Do you sell kayaks?"}).json["article"]["message_id"]
    assert re.search(r'name="declines"[^>]*checked', shop.page(f"/tests?from={declined}").text)
    assert shop.page("/tests?from=00000000-0000-4000-8000-000000000000").status == 404


def test_own_answers_and_what_is_asked_are_proposed(shop):
    source = shop.call("POST", "/sources", {"kind": "qa", "question": "Do you sell kayaks?", "answer": "Yes."}).json["id"]
    proposals = shop.call("GET", "/tests").json["proposals"]
    assert proposals == [{"question": "Do you sell kayaks?", "expected_source": source, "answer": "Yes."}]
    shop.call("POST", "/tests", {"question": "Do you sell kayaks?", "expected_source": source})
    assert shop.call("GET", "/tests").json["proposals"] == []


def test_a_file_that_says_otherwise_when_it_is_read_again_is_mailed_about(shop, data):
    """As a website that is read every week."""
    upload = lambda text: data.sql(f"update source_files set content = convert_to('{text}', 'UTF8') where source_id = '{source}'")
    boundary = "x"
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nfile\r\n--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="fees.txt"\r\n\r\nA repair of a kayak costs 40.\r\n--{boundary}--\r\n'
    headers = {"Authorization": f"Bearer {shop.owner.token}", "Accept": "application/json", "Content-Type": f"multipart/form-data; boundary={boundary}"}
    source = ask_once(shop.app.port, "POST", f"/api/v1/bots/{shop.bot}/sources", headers, body).json["id"]
    ready = lambda: shop.call("GET", f"/sources/{source}").json["status"] == "ready"
    eventually(ready)
    upload("A repair of a kayak costs 55.")
    shop.call("POST", f"/sources/{source}/readings")
    mail = eventually(lambda: [mail for mail in mails(shop.app, shop.owner.email) if "has changed" in mail["subject"]])
    assert "costs 40" in mail[0]["text"] and "costs 55" in mail[0]["text"]
    upload("A repair of a kayak costs 55. We like kayaks.")
    shop.call("POST", f"/sources/{source}/readings")
    eventually(ready)
    assert len([mail for mail in mails(shop.app, shop.owner.email) if "has changed" in mail["subject"]]) == 1


CHANGED = TEXT.replace("3.50", "4.50").replace("from 10 to 12", "from 11 to 12")


@pytest.fixture
def careful(shop):
    """With tests of a price and an hour."""
    shop.price = shop.call("POST", "/tests", {"question": "Do you deliver?", "words": ["3.50"]}).json["id"]
    shop.hour = shop.call("POST", "/tests", {"question": "When do you open on Sundays?", "words": ["Sundays", "10 to 12"]}).json["id"]
    return shop


def test_a_change_on_purpose_is_published_with_its_tests_in_one_click(careful):
    asked = careful.form("PUT", "/context", {"text": CHANGED})
    assert asked.status == 409 and "Publish and update these 2 tests" in asked.text and "Publish anyway" in asked.text
    assert "“4.50” for “3.50”" in asked.text and "“11 to 12” for “10 to 12”" in asked.text
    assert careful.text == TEXT and careful.call("GET", f"/tests/{careful.price}").json["words"] == ["3.50"]
    done = careful.form("PUT", "/context", {"text": CHANGED, "if_worse": "update"})
    assert done.status == 200 and "2 tests are up to date again." in done.text and careful.text == CHANGED
    tests = careful.call("GET", "/tests").json
    assert [(test["words"], test["problem"]) for test in tests["tests"]] == [(["4.50"], None), (["Sundays", "11 to 12"], None)]
    assert all(test["updated"] for test in tests["runs"][0]["report"]["tests"])
    run = careful.page(f"/runs/{tests['runs'][0]['id']}").text
    assert "Tests brought up to date" in run and "What gets worse" not in run


def test_a_test_that_isnt_clear_stays_as_it_is_and_is_named(careful):
    text = TEXT.replace("for 3.50", "free of charge").replace("from 10 to 12", "from 11 to 12")
    asked = careful.form("PUT", "/context", {"text": text})
    assert "Publish and update 1 of 2 tests" in asked.text and "“Do you deliver?” stays as it is" in asked.text
    done = careful.form("PUT", "/context", {"text": text, "if_worse": "update"})
    assert "One test is up to date again. “Do you deliver?” stays as it is" in done.text
    assert [test["words"] for test in careful.call("GET", "/tests").json["tests"]] == [["3.50"], ["Sundays", "11 to 12"]]


def test_where_no_test_is_clear_none_is_offered(careful):
    asked = careful.form("PUT", "/context", {"text": ""})
    assert asked.status == 409 and "Publish anyway" in asked.text and "and update" not in asked.text


def test_publishing_anyway_leaves_tests_as_they_are(careful):
    assert careful.form("PUT", "/context", {"text": CHANGED, "if_worse": "publish"}).status == 200
    assert [test["words"] for test in careful.call("GET", "/tests").json["tests"]] == [["3.50"], ["Sundays", "10 to 12"]]


def test_a_program_sees_what_could_be_updated_and_may_have_it_done(careful):
    refused = careful.call("PUT", "/context", {"text": CHANGED, "if_worse": "refuse"})
    assert refused.json["report"]["tests"][0]["updates"] == [{"was": "3.50", "now": "4.50"}]
    done = careful.call("PUT", "/context", {"text": CHANGED, "if_worse": "update"})
    assert done.status == 200 and all(test["updated"] for test in done.json["report"]["tests"])
    assert careful.call("GET", f"/tests/{careful.price}").json["words"] == ["4.50"]


def test_an_own_answer_can_bring_a_test_up_to_date(careful):
    qa = {"kind": "qa", "question": "Do you deliver?", "answer": "We deliver within the city for 5.50."}
    asked = careful.form("POST", "/sources", qa)
    assert asked.status == 409 and "Add it and update this test" in asked.text
    assert careful.form("POST", "/sources", qa | {"if_worse": "update"}).status == 303
    assert careful.call("GET", f"/tests/{careful.price}").json["words"] == ["5.50"]
