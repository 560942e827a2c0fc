"""Bytes on a business's page: the launcher, which every visitor loads, and the chat, which those load who open it.
Compressed with gzip, as they are served."""

import gzip
import re

from .machine import BenchError
from .servers import App, call
from .table import Row, Target

TITLE = "Bytes of the widget, compressed as served"
LAUNCHER_LIMIT_KIB = 5
PANEL_LIMIT_KIB = 40


def rows(bench, progress):
    progress("a launcher and a chat")
    app = App(bench, bench.cluster.make("bytes"))
    with app.running("/readyz"):
        token = bench.cluster.ask("bytes", "select token from bots")
        launcher = size(app, f"/widget/embed/{token}.js")
        panel = f"/widget/b/{token}"
        page = fetch(app, panel).decode()
        files = sorted(set(re.findall(r'<(?:script|link)[^>]+(?:src|href)="(/[^"]+\.(?:js|css)[^"]*)"', page)))
        if not files:
            raise BenchError("the chat page names no script and no style")
        opened = size(app, panel) + sum(size(app, path) for path in files)
    return [
        Row("launcher, KiB", [launcher / 1024], target=Target(at_most=LAUNCHER_LIMIT_KIB, of="ours"), note="one request"),
        Row("chat once open, KiB", [opened / 1024], target=Target(at_most=PANEL_LIMIT_KIB, of="ours"),
            note=f"{1 + len(files)} requests: the page, {', '.join(path.split('?')[0] for path in files)}"),
    ]


def fetch(app, path, headers=None):
    status, body = call("GET", app.port, path, None, headers or {})
    if status != 200:
        raise BenchError(f"GET {path} answered {status}")
    return body


def size(app, path):
    """Of the body as it goes over the wire to a browser; what we send as it is, its proxy compresses."""
    sent = fetch(app, path, {"Accept-Encoding": "gzip"})
    return len(sent if sent[:2] == b"\x1f\x8b" else gzip.compress(sent, mtime=0))
