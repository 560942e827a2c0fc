"""What a bot was told before: each change is a version, which can be compared and restored."""

import concurrent.futures
import pytest
from Servers.owner import NOBODYS_ID, TEXT, Owner
from Servers.wire import ask_once, eventually

pytestmark = pytest.mark.long

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def owner(app):
    owner = Owner(app)
    owner.session = owner.cookie()
    return owner


@pytest.fixture
def bot(owner, data):
    """Each test has a bot of its own: the free plan's one goes."""
    for bot in owner.get("/bots").json["bots"]:
        owner.call("DELETE", f"/api/v1/bots/{bot['id']}")
    return owner.make_bot()["id"]


def versions(owner, bot, query=""):
    response = owner.get(f"/bots/{bot}/versions{query}")
    assert response.status == 200, response
    return response.json["versions"]


def save(owner, bot, text):
    assert owner.call("PUT", f"/api/v1/bots/{bot}/context", {"text": text}).status == 200


def change(owner, bot, **settings):
    assert owner.call("PATCH", f"/api/v1/bots/{bot}", settings).status == 200


def add_answer(owner, bot, question, answer):
    response = owner.post_json(f"/api/v1/bots/{bot}/sources", {"kind": "qa", "question": question, "answer": answer})
    assert response.status == 201, response
    return response.json["id"]


def show(owner, bot, version, other=None):
    response = owner.get(f"/bots/{bot}/versions/{version['id']}" + (f"?with={other['id']}" if other else ""))
    assert response.status == 200, response
    return response.json


def restore(owner, bot, version):
    response = owner.post_json(f"/api/v1/bots/{bot}/versions/{version['id']}/restorations", {})
    assert response.status == 201, response
    return response.json


def page(owner, target):
    return ask_once(owner.app.port, "GET", target, {"Cookie": owner.session})


def test_a_new_bot_is_its_first_version(owner, bot):
    version, = versions(owner, bot)
    assert (version["number"], version["author"], version["changes"], version["is_current"]) == (1, owner.email, [], True)
    assert show(owner, bot, version)["text"] == TEXT


def test_each_change_is_a_version_that_says_in_words_what_changed(owner, bot):
    save(owner, bot, TEXT.replace("3.50", "4.50"))
    change(owner, bot, temperature=0.5, welcome_message="Hello!")
    source = add_answer(owner, bot, "Do you have bread?", "Yes, from 7.")
    owner.call("DELETE", f"/api/v1/bots/{bot}/sources/{source}")
    found = versions(owner, bot)
    assert [version["number"] for version in found] == [5, 4, 3, 2, 1]
    assert [version["changes"] for version in found] == [
        ["removed the answer “Do you have bread?”"], ["added the answer “Do you have bread?”"],
        ["temperature: 0.2 → 0.5", "welcome message: nothing → Hello!"], ["the text: “Delivery”"], [],
    ]
    assert [version["is_current"] for version in found] == [True] + [False] * 4


def test_the_hint_in_the_message_box_is_compared_and_put_back(owner, bot):
    change(owner, bot, placeholder="Ask about our cakes")
    newest, first = versions(owner, bot)
    assert newest["changes"] == ["hint in the message box: nothing → Ask about our cakes"]
    assert show(owner, bot, newest)["comparison"]["settings"] == [{"name": "placeholder", "before": "", "after": "Ask about our cakes"}]
    restore(owner, bot, first)
    assert owner.get(f"/bots/{bot}").json["placeholder"] == ""
    restore(owner, bot, newest)
    assert owner.get(f"/bots/{bot}").json["placeholder"] == "Ask about our cakes"


def test_what_is_saved_as_it_was_makes_no_version(owner, bot):
    save(owner, bot, TEXT)
    change(owner, bot, temperature=0.2)
    change(owner, bot)
    assert len(versions(owner, bot)) == 1


def test_a_refused_change_makes_no_version(owner, bot):
    assert owner.call("PATCH", f"/api/v1/bots/{bot}", {"temperature": 9}).status == 422
    assert owner.call("PUT", f"/api/v1/bots/{bot}/context", {"text": "x" * 200_001}).status == 422
    assert len(versions(owner, bot)) == 1


