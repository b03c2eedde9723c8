"""What a document is found by: its texts in three weight classes, squeezed for literal checks, and the terms they
are indexed under.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.search.documents import SearchDocument
from registry.search.meaning.text import CJK_TEXT, NUMBER, WORD, needle_terms, squeezed, squeezed_grams
from registry.search.meaning.words import standing_words

CLASSES = ("title", "content", "rest")


@dataclass(frozen=True)
class Indexed:
    """By weight class (title, content, rest): squeezed text, and terms as often as they occur."""

    texts: tuple[str, ...]
    terms: tuple[Sequence[str], ...]


def indexed(document: SearchDocument) -> Indexed:
    """Of a document as the database has it."""
    texts = tuple(map(squeezed, texts_of(document)))
    return Indexed(texts, tuple(map(_terms, texts)))


def _terms(text: str) -> Sequence[str]:
    """Of a squeezed text: its grams, and the words that stand in it as words of their own."""
    return [*squeezed_grams(text), *(word for run in CJK_TEXT.findall(text) for word in standing_words(run))]


def texts_of(document: SearchDocument) -> tuple[str, str, str]:
    """What is matched, by weight: title (with code and number), content (with path), everything else."""
    title = f"{document.title}\n{document.code}\n{document.doc_no}"
    content = (document.path, *document.content)
    others = (document.basis, document.body, document.notes, document.unit_names)
    return title, "\n".join(filter(None, content)), "\n".join(filter(None, others))


def decides(needle: str) -> bool:
    """Whether a text holds the needle literally just when it is indexed under the needle's only term: characters
    and their pairs, whole words, whole numbers. Other needles must be looked for in the text.
    """
    terms = needle_terms(needle)
    if len(terms) != 1:
        return False
    (term,) = terms
    as_word = needle == f"{WORD}{term}{WORD}" and term.isascii()
    as_number = needle == f"{NUMBER}{term}{NUMBER}" and "-" in term
    return needle == term or as_word or as_number
