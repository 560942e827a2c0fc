"""Every form of every page, filled in wrongly: what somebody sees, where the focus is, and whether they can go on."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.forms import crawl
from Servers.people import new_address
from Servers.shop import TEXT, Shop
from Servers.visitor import Visitor

pytestmark = pytest.mark.long

LONG = "a" * 1_001
BLANK = "   "


class Wrong:
    """What is filled in, and what is then said: at the field, or in general where nothing but the whole is wrong."""

    def __init__(self, fields, words, at=None, button=None, scripts=(True, False), first=None):
        self.fields, self.words, self.button, self.scripts, self.first = fields, words, button, scripts, first
        self.at = at or next(iter(fields))


# By what a form does. `None`: there is nothing to fill in wrongly, as it has a button only, or any word will do.
FORMS = {
    "POST /sign-in/code": Wrong({"email": "mia@x"}, ""),
    "POST /ask": Wrong({"question": BLANK}, "Please write a question first."),
    "POST /bots": Wrong({"name": BLANK}, "Please give it a name"),
    "PUT /bots/…/context": Wrong({"text": "a" * 200_001}, "up to 200000 characters", button="Save"),
    "POST /bots/…/trials": Wrong({"question": BLANK}, "Please write a question first.", button="Ask"),
    "PATCH /bots/…": Wrong({"temperature": "hot"}, "a number from 0 to 2", button="Save"),
    "DELETE /bots/…": None,
    "POST /bots/…/sources file": Wrong({"file": None}, "A file can have up to 10 MB.", scripts=(True,)),
    "POST /bots/…/sources website": Wrong({"url": "http://localhost/"}, ""),
    "POST /bots/…/sources qa": Wrong({"question": "Kayaks?", "answer": BLANK}, "Please write the answer.", at="answer"),
    "POST /bots/…/sources text": Wrong({"text": BLANK}, "Please write a text first."),
    "DELETE /bots/…/sources/…": None,
    "POST /bots/…/sources/…/readings": None,
    "PUT /bots/…/findings/…/dismissal": None,
    "DELETE /bots/…/findings/…/dismissal": None,
    "GET /bots/…/versions/…": None,
    "POST /bots/…/versions/…/restorations": None,
    "POST /bots/…/questions/…/answer": Wrong({"answer": BLANK}, "Please write the answer.", button="Approve"),
    "POST /bots/…/questions/…/dismissal": None,
    "DELETE /bots/…/questions/…/dismissal": None,
    "POST /bots/…/tests": Wrong({"question": "Open?", "words": BLANK}, "Please say what must be in the answer", at="words", button="Add the test"),
    "PATCH /bots/…/tests/…": Wrong({"words": BLANK}, "Please say what must be in the answer"),
    "DELETE /bots/…/tests/…": None,
    "DELETE /bots/…/runs/…/change": None,
    "POST /bots/…/runs/…/publication": None,
    "GET /bots/…/conversations": None,
    "GET /inbox": None,
    "PUT /bots/…/conversations/…/takeover": None,
    "DELETE /bots/…/conversations/…/takeover": None,
    "POST /bots/…/conversations/…/messages": Wrong({"text": BLANK}, ""),
    "DELETE /bots/…/conversations/…": None,
    "GET /bots/…/numbers": Wrong({"from": "2026-10-02", "to": "2026-10-01"}, "", at="from"),
    "PUT /bots/…/lead-form": Wrong({"consent_text": LONG}, "up to 1000 characters"),
    "PUT /bots/…/webhook": Wrong({"url": "http://localhost/"}, ""),
    "POST /bots/…/webhook/trials": None,
    "DELETE /bots/…/webhook": None,
    "DELETE /bots/…/leads/…": None,
    "PATCH /bots/…/widget": Wrong({"allowed_sites": "not a site"}, "", button="Save"),
    "POST /bots/…/widget/previews": None,
    "PUT /bots/…/reception": Wrong({"monday": "nine to six", "time_zone": "London"}, "Please write hours like"),
    "PATCH /bots/…/limits": Wrong({"daily_dollars": "lots"}, "Please write dollars as 5 or 2.50"),
    "POST /bots/…/keys": Wrong({"name": LONG}, "at most 100 characters"),
    "DELETE /bots/…/keys/…": None,
    "POST /bots/…/visitor-secrets": None,
    "DELETE /bots/…/visitor-secrets/…": None,
    "PATCH /account": Wrong({"account_name": BLANK}, "Please give your business a name."),
    "POST /account/email": Wrong({"email": "own"}, "This is your address already."),
    "POST /account/invitations": Wrong({"email": "mia@x"}, ""),
    "DELETE /account/invitations/…": None,
    "PATCH /account/members/…": None,
    "DELETE /account/members/…": None,
    "PUT /account/current": None,
    "DELETE /account/sessions": None,
    "DELETE /account/sessions/…": None,
    "DELETE /account": Wrong({"account_name": "Another"}, "This isn’t the name."),
    "DELETE /session": None,
    "POST /account/providers": Wrong({"key": ""}, ""),
    "DELETE /account/providers/…": None,
    "POST /account/imports": Wrong({"file": b""}, "Please choose a file."),
    "POST /chat/…/messages": Wrong({"message": BLANK}, "Please write", scripts=(False,)),  # with scripts nothing is sent
    "POST /chat/…/…/messages/…/thumb": None,
    "POST /chat/…/…/person": None,
    "POST /chat/…/…/leads": Wrong({"email": "mia@x"}, ""),
    "DELETE /chat/…/…": None,
    "POST /chat/…/sessions": Wrong({"message": BLANK}, "Please write", scripts=(False,)),
    "GET /chat/…/sessions": None,
    "POST /chat/…/sessions/…/messages": Wrong({"message": BLANK}, "Please write", scripts=(False,)),
    "PATCH /chat/…/sessions/…": None,  # a name may be empty, and the field takes no more than it can have
    "DELETE /chat/…/sessions/…": None,
    "POST /chat/…/sessions/…/messages/…/thumb": None,
    "POST /chat/…/sessions/…/person": None,
}
FILLED = [key for key, wrong in FORMS.items() if wrong]


@pytest.fixture(scope="module")
def shop(app):
    """One with something of everything, so that every form stands somewhere."""
    shop = Shop(app)
    account = shop.owner.call("GET", "/api/v1/account").json["account"]["id"]
    app.data.sql(f"update accounts set plan = 'paid' where id = '{account}'")
    shop.call("POST", "/sources", {"kind": "text", "title": "Prices", "text": "A roll is 0.50. We are open on Mondays from 7 to 8."})
    shop.call("POST", "/tests", {"question": "Do you deliver?", "words": ["3.50"]})
    shop.call("POST", "/keys", {"name": "Shop"})
    shop.call("POST", "/visitor-secrets", {})
    shop.call("PUT", "/lead-form", {"lead_fields": ["email"]})
    shop.call("PUT", "/webhook", {"url": "https://shop.example.com/leads"})
    shop.call("PATCH", "", {"welcome_message": "Hello"})
    token = shop.call("GET").json["token"]
    shop.visitor = Visitor(app, token)
    shop.visitor.say("When do you open?")
    shop.visitor.say("Do you sell kayaks?")
    shop.visitor.leave({"email": "anna@example.org"})
    shop.visitor.ask_for_person()
    other = Visitor(app, token)
    other.say("Do you sell bicycles?")
    app.data.sweep("group_questions")
    groups = shop.call("GET", "/questions").json["questions"]
    shop.call("POST", f"/questions/{groups[0]['id']}/dismissal", {})
    finding = shop.call("GET", "/findings").json["findings"]
    if finding:
        shop.call("PUT", f"/findings/{finding[0]['id']}/dismissal", {})
    shop.owner.call("POST", f"/api/v1/chat/{token}/sessions", {"message": "When do you open?"})
    shop.owner.call("POST", "/api/v1/account/invitations", {"email": new_address("guest")})
    shop.form("PUT", "/context", {"text": TEXT.replace("3.50", "4.50")})  # held back
    return shop


@pytest.fixture(scope="module")
def found(app, shop):
    chat = f"/chat/{shop.visitor.token}"
    starts = ["/bots", "/inbox", "/account", "/account/data", "/account/providers", "/developers", shop.visitor.path, f"{shop.visitor.path}/data",
              f"{shop.visitor.path}/leads", f"{chat}/sessions", f"/bots/{shop.bot}/questions?state=dismissed", f"/bots/{shop.bot}/findings"]
    _, forms = crawl(app, starts, shop.session)
    _, guests = crawl(app, ["/sign-in", "/"], None)
    return guests | forms


@pytest.fixture
def visit(new_page, shop, found):
    def visit(key, size=(390, 844), **options):
        page = new_page(size, dict([shop.session.split("=", 1)]) if key != "POST /sign-in/code" else None, is_complaint, **options)
        page.set_default_timeout(10_000)
        page.goto(found[key].page)
        return page

    return visit


def is_complaint(message):
    """What isn't only that the server refused: a browser and htmx say that of every answer from 400 on."""
    refused = "Failed to load resource" in message.text or "Response Status Error Code" in message.text
    return message.type in ("error", "warning") and not refused


