"""The widget on three real-looking sites of another origin, and the chat page by itself, in a real browser."""

import json
import re
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.owner import Owner
from Servers.sites import Site

PARAGRAPHS = "<p>We bake bread every morning, and cakes when somebody has a birthday.</p>" * 12
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>
<body><header><a href="/">Home</a> <a href="/cakes">Cakes</a></header><main><h1>{title}</h1>{content}</main>{scripts}</body></html>"""
HOSTILE_CSS = """<style>
body, body *, frontdesk-chat { all: revert; position: static !important; display: block !important; font: 40px serif !important; color: lime !important;
  background: yellow !important; transform: rotate(3deg); width: 90% !important; height: auto !important; opacity: .3 !important;
  visibility: hidden !important; z-index: -1 !important; margin: 50px !important; pointer-events: none !important }
button, iframe { display: none !important } body { filter: blur(2px); transform: scale(.5); overflow: hidden }
frontdesk-chat { display: none !important; left: -9999px !important }
</style>"""
# What a page under it may do: run scripts and show frames of ours. Nothing inline, no style attribute, no markup made by scripts.
STRICT = "default-src 'none'; script-src {origin}; frame-src {origin}; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
SIZES = [(320, 640), (768, 1024), (1440, 900)]
QUESTION = "When do you open?"
OPEN = "Chat with us"
WATCH = """
window.shifts = 0; window.violations = []
new PerformanceObserver(list => { for (const entry of list.getEntries()) shifts += entry.value }).observe({ type: 'layout-shift', buffered: true })
addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI))
"""
WATCH_CHAT = """
window.announced = []
addEventListener('DOMContentLoaded', () => {
  const status = document.getElementById('status')
  if (status) new MutationObserver(() => { const text = status.textContent; if (text && text !== announced.at(-1)) announced.push(text) })
    .observe(status, { childList: true, characterData: true, subtree: true })
})
"""


class Shop:
    def __init__(self, app, **settings):
        self.app = app
        self.owner = Owner(app)
        self.bot = self.owner.make_bot()
        self.cookie = self.owner.cookie().split("=", 1)
        self.change(**settings)

    def change(self, **settings):
        assert self.owner.call("PATCH", f"/api/v1/bots/{self.bot['id']}", settings).status == 200

    @property
    def script(self):
        return f'<script src="{self.app.base_url}/widget/embed/{self.bot["token"]}.js" async></script>'

    @property
    def address(self):
        return f"{self.app.base_url}/chat/{self.bot['token']}"


@pytest.fixture(scope="module")
def shop(app):
    return Shop(app, contact_line="Call 555 0100.")


@pytest.fixture(scope="module")
def site():
    """Of another site than the app: `localhost` rather than an address."""
    site = Site("localhost")
    yield site
    site.stop()


@pytest.fixture(autouse=True)
def nobody_has_asked_yet(app):
    app.data.sql("delete from rate_limits where key like 'visitor%'")


@pytest.fixture
def put(site, app):
    """Puts a page on the site."""

    def put(*scripts, head="", content=PARAGRAPHS, csp=None):
        headers = {"Content-Security-Policy": csp.format(origin=app.base_url)} if csp else {}
        for path, title in (("/", "Corner Bakery"), ("/cakes", "Cakes")):
            site.pages[path] = (headers, PAGE.format(title=title, head=head, content=content, scripts="".join(scripts)))
        site.pages["/favicon.ico"] = ({"Content-Type": "image/x-icon"}, "")
        return site.origin + "/"

    return put


@pytest.fixture
def visit(new_page):
    def visit(address, size=(1280, 800), **options):
        page = new_page(size, **options)
        page.set_default_timeout(15_000)
        if options.get("java_script_enabled", True):
            page.add_init_script(WATCH + WATCH_CHAT)
        page.addresses = []
        page.on("request", lambda request: page.addresses.append(request.url))
        page.goto(address)
        return page

    return visit


def launcher(page, name=OPEN):
    return page.get_by_role("button", name=name)


def open_chat(page, name=OPEN):
    launcher(page, name).click()
    chat = page.frame_locator("iframe:not([hidden])")
    expect(chat.get_by_role("button", name="Close the chat")).to_be_visible()  # its script has run
    return chat


def ask(chat, question=QUESTION):
    count = chat.locator(".reply:not([aria-busy])").count()
    chat.get_by_label("Your message").fill(question)
    chat.get_by_label("Your message").press("Enter")
    expect(chat.locator(".reply:not([aria-busy])")).to_have_count(count + 1)
    return chat.locator(".answer").last


def stored(page):
    return page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") + [page.context.cookies()]


def flaws(page):
    found = Axe().run(page).response["violations"]
    return [(flaw["id"], [node["html"][:200] for node in flaw["nodes"]]) for flaw in found]


# Before and after opening


def test_before_it_is_opened_it_costs_one_request_and_stores_and_moves_nothing(put, visit, shop):
    page = visit(put(shop.script))
    expect(launcher(page)).to_be_visible()
    page.wait_for_timeout(500)
    ours = [address for address in page.addresses if shop.app.base_url in address]
    assert len(ours) == 1 and "/widget/embed/" in ours[0], ours
    assert page.locator("iframe").count() == 0 and stored(page) == ["", 0, 0, []]
    assert page.evaluate("shifts") == 0 and page.complaints == []
    open_chat(page)
    assert page.evaluate("shifts") == 0 and stored(page) == ["", 0, 0, []]


def test_a_visitor_asks_and_reads_where_the_answer_comes_from(put, visit, shop):
    chat = open_chat(visit(put(shop.script)))
    answer = ask(chat)
    expect(answer.locator(".reply-text")).to_contain_text("from 9 to 18")
    answer.locator(".citation summary").click()
    expect(answer.locator(".citation blockquote")).to_be_visible()
    expect(ask(chat, "And on Sundays?").locator(".reply-text")).to_contain_text("from 10 to 12")
    assert chat.locator(".answer").count() == 2


def test_everything_is_done_by_keyboard_alone(put, visit, shop):
    page = visit(put(shop.script))
    expect(launcher(page)).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.localName") == "frontdesk-chat":
            break
    expect(launcher(page)).to_be_focused()
    page.keyboard.press("Enter")
    chat = page.frame_locator("iframe")
    expect(chat.get_by_label("Your message")).to_be_focused()
    expect(launcher(page, "Close the chat").first).to_have_attribute("aria-expanded", "true")
    expect(chat.get_by_role("button", name="Close the chat")).to_be_visible()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(chat.locator(".thumbs")).to_be_visible()
    expect(chat.get_by_label("Your message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(launcher(page)).to_be_focused()
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(chat.get_by_label("Your message")).to_be_focused()
    expect(chat.locator(".answer")).to_have_count(1)


def test_a_screen_reader_finds_names_and_roles_and_hears_an_answer_once(put, visit, shop):
    page = visit(put(shop.script))
    chat = open_chat(page)
    assert page.locator("iframe").get_attribute("title") == "Corner Bakery"
    ask(chat)
    frame = page.frames[1]
    page.wait_for_timeout(600)
    announced = frame.evaluate("announced")
    assert len(announced) == 1 and announced[0].startswith("Quoted from our own text") and "9 to 18" in announced[0]
    tree = chat.locator("body").aria_snapshot()
    for part in ('heading "Corner Bakery" [level=1]', "log", 'heading "You asked: When do you open?"', 'button "Yes"', 'textbox "Your message"', 'button "Send"'):
        assert part in tree, tree


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(put, visit, shop, size, scheme):
    page = visit(put(shop.script), size=size, color_scheme=scheme, reduced_motion="reduce")
    expect(launcher(page)).to_be_visible()
    assert flaws(page) == []
    chat = open_chat(page)
    answer = ask(chat)
    answer.locator(".thumb-down").click()
    expect(chat.get_by_label("What was wrong?")).to_be_visible()
    ask(chat, "Do you sell bicycles?")
    chat.get_by_role("button", name="Talk to a person").click()
    expect(chat.get_by_text("A person has been told.")).to_be_visible()
    assert flaws(page) == []
    frame = page.frames[1]
    assert frame.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    box = page.locator("iframe").bounding_box()
    assert box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= size[0] and box["y"] + box["height"] <= size[1]
    if size[0] <= 480:
        assert (box["width"], box["height"]) == size


# The three sites


def test_hostile_styles_change_nothing(put, visit, shop):
    page = visit(put(shop.script, head=HOSTILE_CSS))
    button = launcher(page)
    expect(button).to_be_visible()
    box = button.bounding_box()
    assert (box["width"], box["height"]) == (56, 56) and box["x"] + 56 == 1280 - 20 and box["y"] + 56 == 800 - 20
    assert page.evaluate("getComputedStyle(document.querySelector('frontdesk-chat').shadowRoot.querySelector('button')).backgroundColor") == "rgb(194, 24, 91)"
    expect(ask(open_chat(page)).locator(".reply-text")).to_contain_text("from 9 to 18")


def test_a_strict_policy_needs_no_exception_but_our_origin(put, visit, shop):
    page = visit(put(shop.script, csp=STRICT))
    box = launcher(page).bounding_box()
    assert (box["width"], box["height"]) == (56, 56)
    expect(ask(open_chat(page)).locator(".reply-text")).to_contain_text("from 9 to 18")
    assert page.evaluate("violations") == [] and page.complaints == []


def test_several_bots_stand_beside_each_other_and_one_twice_is_one(app, put, visit, shop):
    second, third = Shop(app, language="de", primary_color="#ffee00"), Shop(app, language="fr", position="left")
    page = visit(put(shop.script, second.script, shop.script, third.script, shop.script))
    boxes = {}
    for name in (OPEN, "Mit uns chatten", "Discuter avec nous"):
        expect(launcher(page, name)).to_have_count(1)
        boxes[name] = launcher(page, name).bounding_box()
    assert boxes["Discuter avec nous"]["x"] == 20 and boxes["Discuter avec nous"]["y"] == 800 - 76
    assert sorted([boxes[OPEN]["y"], boxes["Mit uns chatten"]["y"]]) == [800 - 76 - 72, 800 - 76]
    launcher(page, "Mit uns chatten").click()
    chat = page.frame_locator("iframe:not([hidden])")
    expect(chat.get_by_label("Ihre Nachricht")).to_be_visible()
    assert page.locator("iframe").count() == 1


# Who may show it, and who may talk to it


def test_a_site_that_isnt_allowed_shows_nothing_and_cant_frame_it(app, put, visit, site):
    shop = Shop(app, allowed_sites=["https://www.shop.example"])
    page = visit(put(shop.script))
    page.wait_for_timeout(500)
    assert page.locator("frontdesk-chat").count() == 0 and page.complaints == []
    frames = f'<iframe src="{app.base_url}/widget/b/{shop.bot["token"]}/"></iframe><iframe src="{app.base_url}/sign-in"></iframe><iframe src="{shop.address}"></iframe>'
    page = visit(put(content=frames))
    page.wait_for_timeout(1000)
    assert len([words for words in page.complaints if "frame-ancestors" in words]) == 3, page.complaints
    shop.change(allowed_sites=[site.origin])
    expect(open_chat(visit(put(shop.script))).get_by_label("Your message")).to_be_visible()


def test_forged_messages_change_nothing(put, visit, shop):
    page = visit(put(shop.script))
    chat = open_chat(page)
    page.evaluate("""() => {
        for (const forged of ['close', 'frontdesk', { type: 'close' }, { page: 'javascript:1' }, 'focus', '"><script>alert(1)</script>']) {
          postMessage(forged, '*')
          document.querySelector('frontdesk-chat').shadowRoot.querySelector('iframe').contentWindow.postMessage(forged, '*')
        }
        const other = document.createElement('iframe')
        other.srcdoc = `<script>parent.postMessage('close', '*'); parent.document.querySelector('frontdesk-chat').shadowRoot.querySelector('iframe')
          .contentWindow.postMessage('frontdesk', '*', [new MessageChannel().port1])<\\/script>`
        document.body.append(other)
    }""")
    page.wait_for_timeout(500)
    chat = page.frame_locator("iframe[title='Corner Bakery']")
    expect(chat.get_by_label("Your message")).to_be_visible()
    chat.get_by_role("button", name="Close the chat").click()
    expect(page.locator("iframe[title='Corner Bakery']")).to_be_hidden()


def test_an_unknown_bot_fails_quietly(put, visit, app):
    for token in ("0" * 32, "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"):
        page = visit(put(f'<script src="{app.base_url}/widget/embed/{token}.js" async></script>'))
        page.wait_for_timeout(300)
        assert page.locator("frontdesk-chat").count() == 0
        assert [words for words in page.complaints if "Failed to load resource" not in words and "MIME" not in words] == []


# Without JavaScript, storage or a connection


def test_without_javascript_the_site_links_to_a_chat_that_works(put, visit, shop):
    snippet = shop.owner.get(f"/bots/{shop.bot['id']}/widget").json["snippet"]
    snippet = re.sub(r"http://127\.0\.0\.1:\d+", shop.app.base_url, snippet)
    page = visit(put(snippet), java_script_enabled=False)
    page.get_by_role("link", name=OPEN).click()
    page.get_by_label("Your message").fill(QUESTION)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".reply-text")).to_contain_text("from 9 to 18")
    page.get_by_label("Your message").fill("And on Sundays?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".reply-text").last).to_contain_text("from 10 to 12")
    page.locator(".thumb-down").last.click()
    page.get_by_label("What was wrong?").fill("Too short")
    page.get_by_label("What was wrong?").press("Enter")
    expect(page.locator(".thumb-down[aria-pressed=true]")).to_have_count(1)
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.get_by_text("A person has been told.")).to_be_visible()
    page.get_by_label("Your message").fill(" ")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Please write something first.")).to_be_visible()


def test_a_chat_is_there_again_on_the_next_page_and_gone_when_started_over(put, visit, shop):
    """In a private window, where a frame of another site may store nothing."""
    page = visit(put(shop.script))
    ask(open_chat(page))
    page.get_by_role("link", name="Cakes").click()
    chat = open_chat(page)
    expect(chat.locator(".answer")).to_have_count(1)
    chat.get_by_role("link", name="Start over").click()
    expect(chat.locator(".answer")).to_have_count(0)
    page.reload()
    expect(open_chat(page).locator(".answer")).to_have_count(0)


def test_the_hosted_page_finds_its_chat_again(visit, shop):
    page = visit(shop.address)
    ask(page)
    assert re.fullmatch(re.escape(shop.address) + r"/[\w-]{22}", page.url)
    page.goto(shop.address)
    expect(page.locator(".answer")).to_have_count(1)
    page.get_by_role("link", name="Start over").click()
    expect(page.locator(".answer")).to_have_count(0)
    assert page.complaints == [] and page.context.cookies() == []


def test_where_the_browser_lets_frames_store_nothing_it_works_all_the_same(put, visit, shop):
    page = visit("about:blank")
    page.add_init_script("""for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError') } })""")
    page.goto(put(shop.script))
    chat = open_chat(page)
    expect(ask(chat).locator(".reply-text")).to_contain_text("from 9 to 18")
    expect(ask(chat, "And on Sundays?").locator(".reply-text")).to_contain_text("from 10 to 12")
    assert page.complaints == []


