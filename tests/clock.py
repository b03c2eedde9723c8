"""The clock of tests: it stands until it is moved."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

CITY = timezone(timedelta(hours=8))
START = datetime(2026, 3, 2, 9, 0, tzinfo=CITY)


@dataclass
class Clock:
    """Called for the time in UTC, as the real one is; `now` may be set to any aware moment."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)

    def forward(self, **span: float) -> None:
        """`forward(days=3)`."""
        self.now += timedelta(**span)
