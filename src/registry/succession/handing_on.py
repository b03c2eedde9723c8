"""What the day of a change brings: what nobody has answered goes on with its duty, and people go with their unit.

It follows from dated duties and units, so it can be asked for on any day and repeated; the daily job does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from registry import wording
from registry.accounts.tables import User
from registry.audit.service import Action, record
from registry.database import Work
from registry.duties.tables import Duty, Occasion, OccasionKind, Responsibility, Ruling, RulingKind
from registry.items.tables import Item
from registry.publications.tables import Publication
from registry.units.queries import keeper_of
from registry.units.tables import Unit

ONE_DAY = timedelta(days=1)
LONGEST_EVENT = 120


@dataclass(frozen=True)
class HandedOccasion:
    """An unanswered occasion that is owed elsewhere from `on` on; `joined` when the other unit owed the same already.

    Its own budget of a year is not another's, so occasions of a period are never joined.
    """

    item_code: str
    item_titles: tuple[str, ...]
    from_unit: str
    to_unit: str
    kind: str
    period: str
    event: str
    due_on: date | None
    on: date
    joined: bool
    drafts: int


@dataclass(frozen=True)
class MovedPerson:
    """An account of a unit that ended; `to_unit` is None where somebody has to decide."""

    username: str
    display_name: str
    from_unit: str
    to_unit: str | None


@dataclass(frozen=True)
class Handover:
    occasions: Sequence[HandedOccasion]
    people: Sequence[MovedPerson]

    @property
    def drafts(self) -> int:
        return sum(one.drafts for one in self.occasions)


def hand_on(work: Work, day: date) -> Handover:
    """Everything that has gone on by `day` and is still where it was. Repeating it does nothing."""
    occasions = [_hand_on_occasion(work, *found) for found in _unanswered(work, day)]
    people = _move_people(work, day)
    work.session.flush()
    _keep_responsible(work, day)
    return Handover(occasions, people)


def _unanswered(work: Work, day: date) -> list[tuple[Occasion, Duty, Duty, Item, date | None]]:
    """Occasions of ended duties that nobody answered: with the duty, the one that goes on, the item, and the last withdrawal."""
    taking: Any = aliased(Duty)
    answered = sa.exists().where(
        col(Publication.occasion_id) == col(Occasion.id),
        col(Publication.published_on).is_not(None),
        col(Publication.withdrawn_on).is_(None),
    )
    ruled = sa.exists().where(
        col(Ruling.occasion_id) == col(Occasion.id),
        col(Ruling.kind) == RulingKind.NOTHING_TO_PUBLISH,
        col(Ruling.decided_on).is_not(None),
    )
    withdrawn_on = (
        sa.select(sa.func.max(col(Publication.withdrawn_on)))
        .where(col(Publication.occasion_id) == col(Occasion.id))
        .scalar_subquery()
    )
    statement = (
        sa.select(Occasion, Duty, taking, Item, withdrawn_on)
        .join(Duty, col(Duty.id) == col(Occasion.duty_id))
        .join(taking, taking.id == col(Duty.successor_id))
        .join(Item, col(Item.id) == col(Duty.item_id))
        .where(
            col(Duty.ends_on) < day,
            col(Occasion.handed_on).is_(None),
            col(Occasion.arises_on) <= col(Duty.ends_on),
            sa.not_(answered),
            sa.not_(ruled),
        )
        .order_by(col(Item.code), col(Duty.unit_code), col(Occasion.counted_from), col(Occasion.id))
    )
    return [tuple(row) for row in work.session.execute(statement)]


def _hand_on_occasion(
    work: Work, occasion: Occasion, duty: Duty, taking: Duty, item: Item, withdrawn_on: date | None
) -> HandedOccasion:
    """From the first day of the successor on, or from the day on which what had answered it was withdrawn."""
    assert duty.ends_on is not None  # noqa: S101 - only ended duties are asked for
    on = max(filter(None, (duty.ends_on + ONE_DAY, withdrawn_on)))
    same = _same_occasion(work, occasion, taking)
    owed = None if occasion.kind is OccasionKind.PERIOD else same
    following = owed or _continued(work, occasion, taking, on, of=duty.unit_code if same else None)
    occasion.handed_on, occasion.successor_id = on, following.id
    work.session.add(occasion)
    _carry_rulings(work, occasion, following)
    changes = {"unit": (duty.unit_code, taking.unit_code), "handed_on": (None, on), "successor": (None, following.id)}
    record(work, Action.OCCASION_HAND_ON, "occasion", occasion.id, changes)
    work.touch("item", item.id)
    return HandedOccasion(
        item_code=item.code,
        item_titles=tuple(item.titles),
        from_unit=duty.unit_code,
        to_unit=taking.unit_code,
        kind=OccasionKind(occasion.kind).value,
        period=occasion.period,
        event=occasion.event,
        due_on=occasion.due_on,
        on=on,
        joined=owed is not None,
        drafts=_carry_drafts(work, occasion, following),
    )


def _same_occasion(work: Work, occasion: Occasion, taking: Duty) -> Occasion | None:
    """What the other unit owes already for the same period, the same event, or as its first disclosure."""
    same = select(Occasion).where(
        Occasion.duty_id == taking.id, Occasion.kind == occasion.kind, Occasion.period == occasion.period
    )
    if occasion.kind is OccasionKind.EVENT:
        same = same.where(Occasion.event == occasion.event, Occasion.counted_from == occasion.counted_from)
    return work.session.exec(same.order_by(col(Occasion.arises_on)).limit(1)).first()


def _continued(work: Work, occasion: Occasion, taking: Duty, on: date, *, of: str | None) -> Occasion:
    """The same occasion under the other duty; its last day stays what it was.

    Where that unit owes its own for the same period, this one is told by the name of the unit `of` which it was: one budget published
    does not stand for two.
    """
    following = Occasion(
        duty_id=taking.id,
        kind=occasion.kind,
        period=occasion.period,
        event=_told_apart(occasion.event, work.session.get_one(Unit, of).name) if of else occasion.event,
        counted_from=occasion.counted_from,
        arises_on=on,
        due_on=occasion.due_on,
        assumed=occasion.assumed,
        provisional=occasion.provisional,
        basis=dict(occasion.basis),
        created_at=work.now,
    )
    work.session.add(following)
    work.session.flush()
    return following


def _told_apart(event: str, unit_name: str) -> str:
    """What an occasion is called beside another of the same period: by its former unit, and by its own event where it has one."""
    if not event:
        return unit_name
    return wording.label("format", "event_of_unit").format(event=event, unit=unit_name)[:LONGEST_EVENT]


def _carry_rulings(work: Work, occasion: Occasion, following: Occasion) -> None:
    """A request that waits is decided about the one that is owed now; a granted extension holds for both."""
    for ruling in work.session.exec(select(Ruling).where(Ruling.occasion_id == occasion.id)):
        if ruling.decided_by is None:
            ruling.duty_id, ruling.occasion_id = following.duty_id, following.id
            work.session.add(ruling)
        elif ruling.kind is RulingKind.EXTENDED and ruling.decided_on is not None:
            copied: dict[str, Any] = ruling.model_dump(exclude={"id", "duty_id", "occasion_id"})
            work.session.add(Ruling(duty_id=following.duty_id, occasion_id=following.id, **copied))


def _carry_drafts(work: Work, occasion: Occasion, following: Occasion) -> int:
    """What was begun and never public is gone on with by the other unit; what was public stays where it was."""
    begun = select(Publication).where(Publication.occasion_id == occasion.id, col(Publication.published_on).is_(None))
    drafts = work.session.exec(begun).all()
    for draft in drafts:
        draft.duty_id, draft.occasion_id = following.duty_id, following.id
        work.session.add(draft)
    return len(drafts)


def _move_people(work: Work, day: date) -> list[MovedPerson]:
    gone = work.session.exec(select(Unit.code).where(col(Unit.ended_on) < day)).all()
    in_use = select(User).where(col(User.unit_code).in_(gone), col(User.disabled_at).is_(None))
    moved = []
    for user in work.session.exec(in_use.order_by(col(User.username))).all():
        old = user.unit_code or ""
        code = keeper_of(work.session, old, day)
        moved.append(MovedPerson(user.username, user.display_name, old, None if code in gone else code))
        if code not in gone:
            user.unit_code = code
            work.session.add(user)
            record(work, Action.ACCOUNT_MOVE, "user", user.id, {"unit_code": (old, code)})
    return moved


def _keep_responsible(work: Work, day: date) -> None:
    """Who went along with a duty goes on being its responsible person, unless it has another one there."""
    taking: Any = aliased(Duty)
    statement = (
        sa.select(Responsibility, taking, col(Duty.ends_on))
        .join(Duty, col(Duty.id) == col(Responsibility.duty_id))
        .join(taking, taking.id == col(Duty.successor_id))
        .join(User, sa.and_(col(User.id) == col(Responsibility.user_id), col(User.unit_code) == taking.unit_code))
        .where(col(Duty.ends_on) < day, col(Responsibility.to_on).is_(None))
    )
    for held, duty, ends_on in work.session.execute(statement):
        held.to_on = max(ends_on, held.from_on)
        others = select(Responsibility.id).where(Responsibility.duty_id == duty.id, col(Responsibility.to_on).is_(None))
        if work.session.exec(others).first() is None:
            work.session.add(Responsibility(duty_id=duty.id, user_id=held.user_id, from_on=ends_on + ONE_DAY))
            changes = {"responsible": (None, held.user_id), "from_on": (None, ends_on + ONE_DAY)}
            record(work, Action.DUTY_ASSIGN, "duty", duty.id, changes)