def test_offline_nothing_is_lost_and_back_again_it_is_sent(put, visit, shop):
    page = visit(put(shop.script))
    chat = open_chat(page)
    ask(chat)
    page.context.set_offline(True)
    chat.get_by_label("Your message").fill("And on Sundays?")
    chat.get_by_label("Your message").press("Enter")
    expect(chat.locator("#log").get_by_text("This wasn’t sent.")).to_be_visible()
    expect(chat.locator(".question").last).to_contain_text("And on Sundays?")
    chat.get_by_label("Your message").fill("Do you deliver within the city?")
    chat.get_by_label("Your message").press("Enter")
    expect(chat.get_by_role("button", name="Try again")).to_have_count(2)
    page.context.set_offline(False)
    expect(chat.locator(".reply-text").last).to_contain_text("3.50")
    expect(chat.locator(".reply-text").nth(1)).to_contain_text("from 10 to 12")
    expect(chat.get_by_role("button", name="Try again")).to_have_count(0)
    assert chat.locator(".answer").count() == 3


def test_a_refused_message_can_be_tried_again(put, visit, shop):
    page = visit(put(shop.script))
    chat = open_chat(page)
    page.context.route("**/messages", lambda route: route.fulfill(status=503, body="<h1>Bad gateway</h1>"))
    chat.get_by_label("Your message").fill(QUESTION)
    chat.get_by_label("Your message").press("Enter")
    expect(chat.get_by_role("button", name="Try again")).to_be_visible()
    assert chat.get_by_text("Bad gateway").count() == 0
    page.context.unroute("**/messages")
    chat.get_by_role("button", name="Try again").click()
    expect(chat.locator(".reply-text")).to_contain_text("from 9 to 18")


