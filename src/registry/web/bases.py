"""Legal bases as people read them: title, number, edition, and what each article rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from registry import wording
from registry.rulebook.book import Rulebook
from registry.rulebook.regulations import Edition, Regulation

UNSURE = ("reconstructed", "evidenced_partial")


class Citation(Protocol):
    """A basis of an item (a row) or of a standard (from the rulebook)."""

    @property
    def regulation(self) -> str | None: ...
    @property
    def edition(self) -> str | None: ...
    @property
    def articles(self) -> Sequence[str]: ...
    @property
    def title(self) -> str | None: ...
    @property
    def doc_no(self) -> str | None: ...


@dataclass(frozen=True)
class ArticleLine:
    """`gist` is in our own words; `is_unsure` when the number was not compared with the printed law."""

    number: str
    gist: str
    is_unsure: bool


@dataclass(frozen=True)
class Basis:
    """`span` says since or until when the edition cited holds; `is_as_written` that the regulations do not list it."""

    title: str
    doc_no: str | None
    span: str
    articles: Sequence[ArticleLine]
    is_as_written: bool = False


def bases_of(citations: Iterable[Citation], rulebook: Rulebook) -> list[Basis]:
    """What the citations say, in their order."""
    return [_basis(citation, rulebook) for citation in citations]


def _basis(citation: Citation, rulebook: Rulebook) -> Basis:
    regulation = rulebook.regulations.get(citation.regulation or "")
    if regulation is None:
        lines = [ArticleLine(number, "", is_unsure=True) for number in citation.articles]
        return Basis(citation.title or citation.regulation or "", citation.doc_no, "", lines, is_as_written=True)
    edition = _edition(regulation, citation.edition)
    return Basis(
        title=regulation.title,
        doc_no=edition.doc_no if edition else None,
        span=_span(edition) if citation.edition and len(regulation.editions) > 1 else "",
        articles=[_article(regulation, number, citation.edition) for number in citation.articles],
    )


def _edition(regulation: Regulation, key: str | None) -> Edition | None:
    if key:
        return regulation.find_edition(key)
    return regulation.editions[0] if len(regulation.editions) == 1 else None


def _article(regulation: Regulation, number: str, edition: str | None) -> ArticleLine:
    article = regulation.find_article(number, edition)
    if article is None:
        return ArticleLine(number, "", is_unsure=True)
    return ArticleLine(number, article.gist, is_unsure=article.evidence in UNSURE)


def _span(edition: Edition | None) -> str:
    if edition is None or (edition.from_on is None and edition.to_on is None):
        return ""
    if edition.to_on is not None:
        return wording.label("format", "held_until").format(day=edition.to_on.isoformat())
    return wording.label("format", "held_from").format(day=edition.from_on.isoformat())  # type: ignore[union-attr]
