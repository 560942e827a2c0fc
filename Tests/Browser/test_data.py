"""The pages of one's own data, of owners and of visitors, in a real browser."""

import zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.owner import Owner
from Servers.wire import ask_once, reload_until

SIZES = [(320, 640), (768, 1024), (1440, 900)]
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def shop(app):
    owner = Owner(app)
    owner.made = owner.make_bot("Corner Bakery with a name that is rather long")
    owner.bot = owner.made["id"]
    ask_once(app.port, "POST", f"/api/send/{owner.made['token']}", JSON, '{"message": "When do you open?", "session_id": "a-session-of-long-ago-1"}')
    ask_once(app.port, "DELETE", f"/api/chat/{owner.made['token']}?session_id=a-session-of-long-ago-1")
    owner.session = owner.cookie()
    return owner


@pytest.fixture
def visit(new_page, shop):
    def visit(path, size=(1440, 900), **options):
        page = new_page(size, dict([shop.session.split("=", 1)]), accept_downloads=True, **options)
        page.goto(path)
        return page

    return visit


def chat(page, shop):
    """Asks something on the chat page."""
    page.goto(f"/chat/{shop.made['token']}")
    page.get_by_label("Your message").fill("When do you open?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("9 to 18").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(visit, shop, size, scheme):
    page = visit("/account/data", size, color_scheme=scheme)
    address = chat_address(visit, shop)
    for path in ("/account/data", f"/bots/{shop.bot}/data", f"/bots/{shop.bot}/settings", "/account", address + "/data"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('.chat-data details').forEach(details => { details.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
        assert page.complaints == [], path


def chat_address(visit, shop):
    """Of a chat in which something was said."""
    page = visit("/account/data", java_script_enabled=False)
    chat(page, shop)
    return page.url.split("#")[0]


@pytest.mark.parametrize("script", [True, False])
def test_an_owner_takes_everything_with_them_and_brings_it_back(visit, shop, tmp_path, script):
    page = visit("/account", java_script_enabled=script)
    page.get_by_role("link", name="Take everything with you").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export everything").click()
    path = tmp_path / "archive.zip"
    download.value.save_as(path)
    assert download.value.suggested_filename.endswith(".zip")
    assert "data/bots.jsonl" in zipfile.ZipFile(path).namelist()
    imports = page.locator(".import")
    before = imports.count()
    page.get_by_label("The archive").set_input_files(path)
    page.get_by_role("button", name="Import").click()
    expect(imports).to_have_count(before + 1)
    refused = imports.first.get_by_text("the free plan has one bot")
    if not script:
        reload_until(page, refused)
    expect(refused).to_be_visible(timeout=15_000)


def test_what_is_no_archive_is_told_on_the_page(visit, shop):
    page = visit("/account/data")
    page.get_by_label("The archive").set_input_files({"name": "notes.zip", "mimeType": "application/zip", "buffer": b"Hello"})
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("This archive is damaged or cut off.").first).to_be_visible(timeout=15_000)
    expect(page.get_by_label("The archive")).to_be_focused()
    expect(page.locator(".wrong")).to_be_in_viewport()


def test_an_owner_takes_a_bot_and_says_how_long_conversations_are_kept(visit, shop):
    page = visit(f"/bots/{shop.bot}/settings")
    page.get_by_label("Erase conversations after so many days").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is a number of days from 1 to 3650, or empty.")).to_be_visible()
    page.get_by_label("Erase conversations after so many days").fill("90")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("link", name="Take this bot with you").click()
    expect(page.get_by_text("A conversation is erased 90 days after its last message.")).to_be_visible()
    expect(page.get_by_text("erased by its visitor").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export this bot").click()
    assert download.value.suggested_filename == "Frontdesk Corner Bakery with a name that is rather long.zip"


@pytest.mark.parametrize("script", [True, False])
def test_a_visitor_takes_their_chat_and_erases_it(visit, shop, script):
    page = visit("/account/data", java_script_enabled=script)
    chat(page, shop)
    page.get_by_role("link", name="Your data").click()
    expect(page.get_by_role("listitem")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as text").click()
    assert "When do you open?" in download.value.path().read_text()
    page.get_by_text("Delete this chat").click()
    page.get_by_role("button", name="Delete it for good").click()
    expect(page.get_by_text("Nothing of this chat is kept.")).to_be_visible()
    page.get_by_role("link", name="Back to the chat").click()
    expect(page.get_by_label("Your message")).to_be_visible()
    expect(page.get_by_text("When do you open?")).to_have_count(0)
