"""What our server was seen asking the database and answering, from which a peer is made: so it stays the same page and the
same questions when ours change."""

import re
import time

from .machine import BenchError

LOG_PREFIX = "@@ "
RELOAD_SECONDS = 1
STATEMENT = re.compile(r"LOG:  execute [^:]*: (.*)", re.S)
PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")


def statements(cluster, fetch, *given):
    """What is asked during `fetch` with one of `given` (as Postgres prints them) as a parameter, in order. That is $1, the
    others are written out. What sets row-level security up, as we do in addition, the peers needn't ask."""
    log = cluster.process.log
    set_log(cluster, "all")
    began = log.stat().st_size
    fetch()
    set_log(cluster, "none")
    entries = log.read_bytes()[began:].decode().replace("\n\t", "\n").split(LOG_PREFIX)
    found = []
    for entry, detail in zip(entries, entries[1:]):
        statement, values = STATEMENT.match(entry.strip()), dict(PARAMETER.findall(detail))
        marked = {number for number, value in values.items() if value.strip("'") in given}
        if statement and marked and not statement[1].startswith("select set_config("):
            found.append(re.sub(r"\$(\d+)", lambda place: "$1" if place[1] in marked else values[place[1]], statement[1]))
    return found


def set_log(cluster, which):
    cluster.ask("postgres", f"alter system set log_statement = '{which}'")
    cluster.ask("postgres", "select pg_reload_conf()")
    time.sleep(RELOAD_SECONDS)


def with_holes(html, values, hole):
    """`html` with a hole in place of each of `values` (by name), the longest first, escaped as we do it. Each must be there."""
    for name, value in sorted(values.items(), key=lambda named: -len(str(named[1]))):
        shown = str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;").replace("'", "&#39;")
        html, count = re.subn(rf"(?<!\w){re.escape(shown)}(?!\w)", lambda _: hole % name, html)
        if count == 0:
            raise BenchError(f"ours doesn't show {name}, {value!r}")
    return html


def with_loop(html, item, values, hole, begin, end):
    """`html` with the first of the elements in a row that the pattern `item` finds, with holes, in place of them all."""
    def loop(items):
        return begin + with_holes(re.match(item, items[0], re.S)[0], values, hole) + end
    return re.sub(f"(?:{item})+", loop, html, count=1, flags=re.S)
