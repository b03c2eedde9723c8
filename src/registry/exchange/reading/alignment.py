"""Puts a stream of cells back into rows and columns.

A shortest path over the cells: each goes to the column it looks most like (`likeness`), in a row the columns only rise, and what is left
out, repeated or begun anew has its price. The prices say what real tables do: merged titles are left out often, deadlines hardly ever,
ticks come one a group.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from registry.exchange.reading.likeness import Likeness


class Mode(Enum):
    """EXACT: empty cells are in the stream; COLLAPSED: they were dropped, ends of rows are known; BLOCKS: neither."""

    EXACT = "exact"
    COLLAPSED = "collapsed"
    BLOCKS = "blocks"


@dataclass(frozen=True)
class Token:
    """A cell, or a piece of one; `ends_row` says that the next begins another row."""

    text: str
    line: int
    ends_row: bool = False


GROUP_OF = {
    "everyone": "audience",
    "groups": "audience",
    "active": "methods",
    "on_request": "methods",
    "level": "levels",
}
LEFT_OUT: Mapping[str, float] = {
    "serial": 0.2,
    "title": 0.2,
    "elements": 3.0,
    "deadline_text": 2.0,
    "body": 2.0,
    "legal_bases": 0.7,
    "channels": 1.5,
}
LEFT_OUT_OTHER = 0.3
LAST_TITLE = 1.5
REPEATED: Mapping[str, float] = {"elements": 0.3, "legal_bases": 1.2, "channels": 0.2}
REPEATED_OTHER = 2.5
DEEPER = 0.05
NEW_ROW = 1.0
GROUP_LEFT_OUT = 1.5
SAME_GROUP = 0.6
LATER_IN_GROUP = 0.3
GAP_IN_EXACT = 2.0
TITLE_GAP_IN_EXACT = 0.5
LEAST = 0.02
EMPTY_TEXT = 0.3
NEVER = 1e9


class Aligner:
    def __init__(self, roles: Sequence[str], likeness: Likeness) -> None:
        self.roles, self.likeness = list(roles), likeness
        titles = [at for at, role in enumerate(self.roles) if role == "title"]
        # Of several merged titles the outer one is left out first.
        self.inner = {at: DEEPER * depth for depth, at in enumerate(titles)}
        self.last_title = titles[-1] if titles else None

    def is_tick(self, at: int) -> bool:
        return self.roles[at] in GROUP_OF

    def rows(self, tokens: Sequence[Token], mode: Mode) -> Iterator[dict[int, list[Token]]]:
        """Rows as column → the pieces of its cell, in order; empty cells are left out."""
        cells: dict[int, list[Token]] = {}
        for token, (column, is_new) in zip(tokens, self._path(tokens, mode), strict=True):
            if is_new and cells:
                yield cells
                cells = {}
            if token.text:
                cells.setdefault(column, []).append(token)
        if cells:
            yield cells

    def _path(self, tokens: Sequence[Token], mode: Mode) -> list[tuple[int, bool]]:
        """The cheapest (column, begins a row) of every token."""
        if not tokens:
            return []
        size = len(self.roles)
        within, anew = self._prices(mode)
        free_end = self._prices_after_end(mode)
        best = [self._lead(at, mode) + self._emission(tokens[0], at) for at in range(size)]
        came: list[list[tuple[int, bool]]] = [[(-1, True)] * size]
        for before, token in pairwise(tokens):
            following, back = [], []
            for column in range(size):
                emission = self._emission(token, column)
                options = self._options(best, column, within, free_end if before.ends_row else anew, before.ends_row)
                price, origin, is_new = min(options)
                following.append(price + emission)
                back.append((origin, is_new))
            best = following
            came.append(back)
        column = min(range(size), key=best.__getitem__)
        path = []
        for back in reversed(came):
            origin, is_new = back[column]
            path.append((column, is_new))
            column = origin
        return path[::-1]

    def _options(
        self,
        best: Sequence[float],
        column: int,
        within: Sequence[Sequence[float]],
        anew: Sequence[Sequence[float]],
        must_begin: bool,
    ) -> list[tuple[float, int, bool]]:
        options = [(best[origin] + anew[origin][column], origin, True) for origin in range(len(best))]
        if not must_begin:
            options += [(best[origin] + within[origin][column], origin, False) for origin in range(column + 1)]
        return options

    def _emission(self, token: Token, column: int) -> float:
        role = self.roles[column]
        if not token.text:
            return 0.0 if self.is_tick(column) else -math.log(EMPTY_TEXT)
        return -math.log(max(self.likeness.of(role, token.text), LEAST))

    def _prices(self, mode: Mode) -> tuple[list[list[float]], list[list[float]]]:
        """Price from column to column in one row, and into a new row."""
        size = range(len(self.roles))
        within = [[self._step(origin, column, mode) for column in size] for origin in size]
        anew = [[NEW_ROW + self._tail(origin, mode) + self._lead(column, mode) for column in size] for origin in size]
        return within, anew

    def _prices_after_end(self, mode: Mode) -> list[list[float]]:
        """Into a new row where the end of the old one is known: nothing is missing from it."""
        size = range(len(self.roles))
        return [[self._lead(column, mode) for column in size] for _ in size]

    def _step(self, origin: int, column: int, mode: Mode) -> float:
        if column < origin:
            return NEVER
        if column == origin:
            if mode is not Mode.BLOCKS or self.is_tick(column):
                return NEVER
            return REPEATED.get(self.roles[column], REPEATED_OTHER)
        if mode is Mode.EXACT:
            return sum(self._gap(at) for at in range(origin + 1, column))
        left_out = sum(self._left_out(at) for at in range(origin + 1, column) if not self.is_tick(at))
        return left_out + (self._tick_step(origin, column) if self.is_tick(column) else 0.0)

    def _tick_step(self, origin: int, column: int) -> float:
        """The first tick of each group in turn is what tables mostly have."""
        group = GROUP_OF[self.roles[column]]
        if self.is_tick(origin) and GROUP_OF[self.roles[origin]] == group:
            return SAME_GROUP
        between = {GROUP_OF[self.roles[at]] for at in range(origin + 1, column) if self.is_tick(at)} - {group}
        if self.is_tick(origin):
            between.discard(GROUP_OF[self.roles[origin]])
        first = next(at for at, role in enumerate(self.roles) if GROUP_OF.get(role) == group)
        return len(between) * GROUP_LEFT_OUT + (column - first) * LATER_IN_GROUP

    def _gap(self, at: int) -> float:
        if at == self.last_title:
            return LAST_TITLE
        if self.roles[at] in ("title", "serial"):
            return TITLE_GAP_IN_EXACT + self.inner.get(at, 0.0)
        return GAP_IN_EXACT

    def _left_out(self, at: int) -> float:
        if at == self.last_title:
            return LAST_TITLE
        return LEFT_OUT.get(self.roles[at], LEFT_OUT_OTHER) + self.inner.get(at, 0.0)

    def _lead(self, column: int, mode: Mode) -> float:
        """What a row costs that begins at a column: merged cells before it."""
        if mode is Mode.EXACT:
            return sum(self._gap(at) for at in range(column))
        return sum(self._left_out(at) for at in range(column) if not self.is_tick(at))

    def _tail(self, origin: int, mode: Mode) -> float:
        rest = range(origin + 1, len(self.roles))
        if mode is Mode.EXACT:
            return sum(self._gap(at) for at in rest)
        return sum(self._left_out(at) for at in rest if not self.is_tick(at))
