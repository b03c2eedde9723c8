"""States and visibility of a segment's documents on a day, by comparing columns; nothing of it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from registry.coverage.rules import OccasionState, Openness, StateDates, state_from
from registry.search.whoosh_index.facets import STATES
from registry.search.whoosh_index.facts import SETTLED
from registry.search.whoosh_index.segment import Segment

_NUMBER = {word: np.uint8(number) for number, word in enumerate(STATES)}


@dataclass(frozen=True)
class Day:
    """By document: its profile in each group of facets and, as the last group, its state; and whether it can be
    found at all (None: all can).
    """

    groups: Sequence[NDArray[np.int32] | NDArray[np.uint8]]
    live: NDArray[np.bool_] | None


def day_of(
    segment: Segment,
    profiles: Sequence[NDArray[np.int32]],
    deleted: NDArray[np.int32],
    dates: StateDates,
    *,
    public_only: bool,
) -> Day:
    """Of a segment whose documents have these profiles in the whole index."""
    live = _is_public(segment, dates.as_of) if public_only else np.ones(segment.documents, np.bool_)
    live[deleted] = False
    return Day((*profiles, states(segment, dates)), None if live.all() else live)


def states(segment: Segment, dates: StateDates) -> NDArray[np.uint8]:
    """Numbers of `STATES`, as `selection.state_of` says for each document."""
    columns = segment.columns
    begins, ends, today = columns["public_from"], columns["public_to"], dates.as_of.toordinal()
    is_to_come = (begins == 0) | (begins > today)
    is_gone = (ends > 0) & (ends <= today)
    shown = np.where(is_gone, _NUMBER["withdrawn"], _NUMBER["published"])
    return np.where(segment.is_item, _of_items(segment, dates), np.where(is_to_come, _NUMBER["scheduled"], shown))


def _of_items(segment: Segment, dates: StateDates) -> NDArray[np.uint8]:
    """The rule itself is asked, once for every last day there is."""
    settled, due = segment.columns["settled"], segment.columns["open_due"]
    days, which = np.unique(due, return_inverse=True)
    words = [_NUMBER[_open_word(int(day), dates)] for day in days]
    return np.where(due > 0, np.array(words, dtype=np.uint8)[which], settled)


def _open_word(day: int, dates: StateDates) -> str:
    if not day:
        return SETTLED[0]
    return state_from(Openness(date.fromordinal(day), OccasionState.MET), dates).value


def _is_public(segment: Segment, day: date) -> NDArray[np.bool_]:
    """As `selection.is_public` says for each document."""
    begins, ends, today = segment.columns["public_from"], segment.columns["public_to"], day.toordinal()
    found: NDArray[np.bool_] = (begins <= today) & ((ends == 0) | (ends > today))
    return found
