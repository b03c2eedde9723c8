"""What is true as long as nobody changes anything, remembered until somebody does."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from sqlmodel import Session

from registry.audit.queries import Mark, last_mark

V = TypeVar("V")


class Remembered(Generic[V]):
    """Answers by what was asked and by the last entry of the log: every change of what is judged writes one, in the same transaction."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[Hashable, Mark], V] = OrderedDict()

    def get(self, session: Session, asked: Hashable, make: Callable[[], V]) -> V:
        """The answer, made when nothing is remembered; nobody may change what is returned."""
        key = (asked, last_mark(session))
        with self._lock:
            found = self._found.get(key)
        if found is None:
            found = make()
            with self._lock:
                self._found[key] = found
                while len(self._found) > self._most:
                    self._found.popitem(last=False)
        return found
