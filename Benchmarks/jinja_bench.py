"""The pages of TemplateBench in Jinja2: compiled templates, autoescape, MarkupSafe's C extension. Checks that both render
the same bytes, then prints `name nanoseconds`.

usage: jinja_bench.py path/to/TemplateBench
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import markupsafe._speedups  # noqa: F401  without it the comparison is not fair
from jinja2 import Environment

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Products</title></head>
<body>
<table>
{% for product in products %}<tr>
  <td><a href="{{ product.link }}">{{ product.name }}</a></td>
  <td>{{ product.price }}</td>
  <td>{{ product.note }}</td>
</tr>
{% endfor %}</table>
</body>
</html>
"""
TABLE = "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>\n{% endfor %}</table>\n"


class Product:
    def __init__(self, number):
        self.name = f"Tea & Cake {number}"
        self.price = number * 135
        self.link = f"/products/{number}?from=shop&page=1"
        self.note = "It's \"fresh\" <daily>" if number % 3 == 0 else "Baked every morning in our own oven"


def nanoseconds(render):
    """For one call: the best of many short batches, as TemplateBench measures."""
    calls, best, batches = 1, float("inf"), 0
    while batches < 200:
        start = time.perf_counter_ns()
        for _ in range(calls):
            render()
        total = time.perf_counter_ns() - start
        if total < 1e6:
            calls *= 2
        else:
            best = min(best, total / calls)
            batches += 1
    return best


def check(renders):
    [program] = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, folder], check=True)
        for name, render in renders.items():
            if (Path(folder) / f"{name}.html").read_bytes() != render().encode():
                sys.exit(f"{name}: the bytes differ")


def main():
    environment = Environment(autoescape=True, keep_trailing_newline=True)
    page, table = environment.from_string(PAGE), environment.from_string(TABLE)
    products = [Product(number) for number in range(1, 13)]
    rows = [
        [f"<{row} & {column}>" if column % 10 == 0 else f"cell {row},{column}" for column in range(100)] for row in range(100)
    ]
    renders = {"page": lambda: page.render(products=products), "table": lambda: table.render(rows=rows)}
    check(renders)
    for name, render in renders.items():
        print(name, round(nanoseconds(render)))


main()
