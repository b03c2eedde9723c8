"""How a task goes from hand to hand: tables of cases."""

from datetime import date
from uuid import uuid4

import pytest

from registry.evidence.rules import Outcome
from registry.rectification.rules import (
    TRANSITIONS,
    Doubt,
    LookSeen,
    Measure,
    Observation,
    RecordSeen,
    StepKind,
    TaskState,
    is_late,
    is_own_answer,
    what_answer_lacks,
    what_blocks_closing,
)

TODAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("state", "due_on", "late"),
    [
        (TaskState.OPEN, date(2026, 3, 15), True),
        (TaskState.OPEN, date(2026, 3, 16), False),
        (TaskState.RETURNED, date(2026, 3, 2), True),
        (TaskState.ANSWERED, date(2026, 3, 2), False),
        (TaskState.CLOSED, date(2026, 3, 2), False),
    ],
)
def test_late_is_what_waits_for_the_unit_after_its_day(state: TaskState, due_on: date, late: bool) -> None:
    assert is_late(state, due_on, TODAY) is late


@pytest.mark.parametrize(
    ("progress", "done_on", "code"),
    [
        ("done", date(2026, 3, 16), None),
        ("done", date(2026, 3, 17), "rectified_in_future"),
        ("done", None, "required"),
        ("under_way", date(2026, 3, 16), None),
        ("under_way", date(2026, 3, 15), "promised_in_past"),
        ("under_way", None, "required"),
        ("disputed", None, None),
    ],
)
def test_an_answer_has_the_day_its_progress_asks_for(progress: str, done_on: date | None, code: str | None) -> None:
    issues = what_answer_lacks({"progress": progress, "done_on": done_on}, TODAY)

    assert [issue.code for issue in issues] == ([code] if code else [])


def test_a_closed_task_leads_nowhere() -> None:
    assert all(TaskState.CLOSED not in sources for sources, _ in TRANSITIONS.values())
    assert TRANSITIONS[StepKind.RETURN] == (frozenset({TaskState.ANSWERED}), TaskState.RETURNED)


def seen(outcome: Outcome, *, problem: str = "", withdrawn_on: date | None = None) -> Observation:
    look = LookSeen("https://www.cxs.gov.cn/1", outcome, None, TODAY)
    record = RecordSeen("1", "预算", 1, date(2026, 3, 10), withdrawn_on, (look,))
    return Observation(TODAY, problem, records=(record,))


@pytest.mark.parametrize(
    ("observation", "doubts"),
    [
        (Observation(TODAY, ""), []),
        (Observation(TODAY, "没有公开"), [Doubt.FOUND]),
        (seen(Outcome.SEEN), []),
        (seen(Outcome.UNKNOWN), []),
        (seen(Outcome.NOT_SEEN), [Doubt.NOT_SEEN]),
        (seen(Outcome.NOT_SEEN, withdrawn_on=date(2026, 3, 12)), []),
        (seen(Outcome.NOT_SEEN, problem="没有公开"), [Doubt.FOUND, Doubt.NOT_SEEN]),
    ],
)
def test_what_the_registry_sees_decides_whether_a_reason_is_needed(
    observation: Observation, doubts: list[Doubt]
) -> None:
    assert observation.doubts == doubts
    assert [issue.code for issue in what_blocks_closing(observation, None)] == [f"closing_{one}" for one in doubts]
    assert what_blocks_closing(observation, "报经批准") == []


def test_who_ever_answered_does_not_decide() -> None:
    first, second = uuid4(), uuid4()

    assert is_own_answer(first, {first, second})
    assert not is_own_answer(uuid4(), {first, second})


def test_the_rate_is_closed_of_all() -> None:
    measure = Measure()
    assert measure.rate is None
    for state in (TaskState.OPEN, TaskState.RETURNED, TaskState.ANSWERED, TaskState.CLOSED):
        measure.add(state, date(2026, 3, 15), TODAY)

    assert (measure.total, measure.rate, measure.late) == (4, 0.25, 2)
