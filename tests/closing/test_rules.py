"""What can be closed next, and what counts as a change since: tables of cases."""

from datetime import UTC, date, datetime

import pytest

from registry.closing.lines import FrozenOccasion, OccasionKey, facts_by, occasion_from, occasion_record, written
from registry.closing.rules import Cause, changes, kind_of, next_to_close, running, seal
from registry.coverage.rules import Facts, OccasionState

KEY = OccasionKey("CX-101", "BUD-2018", "BUD-01-01", "2018-02-02", "period", "2026", "", "2026-03-31")
DUE, LATER = date(2026, 4, 20), date(2026, 5, 4)
PUBLIC = ((date(2026, 4, 1), None),)


def occasion(
    facts: Facts, state: OccasionState = OccasionState.OVERDUE, key: OccasionKey = KEY, *, is_unseen: bool = False
) -> FrozenOccasion:
    return FrozenOccasion(key, "budgets", facts, state, is_unseen)


@pytest.mark.parametrize(
    ("code", "kind"), [("2026-10", "month"), ("2026-Q3", "quarter"), ("2026-H1", "half_year"), ("2026", "year")]
)
def test_a_code_says_its_kind(code: str, kind: str) -> None:
    assert kind_of(code) == kind
    assert (
        running(kind, date(2026, 10, 31)).last
        == {
            "month": date(2026, 10, 31),
            "quarter": date(2026, 12, 31),
            "half_year": date(2026, 12, 31),
            "year": date(2026, 12, 31),
        }[kind]
    )


def test_what_can_be_closed_next() -> None:
    """Tracked since January; January and March are closed; it is 2 May."""
    found = next_to_close(["2026-01", "2026-03"], date(2026, 1, 1), date(2026, 5, 2))
    assert [one.code for one in found] == ["2026-02", "2026-04", "2026-Q1", "2026-H1", "2026"]
    assert [one.code for one in next_to_close([], date(2026, 4, 15), date(2026, 4, 30))] == [
        "2026-04", "2026-Q2", "2026-H1", "2026",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "causes"),
    [
        (Facts(DUE), Facts(DUE), None),
        (Facts(DUE), Facts(DUE, PUBLIC), (Cause.PUBLISHED,)),
        (Facts(DUE, PUBLIC), Facts(DUE), (Cause.UNPUBLISHED,)),
        (Facts(DUE), Facts(LATER), (Cause.MOVED,)),
        (Facts(DUE), Facts(DUE, extended_to=LATER), (Cause.RULED,)),
        (Facts(DUE), Facts(DUE, nothing_from=DUE), (Cause.RULED,)),
        (Facts(DUE), Facts(LATER, PUBLIC, not_applicable=PUBLIC), (Cause.PUBLISHED, Cause.RULED, Cause.MOVED)),
    ],
)
def test_a_change_names_its_causes(before: Facts, after: Facts, causes: tuple[Cause, ...] | None) -> None:
    found = changes([occasion(before)], [occasion(after)])
    assert [change.causes for change in found] == ([causes] if causes else [])


def test_coming_going_and_not_being_found() -> None:
    other = KEY._replace(item="BUD-01-02")
    came, went = changes([occasion(Facts(DUE))], [occasion(Facts(DUE), key=other)])
    assert [one.causes for one in (came, went)] == [(Cause.GONE,), (Cause.ADDED,)]
    assert went.states == (None, OccasionState.OVERDUE)
    (lost,) = changes([occasion(Facts(DUE, PUBLIC))], [occasion(Facts(DUE), is_unseen=True)])
    assert lost.causes == (Cause.LOOKED,)


def test_a_period_s_occasion_stays_the_same_when_its_event_is_recorded() -> None:
    recorded = KEY._replace(event="批准", counted_from="2026-02-12")
    (change,) = changes([occasion(Facts(DUE))], [occasion(Facts(LATER), key=recorded)])
    assert change.causes == (Cause.MOVED,)
    event = KEY._replace(kind="event", period="", event="批准")
    assert (
        len(changes([occasion(Facts(DUE), key=event)], [occasion(Facts(DUE), key=event._replace(event="征收"))])) == 2
    )


def test_facts_are_cut_at_the_last_day() -> None:
    facts = Facts(DUE, ((date(2026, 5, 1), None), (date(2026, 4, 1), date(2026, 5, 2)), (date(2026, 3, 1), DUE)))
    assert facts_by(facts, date(2026, 4, 30)).disclosed == ((date(2026, 3, 1), DUE), (date(2026, 4, 1), None))


def test_a_line_is_read_back_as_it_was_written() -> None:
    facts = Facts(DUE, PUBLIC, LATER, DUE, ((date(2026, 1, 1), LATER),))
    for one in (occasion(facts), occasion(Facts(None), OccasionState.NEEDS_RULE, is_unseen=True)):
        assert occasion_from(occasion_record(one)) == one
    assert written(occasion_record(occasion(Facts(DUE)))) == (
        b'{"area":"budgets","counted_from":"2026-03-31","due_on":"2026-04-20","duty_from":"2018-02-02","item":"BUD-01-01",'
        b'"kind":"period","line":"occasion","period":"2026","standard":"BUD-2018","state":"overdue","unit":"CX-101"}\n'
    )


def test_the_seal_depends_on_everything() -> None:
    given = {"number": 1, "code": "2026-01", "content_hash": "a" * 64, "previous_hash": "0" * 64}
    at = datetime(2026, 2, 2, 1, tzinfo=UTC)
    seals = {
        seal(**given, closed_at=at),  # type: ignore[arg-type]
        *(seal(**{**given, name: value}, closed_at=at) for name, value in (  # type: ignore[arg-type]
            ("number", 2), ("code", "2026-02"), ("content_hash", "b" * 64), ("previous_hash", "1" * 64),
        )),
        seal(**given, closed_at=datetime(2026, 2, 3, 1, tzinfo=UTC)),  # type: ignore[arg-type]
    }  # fmt: skip
    assert len(seals) == 6
