"""Every page fits on a small phone, whichever font the reader's machine has by chance."""

import re
import subprocess

import pytest
from Server.test_tenants import NAMED, Business, routes
from Servers.people import mails, new_address
from Servers.visitor import Visitor

PHONE = (320, 640)
FONTS = ["DejaVu Sans", "Liberation Sans", "DejaVu Serif"]

# Text that stands outside of the window, of what one presses, or of what cuts it off, unless that can be scrolled or ends in dots.
MISFITS = """() => {
  const found = new Set()
  const tell = (element, why) => found.add(`${why}: ${element.outerHTML.slice(0, 120).replace(/\\s+/g, ' ')}`)
  const scrolls = style => /auto|scroll/.test(style.overflowX) || style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none'
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement
    if (!texts.currentNode.data.trim() || parent.closest('.unseen, .skip, script, style, noscript, textarea, select, svg') || !parent.checkVisibility()) continue
    const range = document.createRange()
    range.selectNodeContents(texts.currentNode)
    const box = range.getBoundingClientRect()
    if (!box.width) continue
    let room = [0, document.documentElement.clientWidth, 'wider than the window']
    for (let around = parent; around !== document.body; around = around.parentElement) {
      const style = getComputedStyle(around)
      if (scrolls(style)) { room = null; break }
      if (style.overflowX === 'visible') continue
      const outer = around.getBoundingClientRect()
      room = [outer.left, outer.right, 'cut off']
      break
    }
    if (room && (box.left < room[0] - 1 || box.right > room[1] + 1)) tell(parent, room[2])
  }
  for (const pressed of document.querySelectorAll('nav a, button, .button, summary')) {
    if (pressed.checkVisibility() && pressed.clientWidth && pressed.scrollWidth > pressed.clientWidth + 1) tell(pressed, 'wider than its place')
  }
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) found.add('the page is wider than the window')
  return [...found]
}"""


@pytest.fixture(scope="module")
def business(app):
    return Business(app, "fonts")


@pytest.fixture(scope="module")
def pages(app, business):
    """Addresses of all that is a page, from the table of routes, with who may see it."""
    ids = dict(business.made)
    visitor = Visitor(app, ids["token"])
    visitor.say("When do you open?")
    guest = new_address("fonts-guest")
    business.make("/account/invitations", {"email": guest})
    ids |= {"visitors_chat": visitor.path, "invitation_link": re.search(r"/invitations/\S+", mails(app, guest)[0]["text"]).group()}
    targets = ["/", "/nowhere", visitor.path, f"/chat/{ids['token']}/sessions", f"{visitor.path}/data", f"{visitor.path}/leads", ids["invitation_link"]]
    for method, path, _ in routes():
        if method == "GET" and not path.startswith(("/api/", "/v1/")) and not path.endswith("/events"):
            names = iter(NAMED.get(path, []))
            target = re.sub(r"\{\w+\}", lambda _: ids.get(next(names, ""), "{"), path)
            targets += [target] if "{" not in target else []
    shown = [target for target in dict.fromkeys(targets) if is_page(business.browser, target)]
    assert len(shown) > 30 and {"/", "/bots", "/inbox", "/account", visitor.path, f"/bots/{ids['bot']}/settings"} <= set(shown)
    return shown


def is_page(browser, target):
    response = browser.get(target, {"Accept": "text/html"})
    return (response["content-type"] or "").startswith("text/html")


def test_the_fonts_that_pages_are_tried_with_are_here():
    families = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True).stdout
    assert [font for font in FONTS if font not in families] == [], "bin/setup --test brings them"


def misfits(page, font, targets):
    found = {}
    for target in targets:
        page.goto(target)
        page.add_style_tag(content=f':root {{ --text: "{font}" !important; }}')
        page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
        if misfit := page.evaluate(MISFITS):
            found[target] = misfit
    return found


@pytest.mark.parametrize("font", FONTS)
def test_every_page_fits_on_a_small_phone(new_page, business, pages, font):
    page = new_page(PHONE, business.browser.cookies, bypass_csp=True, reduced_motion="reduce")
    assert misfits(page, font, pages) == {}
    stranger = new_page(PHONE, bypass_csp=True, reduced_motion="reduce")
    assert misfits(stranger, font, ["/", "/sign-in", "/developers"]) == {}


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("language", ["de", "fr", "nl"])
def test_the_chat_fits_in_languages_with_long_words(new_page, business, pages, font, language):
    page = new_page(PHONE, business.browser.cookies, bypass_csp=True, locale=language, reduced_motion="reduce")
    assert misfits(page, font, [target for target in pages if target.startswith(("/chat/", "/widget/"))]) == {}