def on_page(page, form, field=None):
    """A form that was found, on its page."""
    action = form.action.replace("/trials", "/context?_method=put")  # a button of that form
    locator = page.locator(f"form[action='{action}']")
    if form.hidden.get("kind"):
        locator = locator.filter(has=page.locator(f"[name=kind][value={form.hidden['kind']}]"))
    return (locator.filter(has=page.locator(f"[name='{field}']")) if field else locator).first


def unfold(page, form):
    for summary in form.locator("xpath=ancestor::details[not(@open)]/summary").all():
        summary.click()


def fill(form, wrong, shop):
    for name, value in wrong.fields.items():
        field = form.locator(f"[name='{name}']").first
        if value is None or isinstance(value, bytes):
            field.set_input_files({"name": "x.txt", "mimeType": "text/plain", "buffer": b"a" * (10 * 1024 * 1024 + 1) if value is None else value})
        else:
            field.evaluate("field => field.removeAttribute('maxlength')")  # which only holds typing
            field.fill(shop.owner.email if value == "own" else value)


def test_every_form_has_its_wrong_input_here(found):
    assert set(found) - set(FORMS) == set()
    assert set(FILLED) - set(found) == set()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("key", FILLED)
def test_a_wrong_field_is_said_beside_it_and_one_can_go_on(visit, found, shop, key, script):
    wrong = FORMS[key]
    if script not in wrong.scripts:
        pytest.skip("the browser or the page sees to it before anything is sent")
    page = visit(key, java_script_enabled=script)
    form = on_page(page, found[key], wrong.at)
    unfold(page, form)
    fill(form, wrong, shop)
    button = form.get_by_role("button", name=wrong.button, exact=True) if wrong.button else form.locator("button:not([name], [formaction])")
    if wrong.fields != {"file": None}:
        button.first.click()
    else:
        assert not form.evaluate("form => form.checkValidity()")  # so that it isn't sent
    field = page.locator(f"[name='{wrong.at}']:focus")
    if wrong.fields != {"file": None}:
        expect(field).to_be_visible()
    else:
        field = page.locator("[name=file]")
    noticed = page.locator("#notice")
    said = page.locator(".wrong:not(:empty)").first if field.get_attribute("aria-invalid") == "true" else noticed
    expect(said).to_contain_text(wrong.words)
    expect(said).to_be_in_viewport()
    assert said.text_content().strip()
    assert said.get_attribute("id") in field.get_attribute("aria-describedby").split()
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.locator("form").filter(has=field).locator("button").first).to_be_enabled()
    if not isinstance(wrong.fields[wrong.at], (bytes, type(None))) and "key" not in wrong.fields:
        expect(field).to_have_value(shop.owner.email if wrong.fields[wrong.at] == "own" else wrong.fields[wrong.at])
    assert page.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_a_wrong_code_is_said_beside_it(new_page, app, script):
    page = new_page((390, 844), counts=is_complaint, java_script_enabled=script)
    page.goto("/sign-in")
    page.get_by_label("Your e-mail address").fill(new_address("forms"))
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_label("The code from the mail")).to_be_focused()
    for code, words in (("12", "A code has 8 letters and digits"), ("AAAA AAAA", "This code isn’t valid")):
        page.get_by_label("The code from the mail").fill(code)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#field-code-problem")).to_contain_text(words)
        expect(page.locator("#field-code-problem")).to_be_in_viewport()
        expect(page.get_by_label("The code from the mail")).to_be_focused()
        expect(page.get_by_label("The code from the mail")).to_have_value(code)
    assert page.complaints == []