def test_a_person_is_read_live_by_name(put, visit, shop):
    chat = open_chat(visit(put(shop.script)))
    ask(chat)
    message = chat.locator(".answer").get_attribute("id").removeprefix("answer-")
    shop.app.data.sql(
        "with author as (update users set name = 'Mia' where email = '%s' returning id), c as (update conversations set handling = 'person', "
        "taken_by = (select id from author), last_message_at = now() where id = (select conversation_id from messages where id = '%s') "
        "returning account_id, id) insert into messages (id, account_id, conversation_id, role, text, state, author_id) "
        "select gen_random_uuid(), account_id, c.id, 'person', 'Hello, I am *here*.', 'answered', author.id from c, author" % (shop.owner.email, message))
    expect(chat.locator(".chat-person")).to_contain_text("Hello, I am here.")
    expect(chat.locator(".chat-author")).to_have_text("Mia")
    expect(chat.get_by_text("You are talking with Mia")).to_be_visible()
    chat.get_by_label("Your message").fill("Thanks!")
    chat.get_by_label("Your message").press("Enter")
    expect(chat.locator("#log").get_by_text("A person will answer you here.")).to_be_visible()


HOSTILE = """<img src=x onerror="top.broken=1"> <script>top.broken=1</script> [a](javascript:top.broken=1) ![b](https://evil.example/?q=1)
<a hx-get="/x" hx-trigger="load">c</a> <style>@import 'https://evil.example'</style> <svg onload=top.broken=1> <form action=https://evil.example>"""


