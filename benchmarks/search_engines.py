"""The engines compared, all on the terms of `registry.search.indexed`: ours, SQLite's FTS5 and tantivy."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from search_questions import TODAY, Question

from registry.search.backend import FACETS, SearchRequest, Sort
from registry.search.documents import SearchDocument
from registry.search.indexed import CLASSES, indexed
from registry.search.plan import Alternative, Plan, Wanted
from registry.search.selection import facts_of, state_of
from registry.search.whoosh_index.whoosh_backend import WhooshBackend

TEN = 10
MEMORY_MB = 256  # of REGISTRY_SEARCH_MEMORY_MB; the questions to a million documents need 180


class Engine(Protocol):
    """`ask` gives the number of hits, the ids of the best, and the number of facet values counted."""

    def build(self, documents: Iterable[SearchDocument]) -> None: ...
    def open(self) -> None: ...
    def ask(self, question: Question) -> tuple[int, list[str], int] | None: ...
    def update(self, document: SearchDocument) -> None: ...


class Ours:
    """The registry's own, through its port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "index"
        self._watermark = 1
        self.open()

    def open(self) -> None:
        self._backend = WhooshBackend(self._folder, memory_mb=MEMORY_MB)

    def build(self, documents: Iterable[SearchDocument]) -> None:
        self._backend.rebuild(documents, self._watermark)

    def ask(self, question: Question) -> tuple[int, list[str], int]:
        wanted = tuple(Wanted((Alternative(word),)) for word in question.words)
        request = SearchRequest(
            Plan(wanted),
            TODAY,
            units=frozenset([question.unit] if question.unit else []),
            sort=Sort.NEWEST if question.newest else Sort.RELEVANCE,
            size=TEN,
            facets=question.facets,
        )
        page = self._backend.search(request)
        return page.total, [hit.id for hit in page.hits], sum(map(len, page.facets.values()))

    def update(self, document: SearchDocument) -> None:
        self._watermark += 1
        self._backend.apply([document], (), self._watermark)


def in_sequence(word: str) -> list[str]:
    """The terms that follow each other where the word stands."""
    return [word] if len(word) < 3 else list(map("".join, pairwise(word)))


def facet_values(document: SearchDocument) -> dict[str, tuple[str, ...]]:
    """The state is that of the day of the benchmark: the others cannot compute it when asked."""
    facts = facts_of(document)
    state = state_of(facts.kind, facts.openness, (facts.public_from, facts.public_to), TODAY)
    (kind, area, units, year, channels, levels) = facts.profile
    return dict(zip(FACETS, (kind, area, units, (state,) if state else (), year, channels, levels), strict=True))


