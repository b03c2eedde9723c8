"""The content of a publication in words, field by field, and beside another version of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from registry import wording
from registry.items.tables import Element
from registry.publications.interpretations import IDENTITY
from registry.publications.steps import CONTENT
from registry.web.filters import zh_date


@dataclass(frozen=True)
class Line:
    """One line of a field's content; `address` when it leads somewhere."""

    text: str
    address: str | None = None


@dataclass(frozen=True)
class Part:
    """One field of the content: what it says now, and what it is compared with (None: nothing to compare with)."""

    name: str
    lines: Sequence[Line]
    other: Sequence[Line] | None = None

    @property
    def differs(self) -> bool:
        return self.other is not None and list(self.lines) != list(self.other)

    @property
    def added(self) -> Sequence[Line]:
        return [line for line in self.lines if line not in (self.other or ())]

    @property
    def removed(self) -> Sequence[Line]:
        return [line for line in self.other or () if line not in self.lines]


@dataclass(frozen=True)
class Words:
    """What ids and codes in a content stand for: the item's elements, and channels by code."""

    elements: Sequence[Element]
    channels: Mapping[str, str]

    def parts(self, values: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> list[Part]:
        """The content in words, in the order of the form. Values may be typed ones: unreadable days stay as they are."""
        return [
            Part(
                name, self._lines(name, values.get(name)), None if other is None else self._lines(name, other.get(name))
            )
            for name in CONTENT
        ]

    def _lines(self, name: str, value: Any) -> list[Line]:
        if not value:
            return []
        if name == "elements":
            chosen = set(value)
            return [Line(one.text) for one in self.elements if str(one.id) in chosen]
        if name == "channels":
            return [self._channel_line(one) for one in value]
        if name == "interprets_id":
            return [_interpreted_line(str(value))]
        return [Line(_day(value) if name in ("formed_on", "published_on") else str(value))]

    def _channel_line(self, used: Mapping[str, Any]) -> Line:
        name = self.channels.get(used["channel"], used["channel"])
        place = used.get("place")
        return Line(f"{name} {place}" if place else name, used.get("address"))


def _interpreted_line(text: str) -> Line:
    identity = IDENTITY.search(text)
    if identity is None:
        return Line(text)
    address = url_for("publications.publication", publication_id=identity.group())
    return Line(wording.label("format", "interpreted_document"), address)


def _day(value: date | str) -> str:
    try:
        return zh_date(date.fromisoformat(value) if isinstance(value, str) else value)
    except ValueError:
        return str(value)