# What isn't about a field.

SENT = ["PATCH /bots/…", "PUT /bots/…/reception", "PUT /bots/…/webhook", "POST /bots/…/sources qa", "PATCH /bots/…/limits", "POST /bots/…/keys",
        "POST /bots/…/questions/…/answer", "POST /account/providers", "PUT /bots/…/conversations/…/takeover",
        "POST /chat/…/…/leads", "POST /bots/…/trials", "POST /ask", "POST /sign-in/code"]
NOTICES = {401: "You were signed out.", 403: "Only an owner", 404: "There is nothing", 409: "Please wait", 413: "more than we take", 429: "Please wait", 500: "Something went wrong", 503: "in a moment"}


@pytest.mark.parametrize("key", SENT)
def test_whatever_a_request_comes_to_is_said_in_view(visit, found, key):
    page = visit(key)
    address = found[key].action.partition("?")[0]
    form = on_page(page, found[key])
    unfold(page, form)
    for field in form.locator("input:visible, textarea:visible").all():
        kind = field.get_attribute("type")
        if kind not in ("file", "color", "checkbox", "number", "date") and not field.input_value():
            field.fill({"email": "mia@example.org", "url": "https://example.org/"}.get(kind, "1"))
    button = form.get_by_role("button", name="Ask", exact=True) if "trials" in key else form.locator("button:not([formaction])").first
    said = page.locator("#trouble, #notice").filter(has=page.locator("p"))
    for status, words in NOTICES.items():
        page.route(f"**{address}*", lambda route: route.fulfill(status=status, content_type="text/html", body=f'<p class="notice">{words}</p>'))
        button.click()
        expect(said).to_have_text(words)
        expect(said).to_be_in_viewport()
        expect(page.locator(".htmx-request")).to_have_count(0)
        page.unroute(f"**{address}*")
    for trouble in (lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad Gateway</h1>"), lambda route: route.abort()):
        page.route(f"**{address}*", trouble)
        button.click()
        expect(said).to_contain_text("couldn’t reach the server")
        expect(said).to_be_in_viewport()
        page.unroute(f"**{address}*")
    # htmx names both of a request that was cut off.
    page.complaints = [words for words in page.complaints if "htmx:sendError" not in words and "htmx:afterRequest" not in words]
    assert page.complaints == []


@pytest.mark.parametrize("path, label", [("", "Your text"), ("/settings", "How to reach a person")])
def test_a_session_that_ended_takes_nothing_of_what_was_written(new_page, app, path, label):
    shop = Shop(app)
    page = new_page((390, 844), dict([shop.session.split("=", 1)]), is_complaint)
    page.goto(f"/bots/{shop.bot}{path}")
    page.get_by_label(label).fill("## Hours\nAlways.")
    written = page.get_by_label(label).input_value()
    app.data.sql(f"delete from sessions where kind = 'browser' and user_id = (select id from users where email = '{shop.owner.email}')")
    save = page.get_by_role("button", name="Save").first
    save.click()
    expect(page.locator("#trouble")).to_contain_text("sign in in a new tab")
    expect(page.locator("#notice")).to_be_empty()  # of the box to try it
    expect(save).to_be_focused()
    expect(page.get_by_label(label)).to_have_value(written)
    assert page.complaints == [] and page.url.endswith(f"/bots/{shop.bot}{path}")


def test_more_than_is_taken_at_once_is_said_where_it_was_sent(new_page, app):
    shop = Shop(app)
    page = new_page((390, 844), dict([shop.session.split("=", 1)]), is_complaint)
    page.goto(f"/bots/{shop.bot}")
    text = page.get_by_label("Your text")
    text.evaluate("field => { field.removeAttribute('maxlength'); field.value = 'a'.repeat(1_300_000) }")
    save = page.get_by_role("button", name="Save").first
    save.click()
    expect(page.locator("#trouble")).to_contain_text("more than we take at once")
    expect(page.locator("#notice")).to_be_empty()
    expect(save).to_be_focused()


def test_without_scripts_one_comes_back_to_the_answer(new_page, app):
    shop = Shop(app)
    page = new_page((390, 844), dict([shop.session.split("=", 1)]), java_script_enabled=False)
    page.goto(f"/bots/{shop.bot}")
    page.get_by_label("Your question").fill("What does delivery cost?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#answers")).to_contain_text("3.50")
    expect(page.locator("#answers")).to_be_focused()
    expect(page.locator("#answers .answer")).to_be_in_viewport()
    assert page.goto(page.url).ok and page.url.endswith(f"/bots/{shop.bot}"), "its address leads to the bot"


