"""Changes that are held: what the model didn't answer, what somebody saved meanwhile, and tests that follow a change on purpose."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.frontdesk import CopiedDataDirectory
from Servers.shop import TEXT, Shop
from Servers.wire import eventually

SIZES = [(320, 640), (768, 1024), (1440, 900)]


@pytest.fixture(scope="module")
def phrasing(start_app, provider):
    """Frontdesk whose bots have a model. With a database of its own: jobs are done by any process of it."""
    own = CopiedDataDirectory()
    app = start_app(data=own, **provider.environment, AI_MODEL="test-model", AI_TIMEOUT_SECONDS=2)
    yield app
    app.stop()
    own.remove()


@pytest.fixture
def shop(phrasing, provider):
    provider.play("follows_the_notes")
    shop = Shop(phrasing, "Corner Bakery")
    for question in ("Do you deliver?", "When are you open?"):
        shop.call("POST", "/tests", {"question": question, "expected_source": "context"})
    return shop


@pytest.fixture
def visit(new_page, shop):
    def visit(path, size=(1440, 900), **options):
        page = new_page(size, dict([shop.session.split("=", 1)]), lambda message: "Content Security Policy" in message.text, base_url=shop.app.base_url, **options)
        page.goto(f"/bots/{shop.bot}{path}")
        return page

    return visit


def is_well_made(page, name):
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
    assert page.complaints == [], name


def hold(shop, fields):
    """The run of a change that the model couldn't be asked about."""
    held = shop.form("PATCH", "", {"name": "Corner Bakery"} | fields)
    run = held["Location"].rpartition("/")[2]
    eventually(lambda: shop.call("GET", f"/runs/{run}").json.get("state") == "done", 30)
    return run


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(visit, shop, provider, size, scheme):
    provider.play("refuses_the_key")
    run = hold(shop, {"system_prompt": "Be brief.", "contact_line": "Call us."})
    is_well_made(visit(f"/runs/{run}", size, color_scheme=scheme), "unchecked")
    shop.call("PATCH", "", {"system_prompt": "Be friendly, and always greet people by their name where they have told you."})
    for path in (f"/runs/{run}", f"/settings?run={run}", "/tests"):
        is_well_made(visit(path, size, color_scheme=scheme), path)
    shop.call("POST", "/tests", {"question": "Do you deliver?", "words": ["3.50"]})
    shop.call("POST", "/tests", {"question": "When do you open on Sundays?", "words": ["10 to 12"]})
    page = visit("", size, color_scheme=scheme)
    page.get_by_label("Your text").fill(TEXT.replace("3.50", "4.50").replace("on Sundays from 10 to 12", "at times on Sundays"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Publish and update 1 of 2 tests")).to_be_visible()
    is_well_made(page, "tests that can be updated")


@pytest.mark.parametrize("script", [True, False])
def test_an_owner_tries_again_once_the_model_is_back(visit, shop, provider, script):
    provider.play("refuses_the_key")
    page = visit("/settings", java_script_enabled=script)
    page.get_by_label("Notes to the model").fill("Be brief.")
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url("**/runs/*")
    run = page.url.rpartition("/")[2]
    eventually(lambda: shop.call("GET", f"/runs/{run}").json.get("state") == "done", 30)
    if not script:
        page.reload()
    expect(page.get_by_text("2 of 2 tests couldn’t be checked")).to_be_visible()
    provider.play("follows_the_notes")
    with page.expect_navigation():
        page.get_by_role("button", name="Try again").click()
    eventually(lambda: shop.call("GET", f"/runs/{run}").json.get("state") == "done", 30)
    if not script:
        page.reload()
    expect(page.get_by_text("This is published.")).to_be_visible()
    assert shop.call("GET", "").json["system_prompt"] == "Be brief." and page.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_of_two_windows_the_second_sees_both_and_decides(visit, shop, script):
    first, second = (visit("/settings", java_script_enabled=script) for _ in range(2))
    first.get_by_label("How to reach a person").fill("Call us.")
    second.get_by_label("How to reach a person").fill("Write to us.")
    second.get_by_label("Name").fill("Corner Café")
    first.get_by_role("button", name="Save").first.click()
    expect(first.get_by_text("Saved.")).to_be_visible()
    second.get_by_role("button", name="Save").first.click()
    expect(second.get_by_text("Somebody saved something else here meanwhile")).to_be_visible()
    expect(second.locator("#meanwhile del")).to_have_text("Call us.")
    expect(second.locator("#meanwhile ins")).to_have_text("Write to us.")
    expect(second.get_by_label("How to reach a person")).to_have_value("Write to us.")
    assert shop.call("GET", "").json["contact_line"] == "Call us."
    second.get_by_role("button", name="Publish mine" if script else "Keep what is saved").click()
    expect(second.get_by_text("Saved.")).to_be_visible()
    bot = shop.call("GET", "").json
    assert (bot["contact_line"], bot["name"]) == ("Write to us." if script else "Call us.", "Corner Café")
    assert first.complaints == second.complaints == []


def test_a_text_that_somebody_saved_meanwhile_is_put_together_by_hand(visit, shop):
    page = visit("")
    shop.call("PUT", "/context", {"text": TEXT.replace("3.50", "4.50")})
    page.get_by_label("Your text").fill(TEXT.replace("3.50", "5.50"))
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#meanwhile")).to_be_focused()
    expect(page.locator("#meanwhile")).to_contain_text("We deliver within the city for 4.50.")
    is_well_made(page, "two texts")
    page.get_by_role("button", name="Publish mine").click()
    expect(page.get_by_text("Nothing is published yet: please look at this first")).to_be_visible()
    page.get_by_role("button", name="Publish anyway").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert "5.50" in shop.text


@pytest.mark.parametrize("script", [True, False])
def test_a_change_on_purpose_takes_one_click_for_its_tests_too(visit, shop, script):
    shop.call("POST", "/tests", {"question": "How much is delivery?", "words": ["3.50"]})
    page = visit("", java_script_enabled=script)
    page.get_by_label("Your text").fill(TEXT.replace("3.50", "4.50"))
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("button", name="Publish and update this test").click()
    expect(page.get_by_text("Saved. One test is up to date again.")).to_be_visible()
    assert "4.50" in shop.text and shop.call("GET", "/tests").json["tests"][2]["words"] == ["4.50"]
    assert page.complaints == []
