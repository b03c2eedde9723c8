"""The shape of an item as it goes out; the same for API, command line and export."""

from collections.abc import Mapping
from typing import Any

from registry import wording
from registry.deadlines.clauses import clause_from
from registry.items.queries import ItemDetail
from registry.items.tables import Element, LegalBasis
from registry.rulebook.book import Rulebook
from registry.rulebook.regulations import Edition, Regulation

CLAUSE = ("kind", "trigger", "count", "unit", "direction", "period", "applies_to", "override")
"""The keys every clause has, empty or not; `on`, `implied` and `source` follow only where they say something."""


def item_record(detail: ItemDetail, rulebook: Rulebook) -> dict[str, Any]:
    """The `item` of design §6, and beside it where the item belongs and how sure the registry is of it."""
    item = detail.item
    return {
        "code": item.code,
        "titles": list(item.titles),
        "elements": [element.text for element in detail.elements],
        "legal_bases": [_basis_record(basis, rulebook.regulations) for basis in detail.bases],
        "deadline_text": item.deadline_text,
        "deadline": [clause_record(clause) for clause in item.deadline],
        "body": item.body,
        "channels": [rulebook.channels[code].name for code in item.channels],
        "audience": {"everyone": item.audience_everyone, "groups": item.audience_groups},
        "methods": list(item.methods),
        "levels": list(item.levels),
        "extra": dict(item.extra),
        "area": detail.area.code,
        "standard": detail.standard.code,
        "evidence": item.certainty.value,
    }


def element_record(element: Element) -> dict[str, Any]:
    """An element with the id by which a publication says that it covers it."""
    return {"id": str(element.id), "kind": element.kind.value, "text": element.text}


def _basis_record(basis: LegalBasis, regulations: Mapping[str, Regulation]) -> dict[str, Any]:
    regulation = regulations.get(basis.regulation or "")
    edition = _edition_of(basis, regulation) if regulation else None
    return {
        "title": regulation.title if regulation else basis.title or basis.regulation,
        "article": wording.label("legal_basis", "article_separator").join(basis.articles) or None,
        "doc_no": edition.doc_no if edition else basis.doc_no,
    }


def _edition_of(basis: LegalBasis, regulation: Regulation) -> Edition | None:
    """The edition cited; where none is named, the only one there is."""
    if basis.edition is not None:
        return regulation.find_edition(basis.edition)
    return regulation.editions[0] if len(regulation.editions) == 1 else None


def clause_record(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A clause with every key of `CLAUSE`."""
    clause = clause_from(stored)
    return {**{name: getattr(clause, name) for name in CLAUSE}, **clause.as_record()}
