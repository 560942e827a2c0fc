"""The pages of a bot's conversations and figures in a real browser."""

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from Servers.owner import Owner

SIZES = [(320, 640), (1280, 800)]


@pytest.fixture(scope="module")
def shop(app, data):
    """An owner whose bot was asked a hundred times."""
    owner = Owner(app)
    owner.bot = owner.make_bot("Corner Bakery with a name that is rather long")["id"]
    owner.path = f"/bots/{owner.bot}/conversations"
    account, = data.sql(f"select account_id from bots where id = '{owner.bot}'")[0]
    data.sql(f"""
        with c as (
          insert into conversations (id, account_id, bot_id, channel, visitor, metadata, created_at, last_message_at)
          select gen_random_uuid(), '{account}', '{owner.bot}', (array['page', 'api', 'widget'])[1 + n % 3], case when n % 5 = 0 then 'Anna' else '' end,
            case when n = 1 then '{{"order": "A-{'9' * 60}"}}'::jsonb else '{{}}' end, now() - n * interval '6 hours', now() - n * interval '6 hours'
          from generate_series(1, 110) n returning *),
        q as (
          insert into messages (id, account_id, conversation_id, role, text, state, created_at)
          select gen_random_uuid(), account_id, id, 'visitor', 'Is there bread ' || repeat('with seeds ', (random() * 30)::int) || 'today?', 'answered', created_at from c returning *)
        insert into messages (id, account_id, conversation_id, role, text, state, basis, citations, reply_to, created_at, provider, model, input_tokens, output_tokens, cost_micros, total_ms)
        select gen_random_uuid(), account_id, conversation_id, 'bot', '**Yes**, from 7.', 'answered', (array['quoted', 'based_on', 'not_in_my_information'])[1 + (random() * 2)::int],
          '[{{"number": 1, "title": "Bread", "quote": "We have bread.", "source_id": "1", "url": null}}]', id, created_at, 'openai', 'gpt-4.1-mini', 1200, 80, 600, 2100 from q""")
    owner.session = owner.cookie()
    owner.talk = owner.get(owner.path).json["conversations"][0]["id"]
    return owner


@pytest.fixture
def visit(new_page, shop):
    def visit(path, size=(1280, 800), **options):
        page = new_page(size, dict([shop.session.split("=", 1)]), **options)
        page.goto(path)
        return page

    return visit


def pages(shop):
    return ["/bots", shop.path, shop.path + "?q=seeds&basis=quoted", shop.path + "?q=" + uuid.uuid4().hex, f"{shop.path}/{shop.talk}"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(visit, shop, size, scheme):
    for path in pages(shop):
        page = visit(path, size, color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
        assert page.complaints == [], path


def test_older_conversations_come_in_place(visit, shop):
    page = visit(shop.path)
    expect(page.locator(".asked")).to_have_count(50)
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".asked")).to_have_count(100)
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".asked")).to_have_count(110)
    expect(page.get_by_role("link", name="Older")).to_have_count(0)
    assert page.url.endswith(shop.path) and page.complaints == []


def test_without_javascript_one_searches_pages_reads_and_deletes(visit, shop):
    page = visit(shop.path, java_script_enabled=False)
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".asked")).to_have_count(50)
    page.get_by_role("link", name="Back to the newest").click()
    page.get_by_label("Search what was said").fill("BREAD")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Where").select_option("api")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".asked")).to_have_count(37)
    expect(page.get_by_label("Search what was said")).to_have_value("BREAD")
    page.locator(".asked a").last.click()
    expect(page.get_by_text("gpt-4.1-mini at openai · 1200 + 80 tokens · $0.0006 · 2.1 s")).to_be_visible()
    page.get_by_text("Delete this conversation").first.click()
    page.get_by_role("button", name="Delete this conversation").click()
    expect(page.locator(".asked")).to_have_count(50)


def test_the_table_is_a_file(visit, shop):
    page = visit(shop.path)
    with page.expect_download() as download:
        page.get_by_role("link", name="as a table (CSV)").click()
    assert download.value.suggested_filename == "Conversations of Corner Bakery with a name that is rather long.csv"
