"""The fragment with one query by Go: net/http, html/template and pgx. Its template is made of our fragment and the row that it
shows, its query is the one that ours was seen asking, its headers are ours, and its bytes must be."""

import contextlib
import json

from .machine import BenchError, running
from .overheard import statements, with_holes, with_loop
from .servers import exchange, free_port, wait_for

CITATION = r'<li><details class="citation".*?</li>\s*'
OWN_HEADERS = {"date", "content-length", "x-request-id"}


@contextlib.contextmanager
def fragment_go(bench, database, port, path, headers):
    """Yields its process and its port, where `path` is answered as ours on `port` does it."""
    ours = exchange("GET", port, path, None, headers)
    folder = make(bench, database, port, path, headers, ours)
    peer = free_port()
    command = [bench.product("FragmentGo"), folder, bench.cluster.url(database), f"127.0.0.1:{peer}"]
    with running(command, bench.log("go")) as process:
        wait_for(process, peer, "/healthz", "Go")
        theirs = exchange("GET", peer, path, None, headers)
        if theirs[2] != ours[2]:
            raise BenchError(f"the fragments differ: {ours[2]!r} and {theirs[2]!r}")
        if kept(theirs) != kept(ours) or {name.lower() for name, _ in theirs[1]} != {name.lower() for name, _ in ours[1]}:
            raise BenchError(f"the headers differ: {ours[1]} and {theirs[1]}")
        yield process, peer


def make(bench, database, port, path, headers, ours):
    """The folder with what the program is given."""
    folder = bench.folder / "go"
    folder.mkdir()
    message = path.rpartition("/")[2]
    asked = statements(bench.cluster, lambda: exchange("GET", port, path, None, headers), message)
    if len(asked) != 1:
        raise BenchError(f"GET {path} asks {len(asked)} questions of the database, not one")
    written = asked[0].replace("$1", f"'{message}'")
    row = json.loads(bench.cluster.ask(database, f"select row_to_json(found) from ({written}) found"))
    (folder / "statement.sql").write_text(asked[0])
    try:
        (folder / "fragment.html").write_text(template(ours[2].decode(), row))
    except (LookupError, TypeError) as error:
        raise BenchError(f"the row of {path} isn't what it was: {error!r}") from error
    (folder / "headers.json").write_text(json.dumps({name: [value] for name, value in kept(ours).items()}))
    return folder


def template(fragment, row):
    citation = {name: row["citations"][0][name.lower()] for name in ("Number", "Title", "Quote")}
    fragment = with_loop(fragment, CITATION, citation, "{{.%s}}", "{{range .Citations}}", "{{end}}")
    message = {"ID": row["id"], "Conversation": row["conversation_id"], "Question": row["question"], "Text": row["text"]}
    return with_holes(fragment, message, "{{$.%s}}")


def kept(answer):
    return {name: value for name, value in answer[1] if name.lower() not in OWN_HEADERS}
