"""The pages of a bot's numbers, its versions and the check of its texts in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.owner import TEXT, Owner

SIZES = [(320, 640), (768, 1024), (1440, 900)]


@pytest.fixture(scope="module")
def shop(app, data):
    """An owner whose bot was asked for 40 days, and whose text says two things."""
    owner = Owner(app)
    owner.bot = owner.make_bot("Corner Bakery with a name that is rather long")["id"]
    owner.path = f"/bots/{owner.bot}"
    owner.call("PUT", f"/api/v1{owner.path}/context", {"text": TEXT.replace("3.50", "4.50") + "\n## News\n\nWe deliver within the city for 3.90.\n\nClosed on 3 March 2024.\n"})
    owner.call("PATCH", f"/api/v1{owner.path}", {"temperature": 0.5, "system_prompt": "Be brief. " * 40})
    account, = data.sql(f"select account_id from bots where id = '{owner.bot}'")[0]
    data.sql(f"""
        insert into bot_days select '{account}', '{owner.bot}', current_date - n, n % 7 + 1, n % 7 * 6 + 4, n % 7 * 2 + 1, n % 3 from generate_series(2, 90) n on conflict do nothing;
        insert into bot_counts select '{account}', '{owner.bot}', current_date - n, kind, key, (n * 7 + length(key)) % 5 + 1
        from generate_series(2, 90) n, (values ('hour', '9'), ('hour', '10'), ('hour', '17'), ('hour', '23'), ('channel', 'widget'), ('channel', 'api'), ('host', 'shop.example'),
          ('host', '{"long-" * 11}.example'), ('first_word', '30'), ('first_word', '40'), ('whole', '44'), ('whole', '52'), ('handoff', ''), ('thumb_up', ''), ('thumb_down', ''),
          ('cost', '')) parts (kind, key) on conflict do nothing;
        with c as (
          insert into conversations (id, account_id, bot_id, channel) select gen_random_uuid(), '{account}', '{owner.bot}', 'widget' from generate_series(1, 9) returning *)
        insert into messages (id, account_id, conversation_id, role, text, state)
        select gen_random_uuid(), account_id, id, 'visitor', 'Is there bread with <b>seeds</b> and {"very " * 30} much butter?', 'answered' from c""")
    owner.session = owner.cookie()
    versions = owner.get(f"{owner.path}/versions").json["versions"]
    owner.version = f"{owner.path}/versions/{versions[1]['id']}"
    return owner


@pytest.fixture
def visit(new_page, shop):
    def visit(path, size=(1280, 800), **options):
        page = new_page(size, dict([shop.session.split("=", 1)]), **options)
        page.goto(path)
        return page

    return visit


def pages(shop):
    return [f"{shop.path}/numbers?days=90", "/numbers", f"{shop.path}/numbers?from=2026-01-01&to=2026-01-01", f"{shop.path}/versions", shop.version, f"{shop.path}/findings", shop.path]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(visit, shop, size, scheme):
    for path in pages(shop):
        page = visit(path, size, color_scheme=scheme)
        page.evaluate("document.querySelectorAll('#numbers details, #check details, .entries details').forEach(details => details.open = true)")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
        assert page.complaints == [], path


def test_each_picture_says_its_figures_and_has_a_table_behind_it(visit, shop):
    page = visit(f"{shop.path}/numbers?days=90")
    sections = page.locator("section.number").filter(has=page.get_by_role("img"))
    assert sections.count() == 7
    for section in sections.all():
        label = section.get_by_role("img").get_attribute("aria-label")
        assert re.search(r"\d", label), label
        section.get_by_text("As a table").click()
        assert section.get_by_role("row").count() > 7
        expect(section.get_by_role("link", name="CSV")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_other_days_are_chosen_and_a_chart_is_taken_along(visit, shop, script):
    page = visit(shop.path, java_script_enabled=script)
    page.get_by_role("link", name="Visitors").click()
    page.get_by_role("link", name="Numbers", exact=True).click()
    page.get_by_role("link", name="7 days").click()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "page")
    page.get_by_text("Other days").click()
    page.get_by_label("From", exact=True).fill("2026-02-03")
    page.get_by_label("To", exact=True).fill("2026-02-05")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("2026-02-03 to 2026-02-05")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Questions as a file (CSV)").click()
    assert download.value.path().read_text("utf-8-sig").splitlines()[1].startswith('"2026-02-03"')
    page.get_by_label("To", exact=True).fill("2026-02-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("This day comes after the other one.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_two_versions_are_compared_and_one_is_restored(visit, shop, script):
    page = visit(f"{shop.path}/versions", java_script_enabled=script)
    page.get_by_role("link", name="Version 1", exact=True).click()
    page.get_by_label("Compare with").select_option("Version 2")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("ins", has_text="3.50")).to_be_visible()
    expect(page.locator("del", has_text="4.50")).to_be_visible()
    page.get_by_text("Restore", exact=True).click()
    page.get_by_role("button", name="Restore version 1").click()
    expect(page.get_by_text("Version 1 restored").first).to_be_visible()
    page.get_by_text("Restore", exact=True).first.click()
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("Restore version")).first.click()
    page.goto(shop.path)
    expect(page.get_by_label("Your text")).to_have_value(re.compile("4.50"))


def test_the_check_stands_beside_the_editor_and_looks_again_when_the_text_is_saved(visit, shop):
    page = visit(shop.path)
    check = page.locator("#check")
    expect(check.get_by_text("Two prices for what seems to be the same")).to_be_visible()
    before = page.get_by_label("Your text").input_value()
    page.get_by_label("Your text").fill(before.replace("3.90", "4.50"))
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Publish anyway").click()  # a price has changed
    expect(check.get_by_text("Two prices for what seems to be the same")).to_have_count(0)
    expect(check.get_by_text("This date is over.")).to_be_visible()
    check.get_by_role("listitem").filter(has_text="This date is over.").get_by_role("button", name="This is right").click()
    expect(check.get_by_text("This date is over.")).to_be_hidden()
    check.get_by_text("You said that").click()
    check.get_by_role("button", name="Remind me again").click()
    expect(check.get_by_text("This date is over.")).to_be_visible()
    page.get_by_label("Your text").fill(before)
    page.get_by_role("button", name="Save").click()
    expect(check.get_by_text("Two prices for what seems to be the same")).to_be_visible()
    assert not [complaint for complaint in page.complaints if "409" not in complaint]  # the price


def test_without_javascript_the_check_is_a_page(visit, shop):
    page = visit(shop.path, java_script_enabled=False)
    page.get_by_role("link", name="Check the text").click()
    expect(page.get_by_text("This date is over.")).to_be_visible()
    page.get_by_role("listitem").filter(has_text="This date is over.").get_by_role("button", name="This is right").click()
    expect(page.get_by_text("You said that 1 of them are right")).to_be_visible()
    page.get_by_text("You said that").click()
    page.get_by_role("button", name="Remind me again").click()
    page.get_by_role("link", name="Back to the text").click()
    expect(page.get_by_label("Your text")).to_be_visible()
