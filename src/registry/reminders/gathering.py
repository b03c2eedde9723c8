"""What each person is to be told on a day, read from the same task lists people work through."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from registry.accounts.permissions import Role
from registry.accounts.tables import User, UserRole
from registry.coverage.rules import StateDates
from registry.database import CITY_TIME
from registry.duties.responsible import list_responsible
from registry.duties.rules import Counting
from registry.publications.rules import RevisionState
from registry.publications.tables import Revision
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
from registry.reports.tasks import LATE, Group, Task, unit_tasks
from registry.units.queries import unit_names


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


Told = dict[tuple[UUID, DigestKind], list[Entry]]


def gather(session: Session, dates: StateDates, since: date, counting: Counting, times: Times) -> Told:
    """(person, kind of message) → what they are told on the day of `dates`; nobody is listed with nothing."""
    people, told = _people(session), Told()
    for unit_code in unit_names(session):
        _tell_unit(session, unit_code, dates, since, counting, times, people, told)
    for entries in told.values():
        entries.sort(
            key=lambda entry: (tuple(ReminderKind).index(entry.kind), entry.limit or date.max, entry.item_code)
        )
    return told


def _tell_unit(
    session: Session,
    unit_code: str,
    dates: StateDates,
    since: date,
    counting: Counting,
    times: Times,
    people: People,
    told: Told,
) -> None:
    tasks = unit_tasks(session, unit_code, dates)
    if not any(tasks.groups.values()):
        return
    held = {row.duty.id: row.person for row in list_responsible(session, dates.as_of, unit_code=unit_code)}
    for group, listed in tasks.groups.items():
        for task in listed:
            span = Span(since, dates.as_of, counting.calendar_of(task.occasion.calendar))
            person = held.get(task.occasion.duty_id)
            if group is Group.WAITING:
                _tell_reviewers(task, span, times, people, told)
            else:
                _tell_unit_of_task(task, person, span, times, people, told)
            if task.asked is None or task.asked.decided_by is not None:
                _escalate(task, person, span, times, people, told)


def _tell_unit_of_task(task: Task, person: User | None, span: Span, times: Times, people: People, told: Told) -> None:
    """The responsible person; without one everybody who can act. What came back goes to whom wrote it."""
    publication, limit = task.publication, task.occasion.limit
    to = [person] if person else people.of_unit(task.occasion.unit_code)
    if publication is not None and publication.state == RevisionState.RETURNED:
        returned_on = _day_of(publication.revision)
        if returned_on and is_reminded_since(returned_on, span, times):
            author = people.by_id.get(publication.revision.author_id)
            writes = author is not None and author.unit_code == task.occasion.unit_code
            by = publication.revision.reviewer_id
            entry = _entry(ReminderKind.RETURNED, task, span, by=_name(people, by), happened_on=returned_on)
            _tell([author] if writes and author else to, DigestKind.DIGEST, entry, told)
        return
    kind = reminder_of_limit(limit, span, times) if limit is not None else None
    if kind is not None:
        _tell(to, DigestKind.DIGEST, _entry(kind, task, span, to_all=person is None), told)


def _tell_reviewers(task: Task, span: Span, times: Times, people: People, told: Told) -> None:
    publication = task.publication
    if publication is None or publication.state != RevisionState.SUBMITTED:
        return
    submitted_on = _day_of(publication.revision)
    if submitted_on is None or not is_reminded_since(submitted_on, span, times):
        return
    author = publication.revision.author_id
    entry = _entry(ReminderKind.REVIEW, task, span, by=_name(people, author), happened_on=submitted_on)
    others = [one for one in people.reviewers[task.occasion.unit_code] if one.id != author]
    _tell(others, DigestKind.DIGEST, entry, told)


def _escalate(task: Task, person: User | None, span: Span, times: Times, people: People, told: Told) -> None:
    if task.occasion.state not in LATE or task.occasion.limit is None:
        return
    to = {
        ReminderKind.LATE_IN_UNIT: people.reviewers[task.occasion.unit_code],
        ReminderKind.LATE_IN_CITY: people.office,
    }
    for kind in escalations(task.occasion.limit, span, times):
        entry = _entry(kind, task, span, by=person.display_name if person else None)
        _tell(to[kind], DigestKind.ESCALATION, entry, told)


def _tell(to: Sequence[User], kind: DigestKind, entry: Entry, told: Told) -> None:
    for user in to:
        told.setdefault((user.id, kind), []).append(entry)


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


def _day_of(revision: Revision) -> date | None:
    """When it came back or was handed in, as the city counts days."""
    moment = revision.decided_at if revision.state is RevisionState.RETURNED else revision.submitted_at
    return moment.astimezone(CITY_TIME).date() if moment else None


def _name(people: People, user_id: UUID | None) -> str | None:
    user = people.by_id.get(user_id) if user_id else None
    return user.display_name if user else None


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
