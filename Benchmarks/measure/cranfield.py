"""The Cranfield collection: 1,400 abstracts, 225 questions, and judgements of which abstracts answer which."""

import math
from pathlib import Path

FOUND = 10
GAINS = {1: 4, 2: 3, 3: 2, 4: 1}       # a judgement of 1 is the best; 5 and -1 are none


def records(path):
    """Of a SMART file: `.I` begins a record, `.X` the field X."""
    all_records, field = [], None
    for line in Path(path).read_text().splitlines():
        if line.startswith(".I "):
            all_records.append({})
        elif len(line) == 2 and line.startswith("."):
            field = line[1]
        elif all_records and field:
            all_records[-1][field] = all_records[-1].get(field, "") + line + "\n"
    return all_records


def documents(folder):
    """Title and text, in the order of their numbers from 1."""
    return [(record.get("T", ""), record.get("W", "")) for record in records(Path(folder) / "cran.all.1400")]


def questions(folder):
    return [record["W"] for record in records(Path(folder) / "cran.qry")]


def judgements(folder):
    """By the question's place from 1, the gain of each document that answers it."""
    gains = {}
    for line in (Path(folder) / "cranqrel").read_text().splitlines():
        question, document, judgement = (int(part) for part in line.split())
        if judgement in GAINS:
            gains.setdefault(question, {})[document] = GAINS[judgement]
    return gains


def quality(folder, found):
    """nDCG@10 and recall@10 over the judged questions; `found` has a list of documents for each question in order."""
    judged = judgements(folder)
    ndcg = recall = 0
    for question, gains in judged.items():
        hits = found[question - 1][:FOUND]
        ideal = discounted(sorted(gains.values(), reverse=True))
        ndcg += discounted([gains.get(hit, 0) for hit in hits]) / ideal
        recall += len(gains.keys() & set(hits)) / len(gains)
    return ndcg / len(judged), recall / len(judged)


def discounted(gains):
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains[:FOUND]))
