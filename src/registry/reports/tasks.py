"""What waits for people: a unit's list for its editors, and the summary of the office."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from registry.coverage.queries import DutyFilter, OccasionRow, board, list_occasions
from registry.coverage.rules import LATE, OPEN, Counts, OccasionState, StateDates
from registry.duties.queries import list_unowed_items
from registry.duties.tables import Duty, Ruling
from registry.errors import Issue
from registry.evidence.queries import Failing, list_failing
from registry.items.tables import Item
from registry.publications.queries import PublicationRow, list_work
from registry.publications.rules import RevisionState, what_blocks_submitting, what_reason_lacks
from registry.publications.tables import Publication
from registry.rectification.queries import count_answered
from registry.units.queries import kept_by


class Group(StrEnum):
    """Groups of the list, in the order in which they are worked through."""

    RETURNED = "returned"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    STARTED = "started"
    WAITING = "waiting"
    LATER = "later"


UNANSWERED = OPEN | {OccasionState.NEEDS_RULE}

WORKED_ON = (RevisionState.DRAFT, RevisionState.RETURNED, RevisionState.SUBMITTED)


@dataclass(frozen=True)
class Task:
    """One occasion a unit has to answer, with what it has begun for it.

    `publication` is the one being worked on, None when nothing was begun; `missing` is what keeps a draft from being submitted; `asked` is
    the newest request for another answer that waits or was refused.
    """

    occasion: OccasionRow
    publication: PublicationRow | None = None
    missing: tuple[Issue, ...] = ()
    asked: Ruling | None = None

    @property
    def days_late_when_public(self) -> int:
        """By how many days what waits for its day will be late on it; 0 when in time or when no last day is known."""
        limit = self.occasion.limit
        if self.publication is None or self.publication.state != "scheduled" or limit is None:
            return 0
        return max(0, (self.publication.revision.published_on - limit).days)


@dataclass(frozen=True)
class UnitTasks:
    """A unit's list: `groups` has every group, also empty ones; `done` counts occasions that need nothing more.

    `failing` are addresses of public things at which nothing was found, or nothing could be judged on two days.
    """

    groups: Mapping[Group, list[Task]]
    failing: Sequence[Failing]
    done: int


def unit_tasks(session: Session, unit_code: str, dates: StateDates) -> UnitTasks:
    """Everything the unit has to do on the day of `dates`; each occasion stands in the first group it belongs to.

    Of units in whose place it stands, that is what is being corrected of the things they published.
    """
    occasions = list_occasions(session, dates, DutyFilter(unit_code=unit_code, part=None))
    begun, asked = _begun(session, unit_code, dates.as_of), _asked(session, unit_code)
    for ended in kept_by(session, unit_code, dates.as_of)[1:]:
        inherited = list_occasions(session, dates, DutyFilter(unit_code=ended, part=None))
        occasions += [row for row in inherited if row.occasion_id in begun]
    groups: dict[Group, list[Task]] = {group: [] for group in Group}
    for occasion in occasions:
        request = asked.get(occasion.occasion_id) or asked.get(occasion.duty_id)
        for task in _tasks_of(occasion, begun.get(occasion.occasion_id, ()), dates.as_of):
            task = replace(task, asked=request)
            groups[group_of(task, dates)].append(task)
    for tasks in groups.values():
        tasks.sort(key=lambda task: (task.occasion.limit or date.max, task.occasion.item_code))
    failing = list_failing(session, dates.as_of, unit_code=unit_code)
    return UnitTasks(groups, failing, sum(1 for row in occasions if row.state not in UNANSWERED))


def group_of(task: Task, dates: StateDates) -> Group:
    """Where a task stands. What somebody else has to act on is waiting, however late it is."""
    if task.publication is not None and task.publication.state == RevisionState.RETURNED:
        return Group.RETURNED
    if task.publication is not None and task.publication.state != RevisionState.DRAFT:
        return Group.WAITING
    if task.publication is None and task.asked is not None and task.asked.decided_by is None:
        return Group.WAITING
    if task.occasion.state in LATE:
        return Group.OVERDUE
    limit = task.occasion.limit
    if task.occasion.state in OPEN and limit is not None and limit <= dates.soon_until:
        return Group.DUE_SOON
    return Group.STARTED if task.publication is not None else Group.LATER


def done_occasions(session: Session, unit_code: str, dates: StateDates) -> list[OccasionRow]:
    """The occasions that left the list, newest answer first."""
    rows = list_occasions(session, dates, DutyFilter(unit_code=unit_code, part=None))
    done = [row for row in rows if row.state not in UNANSWERED]
    return sorted(done, key=lambda row: (row.published_on or date.min, row.item_code), reverse=True)


def missing_of(row: PublicationRow, today: date) -> tuple[Issue, ...]:
    """What a draft lacks before it can be submitted, by the rule that submitting itself asks."""
    revision = row.revision
    values = {
        "elements": revision.elements,
        "channels": revision.channels,
        "formed_on": revision.formed_on,
        "published_on": revision.published_on,
    }
    issues = what_blocks_submitting(values, required_channels=row.item.channels, today=today)
    if row.publication.public_revision_id is not None:
        issues += what_reason_lacks("correct", revision.correction, revision.correction_reason)
    return tuple(issues)


def _tasks_of(occasion: OccasionRow, begun: Iterable[PublicationRow], today: date) -> list[Task]:
    tasks = [Task(occasion, row, missing_of(row, today) if row.state == RevisionState.DRAFT else ()) for row in begun]
    if not tasks and occasion.state in UNANSWERED:
        tasks.append(Task(occasion))
    return tasks


def _begun(session: Session, unit_code: str, as_of: date) -> Mapping[UUID, list[PublicationRow]]:
    """Publications worked on, and approved ones whose day has not come, by the occasion they are for."""
    found: dict[UUID, list[PublicationRow]] = defaultdict(list)
    for row in list_work(session, as_of, unit_code=unit_code, states=WORKED_ON):
        found[row.occasion.id].append(row)
    if _has_scheduled(session, unit_code, as_of):
        for row in list_work(session, as_of, unit_code=unit_code, states=(RevisionState.APPROVED,)):
            if row.state == "scheduled":
                found[row.occasion.id].append(row)
    return found


def _asked(session: Session, unit_code: str) -> Mapping[UUID, Ruling]:
    """The newest request that was not granted, by the occasion it is about, or by the duty when it is about all of it."""
    not_granted = select(Ruling).where(
        Ruling.duty_id == Duty.id, Duty.unit_code == unit_code, col(Ruling.decided_on).is_(None)
    )
    return {
        ruling.occasion_id or ruling.duty_id: ruling for ruling in session.exec(not_granted.order_by(col(Ruling.id)))
    }


def _has_scheduled(session: Session, unit_code: str, as_of: date) -> bool:
    """Rare, so the rows, which are all the unit ever published, are read only when there is one."""
    scheduled = select(Publication.id).where(
        Publication.duty_id == Duty.id, Duty.unit_code == unit_code, col(Publication.published_on) > as_of
    )
    return session.exec(scheduled.limit(1)).first() is not None


@dataclass(frozen=True)
class UnitSummary:
    """A unit in the office's list."""

    unit_code: str
    counts: Counts

    @property
    def late(self) -> int:
        return self.counts.overdue + self.counts.long_overdue


