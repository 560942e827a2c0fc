"""The account page and an invitation in a real browser: small and large, light and dark, with and without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.people import Browser, Program, code_in, mails, new_address

SIZES = [(320, 640), (1440, 900)]


@pytest.fixture(scope="module")
def mia(app):
    """An owner with a colleague, an invitation, a second device and a second account."""
    browser = Browser(app)
    browser.sign_in(new_address("mia"))
    browser.send("PATCH", "/account", {"name": "Mia with a name that is rather long for a phone’s screen", "account_name": "Corner Bakery"})
    colleague = Browser(app)
    colleague.sign_in(new_address("tom"))
    for inviter, guest in ((browser, colleague), (colleague, browser)):
        inviter.send("POST", "/account/invitations", {"email": guest.email})
        path = re.search(r"/invitations/\S+", mails(app, guest.email)[0]["text"]).group()
        own = guest.json()["account"]["id"]
        guest.send("POST", path)
        guest.send("PUT", "/account/current", {"account": own})
    browser.send("POST", "/account/invitations", {"email": "a-rather-long-address-for-a-colleague@a-rather-long-domain.example"})
    Program(app, browser.email)
    return browser


@pytest.fixture
def visit(new_page, mia):
    def visit(path, size=(1280, 800), cookies=None, **options):
        page = new_page(size, mia.cookies if cookies is None else cookies, **options)
        page.set_default_timeout(10_000)
        page.goto(path)
        return page

    return visit


def flaws(page):
    found = Axe().run(page).response["violations"]
    return [(flaw["id"], [node["html"][:200] for node in flaw["nodes"]]) for flaw in found]


def sideways(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_page_is_accessible_and_fits(visit, size, scheme):
    page = visit("/account", size, color_scheme=scheme)
    for summary in page.locator("summary").all():
        summary.click()
    assert flaws(page) == [] and page.complaints == []
    assert sideways(page) == 0
    for control in page.locator("main :is(button, input:not([type=hidden]), summary)").all():
        assert control.bounding_box()["height"] >= 44, control.evaluate("it => it.outerHTML")


def test_an_invitation_is_accessible_and_fits(app, visit, mia):
    email = new_address("guest")
    mia.send("POST", "/account/invitations", {"email": email})
    path = re.search(r"/invitations/\S+", mails(app, email)[0]["text"]).group()
    for cookies in ({}, None):
        page = visit(path, (320, 640), cookies)
        assert flaws(page) == [] and sideways(page) == 0 and page.complaints == []
    assert flaws(visit("/invitations/nothing", (320, 640))) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_names_and_the_address_change_with_and_without_javascript(app, visit, javascript):
    person = Browser(app)
    person.sign_in(new_address("eva"))
    page = visit("/account", (320, 640), person.cookies, java_script_enabled=javascript)
    page.get_by_label("Your name").fill("Eva")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Eva")
    new = new_address("eva-new")
    page.get_by_label("New address").fill(new)
    page.get_by_role("button", name="Send both codes").click()
    page.get_by_label("The code in your old mailbox").fill(code_in(mails(app, person.email)[0]))
    page.get_by_label("The code in your new mailbox").fill("2222 2222")
    page.get_by_role("button", name="Change my address").click()
    expect(page.get_by_text("These two codes aren’t right")).to_be_visible()
    expect(page.get_by_label("The code in your old mailbox")).to_be_focused()
    page.get_by_label("The code in your new mailbox").fill(code_in(mails(app, new)[0]))
    page.get_by_role("button", name="Change my address").click()
    expect(page.get_by_text(f"You sign in with {new}")).to_be_visible()


def test_the_end_needs_the_name(app, visit):
    person = Browser(app)
    person.sign_in(new_address("zoe"))
    page = visit("/account", cookies=person.cookies)
    page.get_by_text("Delete this account").click()
    page.get_by_label("Type that name").fill("something else")
    page.get_by_role("button", name="Delete the account for good").click()
    expect(page.get_by_text("This isn’t the name.")).to_be_visible()
    page.get_by_label("Type that name").fill("My business")
    page.get_by_role("button", name="Delete the account for good").click()
    expect(page).to_have_url(re.compile(r"/$"))
    assert not person.is_signed_in
