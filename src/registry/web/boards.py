"""Boards of a day, remembered and brought up to date, so that a page people open often does not judge every occasion again.

A board is remembered with the last entry of the audit log at the time. What has been written since names the units whose numbers may have
moved (`coverage/concerned.py`); only theirs are counted again. An entry that is no longer there – another database, one that was
restored – means that nothing remembered is true. Changes committed while a board is being counted stand behind its mark, and are counted
again the next time.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlmodel import Session

from registry.audit.queries import Mark, is_written, last_mark
from registry.coverage.board import Board
from registry.coverage.concerned import concerned_units
from registry.coverage.measures import element_board, link_board
from registry.coverage.queries import DutyFilter, board
from registry.coverage.rules import Counts, StateDates

REMEMBERED = 24


class Counted(StrEnum):
    """What the cells of a board count."""

    OCCASIONS = "occasions"
    ELEMENTS = "elements"
    LINKS = "links"


COUNT: Mapping[Counted, Callable[[Session, StateDates, DutyFilter | None], Board[Any]]] = {
    Counted.OCCASIONS: board,
    Counted.ELEMENTS: element_board,
    Counted.LINKS: link_board,
}


@dataclass(frozen=True)
class Remembered:
    mark: Mark
    board: Board[Any]


class Boards:
    """Boards by day and by what they count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[Counted, StateDates], Remembered] = OrderedDict()

    def on(self, session: Session, dates: StateDates) -> Board[Counts]:
        """The board of occasions on the day of `dates`; nobody may change what is returned."""
        return self.of(session, dates, Counted.OCCASIONS)

    def of(self, session: Session, dates: StateDates, counted: Counted) -> Board[Any]:
        """The board of whatever is counted."""
        mark = last_mark(session)
        with self._lock:
            before = self._found.get((counted, dates))
        found = _brought_up(session, dates, counted, before, mark)
        with self._lock:
            newest = self._found.get((counted, dates))
            if newest is before or newest is None:
                self._found[counted, dates] = Remembered(mark, found)
            self._found.move_to_end((counted, dates))
            while len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
        return found


def _brought_up(
    session: Session, dates: StateDates, counted: Counted, before: Remembered | None, mark: Mark
) -> Board[Any]:
    """The board at `mark`, made from the one before where the log says what has changed since."""
    count = COUNT[counted]
    if before is None or not is_written(session, before.mark):
        return count(session, dates, None)
    units = concerned_units(session, before.mark.number, mark.number)
    if units is None:
        return count(session, dates, None)
    return before.board.replaced(units, count(session, dates, DutyFilter(unit_codes=units))) if units else before.board


def the_boards() -> Boards:
    """Those of this application."""
    found: Boards = current_app.extensions["boards"]
    return found
