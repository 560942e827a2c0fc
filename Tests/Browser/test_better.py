"""Questions to answer, tests, and what a change makes worse, in a real browser."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.owner import Owner
from Servers.wire import ask_once

SIZES = [(320, 640), (768, 1024), (1440, 900)]
TEXT = """## Hours
We are open Monday to Friday from 9 to 18 o’clock.

## Delivery
We deliver within the city for 3.50.

## Bread
Loaves can be sliced in the shop.
"""


class Shop:
    def __init__(self, app):
        self.owner = Owner(app)
        self.bot = self.owner.make_bot("Corner Bakery with a name that is rather long", TEXT)["id"]
        self.path = f"/bots/{self.bot}"
        key = self.owner.post_json(f"/api/v1{self.path}/keys", {}).json["key"]
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept": "application/json"}
        for question in ("Do you sell kayaks?", "can i buy a kayak", "Is there wifi, and is the password free for everybody who sits in the garden behind the house?", "Do you deliver?"):
            assert ask_once(app.port, "POST", "/api/v1/ask", headers, json.dumps({"question": question})).status == 200
        app.data.sweep("group_questions")
        self.owner.post_json(f"/api/v1{self.path}/tests", {"question": "Do you deliver?", "words": ["3.50"]})
        self.owner.post_json(f"/api/v1{self.path}/tests", {"question": "How far is the moon?", "words": ["far"]})
        self.owner.call("PUT", f"/api/v1{self.path}/context", {"text": TEXT.replace("9 to 18", "8 to 17")})
        self.session = self.owner.cookie()


@pytest.fixture
def shop(app):
    return Shop(app)


@pytest.fixture
def visit(new_page, shop):
    def visit(path, size=(1440, 900), **options):
        page = new_page(size, dict([shop.session.split("=", 1)]), lambda message: "Content Security Policy" in message.text, **options)
        page.goto(path)
        return page

    return visit


def is_well_made(page, name):
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
    assert page.complaints == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(visit, shop, size, scheme):
    run = shop.owner.get(f"{shop.path}/tests").json["runs"][0]["id"]
    for path in ("/bots", f"{shop.path}/questions", f"{shop.path}/tests", f"{shop.path}/runs/{run}"):
        is_well_made(visit(path, size, color_scheme=scheme), path)
    page = visit(shop.path, size, color_scheme=scheme)
    page.get_by_label("Your text").fill("Nothing")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Publish anyway")).to_be_visible()
    is_well_made(page, "what gets worse")


def test_from_the_list_to_fixed_in_two_clicks_and_dismissed_and_undone_in_one_each(visit, shop):
    page = visit(f"{shop.path}/questions")
    expect(page.locator(".unanswered")).to_have_count(2)
    kayaks = page.locator(".unanswered").first
    kayaks.get_by_label("Your answer").fill("No, only bread.")
    kayaks.get_by_role("button", name="Approve").click()
    expect(kayaks.get_by_text("some wordings don’t get the answer yet")).to_be_visible()
    kayaks.get_by_role("button", name="Answer this too: can i buy a kayak").click()
    expect(kayaks.get_by_text("Done. Asked again")).to_be_visible()
    wifi = page.locator(".unanswered").nth(1)
    wifi.get_by_role("button", name="Dismiss").click()
    wifi.get_by_role("button", name="Undo").click()
    expect(wifi.get_by_role("button", name="Approve")).to_be_visible()
    assert page.complaints == []


def test_the_same_without_javascript(visit, shop):
    page = visit("/bots", java_script_enabled=False)
    page.get_by_role("link", name="2 questions to answer").click()
    page.get_by_label("Your answer").first.fill("No, only bread.")
    page.get_by_role("button", name="Approve").first.click()
    page.get_by_role("button", name="Answer this too: can i buy a kayak").click()
    expect(page.get_by_text("Done. Asked again")).to_be_visible()
    page.get_by_role("link", name="All questions").click()
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("Nothing to answer")).to_be_visible()
    page.get_by_role("link", name="Dismissed").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".unanswered")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False])
def test_what_gets_worse_is_asked_about_and_nothing_typed_is_lost(visit, shop, script):
    page = visit(shop.path, java_script_enabled=script)
    text = TEXT.replace("9 to 18", "8 to 17").replace("3.50", "4.50")
    page.get_by_label("Your text").fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nothing is published yet")).to_be_visible()
    expect(page.locator(".worse")).to_contain_text("“3.50” is missing in the answer.")
    expect(page.get_by_label("Your text")).to_have_value(text)
    assert shop.owner.get(f"{shop.path}/context").json["text"] != text
    page.get_by_role("button", name="Publish anyway").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert shop.owner.get(f"{shop.path}/context").json["text"] == text


def test_going_back_is_just_writing_on(visit, shop):
    page = visit(shop.path)
    before = page.get_by_label("Your text").input_value()
    page.get_by_label("Your text").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#worse")).to_be_focused()
    page.get_by_label("Your text").fill(before + "\n## Art\nOur walls show paintings.\n")
    page.get_by_role("button", name="Save what I have changed now").click()
    expect(page.get_by_text("1 of 2 tests pass")).to_be_visible()


def test_a_test_is_added_changed_and_removed(visit, shop):
    page = visit(f"{shop.path}/tests", java_script_enabled=False)
    page.get_by_label("A question that visitors ask").fill("When do you open?")
    page.get_by_label("Must be in the answer").fill("8\nFriday")
    page.get_by_role("button", name="Add the test").click()
    page.get_by_role("link", name="When do you open?").click()
    expect(page.get_by_label("Must be in the answer")).to_have_value("8\nFriday")
    page.get_by_label("Must be in the answer").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Please say what must be in the answer")).to_be_visible()
    page.get_by_role("link", name="All tests").click()
    page.get_by_role("button", name="Remove: When do you open?").click()
    expect(page.locator(".test")).to_have_count(2)
