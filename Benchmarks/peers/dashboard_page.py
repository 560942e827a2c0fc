"""Makes the template of both peers, dashboard.html, out of our own page, ours.html, and the rows that it shows."""

import os
import sys
from pathlib import Path

import psycopg
from psycopg.rows import dict_row

import dashboard_rows as rows

sys.path.insert(0, str(Path(__file__).parent.parent))
from measure.overheard import with_loop

folder = Path(os.environ["DASHBOARD_FOLDER"])
with psycopg.connect(os.environ["DASHBOARD_DATABASE"], row_factory=dict_row) as connection:
    shown = rows.context(*(connection.execute(rows.psycopg(query), {"given": sys.argv[1]}).fetchall() for query in rows.QUERIES))
page = (folder / "ours.html").read_text()
for name, places, kind in (("bot", "bots", "bot panel"), ("asked", "newest", "asked")):
    hole, begin = f"{{{{ {name}.%s }}}}", f"{{% for {name} in {places} %}}"
    page = with_loop(page, rf'<li class="{kind}".*?</li>\s*', shown[places][0], hole, begin, "{% endfor %}")
(folder / "dashboard.html").write_text(page)
