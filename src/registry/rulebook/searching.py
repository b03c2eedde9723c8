"""What search knows of words: groups that mean the same, and terms that are one word."""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.datafiles import Document, Fault, Shape, many, texts, unreadable


@dataclass(frozen=True)
class SynonymGroup:
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Synonyms:
    groups: tuple[SynonymGroup, ...]


class SynonymGroupShape(Shape):
    makes = SynonymGroup
    terms = texts(40, least=2, required=True)


class SynonymsShape(Shape):
    makes = Synonyms
    groups = many(SynonymGroupShape, required=True)


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
