"""Chats of somebody who is signed in, in a real browser: with a script and without, on a phone and on a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.files import jpeg, png
from Servers.frontdesk import languages
from Servers.owner import Owner
from Servers.visitors import Visitor, send_files

SIZES = [(320, 640), (1440, 900)]
ORDER = b"# Order\n\nYour parcel with the blue teapot arrives on Thursday."


@pytest.fixture(scope="module")
def owner(app):
    return Owner(app)


@pytest.fixture(scope="module")
def bot(owner):
    return owner.make_bot("Corner Bakery with a name that is rather long")


@pytest.fixture
def visit(new_page, app, bot):
    def visit(path="", size=(1440, 900), visitor=None, **options):
        visitor = visitor or Visitor(app, bot)
        page = new_page(size, visitor.browser.cookies, **options)
        page.visitor = visitor
        page.goto(visitor.path + path)
        return page

    return visit


@pytest.fixture(scope="module")
def talker(app, bot):
    """With chats of all kinds."""
    visitor = Visitor(app, bot)
    for number in range(32):
        app.data.sql("delete from message_usage")
        visitor.begin(f"Question {number}: how much is delivery, and is there anything else that I ought to know of?")
    visitor.chat = send_files(visitor.program, visitor.path, "When does the parcel arrive?", ("order.md", ORDER), ("teapot.png", png(60, 40))).json["conversation_id"]
    visitor.ask("Do you repair bicycles?", visitor.chat)
    visitor.ask("When are you open?", visitor.chat, replaces=visitor.question(visitor.chat, "Do you repair bicycles?"))
    visitor.edited = visitor.question(visitor.chat, "When are you open?")
    return visitor


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(visit, talker, size, scheme):
    for path in ("", "#chats", f"/{talker.chat}", f"/{talker.chat}/messages/{talker.edited}/earlier", "?q=nobody+said+this#chats"):
        page = visit(path, size, talker, color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
        assert page.complaints == [], path


@pytest.mark.parametrize("language", languages())
def test_longer_words_fit_too(visit, talker, language):
    for path in ("", "#chats", f"/{talker.chat}", f"/{talker.chat}/messages/{talker.edited}/earlier"):
        page = visit(path, (320, 640), talker, locale=language, reduced_motion="reduce")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
        assert page.complaints == [], path


@pytest.mark.parametrize("size", SIZES)
def test_a_file_for_a_person_shows_on_both_sides_at_once(browser, app, bot, owner, visit, size):
    page = visit(size=size)
    chat = page.visitor.begin("When are you open?")
    path = f"/bots/{bot['id']}/conversations/{chat}"
    owner.call("PUT", f"/api/v1{path}/takeover", {})
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, base_url=app.base_url)
    name, _, value = owner.cookie().partition("=")
    context.add_cookies([{"name": name, "value": value, "url": app.base_url}])
    desk = context.new_page()
    desk.goto(path)
    page.goto(f"{page.visitor.path}/{chat}")
    page.get_by_label("Your message").fill("Is this the one?")
    held = jpeg(b"52.5163 N", orientation=6)
    page.get_by_label("Attach files").set_input_files(
        [{"name": "order.md", "mimeType": "text/plain", "buffer": ORDER}, {"name": "teapot.jpg", "mimeType": "image/jpeg", "buffer": held}])
    page.get_by_label("Your message").press("Enter")
    for shown in (page, desk):
        said = shown.locator("article", has_text="Is this the one?")
        expect(said.locator(".attachment")).to_contain_text("order.md 1 KB")
        picture = said.locator(".attachment-picture img")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])") == [2, 3], "it was held upright"
        assert shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    expect(page.locator("article", has_text="Is this the one?")).to_contain_text("A person will answer you here.")
    with desk.expect_download() as download:
        desk.locator(".attachment").click()
    assert download.value.suggested_filename == "order.md"
    assert Axe().run(desk).violations_count == 0 and page.complaints == []
    context.close()


def test_a_chat_begins_goes_on_and_is_found_again(visit):
    page = visit()
    page.get_by_label("Your message").fill("When are you open?")
    page.get_by_label("Your message").press("Enter")
    page.wait_for_url("**/sessions/*-*")
    expect(page.locator(".reply-text").last).to_contain_text("from 9 to 18")
    page.get_by_label("Your message").fill("How much is delivery?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".answer")).to_have_count(2)
    expect(page.locator(".reply-text").last).to_contain_text("3.50")
    expect(page.locator("#usage")).to_have_text("2 of 50 messages used, more in 24 hours")
    page.get_by_role("link", name="New chat").click()
    page.get_by_label("Search your chats").fill("3.50")
    expect(page.locator(".chats-item")).to_have_text(["When are you open?"])
    page.get_by_label("Search your chats").fill("nothing like it")
    expect(page.get_by_text("Nothing fits.")).to_be_visible()
    page.get_by_label("Search your chats").fill("")
    page.locator(".chats-item").first.click()
    expect(page.locator(".answer")).to_have_count(2)
    assert page.complaints == []


def test_a_message_shows_before_the_server_has_it_and_isnt_lost_when_it_is_away(visit):
    page = visit()
    chat = page.visitor.begin("When are you open?")
    page.goto(f"{page.visitor.path}/{chat}")
    page.route("**/messages", lambda route: route.abort())
    page.get_by_label("Your message").fill("How much is delivery?")
    page.get_by_label("Attach files").set_input_files({"name": "order.md", "mimeType": "text/plain", "buffer": ORDER})
    expect(page.locator("#files-hint")).to_have_text("order.md")
    page.get_by_label("Your message").press("Enter")
    bubble = page.locator(".chat-sending")
    expect(bubble).to_contain_text("How much is delivery?")
    expect(bubble.get_by_role("button", name="Try again")).to_be_visible()
    page.unroute("**/messages")
    bubble.get_by_role("button", name="Try again").click()
    expect(page.locator(".answer")).to_have_count(2)
    expect(page.locator(".attachment")).to_contain_text("order.md")
    expect(page.locator(".chat-sending")).to_have_count(0)


def test_a_refused_file_is_explained_where_it_was_sent(visit):
    page = visit()
    chat = page.visitor.begin("When are you open?")
    page.goto(f"{page.visitor.path}/{chat}")
    page.get_by_label("Your message").fill("What is this?")
    page.get_by_label("Attach files").set_input_files({"name": "bad.pdf", "mimeType": "application/pdf", "buffer": b"no"})
    page.get_by_label("Your message").press("Enter")
    expect(page.locator(".chat-sending")).to_contain_text("“bad.pdf”: This file is called .pdf, but it is something else.")


def test_an_edit_answers_from_there_and_the_earlier_version_can_be_read(visit, talker):
    page = visit(f"/{talker.chat}", visitor=talker)
    expect(page.locator(".answer")).to_have_count(2)
    page.get_by_role("link", name="Earlier version").click()
    expect(page.get_by_text("Do you repair bicycles?")).to_be_visible()
    page.get_by_role("link", name="Back to the chat").click()
    page.locator(".chats-tools summary").first.click()
    page.get_by_label("Your question, written anew").first.fill("When does the parcel with the teapot come?")
    page.get_by_role("button", name="Ask again from here").click()
    expect(page.locator(".answer")).to_have_count(1)
    expect(page.locator(".reply-text")).to_contain_text("Thursday")
    expect(page.locator(".attachment-picture img")).to_be_visible()
    assert page.locator(".attachment-picture img").evaluate("image => image.complete && image.naturalWidth") == 60
    assert page.complaints == []


def test_older_chats_come_as_one_scrolls(visit, talker):
    page = visit(visitor=talker)
    expect(page.locator(".chats-item")).to_have_count(30)
    page.locator(".chats-more").scroll_into_view_if_needed()
    expect(page.locator(".chats-item")).to_have_count(33)
    expect(page.get_by_role("link", name="Older chats")).to_have_count(0)


def test_on_a_phone_the_chats_are_a_drawer_that_the_keyboard_opens_and_closes(visit, talker):
    page = visit(f"/{talker.chat}", (320, 640), talker, reduced_motion="reduce")
    side = page.locator("#chats")
    expect(side).to_be_hidden()
    page.get_by_role("link", name="Your chats").press("Enter")
    expect(side).to_be_visible()
    page.keyboard.press("Escape")
    expect(side).to_be_hidden()
    page.get_by_role("link", name="Your chats").click()
    page.get_by_role("link", name="Back to the chat").click()
    expect(side).to_be_hidden()


@pytest.mark.parametrize("size", SIZES)
def test_without_a_script_everything_works(visit, size):
    page = visit("", size, java_script_enabled=False)
    page.get_by_label("Your message").fill("When does the parcel with the teapot arrive?")
    page.get_by_label("Attach files").set_input_files({"name": "order.md", "mimeType": "text/plain", "buffer": ORDER})
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".reply-text")).to_contain_text("Thursday")
    page.get_by_text("Change", exact=True).click()
    page.get_by_label("Name of this chat").fill("The parcel")
    page.get_by_role("button", name="Save the name").click()
    if size[0] < 800:
        page.get_by_role("link", name="Your chats").click()
    page.get_by_label("Search your chats").fill("teapot")
    page.get_by_label("Search your chats").press("Enter")
    expect(page.locator(".chats-item")).to_have_text(["The parcel"])
    page.locator(".chats-item").click()
    page.get_by_text("Change", exact=True).click()
    page.get_by_role("button", name="Delete this chat").click()
    expect(page.locator(".answer")).to_have_count(0)


def test_from_the_open_chat_one_gets_to_ones_own(browser, app, bot):
    context = browser.new_context(base_url=app.base_url)
    page = context.new_page()
    page.goto(f"/chat/{bot['token']}")
    page.get_by_role("link", name="Your chats").click()
    expect(page.get_by_label("Your e-mail address")).to_be_visible()
    assert page.locator("input[name=next]").get_attribute("value") == f"/chat/{bot['token']}/sessions"
    context.close()
