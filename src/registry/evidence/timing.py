"""The wall clock of one look: it ends connections and name look-ups from outside, whatever trickles in."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from registry.evidence.exchanges import Stopped
from registry.evidence.rules import Fault

Resolver = Callable[..., Any]


class Clock:
    """The wall clock of one look. While it runs, its timer shuts down whatever connection is open when the time is up."""

    def __init__(self, seconds: float) -> None:
        self._over_at = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    @property
    def left(self) -> float:
        """Seconds, never none: a timeout of zero would mean not to wait at all."""
        return max(self._over_at - time.monotonic(), 0.001)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._over_at

    def put_off(self, seconds: float) -> None:
        self._over_at += seconds

    def raise_if_over(self) -> None:
        if self.is_over:
            raise Stopped(Fault.TOO_SLOW)

    @contextmanager
    def running(self) -> Iterator[None]:
        self.raise_if_over()
        timer = threading.Timer(self.left, self._shut_down)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._forget()

    def watch(self, connection: socket.socket) -> None:
        """A second handle on the connection: TLS takes the first one over."""
        with self._lock:
            self._sockets.append(connection.dup())

    def _shut_down(self) -> None:
        with self._lock:
            for one in self._sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        with self._lock:
            for one in self._sockets:
                one.close()
            self._sockets.clear()


@dataclass(frozen=True)
class TimedResolver:
    """A name look-up that is given up when the clock is over; the system's own knows no time limit."""

    resolver: Resolver
    clock: Clock

    def __call__(self, *arguments: Any) -> Any:
        found = _Found()
        threading.Thread(target=found.look_up, args=(self.resolver, arguments), daemon=True).start()
        if not found.done.wait(self.clock.left):
            raise Stopped(Fault.TOO_SLOW)
        if found.error is not None:
            raise found.error
        return found.answers


@dataclass
class _Found:
    done: threading.Event = field(default_factory=threading.Event)
    answers: Any = None
    error: Exception | None = None

    def look_up(self, resolver: Resolver, arguments: Sequence[Any]) -> None:
        try:
            self.answers = list(resolver(*arguments))
        except Exception as error:
            self.error = error
        finally:
            self.done.set()
