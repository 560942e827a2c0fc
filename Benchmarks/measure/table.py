"""The table: what was measured, ours beside the peer, how far the rounds lie apart, and whether it is enough."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Target:
    """What is asked for: `at_most` or `at_least`, of the ratio or of our own figure; of its median, or of every round."""
    at_least: float | None = None
    at_most: float | None = None
    of: str = "ratio"
    every_round: bool = False

    def __str__(self):
        bound = f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"
        return bound + (" ×" if self.of == "ratio" else "")

    def met(self, figures):
        judged = figures if self.every_round else [statistics.median(figures)]
        return all(figure >= self.at_least if self.at_least is not None else figure <= self.at_most for figure in judged)


@dataclass
class Row:
    """One line: the figures of every round. The ratio is ours ÷ peer, or peer ÷ ours where that says how much faster we are."""
    what: str
    ours: list = field(default_factory=list)
    peer: list = field(default_factory=list)
    peer_name: str = ""
    target: Target | None = None
    peer_over_ours: bool = False
    note: str = ""
    error: str = ""

    def ratios(self):
        """Round by round, so that what disturbs both of a round disturbs neither ratio."""
        pairs = [(p, o) if self.peer_over_ours else (o, p) for o, p in zip(self.ours, self.peer)]
        return [above / below for above, below in pairs if below]

    def verdict(self):
        if self.error:
            return "ERROR"
        if self.target is None:
            return "–"
        figures = self.ratios() if self.target.of == "ratio" else self.ours
        if not figures:
            return "ERROR"
        return "pass" if self.target.met(figures) else "SHORT"


def number(value):
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.2g}"


def spread(values, unit=""):
    """The median, and between which rounds it lies."""
    if not values:
        return ""
    middle = number(statistics.median(values)) + unit
    if len(values) == 1:
        return middle
    return f"{middle} [{number(min(values))}–{number(max(values))}]"


HEAD = ("measured", "ours", "peer", "ratio", "target", "")


def cells(row):
    peer = f"{spread(row.peer)} {row.peer_name}".strip()
    ratio = spread(row.ratios(), " ×")
    return (row.what, spread(row.ours), peer, ratio, str(row.target or ""), row.verdict())


def render(groups):
    """The whole table. Each group is a title and its rows."""
    lines = [HEAD] + [cells(row) for _, rows in groups for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    widths[0] += 2

    def line(values, indent=""):
        padded = [(indent + values[0]).ljust(widths[0])] + [v.ljust(w) for v, w in zip(values[1:], widths[1:])]
        return "  ".join(padded).rstrip()

    out = [line(HEAD), line(["─" * width for width in widths])]
    for title, rows in groups:
        out.append(title)
        for row in rows:
            out.append(line(cells(row), "  "))
            out += [f"      {text}" for text in (row.error and "error: " + row.error, row.note) if text]
    return "\n".join(out)


def summary(groups):
    verdicts = [row.verdict() for _, rows in groups for row in rows]
    parts = [(verdicts.count("pass"), "pass"), (verdicts.count("SHORT"), "fall short"), (verdicts.count("ERROR"), "in error")]
    return ", ".join(f"{count} {word}" for count, word in parts)
