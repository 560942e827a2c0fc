"""Templates and JSON: our compiled templates beside Jinja2 and a plain copy of the same bytes, our JSON writer beside
Foundation's encoder."""

import os
import shutil
import sys
from pathlib import Path

from .machine import SERVER_CORE, BenchError, output_of
from .rounds import interleave
from .table import Row, Target

TITLE = "Templates and JSON, ns a rendering"
SECONDS_LIMIT = 60
PAGES = (("page", "page of 12 escaped rows"), ("table", "table of 100 × 100"))
TIMES_JINJA = Target(at_least=20)
TIMES_FOUNDATION = Target(at_least=10)


def rows(bench, progress):
    def ours():
        return figures(output_of([bench.product("TemplateBench")], SECONDS_LIMIT, SERVER_CORE))

    def jinja():
        script = Path(__file__).parent.parent / "jinja_bench.py"
        return figures(output_of([python_with_jinja(bench), script, bench.product("TemplateBench")], SECONDS_LIMIT, SERVER_CORE))

    rounds = interleave(bench, {"TemplateBench": ours, "Jinja2": jinja}, progress)

    def row(what, our_name, peer, peer_name, shown, target=None, peer_over_ours=True):
        ours, peers = rounds["TemplateBench"], rounds[peer]
        missing = [f"{side} gave no “{name}”" for side, name, given in (("TemplateBench", our_name, ours), (peer, peer_name, peers))
                   if given and name not in given[0]]
        error = rounds.error(*{"TemplateBench", peer}) or "; ".join(missing)
        return Row(what, [one[our_name] for one in ours if our_name in one], [one[peer_name] for one in peers if peer_name in one],
                   shown, target, peer_over_ours, error=error)

    return [row(what, name, "Jinja2", name, "Jinja2", TIMES_JINJA) for name, what in PAGES] + [
        row(f"{what}, its distance from a copy", name, "TemplateBench", f"{name}_memcpy", "memcpy", peer_over_ours=False)
        for name, what in PAGES
    ] + [row("JSON writer", "json", "TemplateBench", "json_foundation", "Foundation", TIMES_FOUNDATION)]


def figures(output):
    """Lines of `name ns`; anything else is an error."""
    found = {}
    for line in output.splitlines():
        parts = line.split()
        if not parts or line.startswith("#"):
            continue
        try:
            found[parts[0]] = float(parts[1])
        except (IndexError, ValueError):
            raise BenchError(f"not a “name ns” line: {line[:100]}") from None
    return found


def python_with_jinja(bench):
    """The private virtual environment that bin/setup makes, or whatever runs this."""
    named = os.environ.get("BENCH_PYTHON")
    places = [named] if named else [bench.root / place / "bin/python" for place in (".venv", ".build/venv", ".data/venv")]
    return next((str(place) for place in places if place and Path(place).exists()), shutil.which("python3") or sys.executable)
