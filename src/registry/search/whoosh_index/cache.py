"""Arrays kept for the next question, within a number of bytes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar


class Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


Value = TypeVar("Value", bound=Sized)
OVERHEAD_BYTES = 500


class ByteCache:
    """Values by key; those not asked for longest go first. Keys name what never changes, so nothing is ever
    stale.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, Sized] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What is kept, or what `make` gives; two threads may make the same at once."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]  # type: ignore[return-value]  # a key stands for one kind of value
        value = make()
        with self._lock:
            self._keep(key, value)
        return value

    @property
    def nbytes(self) -> int:
        return self._bytes

    def _keep(self, key: Hashable, value: Sized) -> None:
        if key in self._values or value.nbytes > self._largest:
            return
        self._values[key] = value
        self._bytes += value.nbytes + OVERHEAD_BYTES
        while self._bytes > self._largest:
            _, dropped = self._values.popitem(last=False)
            self._bytes -= dropped.nbytes + OVERHEAD_BYTES
