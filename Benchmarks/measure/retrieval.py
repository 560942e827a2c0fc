"""Retrieval: what our search finds in the Cranfield collection, beside Postgres' ts_rank_cd and BM25.

The collection isn't ours to give away: CRANFIELD names a folder with cran.all.1400, cran.qry and cranqrel."""

import os
from pathlib import Path

from .cranfield import FOUND, documents, quality, questions
from .machine import SERVER_CORE, BenchError, output_of
from .rounds import interleave
from .table import Row, Target
from .templates import python_with_jinja

TITLE = "Retrieval, the Cranfield collection: 1,400 abstracts, 225 questions"
SECONDS_LIMIT = 120
P99_LIMIT_MS = Target(at_most=10, of="ours")
AS_GOOD = Target(at_least=1)


def rows(bench, progress):
    folder = os.environ.get("CRANFIELD", "")
    if not (Path(folder) / "cranqrel").exists():
        return [Row("not measured", note="CRANFIELD must name a folder with cran.all.1400, cran.qry and cranqrel")]
    rounds = interleave(bench, {"ours": lambda: output_of([bench.product("RetrievalBench"), folder], SECONDS_LIMIT, SERVER_CORE)}, progress)
    if not rounds["ours"]:
        raise BenchError(rounds.error("ours"))
    hits, times = [], []
    for output in rounds["ours"]:
        lines = [line.split() for line in output.splitlines()]
        hits = [[int(number) for number in numbers] for name, *numbers in lines if name == "hits"]
        times.append({name: float(rest[0]) for name, *rest in lines if name != "hits"})
    ours = quality(folder, hits)
    progress("ts_rank_cd")
    peers = {"ts_rank_cd": quality(folder, ts_rank_cd(bench, folder))}
    progress("bm25s")
    peers["bm25s"] = quality(folder, bm25(bench, folder))

    def row(place, what, peer):
        return Row(f"{what}@{FOUND}, in hundredths", [100 * ours[place]], [100 * peers[peer][place]], peer, AS_GOOD if place == 0 else None)

    def time(what, name, target=None):
        return Row(f"{what} of 5,000 passages, 99 % below, ms", [one[f"{name}_p99"] / 1000 for one in times], target=target,
                   note="median " + ", ".join(f"{one[f'{name}_median'] / 1000:.2f}" for one in times))

    return [row(place, what, peer) for place, what in enumerate(("nDCG", "recall")) for peer in peers] + [
        time("a search", "search", P99_LIMIT_MS), time("an answer", "answer", P99_LIMIT_MS)]


def ts_rank_cd(bench, folder):
    """Any of the question's words may match, as few documents have all; title above text, long documents divided down: the
    best of what was tried (weights, normalizations). ts_rank at its best gave 34.4 hundredths of nDCG."""
    cluster = bench.cluster
    cluster.make("retrieval")
    quoted = lambda text: "'" + text.replace("'", "''") + "'"
    cluster.carry_out(
        "retrieval", "begin;\ncreate table documents (id int, title text, body text);\ncreate table questions (id int, words text);\n"
        + "".join(f"insert into documents values ({number}, {quoted(title)}, {quoted(text)});\n" for number, (title, text) in enumerate(documents(folder), 1))
        + "".join(f"insert into questions values ({number}, {quoted(text)});\n" for number, text in enumerate(questions(folder), 1))
        + """alter table documents add words tsvector generated always as
               (setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'D')) stored;
             commit;""")
    output = cluster.ask("retrieval", f"""
        select q.id, (select string_agg(id::text, ' ' order by rank desc, id) from (
          select d.id, ts_rank_cd(d.words, any_word, 1) as rank from documents d where d.words @@ any_word order by rank desc, d.id limit {FOUND}) best)
        from questions q, lateral (
          select string_agg(quote_literal(word), ' | ')::tsquery as any_word from unnest(tsvector_to_array(to_tsvector('english', q.words))) word) asked
        order by q.id""")
    return [[int(number) for number in line.split("|")[1].split()] for line in output.splitlines()]


def bm25(bench, folder):
    script = bench.root / "Benchmarks/peers/bm25_search.py"
    return [[int(number) for number in line.split()] for line in output_of([python_with_jinja(bench), script, folder], SECONDS_LIMIT).splitlines()]
