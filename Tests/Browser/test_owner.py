"""What an owner does in a real browser, from the landing page to a bot that answers from their own text."""

import itertools
import json
import re
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.wire import reload_until

SIZES = [(320, 640), (768, 1024), (1440, 900)]
TEXT = """We are open Monday to Saturday from 7 to 18 o'clock.

## Delivery

We deliver within the city for 3.50; free from 40.
"""
numbers = itertools.count()


def newest_code(base_url, email):
    request = urllib.request.Request(base_url + "/dev/outbox", headers={"Accept": "application/json"})
    mails = json.load(urllib.request.urlopen(request, timeout=10))
    return next(mail for mail in mails if mail["to"] == email)["subject"][:9]


@pytest.fixture
def visit(new_page):
    """A page in a fresh browser profile; what a policy stopped is collected."""
    def visit(size=(390, 844), **options):
        page = new_page(size, counts=lambda message: "Content Security Policy" in message.text, **options)
        page.set_default_timeout(15_000)
        return page

    return visit


def sign_in(page, base_url):
    email = f"browser{next(numbers)}@shop.example"
    page.goto("/sign-in")
    page.get_by_label("Your e-mail address").fill(email.upper())
    page.get_by_role("button", name="Send me a code").click()
    code = page.get_by_label("The code from the mail")
    code.wait_for()
    code.fill(newest_code(base_url, email).lower())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/bots")
    return email


def make_bot(page, text=TEXT):
    page.get_by_label("What is your business called?").fill("Corner Bakery")
    page.get_by_label("What do you tell customers every day?").fill(text)
    page.get_by_role("button", name="Make my bot").click()
    page.wait_for_url(re.compile("/bots/[0-9a-f-]{36}$"))


def ask(page, question):
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()


@pytest.mark.parametrize("script", [True, False])
def test_a_shop_owner_gets_from_the_landing_page_to_a_bot_that_answers(visit, base_url, script):
    page = visit(java_script_enabled=script)
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.wait_for_url("**/sign-in")
    sign_in(page, base_url)
    make_bot(page)
    ask(page, "When do you open?")
    expect(page.locator(".answer .reply-text").first).to_contain_text("from 7 to 18")
    expect(page.locator(".answer .basis").first).to_contain_text("Quoted")
    assert page.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_a_bot_is_tried_as_it_stands_on_the_screen_and_the_text_stays_unsaved(visit, base_url, script):
    page = visit(java_script_enabled=script)
    sign_in(page, base_url)
    make_bot(page)
    address = page.url
    page.get_by_label("Your text").fill(TEXT + "\n## Cats\n\nCats may come in on a leash.\n")
    ask(page, "May my cat come in?")
    expect(page.locator(".answer .reply-text").first).to_contain_text("on a leash")
    expect(page.get_by_label("Your text")).to_have_value(re.compile("Cats may come in"))
    other = page.context.new_page()
    other.goto(address)
    expect(other.get_by_label("Your text")).not_to_have_value(re.compile("Cats"))


@pytest.mark.parametrize("script", [True, False])
def test_what_was_saved_is_still_there(visit, base_url, script):
    page = visit(java_script_enabled=script)
    sign_in(page, base_url)
    make_bot(page)
    page.get_by_label("Your text").fill("We close on Sundays.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Publish anyway").click()  # what it said before is gone
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Your text")).to_have_value("We close on Sundays.")