def test_any_two_are_compared_line_by_line(owner, bot):
    save(owner, bot, TEXT.replace("3.50", "4.50"))
    save(owner, bot, TEXT.replace("3.50", "5.50") + "\n## Cats\nWelcome.\n")
    third, second, first = versions(owner, bot)
    lines = show(owner, bot, third, first)["comparison"]["lines"]
    assert [line["text"] for line in lines if line["kind"] == "deleted"] == ["We deliver within the city for 3.50."]
    assert [line["text"] for line in lines if line["kind"] == "inserted"] == ["We deliver within the city for 5.50.", "", "## Cats", "Welcome."]
    assert show(owner, bot, third)["comparison"]["with"] == 2
    backwards = show(owner, bot, first, third)["comparison"]["lines"]
    assert [line["text"] for line in backwards if line["kind"] == "deleted"] == ["We deliver within the city for 5.50.", "", "## Cats", "Welcome."]
    assert show(owner, bot, third, third)["comparison"]["lines"] == []


def test_a_restored_version_is_a_new_one_with_the_text_the_settings_and_the_answers(owner, bot):
    answer = add_answer(owner, bot, "Do you have bread?", "Yes, from 7.")
    add_answer(owner, bot, "Do you have rolls?", "Yes.")
    change(owner, bot, temperature=1.5, fallbacks=["groq", "openai"])
    then = versions(owner, bot)[0]
    save(owner, bot, "Closed for ever.")
    change(owner, bot, temperature=0, fallbacks=[], name="Other")
    owner.call("DELETE", f"/api/v1/bots/{bot}/sources/{answer}")
    added = add_answer(owner, bot, "Are there cats?", "One.")
    restored = restore(owner, bot, then)
    assert restored["restores"] == then["number"] and restored["is_current"]
    assert owner.get(f"/bots/{bot}/context").json["text"] == TEXT
    now = owner.get(f"/bots/{bot}").json
    assert (now["temperature"], now["name"], now["fallbacks"]) == (1.5, "Corner Bakery", ["groq", "openai"])
    sources = owner.get(f"/bots/{bot}/sources").json["sources"]
    assert sorted(source["title"] for source in sources) == ["Do you have bread?", "Do you have rolls?"] and added not in str(sources)
    newest = versions(owner, bot)[0]
    compared = show(owner, bot, newest, then)["comparison"]
    assert compared["lines"] == compared["settings"] == compared["sources"] == []


def test_a_bot_answers_from_what_was_restored(owner, bot):
    first = versions(owner, bot)[0]
    key = owner.post_json(f"/api/v1/bots/{bot}/keys", {"name": "Shop"}).json["key"]

    def ask():
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        return ask_once(owner.app.port, "POST", "/api/v1/ask", headers, '{"question": "How much is delivery?"}').json["answer"]

    save(owner, bot, TEXT.replace("3.50", "9.90"))
    assert "9.90" in ask()
    restore(owner, bot, first)
    assert "3.50" in ask()


def test_restoring_what_is_makes_no_version(owner, bot):
    restore(owner, bot, versions(owner, bot)[0])
    assert len(versions(owner, bot)) == 1


def test_a_website_is_noted_and_not_copied(owner, bot, data):
    response = owner.post_json(f"/api/v1/bots/{bot}/sources", {"kind": "website", "url": "shop.example"})
    assert response.status == 201, response
    change(owner, bot, temperature=1)
    newest = versions(owner, bot)[0]
    assert [change for change in newest["changes"] if "website" in change] == ["added the website “" + response.json["title"] + "”"]
    source, = show(owner, bot, newest)["sources"]
    assert source["kind"] == "website" and source["text"] is None
    restore(owner, bot, versions(owner, bot)[-1])
    assert len(owner.get(f"/bots/{bot}/sources").json["sources"]) == 1, "websites stay as they are"


