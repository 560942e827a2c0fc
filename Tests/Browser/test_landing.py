"""The landing page in a real browser: what a visitor does on it, with and without JavaScript."""
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SIZES = [(320, 640), (768, 1024), (1440, 900)]
SCHEMES = ["light", "dark"]
ANSWERED = "What does it cost?"
UNANSWERED = "Who is the president of France?"
CONTACT = re.compile("hello@frontdesk.example|people who run this server")
FINISHED = "#answers > .answer:first-child > .reply:not([aria-busy])"

# What a visitor could not see: each text that the live region and the answer in the making ever had, and violations.
WATCH = """
window.announced = []; window.streamed = []; window.violations = []
addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI))
addEventListener('DOMContentLoaded', () => {
  const note = (list, text) => { if (text && text !== list.at(-1)) list.push(text) }
  new MutationObserver(() => {
    note(streamed, document.querySelector('.reply-raw')?.textContent)
    note(announced, document.getElementById('status')?.textContent)
  }).observe(document.documentElement, { childList: true, characterData: true, subtree: true })
})
"""


@pytest.fixture
def visit(new_page):
    def visit(path="/", size=(1280, 800), **options):
        page = new_page(size, **options)
        page.set_default_timeout(10_000)
        if options.get("java_script_enabled", True):
            page.add_init_script(WATCH)
        page.addresses = []
        page.on("request", lambda request: page.addresses.append(request.url))
        page.goto(path)
        return page

    return visit


def ask(page, question):
    answers = page.locator("#answers > .answer")
    count = answers.count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    expect(answers).to_have_count(count + 1)  # the one before is finished too
    return finished(page)


def finished(page):
    expect(page.locator(FINISHED)).to_be_visible()
    return page.locator(FINISHED)


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


