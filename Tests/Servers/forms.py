"""Finds every form of every page, as a person who follows all links would."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from Servers.wire import ask_once

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|(?<=/invitations/)[^/]+")
LEFT_OUT = re.compile(r"\.(csv|json|txt|zip|js|css)$|/export$|/events$|^/static/|^/dev/")


def shape(path):
    """An address without the ids of what it names; a chat's own secret follows its bot's token."""
    return re.sub(r"(?<=^/chat/…/)(?!sessions|messages)[^/]+", "…", ID.sub("…", path))


class Form:
    def __init__(self, page, method, action):
        self.page, self.method, self.action = page, method, action
        self.fields, self.hidden = {}, {}

    @property
    def key(self):
        """What it does, whatever it does it to; of forms with one address, which it is."""
        kind = self.hidden.get("kind")
        path, _, query = self.action.partition("#")[0].partition("?")
        override = re.search(r"_method=(\w+)", query)
        method = override[1].upper() if override else self.method
        return f"{method} {shape(path)}" + (f" {kind}" if kind else "")


class Page(HTMLParser):
    def __init__(self, path, html):
        super().__init__()
        self.path, self.links, self.forms, self.open = path, [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "a" and given.get("href"):
            self.links.append(urljoin(self.path, given["href"]))
        if tag == "form":
            self.open = Form(self.path, (given.get("method") or "get").upper(), given["action"])
            self.forms.append(self.open)
        if self.open and tag in ("input", "textarea", "select") and given.get("name"):
            kind = given.get("type", tag)
            (self.open.hidden if kind == "hidden" else self.open.fields)[given["name"]] = given.get("value") if kind == "hidden" else kind
        if self.open and tag == "button" and given.get("formaction"):
            other = Form(self.path, "POST", given["formaction"])
            other.fields = self.open.fields
            self.forms.append(other)

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None


def crawl(app, starts, cookie):
    """The pages that can be reached, one of each kind, and the first of each form that stands on them, by what it does."""
    waiting, seen, found, pages = list(starts), set(), {}, []
    while waiting:
        path = waiting.pop(0).partition("#")[0]
        parts = urlsplit(path)
        kind = shape(parts.path) + "?" + ",".join(sorted(re.findall(r"(\w+)=", parts.query)))
        if parts.netloc or not path.startswith("/") or LEFT_OUT.search(parts.path) or kind in seen:
            continue
        seen.add(kind)
        response = ask_once(app.port, "GET", path, {"Cookie": cookie} if cookie else {})
        if response.status != 200 or "text/html" not in (response["Content-Type"] or ""):
            continue
        page = Page(path, response.text)
        pages.append(path)
        waiting += page.links
        for form in page.forms:
            found.setdefault(form.key, form)
    return pages, found
