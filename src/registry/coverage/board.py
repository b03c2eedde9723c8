"""Units × areas, whatever is counted in a cell."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

C = TypeVar("C")


@dataclass
class Board(Generic[C]):
    """What is counted of each unit in each area; every number opens exactly the rows it counts. Nobody changes one that has been made.

    `C` is made of whole numbers that add up, and `nothing()` is one of them with noughts.
    """

    nothing: Callable[[], C]
    cells: Mapping[tuple[str, str], C]

    def of_unit(self, unit_code: str) -> C:
        return self._units.get(unit_code) or self.nothing()

    def of_area(self, area_code: str) -> C:
        return self._areas.get(area_code) or self.nothing()

    def total(self) -> C:
        return self._merged(self._areas.values())

    def units(self) -> list[str]:
        return list(self._units)

    def replaced(self, unit_codes: Collection[str], newer: "Board[C]") -> "Board[C]":
        """A board with the cells of these units taken from `newer`."""
        kept = {key: counts for key, counts in self.cells.items() if key[0] not in unit_codes}
        return Board(self.nothing, kept | dict(newer.cells))

    @cached_property
    def _units(self) -> Mapping[str, C]:
        return self._summed(0)

    @cached_property
    def _areas(self) -> Mapping[str, C]:
        return self._summed(1)

    def _summed(self, place: int) -> Mapping[str, C]:
        found: dict[str, list[C]] = defaultdict(list)
        for key, counts in self.cells.items():
            found[key[place]].append(counts)
        return {code: self._merged(counts) for code, counts in found.items()}

    def _merged(self, counts: Iterable[C]) -> C:
        return merged(self.nothing, counts)


def merged(nothing: Callable[[], C], counts: Iterable[C]) -> C:
    """The sum of counts, as one of its own."""
    total = nothing()
    sums = vars(total)
    for one in counts:
        for name, number in vars(one).items():
            sums[name] += number
    return total
