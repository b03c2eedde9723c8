"""Filters that name something: a name nothing bears is refused rather than answered with an empty list."""

from marshmallow import fields, validate
from sqlmodel import Session

from registry.errors import Invalid, Issue, NotFound
from registry.items.queries import get_detail
from registry.items.tables import Area, Item
from registry.units.queries import find_unit
from registry.validation import Text

LONGEST_NAME = 80


def name_field() -> fields.String:
    """A code (of a unit also a name or alias) in a query; everything when absent."""
    return Text(load_default=None, validate=validate.Length(max=LONGEST_NAME))


def area_named(session: Session, code: str | None) -> str | None:
    if code is not None and session.get(Area, code) is None:
        raise _unknown("area", code)
    return code


def unit_named(session: Session, text: str | None) -> str | None:
    """The code of the unit that bears this code, name or alias."""
    if text is None:
        return None
    unit = find_unit(session, text)
    if unit is None:
        raise _unknown("unit", text)
    return unit.code


def item_named(session: Session, code: str | None) -> Item | None:
    if code is None:
        return None
    try:
        return get_detail(session, code).item
    except NotFound:
        raise _unknown("item", code) from None


def _unknown(field: str, found: str) -> Invalid:
    return Invalid([Issue(field, "not_a_choice", {"found": found})])
