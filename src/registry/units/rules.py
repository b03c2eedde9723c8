"""What a unit is called and whether it exists, on a day. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol


class BorneName(Protocol):
    """A name with the days it was borne; open ends mean "as far as known"."""

    @property
    def name(self) -> str: ...
    @property
    def from_on(self) -> date | None: ...


def name_on(names: Sequence[BorneName], day: date) -> str:
    """The name borne on `day`, of `names` oldest first; before the first known day, the first."""
    borne = [one.name for one in names if one.from_on is None or one.from_on <= day]
    return borne[-1] if borne else names[0].name


def has_ended(ended_on: date | None, day: date) -> bool:
    """Whether a unit whose last day is `ended_on` is no more on `day`; an end that is still ahead does not count."""
    return ended_on is not None and ended_on < day
