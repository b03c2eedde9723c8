"""Laws and documents that are cited, by edition, with the articles cited."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import ValidationError, validates_schema

from registry.datafiles import CODE, EVIDENCE, Day, Document, Fault, Path, Shape, Text, many, texts

ARTICLE = re.compile(
    r"第[一二三四五六七八九十百零〇]+条(之[一二三四五六七八九十])?(第[一二三四五六七八九十]+款)?(第[一二三四五六七八九十]+项)?"
)


@dataclass(frozen=True)
class Article:
    """`gist` says in our own words what the article rules."""

    number: str
    gist: str
    evidence: str


@dataclass(frozen=True)
class Edition:
    """One version of a regulation; without `from_on` it holds as far back as the registry looks."""

    key: str
    evidence: str
    doc_no: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    articles: tuple[Article, ...] = ()

    def holds_on(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True)
class Regulation:
    code: str
    title: str
    issuer: str
    editions: tuple[Edition, ...]
    short: str | None = None

    def find_edition(self, key: str) -> Edition | None:
        return next((edition for edition in self.editions if edition.key == key), None)

    def edition_on(self, day: date) -> Edition | None:
        """The edition in force on a day, the newest when several say so."""
        return next((edition for edition in reversed(self.editions) if edition.holds_on(day)), None)

    def find_article(self, number: str, edition: str | None = None) -> Article | None:
        """The article in that edition; without one, in the newest edition that lists it."""
        for one in reversed(self.editions):
            for article in one.articles:
                if article.number == number and edition in (None, one.key):
                    return article
        return None


@dataclass(frozen=True)
class Regulations:
    regulations: tuple[Regulation, ...]


@dataclass(frozen=True)
class Basis:
    """A citation: regulation, its edition when it matters, and articles.

    Without `regulation` it is one that only stands in a table: `title` and `doc_no` as written there, compared with nothing.
    """

    regulation: str | None = None
    edition: str | None = None
    articles: tuple[str, ...] = ()
    title: str | None = None
    doc_no: str | None = None


class ArticleShape(Shape):
    makes = Article
    number = Text(40, pattern=ARTICLE, form="第二十六条、第十四条第二款", required=True)
    gist = Text(200, required=True)
    evidence = Text(32, choices=EVIDENCE, required=True)


class EditionShape(Shape):
    makes = Edition
    key = Text(16, required=True)
    doc_no = Text(60)
    from_on = Day(data_key="from")
    to_on = Day(data_key="to")
    evidence = Text(32, choices=EVIDENCE, required=True)
    articles = many(ArticleShape)


class RegulationShape(Shape):
    makes = Regulation
    code = Text(80, pattern=CODE, form="a-z 0-9 -", required=True)
    title = Text(120, required=True)
    short = Text(60)
    issuer = Text(60, required=True)
    editions = many(EditionShape, required=True)


class RegulationsShape(Shape):
    makes = Regulations
    regulations = many(RegulationShape, required=True)


class BasisShape(Shape):
    makes = Basis
    regulation = Text(80, required=True)
    edition = Text(16)
    articles = texts(40)


class TableBasisShape(BasisShape):
    """A basis of an item, which may be one the regulations do not list, as the table has it."""

    regulation = Text(80)
    title = Text(200)
    doc_no = Text(60)

    @validates_schema
    def is_one_or_the_other(self, loaded: dict[str, Any], **_: Any) -> None:
        if ("regulation" in loaded) == ("title" in loaded):
            raise ValidationError("missing_field", "regulation")


class Citations:
    """Checks citations against a regulations document, read loosely so that one fault there hides no other elsewhere."""

    def __init__(self, document: Document) -> None:
        self.articles: dict[str, dict[str, set[str]]] = {}
        for path, code in document.every("regulations", "*", "code"):
            entry = document.value["regulations"][path[1]]
            self.articles[str(code)] = dict(_editions(entry))

    def faults(self, document: Document, path: Path, citation: object) -> Iterator[Fault]:
        """`citation` has `regulation`, perhaps `edition`, and `articles` (a list) or `article`."""
        if not isinstance(citation, dict) or not isinstance(citation.get("regulation"), str):
            return
        editions = self.articles.get(citation["regulation"])
        if editions is None:
            yield document.fault((*path, "regulation"), "unknown_regulation", citation["regulation"])
            return
        edition = citation.get("edition")
        if edition is not None and edition not in editions:
            yield document.fault((*path, "edition"), "unknown_edition", edition, editions)
            return
        listed = set().union(*editions.values()) if edition is None else editions[edition]
        for where, number in _cited(path, citation):
            if number not in listed:
                yield document.fault(where, "unknown_article", number, sorted(listed))


def _editions(regulation: dict[str, object]) -> Iterator[tuple[str, set[str]]]:
    loose = Document("", regulation, {})
    for path, key in loose.every("editions", "*", "key"):
        numbers = (number for at, number in loose.every("editions", "*", "articles", "*", "number") if at[1] == path[1])
        yield str(key), {str(number) for number in numbers}


def _cited(path: Path, citation: dict[str, object]) -> Iterator[tuple[Path, str]]:
    several, single = citation.get("articles"), citation.get("article")
    if isinstance(several, list):
        yield from (((*path, "articles", index), one) for index, one in enumerate(several) if isinstance(one, str))
    if isinstance(single, str):
        yield (*path, "article"), single
