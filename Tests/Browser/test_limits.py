"""An owner limits what a bot costs and makes a secret for signing visitors; a signed visitor writes from the owner's own site."""

import os
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import jwt
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.keyholder import Owner
from Servers.people import Browser

SIZES = [(320, 640), (768, 1024), (1440, 900)]


@pytest.fixture
def owner(app):
    owner = Owner(app)
    owner.request("PATCH", f"/api/v1/bots/{owner.bot}/limits", {"monthly_dollars": "5", "daily_messages": 40})
    # As if its model had answered.
    owner.app.data.sql(
        "insert into bot_budgets (account_id, bot_id, day, day_messages, day_cost_micros, month, month_messages, month_cost_micros) "
        f"select '{owner.account}', '{owner.bot}', d, 40, 120000, date_trunc('month', d), 900, 3204000 from (select (now() at time zone 'UTC')::date as d) t")
    return owner


@pytest.fixture
def visit(new_page, app, owner):
    def visit(size=(390, 844), **options):
        signed_in = Browser(app)
        signed_in.sign_in(owner.email)
        page = new_page(size, signed_in.cookies, **options)
        page.set_default_timeout(15_000)
        return page

    return visit


@pytest.mark.parametrize("script", [True, False])
def test_an_owner_sets_a_limit_mends_a_slip_and_sees_how_far_it_is_used(visit, owner, script):
    page = visit(java_script_enabled=script)
    page.goto(f"/bots/{owner.bot}/limits")
    expect(page.get_by_text("3.20 of 5.00 dollars this month").first).to_be_visible()
    page.get_by_label("Dollars a day").fill("1,50")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("at most four decimals")).to_be_visible()
    expect(page.get_by_label("Dollars a day")).to_have_value("1,50")
    page.get_by_label("Dollars a day").fill("1.5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("meter", name="0.12 of 1.50 dollars today")).to_have_attribute("value", "8")
    expect(page.get_by_text("Limit reached")).to_be_visible()
    page.goto(f"/bots/{owner.bot}")
    expect(page.get_by_text("3.20 of 5.00 dollars this month").first).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_an_owner_makes_shows_and_deletes_a_secret(visit, owner, script):
    page = visit(java_script_enabled=script)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/bots/{owner.bot}/keys")
    page.get_by_role("button", name="Make a secret").click()
    secret = page.locator("#visitor-secrets .key-text").inner_text()
    assert secret.startswith("vs_")
    page.goto(f"/bots/{owner.bot}/keys")
    expect(page.locator("#visitor-secrets .key-text")).to_have_count(0)
    page.get_by_role("link", name="Show").click()
    expect(page.locator("#visitor-secrets .key-text")).to_have_text(secret)
    page.locator("#visitor-secrets").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Make a secret")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(visit, owner, size, scheme):
    page = visit(size, color_scheme=scheme)
    owner.post(f"/api/v1/bots/{owner.bot}/visitor-secrets", {}, 201)
    for name, path in [("limits", "limits"), ("keys", "keys"), ("bot", "")]:
        page.goto(f"/bots/{owner.bot}/{path}".rstrip("/"))
        if name == "keys":
            page.get_by_role("link", name="Show").click()
            page.locator("#visitor-secrets .key-text").wait_for()
        found = Axe().run(page).response["violations"]
        assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if "SCREENSHOTS" in os.environ:
            page.screenshot(path=f"{os.environ['SCREENSHOTS']}/{name}-{size[0]}-{scheme}.png", full_page=True)


@pytest.fixture
def site():
    """The owner's own site, of another origin."""

    class Page(BaseHTTPRequestHandler):
        html = ""

        def do_GET(self):
            body = Page.html.encode() if self.path == "/" else b""
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    Page.address = f"http://localhost:{server.server_port}/"
    yield Page
    server.shutdown()


def test_a_visitor_whom_the_site_has_signed_is_verified_in_the_inbox(browser, base_url, owner, site):
    secret = owner.post(f"/api/v1/bots/{owner.bot}/visitor-secrets", {}, 201)["secret"]
    signed = jwt.encode({"sub": "customer-7", "name": "Ada Lovelace", "exp": int(time.time()) + 600}, secret)
    public = owner.request("GET", f"/api/v1/bots/{owner.bot}").json["token"]
    site.html = f'<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1><script src="{base_url}/widget/embed/{public}.js" data-visitor-token="{signed}" async></script>'
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.address)
    page.locator("frontdesk-chat button").click()
    frame = page.frame_locator("frontdesk-chat iframe")
    frame.get_by_role("textbox").fill("When do you open?")
    frame.get_by_role("textbox").press("Enter")
    expect(frame.get_by_text("seven in the morning").first).to_be_visible(timeout=15_000)
    listed = owner.request("GET", f"/api/v1/bots/{owner.bot}/conversations").json["conversations"]
    assert [(one["signed_visitor"], one["visitor"]) for one in listed] == [("customer-7", "Ada Lovelace")]
    address = next(one.url for one in page.frames if "/widget/b/" in one.url)
    frame.get_by_text("Your data").click()
    expect(frame.get_by_text("When do you open?")).to_be_visible()
    frame.get_by_role("link", name="Back to the chat").click()
    # On the site's next page it is there again, as the site says again who this is.
    page.reload()
    page.locator("frontdesk-chat button").click()
    expect(frame.get_by_text("seven in the morning").first).to_be_visible(timeout=15_000)
    owner.post(f"/api/v1/bots/{owner.bot}/conversations/{listed[0]['id']}/messages", {"text": "Ada, we have kept it for you."}, 201)
    expect(frame.get_by_role("log").get_by_text("we have kept it for you")).to_be_visible(timeout=15_000)
    # Whoever has the chat's address without that sees nothing of it.
    site.html = site.html.replace(f'data-visitor-token="{signed}"', "")
    page.reload()
    page.locator("frontdesk-chat button").click()
    expect(frame.get_by_text("This chat belongs to somebody who is signed in")).to_be_visible()
    expect(frame.get_by_text("seven in the morning")).to_have_count(0)
    stranger = browser.new_context(java_script_enabled=False)
    assert stranger.new_page().goto(re.sub(r"\.[\w.-]+$", "", address)).status == 401
    stranger.close()
    context.close()