@pytest.mark.parametrize("script", [True, False])
def test_what_was_done_far_below_is_said_in_view(new_page, app, script):
    shop = Shop(app)
    page = new_page((390, 844), dict([shop.session.split("=", 1)]), java_script_enabled=script)
    page.goto("/account")
    form = page.locator("form[action='/account/invitations']")
    form.locator("[name=email]").fill(new_address("guest"))
    form.get_by_role("button").click()
    expect(page.locator("#said")).to_have_text("Invitation sent.")
    expect(page.locator("#said")).to_be_in_viewport()


# What went well.

SAVED = {
    "": ("Your text", TEXT + "\n## Cats\nCats may come in.\n", "Save"),
    "/settings": ("Name", "Corner Café", "Save"),
    "/reception": ("Time zone", "Europe/Berlin", "Save"),
    "/widget": ("Welcome message", "Good day", "Save"),
    "/limits": ("Answers a day", "100", "Save"),
    "/leads": ("What they agree to", "You may write to me.", "Save"),
    "account": ("Your name", "Mia", "Save"),
}


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("size", [(390, 844), (1440, 900)])
@pytest.mark.parametrize("path", SAVED)
def test_saved_is_said_in_view_and_the_focus_stays(new_page, app, path, size, script):
    shop = Shop(app)
    page = new_page(size, dict([shop.session.split("=", 1)]), is_complaint, java_script_enabled=script)
    page.goto(f"/bots/{shop.bot}{path}" if path != "account" else "/account")
    label, value, button = SAVED[path]
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    save = page.locator("form").filter(has=field).get_by_role("button", name=button, exact=True)
    save.focus()
    page.keyboard.press("Enter")
    said = page.locator(".notice-good").first
    expect(said).to_contain_text("Saved.")
    expect(said).to_be_in_viewport()
    expect(field).to_have_value(value)
    if script:
        expect(save).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    if script:
        assert Axe().run(page).violations_count == 0
    assert page.complaints == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("size", [(390, 844), (1440, 900)])
