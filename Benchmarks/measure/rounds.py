"""Rounds: A B A B …, so that a machine that slows down slows every side alike."""

from collections import defaultdict

from .machine import BenchError


class Rounds:
    """What each side gave in each round, and what went wrong with it."""

    def __init__(self):
        self.results = defaultdict(list)
        self.errors = {}

    def __getitem__(self, name):
        return self.results[name]

    def error(self, *names):
        return "; ".join(f"{name}: {self.errors[name]}" for name in names if name in self.errors)


def interleave(bench, sides, progress, count=None):
    """Calls each of `sides` (name → function) once a round. A side that fails is left out from then on; when the group's
    time is up, what there is counts, but there is a first round until the whole run's is."""
    rounds, count = Rounds(), count or bench.rounds
    for number in range(count):
        for name, measure in sides.items():
            if name in rounds.errors:
                continue
            if rounds.results[name] and bench.time_is_up():
                continue
            if bench.is_over():
                rounds.errors[name] = "out of time"
                continue
            progress(f"round {number + 1} of {count}: {name}")
            try:
                rounds.results[name].append(measure())
            except (BenchError, OSError) as error:
                rounds.errors[name] = str(error) or type(error).__name__
    return rounds
