"""What each person is to be told on a day, read from the same task lists people work through."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from registry.accounts.permissions import Role
from registry.accounts.tables import User, UserRole
from registry.coverage.rules import LATE, StateDates
from registry.database import city_day
from registry.duties.responsible import list_responsible
from registry.duties.rules import Counting
from registry.publications.rules import RevisionState
from registry.reminders.records import Entry
from registry.reminders.rules import (
    ReminderKind,
    Span,
    Times,
    escalations,
    is_reminded_since,
    reminder_of_limit,
)
from registry.reminders.tables import DigestKind
from registry.reports.tasks import Group, Task, unit_tasks
from registry.units.queries import unit_names

URGENCY = {kind: rank for rank, kind in enumerate(ReminderKind)}


@dataclass
class People:
    """Accounts in use by what they do."""

    by_id: dict[UUID, User] = field(default_factory=dict)
    editors: dict[str, list[User]] = field(default_factory=lambda: defaultdict(list))
    reviewers: dict[str, list[User]] = field(default_factory=lambda: defaultdict(list))
    office: list[User] = field(default_factory=list)

    def of_unit(self, unit_code: str) -> list[User]:
        """Everybody who can register something for the unit; the reviewers where it has no editor."""
        return self.editors[unit_code] or self.reviewers[unit_code]

    def name_of(self, user_id: UUID | None) -> str | None:
        user = self.by_id.get(user_id) if user_id else None
        return user.display_name if user else None


Told = dict[tuple[UUID, DigestKind], list[Entry]]


@dataclass(frozen=True)
class Round:
    """One morning: what is compared with, who there is, and what has been found to tell so far."""

    dates: StateDates
    since: date
    counting: Counting
    times: Times
    people: People
    told: Told

    def span_of(self, task: Task) -> Span:
        """The days since people were reminded last, in the calendar of the task's unit."""
        return Span(self.since, self.dates.as_of, self.counting.calendar_of(task.occasion.calendar))

    def tell(self, to: Sequence[User], kind: DigestKind, entry: Entry) -> None:
        for user in to:
            self.told.setdefault((user.id, kind), []).append(entry)


def gather(session: Session, dates: StateDates, since: date, counting: Counting, times: Times) -> Told:
    """(person, kind of message) → what they are told on the day of `dates`; nobody is listed with nothing."""
    morning = Round(dates, since, counting, times, _people(session), {})
    for unit_code in unit_names(session):
        _tell_unit(session, unit_code, morning)
    for entries in morning.told.values():
        entries.sort(key=lambda entry: (URGENCY[entry.kind], entry.limit or date.max, entry.item_code))
    return morning.told


def _tell_unit(session: Session, unit_code: str, morning: Round) -> None:
    tasks = unit_tasks(session, unit_code, morning.dates)
    if not any(tasks.groups.values()):
        return
    held = {row.duty.id: row.person for row in list_responsible(session, morning.dates.as_of, unit_code=unit_code)}
    for group, listed in tasks.groups.items():
        for task in listed:
            person = held.get(task.occasion.duty_id)
            if group is Group.WAITING:
                _tell_reviewers(task, morning)
            else:
                _tell_who_acts(task, person, morning)
            if task.asked is None or task.asked.decided_by is not None:
                _escalate(task, person, morning)


def _tell_who_acts(task: Task, person: User | None, morning: Round) -> None:
    """The responsible person; without one everybody who can act. What came back goes to whom wrote it."""
    span, limit, people = morning.span_of(task), task.occasion.limit, morning.people
    to = [person] if person else people.of_unit(task.occasion.unit_code)
    revision = task.publication.revision if task.publication else None
    if revision is not None and revision.state is RevisionState.RETURNED:
        returned_on, author = _day_of(revision.decided_at), people.by_id.get(revision.author_id)
        if returned_on and is_reminded_since(returned_on, span, morning.times):
            by = people.name_of(revision.reviewer_id)
            entry = _entry(ReminderKind.RETURNED, task, span, by=by, happened_on=returned_on)
            is_there = author is not None and author.unit_code == task.occasion.unit_code
            morning.tell([author] if author and is_there else to, DigestKind.DIGEST, entry)
        return
    kind = reminder_of_limit(limit, span, morning.times) if limit is not None else None
    if kind is not None:
        morning.tell(to, DigestKind.DIGEST, _entry(kind, task, span, to_all=person is None))


def _tell_reviewers(task: Task, morning: Round) -> None:
    revision = task.publication.revision if task.publication else None
    submitted_on = _day_of(revision.submitted_at) if revision else None
    if revision is None or revision.state is not RevisionState.SUBMITTED or submitted_on is None:
        return
    span = morning.span_of(task)
    if is_reminded_since(submitted_on, span, morning.times):
        by = morning.people.name_of(revision.author_id)
        entry = _entry(ReminderKind.REVIEW, task, span, by=by, happened_on=submitted_on)
        reviewers = morning.people.reviewers[task.occasion.unit_code]
        morning.tell([one for one in reviewers if one.id != revision.author_id], DigestKind.DIGEST, entry)


def _escalate(task: Task, person: User | None, morning: Round) -> None:
    if task.occasion.state not in LATE or task.occasion.limit is None:
        return
    span, people = morning.span_of(task), morning.people
    to = {
        ReminderKind.LATE_IN_UNIT: people.reviewers[task.occasion.unit_code],
        ReminderKind.LATE_IN_CITY: people.office,
    }
    for kind in escalations(task.occasion.limit, span, morning.times):
        entry = _entry(kind, task, span, by=person.display_name if person else None)
        morning.tell(to[kind], DigestKind.ESCALATION, entry)


def _entry(
    kind: ReminderKind,
    task: Task,
    span: Span,
    *,
    by: str | None = None,
    happened_on: date | None = None,
    to_all: bool = False,
) -> Entry:
    occasion, publication = task.occasion, task.publication
    limit = occasion.limit
    return Entry(
        kind=kind,
        unit_code=occasion.unit_code,
        item_code=occasion.item_code,
        item_titles=occasion.item_titles,
        duty_id=str(occasion.duty_id),
        occasion_id=str(occasion.occasion_id),
        period=occasion.period,
        event=occasion.event,
        limit=limit,
        workdays=span.calendar.between(span.day, limit) if limit else None,
        publication_id=str(publication.publication.id) if publication else None,
        title=publication.revision.title if publication else None,
        state=publication.state if publication else None,
        by=by,
        happened_on=happened_on,
        is_day_off=limit is not None and not span.calendar.is_workday(limit),
        to_all=to_all,
    )


def _day_of(moment: datetime | None) -> date | None:
    """The city's day of a moment."""
    return city_day(moment) if moment else None


def _people(session: Session) -> People:
    people = People()
    held: Mapping[Role, Mapping[str, list[User]]] = {Role.EDITOR: people.editors, Role.REVIEWER: people.reviewers}
    rows = select(User, UserRole).where(UserRole.user_id == User.id, col(User.disabled_at).is_(None))
    for user, role in session.exec(rows.order_by(col(User.username))):
        people.by_id[user.id] = user
        if role.role is Role.OFFICE:
            people.office.append(user)
        elif role.role in held and user.unit_code is not None:
            held[role.role][user.unit_code].append(user)
    return people