def test_the_newest_two_hundred_are_kept_with_each_text_once(owner, bot, data):
    for number in range(205):
        data.sql(f"update bots set knowledge = 'Text {number % 3}', temperature = {number % 2}, version = version + 1 where id = '{bot}'")
    count, oldest = data.sql(f"select count(*), min(number) from bot_versions where bot_id = '{bot}'")[0]
    assert (count, oldest) == ("200", "7")
    assert data.sql(f"select text from version_texts where bot_id = '{bot}' order by 1") == [["Text 0"], ["Text 1"], ["Text 2"]]
    first = owner.get(f"/bots/{bot}/versions").json
    assert len(first["versions"]) == 30 and first["next"] == str(first["versions"][-1]["number"])
    numbers, after = [], ""
    while after is not None:
        part = owner.get(f"/bots/{bot}/versions{after}").json
        numbers += [version["number"] for version in part["versions"]]
        after = part["next"] and f"?before={part['next']}"
    assert numbers == list(range(206, 6, -1))


def test_of_two_changes_at_once_each_is_a_version(owner, bot):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: change(owner, bot, welcome_message=f"Hello {number}"), range(8)))
    found = versions(owner, bot)
    assert [version["number"] for version in found] == list(range(9, 0, -1))
    assert {text for version in found for text in version["changes"] if "→ Hello" in text} and all(version["changes"] for version in found[:-1])


def test_a_text_of_the_greatest_length_is_compared(owner, bot):
    save(owner, bot, "\n".join(f"Line {number} of many" for number in range(9_000)))
    save(owner, bot, "\n".join(f"Row {number} of many" for number in range(9_000, 0, -1)))
    lines = show(owner, bot, versions(owner, bot)[0])["comparison"]["lines"]
    assert lines[-1]["kind"] == "more" and len(lines) <= 2_001


def test_hostile_text_stays_text(owner, bot):
    evil = "</del><script>alert(1)</script>\n## <img src=x onerror=alert(1)>\n" + "\u202e‮"
    save(owner, bot, evil)
    change(owner, bot, welcome_message="<b>x</b>")
    newest, text, _ = versions(owner, bot)
    for target in (f"/bots/{bot}/versions", f"/bots/{bot}/versions/{text['id']}", f"/bots/{bot}/versions/{newest['id']}"):
        body = page(owner, target).text
        assert "<script>alert" not in body and "<img src=x" not in body and "<b>x" not in body


@pytest.mark.parametrize("query", ["?before=x", "?before=0", "?before=-1", "?before=99999999999", "?before=1&before=2"])
def test_a_place_that_was_never_given_out_is_refused(owner, bot, query):
    assert owner.get(f"/bots/{bot}/versions{query}").status == 400


@pytest.mark.parametrize("other", ["x", "1", NOBODYS_ID, "%27"])
def test_what_isnt_a_version_isnt_there(owner, bot, other):
    version = versions(owner, bot)[0]["id"]
    assert owner.get(f"/bots/{bot}/versions/{other}").status == 404
    assert owner.get(f"/bots/{bot}/versions/{version}?with={other}").status == 404
    assert owner.post_json(f"/api/v1/bots/{bot}/versions/{other}/restorations", {}).status == 404


def test_without_javascript_one_compares_and_restores(owner, bot):
    save(owner, bot, TEXT.replace("3.50", "4.50"))
    first = versions(owner, bot)[1]
    listed = page(owner, f"/bots/{bot}/versions").text
    assert "the text: “Delivery”" in listed and "How it began" in listed
    shown = page(owner, f"/bots/{bot}/versions/{first['id']}?with={versions(owner, bot)[0]['id']}").text
    assert "<strong>3.50</strong>" in shown and "Restore version 1" in shown
    target = f"/bots/{bot}/versions/{first['id']}/restorations"
    response = ask_once(owner.app.port, "POST", target, FORM | {"Cookie": owner.session, "Sec-Fetch-Site": "same-origin"}, "")
    assert response.status == 303 and response["location"] == f"/bots/{bot}/versions"
    assert "Version 1 restored" in page(owner, response["location"]).text


def test_versions_go_with_their_bot(owner, bot, data):
    owner.call("DELETE", f"/api/v1/bots/{bot}")
    for table in ("bot_versions", "version_texts"):
        assert data.sql(f"select count(*) from {table} where bot_id = '{bot}'") == [["0"]]