def sideways(page):
    """Pixels by which the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def flaws(page):
    found = Axe().run(page).response["violations"]
    return [(flaw["id"], [node["html"][:200] for node in flaw["nodes"]]) for flaw in found]


# Asking with JavaScript


def test_words_stream_in_and_become_the_finished_answer(visit):
    page = visit()
    reply = ask(page, ANSWERED)
    expect(reply.locator(".basis")).to_have_text("Quoted from our own text")
    streamed = page.evaluate("streamed")
    assert len(streamed) > 3, streamed
    assert all(longer.startswith(shorter) for shorter, longer in zip(streamed, streamed[1:])), streamed
    assert streamed[-1].strip().startswith(reply.locator(".reply-text p").first.inner_text()[:40])
    assert "/ask" not in page.url


def test_citations_open_and_hold_the_words_of_the_answer(visit):
    page = visit()
    reply = ask(page, ANSWERED)
    quote = reply.locator(".citation blockquote").first
    expect(quote).to_be_hidden()
    reply.locator(".citation summary").first.click()
    expect(quote).to_be_visible()
    answer, quoted = (" ".join(part.inner_text().split()) for part in (reply.locator(".reply-text"), quote))
    assert quoted[:40] in answer


def test_a_finished_answer_is_announced_once_as_a_whole(visit):
    page = visit()
    reply = ask(page, ANSWERED)
    words = reply.locator(".reply-text p").first.inner_text()
    page.wait_for_function("announced.length > 0")
    page.wait_for_timeout(500)
    announced = page.evaluate("announced")
    assert len(announced) == 1, announced
    assert announced[0].startswith("Quoted from our own text") and words in announced[0]


def test_a_sent_question_leaves_an_empty_box_with_the_focus(visit):
    page = visit()
    page.focus("#question")
    ask(page, ANSWERED)
    expect(page.locator("#question")).to_have_value("")
    assert focused(page) == "question"
    expect(page.locator(".question")).to_have_text(f"You asked: {ANSWERED}")


def test_shift_and_enter_starts_a_line_and_enter_sends(visit):
    page = visit()
    page.fill("#question", "What does")
    page.press("#question", "End")
    page.press("#question", "Shift+Enter")
    page.keyboard.type("it cost?")
    expect(page.locator("#question")).to_have_value("What does\nit cost?")
    expect(page.locator(".answer")).to_have_count(0)
    page.press("#question", "Enter")
    finished(page)
    expect(page.locator(".answer")).to_have_count(1)


def test_enter_that_picks_a_word_of_an_input_method_does_not_send(visit):
    page = visit()
    page.fill("#question", ANSWERED)
    page.evaluate("""document.getElementById('question').dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))""")
    page.wait_for_timeout(300)
    expect(page.locator(".answer")).to_have_count(0)
    expect(page.locator("#question")).to_have_value(ANSWERED)


def test_each_example_asks_and_is_answered_from_the_text(visit):
    page = visit()
    examples = page.locator(".examples button")
    expect(examples).to_have_count(3)
    for number, question in enumerate(examples.all_inner_texts(), 1):
        examples.nth(number - 1).click()
        expect(page.locator(".answer")).to_have_count(number)
        expect(finished(page).locator(".basis")).to_have_text("Quoted from our own text")
        expect(page.locator(".answer").first.locator(".question")).to_contain_text(question)
        assert focused(page) == question


def test_the_newest_answer_is_on_top_and_older_ones_stay(visit):
    page = visit()
    ask(page, ANSWERED)
    ask(page, UNANSWERED)
    expect(page.locator(".answer")).to_have_count(2)
    expect(page.locator(".answer").first).to_contain_text(UNANSWERED)
    expect(page.locator(".answer").last).to_contain_text(ANSWERED)


def test_what_is_not_in_the_text_is_declined_with_the_contact_line(visit):
    reply = ask(visit(), UNANSWERED)
    expect(reply.locator(".basis")).to_have_text("Not in my information")
    expect(reply.locator(".reply-text")).to_contain_text(CONTACT)
    expect(reply.locator(".sources")).to_have_count(0)


def test_a_question_of_markup_is_shown_as_it_was_typed(visit):
    page = visit()
    hostile = "<img src=x onerror=\"document.title='broken'\"> & </h3><b>cost</b>?"
    ask(page, hostile)
    expect(page.locator(".answer .question")).to_have_text(f"You asked: {hostile}")
    expect(page.locator(".answer .question *:not(.unseen)")).to_have_count(0)
    assert page.title() != "broken"


# Refusals and trouble


def test_an_empty_box_sends_nothing_and_a_blank_one_is_refused_in_words(visit):
    page = visit()
    ask_button = page.locator(".ask-form .button")
    ask_button.click()
    assert focused(page) == "question"
    assert not [address for address in page.addresses if address.endswith("/ask")]
    ask(page, ANSWERED)
    page.fill("#question", "   ")
    ask_button.click()
    expect(page.locator("#notice")).to_have_text("Please write a question first.")
    expect(page.locator("#question")).to_have_value("   ")
    expect(page.locator(".answer")).to_have_count(1)
    ask(page, ANSWERED)
    expect(page.locator("#notice")).to_be_empty()


def test_a_refusal_stands_in_the_alert_and_the_question_stays(visit):
    page = visit()
    sentence = "That’s a lot of questions at once. Please wait a minute, then ask again."
    page.route("**/ask", lambda route: route.fulfill(
        status=429, content_type="text/html; charset=utf-8", body=f'<p class="notice">{sentence}</p>'))
    page.fill("#question", ANSWERED)
    page.press("#question", "Enter")
    expect(page.locator("#notice[role=alert]")).to_have_text(sentence)
    expect(page.locator("#notice")).to_be_in_viewport()
    expect(page.locator("#question")).to_have_value(ANSWERED)


def test_without_a_connection_the_page_says_so_and_the_question_stays(visit):
    page = visit()
    page.context.set_offline(True)
    page.fill("#question", ANSWERED)
    page.press("#question", "Enter")
    expect(page.locator("#notice")).to_contain_text("couldn’t reach the server")
    expect(page.locator("#question")).to_have_value(ANSWERED)
    page.context.set_offline(False)
    ask(page, ANSWERED)
    expect(page.locator("#notice")).to_be_empty()


def test_an_answer_whose_stream_is_lost_can_be_fetched(visit):
    page = visit()
    page.route("**/events", lambda route: route.fulfill(status=404, body=""))
    page.fill("#question", ANSWERED)
    page.press("#question", "Enter")
    expect(page.locator(".reply-lost")).to_be_visible()
    assert len(page.evaluate("announced")) == 1
    page.unroute("**/events")
    page.click("text=Show the answer")
    expect(finished(page).locator(".basis")).to_have_text("Quoted from our own text")
    expect(page.locator(".answer")).to_have_count(1)


# Without JavaScript


def test_without_javascript_the_form_comes_back_with_the_answer(visit):
    page = visit(java_script_enabled=False)
    page.fill("#question", ANSWERED)
    page.click(".ask-form .button")
    assert re.search(r"/ask/[^/#]+#answer-", page.url), page.url
    answer = page.locator("#" + page.url.split("#")[1])
    expect(answer.locator(".question")).to_contain_text(ANSWERED)
    expect(answer.locator(".basis")).to_have_text("Quoted from our own text")
    expect(answer).to_be_in_viewport()
    answer.locator("summary").first.click()
    expect(answer.locator("blockquote").first).to_be_visible()
    expect(page.locator(".hint")).to_be_hidden()
    page.click(".examples button:nth-of-type(2)")
    expect(page.locator(".answer")).to_have_count(1)
    expect(page.locator(".answer .basis")).to_be_visible()


def test_without_javascript_what_is_not_in_the_text_is_declined(visit):
    page = visit(java_script_enabled=False)
    page.fill("#question", UNANSWERED)
    page.click(".ask-form .button")
    expect(page.locator(".answer .basis")).to_have_text("Not in my information")
    expect(page.locator(".answer .reply-text")).to_contain_text(CONTACT)


def test_without_javascript_a_refused_question_stays_in_the_box(visit):
    page = visit(java_script_enabled=False)
    page.fill("#question", "   ")
    page.click(".ask-form .button")
    expect(page.locator("#notice")).to_have_text("Please write a question first.")
    expect(page.locator("h1")).to_be_visible()
    page.fill("#question", ANSWERED)
    page.click(".ask-form .button")
    expect(page.locator(".answer .basis")).to_be_visible()


# For everyone


def test_the_keyboard_alone_leads_from_the_top_to_the_answers_source(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Make your own"
    page.keyboard.press("Tab")
    assert focused(page) == "question"
    page.keyboard.type(ANSWERED)
    page.keyboard.press("Tab")
    assert focused(page) == "Ask"
    page.keyboard.press("Enter")
    finished(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.citation summary')")
    page.keyboard.press("Enter")
    expect(page.locator(".citation blockquote").first).to_be_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_axe_finds_nothing(visit, size, scheme):
    page = visit(size=size, color_scheme=scheme, reduced_motion="reduce")
    assert flaws(page) == []
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    ask(page, ANSWERED)
    page.locator(".citation summary").first.click()
    ask(page, UNANSWERED)
    page.fill("#question", " ")
    page.press("#question", "Enter")
    expect(page.locator("#notice")).not_to_be_empty()
    assert flaws(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_while_an_answer_is_being_made_or_lost(visit, scheme):
    page = visit(size=(320, 640), color_scheme=scheme, reduced_motion="reduce")
    page.route("**/events", lambda route: None)
    page.fill("#question", ANSWERED)
    page.press("#question", "Enter")
    expect(page.locator("[aria-busy]")).to_be_visible()
    assert flaws(page) == []
    page.unroute("**/events")
    page.route("**/events", lambda route: route.fulfill(status=404, body=""))
    page.fill("#question", UNANSWERED)
    page.press("#question", "Enter")
    expect(page.locator(".reply-lost").first).to_be_visible()
    assert flaws(page) == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_nothing_makes_the_page_scroll_sideways(visit, size):
    page = visit(size=size)
    assert sideways(page) <= 0
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    ask(page, ANSWERED)
    page.locator(".citation summary").first.click()
    ask(page, "w" * 300)
    assert sideways(page) <= 0


def test_letters_of_twice_the_size_do_not_make_it_scroll_sideways(visit):
    page = visit(size=(640, 800))
    page.evaluate("document.styleSheets[0].insertRule('html { font-size: 200% }')")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    ask(page, ANSWERED)
    assert sideways(page) <= 0


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_everything_to_press_is_large_enough_for_a_thumb(visit, size):
    page = visit(size=size)
    ask(page, ANSWERED)
    small = page.evaluate("""[...document.querySelectorAll('a, button, summary, textarea')]
        .filter(e => e.offsetParent && !e.matches('.skip, p a') && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)""")
    assert small == []


def test_nothing_moves_for_who_wants_less_motion(visit):
    running = "document.getAnimations().length"
    for reduced_motion, moves in (("no-preference", True), ("reduce", False)):
        page = visit(reduced_motion=reduced_motion)
        page.route("**/events", lambda route: None)
        page.fill("#question", ANSWERED)
        page.press("#question", "Enter")
        expect(page.locator("[aria-busy]")).to_be_visible()
        assert (page.evaluate(running) > 0) == moves


# What the page keeps to itself


def test_nothing_is_stored_in_the_browser(visit):
    page = visit()
    ask(page, ANSWERED)
    page.reload()
    stored = page.evaluate("""async () => [localStorage.length, sessionStorage.length, document.cookie,
        (await indexedDB.databases()).length, (await caches.keys()).length,
        (await navigator.serviceWorker.getRegistrations()).length]""")
    assert stored == [0, 0, "", 0, 0, 0]
    assert page.context.cookies() == []


def test_nothing_is_loaded_from_elsewhere_nothing_is_blocked_and_the_console_is_quiet(visit, base_url):
    page = visit()
    ask(page, ANSWERED)
    ask(page, UNANSWERED)
    assert [address for address in page.addresses if not address.startswith(base_url + "/")] == []
    assert page.evaluate("violations") == []
    assert page.complaints == []


def test_the_page_forbids_inline_scripts_and_frames(visit):
    page = visit()
    page.evaluate("""() => {
        const script = document.createElement('script')
        script.textContent = 'document.title = "broken"'
        document.body.append(script)
    }""")
    assert page.title() != "broken"
    page.wait_for_function("violations.length > 0")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_an_unknown_address_is_a_friendly_page(browser, base_url, visit, size, scheme):
    page = visit(size=size, color_scheme=scheme)
    assert page.goto(base_url + "/nowhere").status == 404
    expect(page.locator("h1")).to_have_text("This page isn’t here")
    assert flaws(page) == []
    assert sideways(page) <= 0
    page.click("text=Go to the start")
    expect(page.locator("#question")).to_be_visible()


def conversations(page):
    return page.locator("#answers > .answer").evaluate_all("answers => answers.map(answer => answer.dataset.conversation)")


def test_a_question_belongs_to_the_conversation_of_the_one_before(visit):
    page = visit()
    ask(page, ANSWERED)
    ask(page, "What happens when it doesn't know?")
    first, second = conversations(page)
    assert first == second
    ask(other := visit(), ANSWERED)
    assert conversations(other) != [first]


def test_without_a_script_too_a_question_belongs_to_the_conversation_of_the_one_before(visit):
    page = visit(java_script_enabled=False)
    found = []
    for _ in range(2):
        page.fill("#question", ANSWERED)
        page.click(".ask-form button")
        found.append(page.get_attribute("#answers > .answer", "data-conversation"))
    assert found[0] == found[1]
