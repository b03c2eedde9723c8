"""How values are written in templates: dates, periods, shares, state words, days left."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from registry import wording
from registry.annual.checking.telling import places_in_words, sentence_of
from registry.annual.rules import written
from registry.assessment.telling import finding_in_words, points_in_words, remedy_in_words
from registry.bootstrap import Registry
from registry.database import CITY_TIME, city_day
from registry.reports.shares import share_words
from registry.rulebook.annual import ReportColumn, ReportRow
from registry.web.parameters import here, here_as, page_numbers

GOVERNMENT = ".gov.cn"

Line = ReportRow | ReportColumn


def init_filters(app: Flask, registry: Registry) -> None:
    """Make the filters, tests and functions known to all templates."""

    def workdays_between(start: date, end: date) -> int | None:
        calendar = registry.calendar
        if not (calendar.first <= start <= calendar.last and calendar.first <= end <= calendar.last):
            return None
        return calendar.between(start, end)

    app.jinja_env.filters.update(
        zh_date=zh_date,
        zh_time=zh_time,
        zh_date_of=zh_date_of,
        item_name=wording.item_name,
        period=wording.months_and_days,
        percent=percent,
        share=share_words,
        channel=channel_name(registry),
        file_size=file_size,
        figure=written,
        told_check=lambda check: wording.message(check.as_issue()),
        told_issue=wording.message,
        told_remark=sentence_of,
        told_places=places_in_words,
        groups_of=groups_of,
        finding_in_words=finding_in_words,
        remedy_in_words=remedy_in_words,
        points=points_in_words,
    )
    app.jinja_env.tests["government_address"] = is_government_address
    app.jinja_env.globals.update(
        label=wording.label,
        here=here,
        here_as=here_as,
        page_numbers=page_numbers,
        workdays_between=workdays_between,
    )


def zh_date(day: date | None) -> str:
    """2026年2月12日; a dash for no day."""
    if day is None:
        return wording.label("format", "none")
    return wording.day_in_words(day)


def file_size(size_bytes: int) -> str:
    """As people read it: 812 B, 35 KB, 1.2 MB."""
    if size_bytes < 1024:
        return f"{size_bytes} B"
    if size_bytes < 1024 * 1024:
        return f"{size_bytes // 1024} KB"
    return f"{size_bytes / 1024 / 1024:.1f} MB"


def zh_time(moment: datetime) -> str:
    """The city's clock: 2026年2月12日 09:30."""
    local = moment.astimezone(CITY_TIME)
    return f"{zh_date(local.date())} {local:%H:%M}"


def zh_date_of(moment: datetime) -> str:
    """The day it was in the city: 2026年2月12日."""
    return zh_date(city_day(moment))


def groups_of(lines: Sequence[Line]) -> list[tuple[tuple[str, ...], list[Line]]]:
    """Neighbouring rows (or columns) of a report by the heads they stand within."""
    return [
        (within, list(found)) for within, found in groupby(lines, key=lambda line: tuple(dict.fromkeys(line.within)))
    ]


def percent(share: float | None) -> str:
    """A share as whole per cent, rounded down below 100 so that nothing unfinished reads as finished."""
    return wording.label("format", "none") if share is None else f"{int(share * 100 + 1e-9)}%"


def is_government_address(address: str) -> bool:
    """Whether the host belongs to a Chinese government site; other hosts are copies nobody vouches for."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and host.endswith(GOVERNMENT)


def channel_name(registry: Registry) -> Any:
    """A filter from a channel's code to its official name; an unknown code stays as it is."""

    def name(code: str) -> str:
        channel = registry.rulebook.channels.get(code)
        return channel.name if channel else code

    return name
