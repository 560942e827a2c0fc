"""What a browser makes of the pages of Tests/HolePages: the same elements and attributes whatever string is in the holes,
and the string itself where it was put."""

import json
import os
import random
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROGRAM = os.environ.get("HOLE_PAGES", ROOT / ".build/debug/PrintHolePages")
STRINGS = int(os.environ.get("STRINGS", 600))
SEED = int(os.environ.get("SEED", random.getrandbits(32)))

# The page that the relative addresses are relative to. Nothing of it is asked of a network.
HOME = "https://desk.example/here/page"

SCRIPT = r"""
cases => {
  const shape = node => [...(node.localName === 'template' ? node.content : node).childNodes].filter(child => child.nodeType !== Node.TEXT_NODE).map(child =>
    child.nodeType === Node.ELEMENT_NODE
      ? `<${child.namespaceURI} ${child.localName} ${child.getAttributeNames().sort()}>${shape(child)}</>`
      : `#${child.nodeType}`).join('')
  // The second parses as a page on which scripts run, where <noscript> holds text.
  const parse = html => {
    const live = document.createElement('body')
    live.innerHTML = html
    return [new DOMParser().parseFromString(html, 'text/html'), live]
  }
  // A browser reads every line break as a line feed, and NUL as nothing or as U+FFFD.
  const plain = text => text.replace(/\r\n?/g, '\n').replace(/[\0\uFFFD]/g, '')
  const ALLOWED = new Set(('p br hr em strong del code pre blockquote ul ol li table thead tbody tr th td h3 h4 h5 h6 a input'
    + ' html head body').split(' '))
  const ATTRIBUTES = {a: 'href rel target', ol: 'start', th: 'align', td: 'align', input: 'checked disabled type'}

  const readings = {
    text: (hole, text) => plain(hole.textContent) === plain(text),
    title: (hole, text) => plain(hole.title) === plain(text),
    // What is no address has the protocol ':' and leads nowhere.
    href: hole => [':', 'https:', 'http:', 'mailto:', 'tel:', 'about:'].includes(hole.protocol),
    path: hole => hole.host === 'desk.example' && hole.pathname.split('/').length >= 3,
    query: (hole, text) => hole.host === 'desk.example' && new URL(hole.href).searchParams.get('q') === text,
    json: (hole, text) => JSON.parse(hole.textContent) === text,
  }
  const markdownMistake = html => {
    const page = new DOMParser().parseFromString(html, 'text/html')
    for (const element of page.querySelectorAll('*')) {
      const attributes = (ATTRIBUTES[element.localName] ?? '').split(' ')
      if (!ALLOWED.has(element.localName)) return `<${element.localName}>`
      const other = element.getAttributeNames().find(name => !attributes.includes(name))
      if (other) return `${other} on <${element.localName}>`
      if (element.localName === 'a' && !/^(https?|mailto):/i.test(element.getAttribute('href'))) return element.outerHTML
    }
  }

  const shapes = {}
  const mistakes = []
  for (const {page, reading, text, html} of cases) {
    const mistake = what => mistakes.push(`${page}: ${what}\n  text ${JSON.stringify(text)}\n  html ${JSON.stringify(html)}`)
    if (page === 'markdown') {
      const found = markdownMistake(html)
      if (found) mistake(found)
      continue
    }
    const parsed = parse(html)
    const seen = parsed.map(shape).join('\n')
    shapes[page] ??= seen
    if (seen !== shapes[page]) mistake(`another structure: ${seen}`)
    else if (reading) {
      const hole = document.importNode(parsed[0].getElementById('hole'), true)
      if (!readings[reading](hole, text)) mistake(`the ${reading} is not what was put in: ${hole.outerHTML}`)
    }
  }
  return mistakes
}
"""


def mistakes(browser, cases):
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(
        status=200, content_type="text/html", body="<!doctype html>", headers={"content-security-policy": "default-src 'none'"}))
    page.goto(HOME)
    try:
        return page.evaluate(SCRIPT, cases)
    finally:
        page.close()


def test_no_string_in_a_hole_changes_the_structure_of_a_page(browser):
    output = subprocess.run([PROGRAM, str(STRINGS), str(SEED)], cwd=ROOT, capture_output=True, check=True).stdout
    cases = [json.loads(line) for line in output.split(b"\n") if line]
    assert len(cases) > STRINGS
    found = mistakes(browser, cases)
    assert not found, f"{len(found)} mistakes, SEED={SEED}\n" + "\n".join(found[:5])


def test_the_check_sees_a_string_that_breaks_out(browser):
    broken = [{"page": "p", "reading": None, "text": text, "html": f"<p>{text}</p>"} for text in ("a", "<b>")]
    mild = [{"page": "markdown", "html": html} for html in ('<p onclick="x">a</p>', '<a href="/x">a</a>', "<img>", "<p>a</p>")]
    assert len(mistakes(browser, broken + mild)) == 4
