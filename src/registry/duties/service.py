"""Changes of duties and occasions: from assignments to duties, from duties to what is due."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from registry.accounts.permissions import Permission, require
from registry.audit.service import Action, record
from registry.database import Work
from registry.deadlines.clauses import Clause, ClauseKind, leading_clause
from registry.deadlines.rules import Due, due_date
from registry.duties.closing import require_open
from registry.duties.queries import schedule_of
from registry.duties.rules import Counting, Expected, Span, expected_occasions, is_period_of, join_spans
from registry.duties.successors import link_successors, successors
from registry.duties.tables import Assignment, Duty, Occasion, OccasionKind, Part, Tracking
from registry.errors import Conflict, Invalid, Issue, NotFound
from registry.items.tables import Item, Standard
from registry.units.queries import unit_beginnings
from registry.units.tables import Certainty, Unit


@dataclass
class Counts:
    created: int = 0
    changed: int = 0
    ended: int = 0


def assign_duties(work: Work) -> Counts:
    """Make the duties what the assignments say: create missing ones, move their ends, end those nobody is assigned to any more."""
    wanted = _wanted_spans(work)
    existing = {(duty.item_id, duty.unit_code, duty.starts_on): duty for duty in work.session.exec(select(Duty))}
    counts = Counts()
    for (item_id, unit_code), spans in wanted.items():
        for span in spans:
            duty = existing.pop((item_id, unit_code, span.first), None)
            if duty is None:
                duty = Duty(
                    item_id=item_id,
                    unit_code=unit_code,
                    part=Part(span.part),
                    starts_on=span.first,
                    ends_on=span.last,
                )
                work.session.add(duty)
                work.touch("item", item_id)
                counts.created += 1
            elif (duty.ends_on, duty.part) != (span.last, Part(span.part)):
                _move_end(work, duty, span.last, Part(span.part))
                counts.changed += 1
    yesterday = work.today - timedelta(days=1)
    for duty in existing.values():
        if duty.ends_on is None or duty.ends_on > yesterday:
            _move_end(work, duty, yesterday, duty.part)
            counts.ended += 1
    if counts.created:
        record(work, Action.DUTY_CHANGE, "duties", "assignments", {"created": (0, counts.created)})
    work.session.flush()
    link_successors(work.session)
    return counts


def ensure_assignments(work: Work, wanted: Mapping[tuple[str, str], str | None]) -> list[tuple[str, str]]:
    """Give every (role, level) of `wanted` an entry: the unit it names, or none, so that it is shown as unassigned.

    Entries that are there stay as they are; returns those that were missing.
    """
    rows = work.session.exec(select(Assignment.role, Assignment.level, Assignment.position)).all()
    known, last = {(role, level) for role, level, _ in rows}, max((position for _, _, position in rows), default=0)
    missing = [key for key in wanted if key not in known]
    for position, (role, level) in enumerate(missing, start=last + 1):
        unit = wanted[role, level]
        row = Assignment(
            role=role,
            level=level,
            position=position,
            part=Part.LEAD,
            content={"units": [{"unit": unit}] if unit else []},
            certainty=Certainty.EVIDENCED_PARTIAL,
        )
        work.session.add(row)
        changes = {"role": (None, role), "level": (None, level), "content": (None, row.content)}
        record(work, Action.DUTY_CHANGE, "assignment", row.id, changes)
    work.session.flush()
    return missing


def _move_end(work: Work, duty: Duty, last: date | None, part: Part) -> None:
    changes = {"ends_on": (duty.ends_on, last), "part": (duty.part, part)}
    record(
        work,
        Action.DUTY_CHANGE,
        "duty",
        duty.id,
        {name: pair for name, pair in changes.items() if pair[0] != pair[1]},
    )
    duty.ends_on, duty.part = last, part
    work.session.add(duty)
    work.touch("item", duty.item_id)


def _wanted_spans(work: Work) -> Mapping[tuple[UUID, str], list[Span]]:
    units, begins = list(work.session.exec(select(Unit))), unit_beginnings(work.session)
    assignments: dict[tuple[str, str], list[Assignment]] = defaultdict(list)
    for assignment in work.session.exec(select(Assignment).order_by(col(Assignment.position))):
        assignments[(assignment.role, assignment.level)].append(assignment)
    wanted: dict[tuple[UUID, str], list[Span]] = defaultdict(list)
    for item, standard in work.session.exec(select(Item, Standard).where(Item.standard_code == Standard.code)):
        in_force = Span(standard.effective_from, standard.effective_to).within(item.in_force_from, item.in_force_to)
        for role in item.roles:
            for level in item.levels:
                for assignment in assignments[(role, level)]:
                    for unit_code, span in _assigned(assignment, units, begins):
                        common = in_force and in_force.within(span.first, span.last)
                        if common:
                            wanted[(item.id, unit_code)].append(Span(common.first, common.last, assignment.part.value))
    return {key: join_spans(spans) for key, spans in wanted.items()}


def _assigned(
    assignment: Assignment, units: Sequence[Unit], begins: Mapping[str, date | None]
) -> list[tuple[str, Span]]:
    """The units an assignment names or selects by kind, each with the days it holds and the unit existed."""
    content: Mapping[str, Any] = assignment.content
    ends = {unit.code: unit.ended_on for unit in units}
    named = [
        (one["unit"], Span(_day(one.get("from")) or date.min, _day(one.get("to")))) for one in content.get("units", [])
    ]
    selected = [
        (unit.code, Span(date.min, None))
        for unit in units
        if unit.kind in content.get("kinds", []) and unit.code not in content.get("except", [])
    ]
    spans = [(code, span.within(begins.get(code), ends[code])) for code, span in named + selected]
    return [(code, span) for code, span in spans if span]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def raise_occasions(work: Work, counting: Counting) -> int:
    """Raise what is due by itself on this day and does not exist yet; returns how many. Repeating it does nothing."""
    tracking = work.session.get(Tracking, 1)
    if tracking is None:
        return 0
    known = _known_occasions(work)
    number = 0
    for duty, item, calendar in work.session.exec(
        select(Duty, Item, Unit.calendar).where(Duty.item_id == Item.id, Duty.unit_code == Unit.code)
    ):
        since = max(duty.starts_on, tracking.tracked_from)
        if duty.ends_on is not None and duty.ends_on < since:
            continue
        until = min(work.today, duty.ends_on) if duty.ends_on else work.today
        expected_since = expected_occasions(
            schedule_of(item),
            since=since,
            today=until,
            calendar=counting.calendar_of(calendar),
            rules=counting.rules,
            known_events=bool(known[duty.id]),
        )
        for expected in expected_since:
            is_owed = duty.ends_on is None or expected.arises_on <= duty.ends_on
            if is_owed and (expected.kind, expected.period) not in known[duty.id]:
                work.session.add(_occasion(work, duty, expected))
                work.touch("item", item.id)
                number += 1
    if number:
        record(work, Action.OCCASION_RAISE, "occasions", work.today.isoformat(), {"raised": (0, number)})
    return number


def _known_occasions(work: Work) -> Mapping[UUID, set[tuple[str, str]]]:
    """Duty → (kind, period) of its occasions and of those of the duties it continues: what was answered there is not owed again."""
    known: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    continuing = successors(work.session)
    ends = {duty.id: duty.ends_on for duty in work.session.exec(select(Duty).where(col(Duty.ends_on).is_not(None)))}
    columns = (col(Occasion.duty_id), col(Occasion.kind), col(Occasion.period), col(Occasion.arises_on))
    for duty_id, kind, period, arises_on in work.session.execute(sa.select(*columns)):
        found = (OccasionKind(kind).value, period)
        known[duty_id].add(found)
        if arises_on <= (ends.get(duty_id) or date.max):
            for later in continuing.get(duty_id, ()):
                known[later].add(found)
    return known


def _occasion(work: Work, duty: Duty, expected: Expected) -> Occasion:
    occasion = Occasion(
        duty_id=duty.id,
        kind=OccasionKind(expected.kind),
        period=expected.period,
        counted_from=expected.counted_from,
        arises_on=expected.arises_on,
        assumed=expected.assumed,
        basis={},
        created_at=work.now,
    )
    set_due(occasion, expected.due)
    return occasion


def set_due(occasion: Occasion, due: Due | None) -> None:
    """Give an occasion its due date with what led to it; None is 待定规则."""
    occasion.due_on, occasion.basis = (due.due_on if due else None), basis_record(due)
    occasion.provisional = due is not None and due.provisional


def basis_record(due: Due | None) -> dict[str, Any]:
    """What led to a due date, as the occasion keeps it: clause, rules, calendar with its version, and the fall-back."""
    if due is None:
        return {}
    found: dict[str, Any] = {
        "clause": due.clause.as_record(),
        "calendar": due.calendar,
        "calendar_version": due.calendar_version,
        "provisional": due.provisional,
        "rules": [one.code for one in due.rules],
    }
    if due.moved_from:
        found["moved_from"] = due.moved_from.isoformat()
    if due.fallback:
        found["fallback"] = {
            "count": due.fallback.count,
            "unit": due.fallback.unit.value,
            "regulation": due.fallback.regulation,
            "edition": due.fallback.edition,
            "article": due.fallback.article,
        }
    return found


def record_event(
    work: Work, duty_id: UUID, *, event: str, event_on: date, counting: Counting, period: str = ""
) -> Occasion:
    """Staff record what starts a count: 本级人大批准于 2026-02-12. Returns the occasion that is now due.

    With `period` the event belongs to that period's occasion, whose assumed date is replaced; without it a new occasion arises. The same
    event on the same day, and a change to an occasion of a closed period, is a Conflict. Events before the duty began are Invalid, and so
    are events in the future unless something is due before them (听证七日前).
    """
    duty = work.session.get(Duty, duty_id)
    if duty is None:
        raise NotFound(subject="duty")
    require(work.actor, Permission.RECORD_EVENT, duty.unit_code)
    item = work.session.get_one(Item, duty.item_id)
    clause = leading_clause(schedule_of(item).clauses)
    issues = _issues_with_event(work, duty, item, clause, event=event, event_on=event_on, period=period)
    if issues:
        raise Invalid(issues)
    calendar = counting.calendar_of(work.session.get_one(Unit, duty.unit_code).calendar)
    due = due_date(clause, event_on, calendar, counting.rules) if clause else None
    occasion = _occasion_of_period(work, duty, period) if period else None
    if occasion is not None:
        require_open(work.session, occasion.due_on)
    else:
        _refuse_repeated(work, duty, event, event_on)
        occasion = Occasion(
            duty_id=duty.id,
            kind=OccasionKind.PERIOD if period else OccasionKind.EVENT,
            period=period,
            counted_from=event_on,
            arises_on=min(event_on, work.today),
            basis={},
            created_at=work.now,
        )
    before = {"counted_from": occasion.counted_from, "due_on": occasion.due_on, "event": occasion.event}
    occasion.event, occasion.counted_from, occasion.assumed = event, event_on, False
    set_due(occasion, due)
    work.session.add(occasion)
    work.session.flush()
    after = {"counted_from": occasion.counted_from, "due_on": occasion.due_on, "event": occasion.event}
    record(
        work,
        Action.OCCASION_RECORD,
        "occasion",
        occasion.id,
        {name: (before[name], after[name]) for name in after},
    )
    work.touch("item", item.id)
    return occasion


def _issues_with_event(
    work: Work, duty: Duty, item: Item, clause: Clause | None, *, event: str, event_on: date, period: str
) -> list[Issue]:
    issues = []
    if not event.strip():
        issues.append(Issue("event", "required"))
    is_due_before = clause is not None and clause.kind is ClauseKind.BEFORE_EVENT
    if event_on > work.today and not is_due_before:
        issues.append(
            Issue(
                "event_on",
                "event_in_future",
                {"found": event_on.isoformat(), "today": work.today.isoformat()},
            )
        )
    if event_on < duty.starts_on:
        issues.append(
            Issue(
                "event_on",
                "event_before_duty",
                {"found": event_on.isoformat(), "starts_on": duty.starts_on.isoformat()},
            )
        )
    if duty.ends_on is not None and event_on > duty.ends_on:
        context = {"found": event_on.isoformat(), "ends_on": duty.ends_on.isoformat()}
        issues.append(Issue("event_on", "event_after_duty", context))
    if item.recurs and not period:
        issues.append(Issue("period", "required"))
    elif period and (item.recurs is None or not is_period_of(item.recurs, period)):
        issues.append(Issue("period", "period_unfit", {"found": period}))
    return issues


def _occasion_of_period(work: Work, duty: Duty, period: str) -> Occasion | None:
    return work.session.exec(
        select(Occasion)
        .where(Occasion.duty_id == duty.id, Occasion.period == period)
        .order_by(col(Occasion.created_at))
    ).first()


def _refuse_repeated(work: Work, duty: Duty, event: str, event_on: date) -> None:
    same = select(Occasion).where(
        Occasion.duty_id == duty.id, Occasion.event == event, Occasion.counted_from == event_on
    )
    if work.session.exec(same).first():
        raise Conflict("event_repeated", event=event, event_on=event_on.isoformat())
