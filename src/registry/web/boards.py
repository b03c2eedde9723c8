"""The board of a day, remembered until anything changes, so that a page people open often does not judge every occasion again."""

import threading
from collections import OrderedDict

from flask import current_app
from sqlmodel import Session

from registry.audit.queries import count_entries
from registry.coverage.queries import Board, board
from registry.coverage.rules import StateDates

REMEMBERED = 16


class Boards:
    """Boards by day and by the number of the last audit entry: every change of what is counted writes one, in the same transaction."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[StateDates, int], Board] = OrderedDict()

    def on(self, session: Session, dates: StateDates) -> Board:
        """The board on the day of `dates`; nobody may change what is returned."""
        key = (dates, count_entries(session))
        with self._lock:
            found = self._found.get(key)
        if found is None:
            found = board(session, dates)
            with self._lock:
                self._found[key] = found
                while len(self._found) > REMEMBERED:
                    self._found.popitem(last=False)
        return found


def the_boards() -> Boards:
    """Those of this application."""
    found: Boards = current_app.extensions["boards"]
    return found
