"""Publications that a new one may repeat: shown before anything is saved, decided by the person who saves."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session

from registry import wording
from registry.duties.tables import Duty, Occasion
from registry.items.tables import Item
from registry.publications.queries import PublicationRow, list_carrying, list_work
from registry.publications.rules import RevisionState
from registry.publications.steps import CONTENT
from registry.publications.tables import Revision

ALIVE = tuple(state for state in RevisionState if state not in (RevisionState.WITHDRAWN, RevisionState.SUPERSEDED))


class Likeness(StrEnum):
    """In what two publications agree so far that one may repeat the other."""

    OCCASION = "occasion"
    TITLE = "title"
    DOC_NO = "doc_no"
    ADDRESS = "address"
    FILE = "file"


@dataclass(frozen=True)
class Duplicate:
    """A publication of the unit and in what the new one is like it."""

    row: PublicationRow
    likenesses: tuple[Likeness, ...]


def find_duplicates(
    session: Session,
    as_of: date,
    occasion: Occasion,
    values: Mapping[str, Any],
    *,
    except_id: UUID | None = None,
    digests: Iterable[str] = (),
) -> list[Duplicate]:
    """Publications of the same unit for the same occasion, or with the title, document number or an address of `values`, or with
    a file in `digests`.

    What was withdrawn or replaced is not among them, nor what answers another item of the same section for the same period: a
    departmental budget is one document and four items. `except_id` is the publication that is being written.
    """
    duty = session.get_one(Duty, occasion.duty_id)
    item = session.get_one(Item, duty.item_id)
    occasions = None if values else [occasion.id]  # without values there is nothing else to be alike in
    rows = list_work(session, as_of, unit_code=duty.unit_code, states=ALIVE, occasion_ids=occasions)
    carrying = {
        row.publication.id
        for digest in digests
        for row in list_carrying(session, digest, as_of, unit_code=duty.unit_code)
    }
    found = [
        Duplicate(row, _likenesses(row, occasion.id, values, carries=row.publication.id in carrying))
        for row in rows
        if row.publication.id != except_id and not are_companions(item, occasion, row.item, row.occasion)
    ]
    return [one for one in found if one.likenesses and one.row.publication.superseded_on is None]


def are_companions(item: Item, occasion: Occasion, other_item: Item, other_occasion: Occasion) -> bool:
    """Whether one document may answer both: different items of one section, for the same period."""
    same_section = item.titles[:-1] == other_item.titles[:-1] and len(item.titles) > 1
    return item.id != other_item.id and same_section and occasion.period == other_occasion.period != ""


def _likenesses(
    row: PublicationRow, occasion_id: UUID, values: Mapping[str, Any], *, carries: bool
) -> tuple[Likeness, ...]:
    revision = row.revision
    tests = {
        Likeness.OCCASION: row.occasion.id == occasion_id,
        Likeness.TITLE: _plain(revision.title) == _plain(values.get("title")),
        Likeness.DOC_NO: bool(revision.doc_no) and _plain(revision.doc_no) == _plain(values.get("doc_no")),
        Likeness.ADDRESS: bool(_addresses(revision.channels) & _addresses(values.get("channels") or [])),
        Likeness.FILE: carries,
    }
    return tuple(likeness for likeness, holds in tests.items() if holds)


def _plain(text: str | None) -> str:
    """Without the differences nobody sees: widths, cases, spaces, and which brackets."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(character for character in folded if character.isalnum())


def _addresses(channels: list[dict[str, Any]]) -> set[str]:
    """Addresses without what does not make another page: scheme, trailing slash, place in the page."""
    written = (str(one["address"]).strip() for one in channels if one.get("address"))
    return {address.partition("#")[0].partition("://")[2].rstrip("/").casefold() for address in written}


def moved_on(text: str | None, before: str, after: str) -> str | None:
    """`text` about the period `before`, telling of the period `after`: its words where they stand so, else its year."""
    if not text or not before or not after:
        return text
    before_words, after_words = wording.months_and_days(before), wording.months_and_days(after)
    return text.replace(before_words, after_words) if before_words in text else text.replace(before[:4], after[:4])


def copied_to_companion(revision: Revision) -> dict[str, Any]:
    """The same document registered for another item of its section: all but the elements, which are other ones."""
    return {name: getattr(revision, name) for name in CONTENT} | {"elements": []}


def copied_from(revision: Revision, before: str, after: str) -> dict[str, Any]:
    """与上期相同: the content of `revision`, of period `before`, as a beginning for period `after`. Dates are never copied."""
    return {
        "title": moved_on(revision.title, before, after),
        "doc_no": revision.doc_no,
        "summary": moved_on(revision.summary, before, after),
        "elements": list(revision.elements),
        "channels": [dict(one) for one in revision.channels],
    }
