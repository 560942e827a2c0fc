"""A change that was held back waits for its owner, wherever they go meanwhile."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.shop import TEXT, Shop

CHANGED = TEXT.replace("3.50", "4.50")
SENTENCE = "You have unpublished changes to Corner Bakery."


@pytest.fixture
def shop(app):
    return Shop(app)


@pytest.fixture
def visit(new_page, shop):
    def visit(path, session=None, size=(390, 844), **options):
        page = new_page(size, dict([(session or shop.session).split("=", 1)]), lambda message: "Content Security Policy" in message.text, **options)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(path)
        return page

    return visit


def hold(page):
    page.get_by_label("Your text").fill(CHANGED)
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Nothing is published yet: please look at this first")).to_be_in_viewport()


@pytest.mark.parametrize("script", [True, False])
def test_whoever_goes_elsewhere_finds_the_change_again_on_any_device(visit, shop, script):
    page = visit(f"/bots/{shop.bot}", java_script_enabled=script)
    hold(page)
    page.get_by_role("link", name="Inbox").click()
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    other = visit(f"/bots/{shop.bot}", shop.owner.cookie(), java_script_enabled=script)
    expect(other.get_by_text(SENTENCE)).to_be_visible()
    expect(other.get_by_label("Your text")).to_have_value(TEXT)
    other.get_by_role("link", name="Review").click()
    expect(other.locator("#run")).to_contain_text("4.50")
    expect(other.get_by_text(SENTENCE)).to_have_count(0)
    other.get_by_role("link", name="Go back to it").click()
    expect(other.get_by_label("Your text")).to_have_value(CHANGED)
    other.get_by_role("link", name="Review").click()
    other.get_by_role("button", name="Publish anyway").click()
    expect(other.get_by_text("This is published.")).to_be_visible()
    assert "4.50" in shop.text
    page.reload()
    expect(page.get_by_text(SENTENCE)).to_have_count(0)
    assert page.complaints == other.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_it_can_be_given_up(visit, shop, script):
    page = visit(f"/bots/{shop.bot}", java_script_enabled=script)
    hold(page)
    page.goto("/account")
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Discarded. Your bot stays as it is.")).to_be_in_viewport()
    expect(page.get_by_text(SENTENCE)).to_have_count(0)
    assert shop.text == TEXT


def test_what_is_published_in_the_end_no_longer_waits(visit, shop):
    page = visit(f"/bots/{shop.bot}")
    hold(page)
    page.get_by_role("button", name="Publish anyway").click()
    expect(page.get_by_text("Saved.").first).to_be_visible()
    page.goto("/inbox")
    expect(page.get_by_text(SENTENCE)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 640), (1440, 900)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(visit, shop, size, scheme):
    hold(visit(f"/bots/{shop.bot}"))
    for path in ("/bots", f"/bots/{shop.bot}", "/inbox"):
        page = visit(path, size=size, color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
