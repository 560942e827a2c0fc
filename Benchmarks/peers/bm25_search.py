"""What bm25s finds, the best of what was tried: Lucene's BM25 as it comes, English stop words, Snowball's stemmer.

usage: bm25_search.py FOLDER   prints the documents' numbers, best first, a line for each question"""

import sys

import bm25s
import Stemmer

sys.path.insert(0, __file__.rsplit("/", 2)[0])
from measure.cranfield import documents, questions

FOUND = 10


def main(folder):
    stemmer = Stemmer.Stemmer("english")
    def words(texts):
        return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)
    index = bm25s.BM25()
    index.index(words([f"{title}\n{text}" for title, text in documents(folder)]), show_progress=False)
    found, _ = index.retrieve(words(questions(folder)), k=FOUND, show_progress=False)
    for numbers in found:
        print(*(int(number) + 1 for number in numbers))


main(sys.argv[1])
