"""With which day the figures of a day are compared."""

from datetime import UTC, date, datetime

import pytest

from registry.duties.tables import ClosedPeriod
from registry.reports.comparing import Earlier, earlier_day, month_before

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def closed(code: str, first: date, last: date) -> ClosedPeriod:
    return ClosedPeriod(code=code, first_on=first, last_on=last, closed_at=NOW)


JANUARY = closed("2026-01", date(2026, 1, 1), date(2026, 1, 31))
YEAR = closed("2025", date(2025, 1, 1), date(2025, 12, 31))
FEBRUARY = closed("2026-02", date(2026, 2, 1), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("as_of", "periods", "tracked_from", "earlier"),
    [
        (date(2026, 3, 2), [YEAR, JANUARY], date(2025, 1, 1), Earlier(date(2026, 1, 31), "2026-01")),
        # A period that ends on the day itself is not earlier.
        (date(2026, 2, 28), [JANUARY, FEBRUARY], date(2025, 1, 1), Earlier(date(2026, 1, 31), "2026-01")),
        (date(2026, 3, 31), [], date(2025, 1, 1), Earlier(date(2026, 2, 28))),
        (date(2026, 3, 2), [], date(2026, 2, 3), None),
        (date(2026, 3, 2), [], None, None),
    ],
)
def test_the_last_closed_period_or_a_month_earlier(
    as_of: date, periods: list[ClosedPeriod], tracked_from: date | None, earlier: Earlier | None
) -> None:
    assert earlier_day(as_of, periods, tracked_from) == earlier


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 1, 31), date(2025, 12, 31)),
        (date(2026, 3, 31), date(2026, 2, 28)),
        (date(2026, 5, 5), date(2026, 4, 5)),
    ],
)
def test_a_month_before(day: date, before: date) -> None:
    assert month_before(day) == before
