"""What a browser makes of the pages of Tests/HolePages: the same elements and attributes whatever string is in the holes,
and the string itself where it was put. Needs `swift build --product PrintHolePages`, Playwright and Chromium."""

import json
import os
import random
import subprocess
import unittest
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent.parent
PROGRAM = os.environ.get("HOLE_PAGES", ROOT / ".build/debug/PrintHolePages")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
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


class TemplatesInABrowser(unittest.TestCase):
    def test_no_string_in_a_hole_changes_the_structure_of_a_page(self):
        output = subprocess.run([PROGRAM, str(STRINGS), str(SEED)], capture_output=True, check=True).stdout
        cases = [json.loads(line) for line in output.split(b"\n") if line]
        self.assertGreater(len(cases), STRINGS)
        mistakes = self.evaluate(cases)
        if mistakes:
            self.fail(f"{len(mistakes)} mistakes, SEED={SEED}\n" + "\n".join(mistakes[:5]))

    def test_the_check_sees_a_string_that_breaks_out(self):
        broken = [{"page": "p", "reading": None, "text": text, "html": f"<p>{text}</p>"} for text in ("a", "<b>")]
        mild = [{"page": "markdown", "html": html} for html in ('<p onclick="x">a</p>', '<a href="/x">a</a>', "<img>", "<p>a</p>")]
        self.assertEqual(len(self.evaluate(broken + mild)), 4)

    def evaluate(self, cases):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page()
            page.route("**/*", lambda route: route.fulfill(
                status=200, content_type="text/html", body="<!doctype html>",
                headers={"content-security-policy": "default-src 'none'"}))
            page.goto(HOME)
            mistakes = page.evaluate(SCRIPT, cases)
            browser.close()
            return mistakes


if __name__ == "__main__":
    unittest.main()
