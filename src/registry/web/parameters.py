"""Reads the query part of an address strictly: what cannot be right is refused with a sentence, never guessed and never a 500."""

from collections.abc import Collection
from datetime import date
from urllib.parse import urlencode

from flask import request, url_for
from werkzeug.routing import BaseConverter

from registry.errors import Invalid, Issue, NotFound
from registry.validation import clean
from registry.web.visitors import current_actor, the_registry

QUERY_CHARACTERS = 200
VALUES_AT_MOST = 100
FIRST_DAY, LAST_DAY = date(2008, 5, 1), date(2044, 12, 31)


class CodeConverter(BaseConverter):
    """Codes in addresses: letters, digits, hyphens; anything else is an unknown address before any query runs."""

    regex = r"[A-Za-z0-9_-]{1,40}"


def read_text(name: str, *, longest: int = QUERY_CHARACTERS) -> str:
    """The parameter without control characters; empty when absent."""
    text = clean(request.args.get(name, "").encode("utf-8", "replace").decode("utf-8"))
    if len(text) > longest:
        raise Invalid([Issue(name, "too_long", {"max": longest})])
    return text


def read_day(name: str, *, text: str | None = None) -> date | None:
    """A day within the calendars' reach, or None when the parameter (or `text`, taken in its place) is absent or empty."""
    text = read_text(name) if text is None else text
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid([Issue(name, "not_date")]) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        context = {"found": day.isoformat(), "first": FIRST_DAY.isoformat(), "last": LAST_DAY.isoformat()}
        raise Invalid([Issue(name, "date_out_of_range", context)])
    return day


def read_past_day(name: str, *, text: str | None = None) -> date | None:
    """As `read_day`, and for visitors not later than today: what is yet to be published is not for them."""
    day, today = read_day(name, text=text), the_registry().database.today()
    if day is not None and day > today and current_actor().user_id is None:
        raise Invalid([Issue(name, "as_of_in_future", {"found": day.isoformat(), "today": today.isoformat()})])
    return day


def read_choice(name: str, choices: Collection[str], default: str = "") -> str:
    """One of `choices`, or the default when the parameter is absent or empty."""
    found = read_text(name)
    if found and found not in choices:
        raise Invalid([Issue(name, "not_a_choice", {"found": found})])
    return found or default


def read_choices(name: str, choices: Collection[str]) -> frozenset[str]:
    """Every value given for the parameter; each must be one of `choices`."""
    found = [value for value in request.args.getlist(name) if value]
    if len(found) > VALUES_AT_MOST:
        raise Invalid([Issue(name, "too_many_values", {"max": VALUES_AT_MOST})])
    strangers = [value for value in found if value not in choices]
    if strangers:
        raise Invalid([Issue(name, "not_a_choice", {"found": clean(strangers[0])[:40]})])
    return frozenset(found)


def read_years(name: str) -> frozenset[int]:
    return frozenset(int(value) for value in read_choices(name, YEARS))


YEARS = frozenset(str(year) for year in range(1949, LAST_DAY.year + 1))


def read_page(name: str = "page") -> int:
    """A page number from 1 on."""
    text = read_text(name)
    if not text:
        return 1
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) < 1:
        raise Invalid([Issue(name, "not_a_choice", {"found": text[:40]})])
    return int(text)


def require_page(number: int, *, total: int, size: int) -> int:
    """How many pages there are; a page behind the last one does not exist."""
    pages = max(1, -(-total // size))
    if number > pages:
        raise NotFound(subject="page", found=number)
    return pages


def here(**changes: str | int | Collection[str] | None) -> str:
    """The present address with some parameters replaced (None removes one), first page unless a page is asked for."""
    kept: dict[str, list[str]] = {name: values for name, values in request.args.lists() if values != [""]}
    kept.pop("page", None)
    for name, value in changes.items():
        kept.pop(name, None)
        if value is not None:
            kept[name] = [str(value)] if isinstance(value, str | int) else sorted(value)
    if kept.get("page") == ["1"]:
        kept.pop("page")
    # Not url_for(**kept): a visitor's parameter named _scheme or _external would decide where the link leads.
    address = url_for(request.endpoint or "home.home", **(request.view_args or {}))
    return f"{address}?{urlencode(kept, doseq=True)}" if kept else address


def here_as(endpoint: str) -> str:
    """The present query at another address: the same view in another form. The page of a list is no part of it."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if value and name != "page"]
    address = url_for(endpoint, **(request.view_args or {}))
    return f"{address}?{urlencode(kept)}" if kept else address


def page_numbers(number: int, pages: int) -> list[int | None]:
    """The numbers worth showing: ends, neighbours, and None for each gap."""
    shown = sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)})
    numbers: list[int | None] = []
    for before, one in zip([0, *shown], shown, strict=False):
        if one - before > 1:
            numbers.append(None)
        numbers.append(one)
    return numbers