@dataclass(frozen=True)
class RuleGap:
    """An item whose deadline gives no date to count to, and how many occasions of how many units wait for that."""

    item_code: str
    item_titles: tuple[str, ...]
    occasions: int
    units: int


@dataclass(frozen=True)
class OfficeSummary:
    """The office's view: units with most that is late first, the rules that are missing, and the items no unit answers for.

    `rectified` counts answers to tasks of 整改清单 that wait to be checked.
    """

    units: Sequence[UnitSummary]
    gaps: Sequence[RuleGap]
    unowed: Sequence[Item]
    rectified: int


def office_summary(session: Session, dates: StateDates) -> OfficeSummary:
    """Every unit that owes something on the day of `dates`."""
    counted = board(session, dates)
    units = [UnitSummary(code, counted.of_unit(code)) for code in counted.units()]
    units.sort(key=lambda one: (-one.late, -one.counts.due_soon, one.unit_code))
    unowed = list_unowed_items(session, dates.as_of)
    return OfficeSummary(units, _rule_gaps(session, dates), unowed, count_answered(session))


def _rule_gaps(session: Session, dates: StateDates) -> list[RuleGap]:
    wanted = DutyFilter(states=frozenset({OccasionState.NEEDS_RULE}))
    by_item: dict[str, list[OccasionRow]] = defaultdict(list)
    for row in list_occasions(session, dates, wanted):
        by_item[row.item_code].append(row)
    return [
        RuleGap(code, rows[0].item_titles, len(rows), len({row.unit_code for row in rows}))
        for code, rows in sorted(by_item.items())
    ]