class Fts5:
    """A table of grams, looked for in three weighed columns; facets by GROUP BY over the rows that match."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fts5.sqlite"
        self.open()

    def open(self) -> None:
        self._connection = sqlite3.connect(self._path)
        self._connection.execute("PRAGMA mmap_size = 4000000000")

    def build(self, documents: Iterable[SearchDocument]) -> None:
        run = self._connection.execute
        run(f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(CLASSES)}, content='', tokenize=\"{self.tokenizer}\")")
        run("CREATE TABLE facts (id, day INTEGER)")
        run("CREATE TABLE facets (facet, value, row INTEGER)")
        for number, document in enumerate(documents, 1):
            self._add(number, document)
        run("CREATE INDEX by_row ON facets (row, facet, value)")
        run("CREATE INDEX by_value ON facets (facet, value, row)")
        self._connection.commit()

    tokenizer = "unicode61 tokenchars '-'"

    def _add(self, number: int, document: SearchDocument) -> None:
        run = self._connection.execute
        run("INSERT INTO texts (rowid, title, content, rest) VALUES (?, ?, ?, ?)", (number, *self._texts(document)))
        day = document.published_on.toordinal() if document.published_on else 0
        run("INSERT INTO facts (rowid, id, day) VALUES (?, ?, ?)", (number, document.id, day))
        rows = [(facet, value, number) for facet, values in facet_values(document).items() for value in values]
        self._connection.executemany("INSERT INTO facets VALUES (?, ?, ?)", rows)

    def _texts(self, document: SearchDocument) -> Iterator[str]:
        return (" ".join(term for term in terms if term.isprintable()) for terms in indexed(document).terms)

    def _match(self, question: Question) -> str | None:
        return " AND ".join('"' + " ".join(in_sequence(word)) + '"' for word in question.words)

    def ask(self, question: Question) -> tuple[int, list[str], int] | None:
        match = self._match(question)
        if match is None:
            return None
        run = self._connection.execute
        source = "FROM texts JOIN facts ON facts.rowid = texts.rowid WHERE texts MATCH ?"
        values: tuple[Any, ...] = (match,)
        if question.unit:
            source += " AND texts.rowid IN (SELECT row FROM facets WHERE facet = 'unit' AND value = ?)"
            values += (question.unit,)
        (total,) = run(
            f"SELECT count(*) {source.replace(' JOIN facts ON facts.rowid = texts.rowid', '')}", values
        ).fetchone()
        order = "day DESC" if question.newest else "bm25(texts, 8, 2, 1)"
        hits = [row[0] for row in run(f"SELECT id {source} ORDER BY {order} LIMIT {TEN}", values)]
        if not question.facets:
            return total, hits, 0
        counts = run(
            "SELECT facet, value, count(*) FROM facets WHERE row IN (SELECT rowid FROM texts WHERE texts MATCH ?)"
            " GROUP BY facet, value",
            (match,),
        ).fetchall()
        return total, hits, len(counts)

    def update(self, document: SearchDocument) -> None:
        (number,) = self._connection.execute("SELECT max(rowid) + 1 FROM facts").fetchone()
        self._add(number, document)
        self._connection.commit()


class Fts5Trigram(Fts5):
    """FTS5 with its own trigram index, which has no words of two characters."""

    tokenizer = "trigram"

    def _texts(self, document: SearchDocument) -> Iterator[str]:
        return iter(indexed(document).texts)

    def _match(self, question: Question) -> str | None:
        if any(len(word) < 3 for word in question.words):
            return None
        return " AND ".join(f'"{word}"' for word in question.words)


class Tantivy:
    """Grams in three boosted fields; facets by terms aggregations over columns."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        self._path = folder / "tantivy"
        self._path.mkdir(exist_ok=True)
        schema = tantivy.SchemaBuilder()
        for name in CLASSES:
            schema.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        for facet in FACETS:
            schema.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
        schema.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_integer_field("day", fast=True)
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema, path=str(self._path))

    def open(self) -> None:
        self._index = self._tantivy.Index(self._schema, path=str(self._path))

    def build(self, documents: Iterable[SearchDocument]) -> None:
        writer = self._index.writer(heap_size=128_000_000, num_threads=1)
        for document in documents:
            writer.add_document(self._document(document))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def _document(self, document: SearchDocument) -> Any:
        made = self._tantivy.Document()
        for name, terms in zip(CLASSES, indexed(document).terms, strict=True):
            made.add_text(name, " ".join(terms))
        for facet, values in facet_values(document).items():
            for value in values:
                made.add_text(facet, value)
        made.add_text("id", document.id)
        made.add_integer("day", document.published_on.toordinal() if document.published_on else 0)
        return made

    def _word(self, word: str) -> Any:
        query, occur, terms = self._tantivy.Query, self._tantivy.Occur, in_sequence(word)
        parts = []
        for name, boost in zip(CLASSES, (8.0, 2.0, 1.0), strict=True):
            if len(terms) > 1:
                one = query.phrase_query(self._schema, name, terms)
            else:
                one = query.term_query(self._schema, name, terms[0], "freq")
            parts.append((occur.Should, query.boost_query(one, boost)))
        return query.boolean_query(parts)

    def ask(self, question: Question) -> tuple[int, list[str], int]:
        query, must = self._tantivy.Query, self._tantivy.Occur.Must
        parts = [(must, self._word(word)) for word in question.words]
        if question.unit:
            unit = query.term_query(self._schema, "unit", question.unit, "basic")
            parts.append((must, query.const_score_query(unit, 0.0)))
        whole = query.boolean_query(parts)
        searcher = self._index.searcher()
        found = searcher.search(whole, TEN, order_by_field="day" if question.newest else None)
        hits = [searcher.doc(address)["id"][0] for _, address in found.hits]
        if not question.facets:
            return found.count, hits, 0
        asked = {facet: {"terms": {"field": facet, "size": 1000}} for facet in FACETS}
        counted = searcher.aggregate(whole, asked)
        return found.count, hits, sum(len(one["buckets"]) for one in counted.values())

    def update(self, document: SearchDocument) -> None:
        writer = self._index.writer(heap_size=20_000_000, num_threads=1)
        writer.add_document(self._document(document))
        writer.commit()
        self._index.reload()


ENGINES = {"registry": Ours, "fts5 grams": Fts5, "fts5 trigram": Fts5Trigram, "tantivy": Tantivy}


def renamed(document: SearchDocument, word: str) -> SearchDocument:
    """A new document with a word nothing else has, to see when it can be found."""
    return replace(document, id=f"new-{word}", title=f"{word}{document.title}")
