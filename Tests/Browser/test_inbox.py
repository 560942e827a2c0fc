"""A visitor and the people of a business talk, each in a browser of their own; the inbox, and how the pages look."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.hostile import TEXTS
from Servers.people import Browser, Program, mails, new_address
from Servers.visitor import Visitor

pytestmark = pytest.mark.long

SIZES = [(320, 640), (768, 1024), (1440, 900)]


class Shop:
    def __init__(self, app):
        self.app = app
        self.browser = Browser(app)
        self.browser.sign_in(new_address("owner"))
        self.browser.send("PATCH", "/account", {"name": "Mia"})
        self.program = Program(app, self.browser.email)
        bot = self.program.send("POST", "/bots", {"name": "Corner Bakery", "text": "## Hours\nWe are open from 9 to 18 o’clock.\n"}).json
        self.bot, self.token, self.path = bot["id"], bot["token"], f"/bots/{bot['id']}"
        self.program.send("PUT", f"{self.path}/lead-form", {"lead_fields": ["name", "email", "phone"], "consent_text": "You may write to me about my question."})


@pytest.fixture(scope="module")
def shop(app):
    return Shop(app)


@pytest.fixture(autouse=True)
def without_limits(data):
    data.sql("delete from rate_limits")


@pytest.fixture
def open_page(new_page, base_url, shop):
    """A page of a visitor or, `signed_in`, of the owner."""
    def open_page(path, size=(1280, 800), signed_in=False, **options):
        page = new_page(size, shop.browser.cookies if signed_in else None, **options)
        page.foreign = []
        page.on("dialog", lambda dialog: (page.complaints.append("a dialog"), dialog.dismiss()))
        page.on("request", lambda request: request.url.startswith((base_url, "data:", "blob:")) or page.foreign.append(request.url))
        page.goto(path)
        return page

    return open_page


def say(page, text):
    page.get_by_role("textbox", name="Your message").fill(text)
    page.locator("#composer").get_by_role("button", name="Send").click()


def begun(shop, text="When are you open?"):
    visitor = Visitor(shop.app, shop.token)
    visitor.say(text)
    return visitor


def test_a_visitor_and_a_person_talk(open_page, shop):
    visitor, inbox = open_page(f"/chat/{shop.token}", size=(390, 844)), open_page("/inbox", signed_in=True)
    expect(inbox.get_by_role("heading", name="Inbox")).to_be_visible()
    say(visitor, "Do you make cakes for weddings?")
    row = inbox.locator(".asked", has_text="Do you make cakes for weddings?")
    expect(row).to_have_count(1)
    expect(inbox.locator(".asked").first).to_contain_text("weddings")
    visitor.get_by_role("button", name="Talk to a person").click()
    expect(visitor.locator("#handling")).to_contain_text("A person has been told")
    expect(visitor.get_by_role("link", name="Leave your address")).to_have_count(2)  # the bot didn't know, and they wait
    expect(row).to_contain_text("Wants a person")
    expect(inbox.get_by_role("status").filter(has_text="waits for a person")).to_be_visible()
    row.get_by_role("link").first.click()
    inbox.get_by_role("button", name="Take over").click()
    expect(inbox.locator("#handling")).to_contain_text("You are answering")
    expect(visitor.locator("#handling")).to_contain_text("You are talking with Mia")
    inbox.get_by_role("textbox", name="Your answer").fill("Yes, **we do**. For how many?")
    inbox.get_by_role("button", name="Send").click()
    expect(inbox.get_by_role("textbox", name="Your answer")).to_have_value("")
    expect(inbox.locator(".said-person")).to_have_count(1)
    theirs = visitor.locator("#log .chat-person")
    expect(theirs).to_have_count(1)
    expect(theirs).to_contain_text("Mia")
    expect(theirs.locator("strong")).to_have_text("we do")
    expect(visitor.locator("#status")).to_contain_text("For how many?")
    say(visitor, "For forty guests")
    expect(inbox.locator(".said-visitor").last).to_contain_text("For forty guests")
    expect(visitor.locator("#log")).to_contain_text("A person will answer")
    inbox.get_by_role("button", name="Let the bot answer again").click()
    expect(visitor.locator("#handling")).not_to_contain_text("Mia")
    say(visitor, "When are you open?")
    expect(visitor.locator("#log")).to_contain_text("9 to 18")
    expect(inbox.locator(".said-bot").last).to_contain_text("9 to 18")
    expect(inbox.locator(".said-person")).to_have_count(1)
    expect(visitor.locator("#log .chat-person")).to_have_count(1)
    assert visitor.complaints == [] and inbox.complaints == []


def test_what_is_typed_survives_what_comes(open_page, shop):
    visitor = begun(shop)
    page = open_page(f"{shop.path}/conversations/{visitor.conversation}", signed_in=True)
    page.get_by_role("textbox", name="Your answer").fill("Half an ans")
    visitor.say("And on Sundays, are you open?")
    expect(page.locator(".said-visitor")).to_have_count(2)
    visitor.ask_for_person()
    expect(page.locator("#handling")).to_contain_text("waits for a person")
    expect(page.get_by_role("textbox", name="Your answer")).to_have_value("Half an ans")


def test_rows_keep_their_order_and_the_focus(open_page, shop):
    first, second = begun(shop, "First question of two?"), begun(shop, "Second question of two?")
    page = open_page("/inbox", signed_in=True)
    link = page.locator(f"#open-{first.conversation}")
    link.focus()
    first.say("And one more thing?")
    expect(page.locator(".asked").first).to_have_attribute("id", f"conversation-{first.conversation}")
    assert page.evaluate("document.activeElement.id") == f"open-{first.conversation}"
    shop.browser.get(f"{shop.path}/conversations/{second.conversation}")
    expect(page.locator(f"#conversation-{second.conversation}")).not_to_have_class(re.compile("unread"))
    expect(page.locator(".asked").first).to_have_attribute("id", f"conversation-{first.conversation}")
    assert page.locator(f"#conversation-{second.conversation}").count() == 1 and page.complaints == []


def test_without_javascript_all_of_it_works_by_reloading(open_page, shop):
    visitor = open_page(f"/chat/{shop.token}", java_script_enabled=False)
    say(visitor, "Is there gluten-free cake?")
    visitor.get_by_role("button", name="Talk to a person").click()
    expect(visitor.locator("#handling")).to_contain_text("A person has been told")
    inbox = open_page("/inbox?handling=waiting", signed_in=True, java_script_enabled=False)
    inbox.locator(".asked", has_text="gluten-free").get_by_role("link").first.click()
    inbox.get_by_role("button", name="Take over").click()
    inbox.get_by_role("textbox", name="Your answer").fill("On Wednesdays.")
    inbox.get_by_role("button", name="Send").click()
    expect(inbox.locator(".said-person")).to_contain_text("On Wednesdays.")
    visitor.reload()
    expect(visitor.locator("#log .chat-person")).to_contain_text("On Wednesdays.")
    expect(visitor.locator("#handling")).to_contain_text("Mia")
    for words in ("Thank you!", "Goodbye!"):
        say(visitor, words)
        inbox.get_by_role("link", name="Look for new messages").click()
        expect(inbox.locator(".said-visitor").last).to_contain_text(words)
    inbox.get_by_role("button", name="Let the bot answer again").click()
    expect(inbox.locator("#handling")).to_contain_text("The bot answers")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_visitor_leaves_an_address(open_page, shop, javascript):
    visitor = open_page(f"/chat/{shop.token}", size=(320, 640), java_script_enabled=javascript)
    say(visitor, "Do you sell tractors?")
    visitor.get_by_role("link", name="Leave your address").click()
    visitor.get_by_role("textbox", name="Your name").fill("Anna")
    visitor.get_by_role("textbox", name="What is it about?").fill("A tractor made of cake")
    visitor.locator("#lead").get_by_role("button", name="Send").click()
    expect(visitor.get_by_text("Please tell us how we can reach you.")).to_be_visible()
    expect(visitor.get_by_role("textbox", name="What is it about?")).to_have_value("A tractor made of cake")
    visitor.get_by_role("textbox", name="Your e-mail address").fill("anna@example.org")
    visitor.get_by_role("checkbox").check()
    visitor.locator("#lead").get_by_role("button", name="Send").click()
    expect(visitor.get_by_text("Thank you. We’ll get in touch.")).to_be_visible()
    leads = open_page(f"{shop.path}/leads", signed_in=True)
    expect(leads.locator(".asked").first).to_contain_text("A tractor made of cake")
    if javascript:
        assert [complaint for complaint in visitor.complaints if "422" not in complaint] == []


def test_from_the_mail_an_owner_answers_on_a_phone(open_page, shop):
    visitor = begun(shop, "Is anybody there for me?")
    visitor.ask_for_person()
    mail = next(mail for mail in mails(shop.app, shop.browser.email) if "waiting for you" in mail["subject"])
    path = re.search(r"https?://[^/]+(/bots/\S+)", mail["text"])[1]
    page = open_page(path, size=(320, 640), signed_in=True, has_touch=True, is_mobile=True)
    page.get_by_role("textbox", name="Your answer").fill("I am here.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said-person")).to_contain_text("I am here.")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert "I am here." in visitor.page().text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(open_page, shop, size, scheme):
    visitor = begun(shop, "Can I have a cake with a very long name, written on it in sugar?")
    visitor.ask_for_person()
    shop.program.send("POST", f"{shop.path}/conversations/{visitor.conversation}/messages", {"text": "Of **course**."})
    visitor.leave({"name": "Anna", "email": "anna@example.org", "consent": 2})
    for path in ("/inbox", f"{shop.path}/conversations", f"{shop.path}/conversations/{visitor.conversation}", f"{shop.path}/leads",
                 f"{shop.path}/reception", "/account"):
        page = open_page(path, size, signed_in=True, color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
        assert page.complaints == [], path
    for path in (visitor.path, f"{visitor.path}/leads"):
        page = open_page(path, size, color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


def test_hostile_words_do_nothing_where_they_arrive_live(open_page, shop):
    visitor = begun(shop)
    inbox, desk = open_page("/inbox", signed_in=True), open_page(f"{shop.path}/conversations/{visitor.conversation}", signed_in=True)
    chat = open_page(visitor.path)
    for kind in ("script", "image", "htmx", "closing", "attribute", "markdown image", "event", "form"):
        visitor.say(TEXTS[kind])
        shop.program.send("POST", f"{shop.path}/conversations/{visitor.conversation}/messages", {"text": TEXTS[kind]})
        shop.program.send("DELETE", f"{shop.path}/conversations/{visitor.conversation}/takeover")
    expect(desk.locator(".said-person")).to_have_count(8)
    expect(chat.locator(".chat-person")).to_have_count(8)
    expect(inbox.locator(f"#conversation-{visitor.conversation}")).to_have_count(1)
    for page in (inbox, desk, chat):
        assert page.complaints == [] and page.foreign == []
        assert page.locator("#log script, #talk script, #log iframe, #talk img, #log img[src^=http], b").count() == 0
