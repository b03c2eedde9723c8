"""Names and ends of units on a day."""

from datetime import date

import pytest

from registry.units.files import NameEntry
from registry.units.rules import has_ended, name_on

NAMES = (
    NameEntry("国土资源局", "evidenced", to_on=date(2019, 3, 24)),
    NameEntry("自然资源局", "evidenced", from_on=date(2019, 3, 25), to_on=date(2026, 5, 31)),
    NameEntry("自然资源和规划局", "evidenced", from_on=date(2026, 6, 1)),
)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2008, 5, 1), "国土资源局"),
        (date(2019, 3, 24), "国土资源局"),
        (date(2019, 3, 25), "自然资源局"),
        (date(2026, 5, 31), "自然资源局"),
        (date(2026, 6, 1), "自然资源和规划局"),
    ],
)
def test_each_day_has_its_name(day: date, name: str) -> None:
    assert name_on(NAMES, day) == name


def test_before_the_first_known_day_the_first_name_stands() -> None:
    assert name_on(NAMES[1:], date(2010, 1, 1)) == "自然资源局"


def test_the_last_day_is_still_a_day() -> None:
    assert not has_ended(None, date(2026, 6, 1))
    assert not has_ended(date(2026, 6, 1), date(2026, 6, 1))
    assert has_ended(date(2026, 6, 1), date(2026, 6, 2))