@pytest.mark.parametrize("script", [True, False])
def test_a_wrong_setting_is_said_at_its_field_and_nothing_typed_is_lost(visit, base_url, script):
    page = visit(java_script_enabled=script)
    sign_in(page, base_url)
    make_bot(page)
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("How to reach a person").fill("Call 555 0100.")
    page.get_by_label("Temperature").fill("hot")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#field-temperature-problem")).to_contain_text("from 0 to 2")
    expect(page.get_by_label("How to reach a person")).to_have_value("Call 555 0100.")
    page.get_by_label("Temperature").fill("0.5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_the_preview_shows_how_the_text_on_the_screen_reads(visit, base_url):
    page = visit()
    sign_in(page, base_url)
    make_bot(page)
    page.locator("summary", has_text="Preview").click()
    preview = page.locator("#context details")
    expect(preview.get_by_role("heading", name="Delivery")).to_be_visible()
    page.get_by_label("Your text").fill("## Cats\n\nOne two <b>three</b>.")
    expect(preview.get_by_role("heading", name="Cats")).to_be_visible()
    expect(preview.get_by_text("5 words")).to_be_visible()
    assert preview.locator("b").count() == 0 and page.complaints == []


def test_leaving_with_unsaved_work_asks_first(visit, base_url):
    page = visit()
    sign_in(page, base_url)
    make_bot(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Your text").press_sequentially("More")
    page.get_by_role("link", name="All bots").click()
    page.wait_for_url("**/bots")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("script", [True, False])
def test_a_file_and_an_answer_of_ones_own_are_known_after_a_moment(visit, base_url, script):
    page = visit(java_script_enabled=script)
    sign_in(page, base_url)
    make_bot(page)
    page.get_by_role("link", name="Files and websites").click()
    page.get_by_label("The file").set_input_files(
        {"name": "returns.md", "mimeType": "text/markdown", "buffer": b"# Returns\n\nBring it back within 30 days."})
    page.get_by_role("button", name="Add the file").click()
    source = page.locator(".source", has_text="returns.md")
    known = source.get_by_text("known to your bot")
    expect(source).to_be_visible()
    if not script:
        reload_until(page, known)
    expect(known).to_be_visible(timeout=15_000)
    page.locator("summary", has_text="A question with your own answer").click()
    page.get_by_label("The question").fill("Do you have gluten-free bread?")
    page.get_by_label("Your answer").fill("Yes, on Wednesdays.")
    page.get_by_role("button", name="Add the answer").click()
    expect(page.locator(".source", has_text="gluten-free")).to_be_visible()
    page.get_by_role("link", name="Teach and try").click()
    ask(page, "do you have gluten free bread")
    expect(page.locator(".answer .reply-text").first).to_have_text("Yes, on Wednesdays.")
    ask(page, "Can I bring it back if I don't like it?")
    expect(page.locator(".answer .reply-text").first).to_contain_text("within 30 days")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_an_owner_breaks_or_shuts_anybody_out(visit, base_url, size, scheme):
    page = visit(size=size, color_scheme=scheme, reduced_motion="reduce")
    page.goto("/sign-in")
    check(page)
    sign_in(page, base_url)
    check(page)
    make_bot(page)
    ask(page, "When do you open?")
    expect(page.locator(".answer .basis").first).to_be_visible()
    check(page)
    for group in ("Teach", "Improve", "Visitors", "On your site", "Settings"):
        page.get_by_role("navigation", name="This bot").get_by_role("link", name=group).click()
        page.wait_for_load_state()
        for tab in page.get_by_role("navigation", name=group).get_by_role("link").all_text_contents():
            page.get_by_role("navigation", name=group).get_by_role("link", name=tab, exact=True).click()
            page.wait_for_load_state()
            check(page)
    page.get_by_role("link", name="Account").click()
    page.wait_for_load_state()
    check(page)


def check(page):
    crowded = page.evaluate("[...document.querySelectorAll('nav a, button')].filter(box => box.scrollWidth > box.clientWidth + 1).length")
    assert crowded == 0, f"{crowded} words don't fit into what one presses on {page.url}"
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= room, f"{page.url} is {width} px wide"
    results = Axe().run(page)
    assert results.violations_count == 0, f"{page.url}: {results.generate_report()}"


def test_after_signing_out_the_back_button_shows_nothing_private(visit, base_url):
    page = visit()
    sign_in(page, base_url)
    make_bot(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(base_url + "/")
    page.go_back()
    page.wait_for_url(re.compile("/sign-in"))
    expect(page.get_by_text("Corner Bakery")).not_to_be_visible()


def test_a_form_that_is_sent_after_the_session_has_ended_is_not_lost(visit, base_url):
    page = visit(java_script_enabled=False)
    sign_in(page, base_url)
    make_bot(page)
    page.get_by_label("Your text").fill("We close on Sundays.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="You were signed out meanwhile")).to_be_visible()
