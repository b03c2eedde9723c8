"""One generation of one build, opened and verified: what a search sees from beginning to end."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Segment

from registry.coverage.rules import StateDates
from registry.search.backend import IndexUnusable
from registry.search.documents import SearchDocument
from registry.search.whoosh_index.day import Day, day_of
from registry.search.whoosh_index.facets import GroupTable, Profiles
from registry.search.whoosh_index.facts import PROFILE_COLUMNS
from registry.search.whoosh_index.postings import Averages, averages_of
from registry.search.whoosh_index.segment import Segment, open_segment
from registry.search.whoosh_index.vouching import Check, read_checks, read_verified
from registry.search.whoosh_index.whoosh_format import contents_name, read_contents

KEPT_DAYS = 4


@dataclass(frozen=True, eq=False)
class View:
    """A segment less the documents deleted from it; `profiles` by group and document, numbered as in all segments."""

    stored: W3Segment
    segment: Segment
    profiles: Sequence[NDArray[np.int32]]
    deleted: NDArray[np.int32]
    _days: OrderedDict[tuple[StateDates, bool], Day] = field(default_factory=OrderedDict)

    @property
    def documents(self) -> int:
        return self.segment.documents - len(self.deleted)

    def day(self, dates: StateDates, *, public_only: bool) -> Day:
        """Kept for a few days; two threads may make the same at once."""
        key = (dates, public_only)
        found = self._days.get(key)
        if found is None:
            found = day_of(self.segment, self.profiles, self.deleted, dates, public_only=public_only)
            self._days[key] = found
            while len(self._days) > KEPT_DAYS:
                self._days.popitem(last=False)
        return found


@dataclass(frozen=True, eq=False)
class Snapshot:
    """`views` in the order of the generation; `checks` are its verified files."""

    build: Path
    generation: int
    checks: Mapping[str, Check]
    views: Sequence[View]
    watermark: int
    source: str
    tables: Sequence[GroupTable]

    @property
    def name(self) -> str:
        return f"{self.build.name}.{self.generation}"

    @property
    def documents(self) -> int:
        return sum(view.documents for view in self.views)

    def holds(self, document: SearchDocument, key: str) -> bool:
        """Whether the document stands in the index just as it is now."""
        for view in self.views:
            number = view.segment.number_of(key)
            if number is not None and number not in view.deleted:
                return view.segment.is_written(document, number)
        return False

    @cached_property
    def averages(self) -> Averages:
        return averages_of([view.segment for view in self.views])


def open_snapshot(build: Path, generation: int, last: Snapshot | None, profiles: Sequence[Profiles]) -> Snapshot:
    """Verify and open a generation; what `last` has of it already is taken from there."""
    checks = read_checks(build, generation)
    known = {view.segment.id: view for view in last.views} if last else {}
    try:
        name = contents_name(generation)
        content = bytes(read_verified(build / name, checks.files[name]))
        views = [
            _view(build, stored, known.get(stored.segment_id()), checks.files, profiles)
            for stored in read_contents(content, generation)
        ]
    except (KeyError, ValueError, TypeError, AttributeError, EOFError) as error:
        raise IndexUnusable(fault="cannot be opened") from error
    tables = [one.table() for one in profiles]
    return Snapshot(build, generation, checks.files, views, checks.watermark, checks.source, tables)


def _view(
    build: Path, stored: W3Segment, known: View | None, checks: Mapping[str, Check], profiles: Sequence[Profiles]
) -> View:
    deleted = np.array(sorted(stored.deleted_docs()), dtype=np.int32)
    if known is not None and np.array_equal(deleted, known.deleted):
        return known
    if known is not None:
        return View(stored, known.segment, known.profiles, deleted)
    prefix = f"{stored.segment_id()}."
    files = {name: read_verified(build / name, check) for name, check in checks.items() if name.startswith(prefix)}
    segment = open_segment(stored, files)
    numbers = [one.numbered(held) for one, held in zip(profiles, segment.profiles, strict=True)]
    columns = (segment.columns[name] for name in PROFILE_COLUMNS)
    return View(stored, segment, [one[held] for one, held in zip(numbers, columns, strict=True)], deleted)