@pytest.mark.parametrize("script", [True, False])
def test_hostile_markdown_and_html_stay_text(app, visit, script):
    shop = Shop(app, welcome_message=HOSTILE[:290], contact_line=HOSTILE[:290])
    assert shop.owner.call("PUT", f"/api/v1/bots/{shop.bot['id']}/context", {"text": f"## Hours\nWe open at nine. {HOSTILE}"}).status == 200
    page = visit(shop.address, java_script_enabled=script)
    page.get_by_label("Your message").fill("When do you open? " + HOSTILE.replace("\n", " "))
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".thumbs, .reply-text").last).to_be_visible()
    page.wait_for_timeout(300)
    assert page.locator("#log :is(img, script, style, iframe, [onerror], [onload], [hx-trigger=load], a[href^='javascript'], form:not([action^='/chat/']))").count() == 0
    assert not [address for address in page.addresses if "evil.example" in address]
    if script:
        assert page.evaluate("window.broken") is None and page.evaluate("violations") == []


# The owner's page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_owner_sees_the_widget_as_it_changes_and_is_warned_of_a_pale_colour(app, shop, visit, size, scheme):
    page = sign_in(visit, shop, size=size, color_scheme=scheme, reduced_motion="reduce")
    page.get_by_label("Welcome message").fill("Moin!")
    expect(page.locator(".preview-welcome")).to_have_text("Moin!")
    page.get_by_label("Hint in the message box").fill("Ask about our cakes")
    expect(page.locator(".preview-field")).to_have_text("Ask about our cakes")
    page.get_by_label("Colour").fill("#ffee00")
    expect(page.get_by_text("White text is hard to read")).to_be_visible()
    expect(page.locator(".preview-head")).to_have_css("background-color", "rgb(255, 238, 0)")
    expect(page.locator(".preview-head")).to_have_css("color", "rgb(0, 0, 0)")
    assert flaws(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("button", name=re.compile("Use #")).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("White text is hard to read")).to_have_count(0)
    assert page.complaints == []
    expect(page.get_by_label("Hint in the message box")).to_have_value("Ask about our cakes")
    page.goto(shop.address)
    expect(page.get_by_label("Your message")).to_have_attribute("placeholder", "Ask about our cakes")
    shop.change(primary_color="#c2185b", welcome_message="", placeholder="")


def test_the_owner_previews_without_javascript(shop, visit):
    page = sign_in(visit, shop, java_script_enabled=False)
    page.get_by_label("Welcome message").fill("Moin!")
    page.get_by_label("Place on your website").select_option("left")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview-left .preview-welcome")).to_have_text("Moin!")
    expect(page.get_by_label("Welcome message")).to_have_value("Moin!")


def sign_in(visit, shop, **options):
    page = visit(shop.app.base_url + "/sign-in", **options)
    name, value = shop.cookie
    page.context.add_cookies([{"name": name, "value": value, "url": shop.app.base_url}])
    page.goto(f"{shop.app.base_url}/bots/{shop.bot['id']}/widget")
    return page
