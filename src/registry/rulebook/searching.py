"""What search knows of words: groups that mean the same, terms that are one word, and how people ask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, validates_schema

from registry.datafiles import Document, Fault, Shape, many, texts, unreadable


@dataclass(frozen=True)
class SynonymGroup:
    """`terms` mean the same, each finds the others; they also find `finds`, which finds only itself."""

    terms: tuple[str, ...]
    finds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Synonyms:
    groups: tuple[SynonymGroup, ...]


class SynonymGroupShape(Shape):
    makes = SynonymGroup
    terms = texts(40, required=True)
    finds = texts(40)

    @validates_schema
    def leads_somewhere(self, loaded: Mapping[str, Any], **_: Any) -> None:
        if len(loaded.get("terms", ())) + len(loaded.get("finds", ())) < 2:
            raise ValidationError("empty_list", "terms")


class SynonymsShape(Shape):
    makes = Synonyms
    groups = many(SynonymGroupShape, required=True)


@dataclass(frozen=True)
class QueryWords:
    """`asking` is dropped from a query as it says nothing of what is looked for, `filling` when nothing is found with
    it, and `common` are queries to suggest.
    """

    asking: tuple[str, ...]
    filling: tuple[str, ...]
    common: tuple[str, ...]


class QueryWordsShape(Shape):
    makes = QueryWords
    asking = texts(40, required=True)
    filling = texts(40, required=True)
    common = texts(40, required=True)


LONGEST_WORD = 40


def read_words(name: str, text: str) -> tuple[tuple[str, ...], list[Fault]]:
    """One word a line, sorted by code point, each once; the line number is the place of a fault."""
    faults = unreadable(name, text)
    if faults:
        return (), faults
    words = tuple(text.removesuffix("\n").split("\n"))
    return words, list(_word_faults(Document(name, {}, {}), words))


def _word_faults(document: Document, words: tuple[str, ...]) -> Iterator[Fault]:
    before = ""
    for number, word in enumerate(words, start=1):
        code = _word_problem(word, before)
        if code:
            yield Fault(
                document.name,
                number,
                "",
                code,
                word[:LONGEST_WORD],
                str(LONGEST_WORD) if code == "too_long" else "",
            )
        before = word


def _word_problem(word: str, before: str) -> str | None:
    if not word:
        return "empty_text"
    if word != word.strip():
        return "surrounding_space"
    if len(word) > LONGEST_WORD:
        return "too_long"
    if word == before:
        return "duplicate"
    return "not_sorted" if word < before else None