def test_after_publishing_one_is_still_at_the_text(new_page, app, size, script):
    shop = Shop(app)
    page = new_page(size, dict([shop.session.split("=", 1)]), is_complaint, java_script_enabled=script)
    page.goto(f"/bots/{shop.bot}")
    page.get_by_label("Your text").fill(TEXT.replace("3.50", "4.50"))
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#worse")).to_be_focused()
    page.get_by_role("button", name="Publish anyway").click()
    expect(page.locator(".notice-good").first).to_be_in_viewport()
    if script:
        expect(page.get_by_role("button", name="Save").first).to_be_focused()
        expect(page.get_by_role("button", name="Save").first).to_be_in_viewport()
    assert page.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_what_a_change_came_to_is_said_on_the_page_that_it_leads_to_and_once(new_page, app, script):
    shop = Shop(app)
    page = new_page((390, 844), dict([shop.session.split("=", 1)]), is_complaint, java_script_enabled=script)
    page.goto(f"/bots/{shop.bot}/tests")
    page.get_by_label("A question that visitors ask").fill("Do you deliver?")
    page.get_by_label("Must be in the answer", exact=True).fill("3.50")
    page.get_by_role("button", name="Add the test").click()
    expect(page.locator("#said")).to_have_text("Added.")
    expect(page.locator("#said .notice")).to_be_in_viewport()
    page.reload()
    expect(page.locator("#said")).to_be_empty()
