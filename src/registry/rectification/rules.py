"""整改: how a task goes from hand to hand, when it is late, and what keeps it from being closed. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from registry.errors import Issue
from registry.evidence.rules import Outcome


class TaskState(StrEnum):
    """待整改 · 已退回 · 已答复 · 已销号. That one is late is a matter of the day asked."""

    OPEN = "open"
    RETURNED = "returned"
    ANSWERED = "answered"
    CLOSED = "closed"


class StepKind(StrEnum):
    """What people do with a task."""

    ANSWER = "answer"
    RETURN = "return"
    CLOSE = "close"


class Progress(StrEnum):
    """What a unit says of a task: 已整改, 正在整改, or that it does not see the problem."""

    DONE = "done"
    UNDER_WAY = "under_way"
    DISPUTED = "disputed"


class Doubt(StrEnum):
    """Why a task should not be closed: the registry still finds what was found, or did not see at its address what answers it."""

    FOUND = "found"
    NOT_SEEN = "not_seen"


AWAITS_UNIT = frozenset({TaskState.OPEN, TaskState.RETURNED})

# From where each step is possible, and where it leads.
TRANSITIONS: Mapping[StepKind, tuple[frozenset[TaskState], TaskState]] = {
    StepKind.ANSWER: (AWAITS_UNIT | {TaskState.ANSWERED}, TaskState.ANSWERED),
    StepKind.RETURN: (frozenset({TaskState.ANSWERED}), TaskState.RETURNED),
    StepKind.CLOSE: (AWAITS_UNIT | {TaskState.ANSWERED}, TaskState.CLOSED),
}


@dataclass(frozen=True)
class LookSeen:
    """The last look at an address, or photograph of a place, by a day."""

    address: str
    outcome: Outcome
    reason: str | None
    seen_on: date


@dataclass(frozen=True)
class RecordSeen:
    """A publication as it stood on a day, with the last look at each of its addresses."""

    publication_id: str
    title: str
    version: int
    published_on: date
    withdrawn_on: date | None = None
    looks: tuple[LookSeen, ...] = ()


@dataclass(frozen=True)
class Observation:
    """What the registry itself says of the subject of a finding on a day.

    `problem` is the finding in words, empty once it is gone; `state` and `limit` are those of an occasion, empty for other subjects.
    """

    on: date
    problem: str
    state: str = ""
    limit: date | None = None
    records: tuple[RecordSeen, ...] = ()

    @property
    def stands(self) -> bool:
        return bool(self.problem)

    @property
    def doubts(self) -> list[Doubt]:
        """What speaks against closing; an address nobody looked at, or about which nothing can be said, does not."""
        there = [one for one in self.records if one.withdrawn_on is None or one.withdrawn_on > self.on]
        not_seen = any(look.outcome is Outcome.NOT_SEEN for one in there for look in one.looks)
        return [Doubt.FOUND] * self.stands + [Doubt.NOT_SEEN] * not_seen


def is_late(state: TaskState, due_on: date, as_of: date) -> bool:
    """Whether the unit has let the day pass; what it has answered waits for the office and not for the unit."""
    return state in AWAITS_UNIT and due_on < as_of


def what_answer_lacks(values: Mapping[str, Any], today: date) -> list[Issue]:
    """What is wrong with a unit's answer: 已整改 needs the day it was done, 正在整改 the day it is promised for."""
    done_on: date | None = values.get("done_on")
    progress = Progress(values["progress"])
    if progress is Progress.DISPUTED:
        return []
    if done_on is None:
        return [Issue("done_on", "required")]
    context = {"found": done_on.isoformat(), "today": today.isoformat()}
    if progress is Progress.DONE and done_on > today:
        return [Issue("done_on", "rectified_in_future", context)]
    if progress is Progress.UNDER_WAY and done_on < today:
        return [Issue("done_on", "promised_in_past", context)]
    return []


def what_blocks_closing(observation: Observation, reason: str | None) -> list[Issue]:
    """Closing against what the registry sees needs a reason, which stays shown."""
    return [Issue("reason", f"closing_{doubt.value}") for doubt in observation.doubts] if not reason else []


def is_own_answer(closer: UUID, answerers: Collection[UUID]) -> bool:
    """Whether the one who would decide has answered the task."""
    return closer in answerers


@dataclass
class Measure:
    """How far tasks are closed. `late` ones are among those that await their unit."""

    open: int = 0
    returned: int = 0
    answered: int = 0
    closed: int = 0
    late: int = 0

    def add(self, state: TaskState, due_on: date, as_of: date, number: int = 1) -> None:
        setattr(self, state.value, getattr(self, state.value) + number)
        self.late += number if is_late(state, due_on, as_of) else 0

    def merge(self, other: "Measure") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def total(self) -> int:
        return self.open + self.returned + self.answered + self.closed

    @property
    def rate(self) -> float | None:
        """整改率: closed of all, 0–1; None of nothing."""
        return self.closed / self.total if self.total else None
