"""What leads where in the life of a revision, and what is still missing."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from registry.publications.rules import (
    TRANSITIONS,
    RevisionState,
    Why,
    refusal,
    state_word,
    what_blocks_approving,
    what_blocks_submitting,
    what_reason_lacks,
)

AUTHOR, OTHER = UUID(int=1), UUID(int=2)
TODAY = date(2026, 3, 2)

ALLOWED = {
    ("draft", "edit"),
    ("draft", "submit"),
    ("returned", "edit"),
    ("returned", "submit"),
    ("submitted", "approve"),
    ("submitted", "return"),
    ("approved", "withdraw"),
    ("approved", "supersede"),
    ("approved", "confirm"),
}


@pytest.mark.parametrize("state", RevisionState)
@pytest.mark.parametrize("verb", TRANSITIONS)
def test_only_these_steps_lead_on(state: RevisionState, verb: str) -> None:
    expected = None if (state.value, verb) in ALLOWED else "wrong_state"

    assert refusal(verb, state, writers={AUTHOR}, actor_id=OTHER) == expected


@pytest.mark.parametrize("verb", ["approve", "return"])
def test_nobody_who_wrote_on_it_may_decide(verb: str) -> None:
    assert refusal(verb, RevisionState.SUBMITTED, writers={AUTHOR, OTHER}, actor_id=OTHER) == "two_persons"


def test_nobody_confirms_what_they_wrote() -> None:
    assert refusal("confirm", RevisionState.APPROVED, writers={AUTHOR}, actor_id=AUTHOR) == "two_persons"


def test_withdrawing_and_returning_need_a_reason() -> None:
    assert {verb for verb, step in TRANSITIONS.items() if step.needs_reason} == {"return", "withdraw", "supersede"}


@pytest.mark.parametrize(
    ("state", "published_on", "word"),
    [
        ("draft", None, "draft"),
        ("approved", date(2026, 3, 3), "scheduled"),
        ("approved", TODAY, "published"),
        ("approved", date(2026, 2, 1), "published"),
        ("withdrawn", date(2026, 2, 1), "withdrawn"),
        ("superseded", date(2026, 2, 1), "superseded"),
    ],
)
def test_the_word_for_an_approved_revision_depends_on_the_day(state: str, published_on: date | None, word: str) -> None:
    assert state_word(RevisionState(state), published_on, TODAY) == word


COMPLETE: dict[str, Any] = {
    "title": "部门预算",
    "formed_on": date(2026, 2, 12),
    "published_on": TODAY,
    "elements": ["1"],
    "channels": [{"channel": "government_website", "address": "https://www.cxs.gov.cn/1.htm", "place": None}],
}

WEBSITE = {"channel": "government_website", "address": None, "place": None}
BOARD = {"channel": "notice_board", "address": None, "place": "政务大厅"}

MISSING = [
    ("nothing", {}, []),
    ("elements", {"elements": []}, [("elements", "no_elements")]),
    ("channels", {"channels": []}, [("channels", "no_channels")]),
    ("an address for a website", {"channels": [WEBSITE]}, [("channels.0.address", "address_missing")]),
    ("a channel of the item", {"channels": [BOARD]}, [("channels", "channel_not_of_item")]),
    ("nothing when one of two is the item's", {"channels": [BOARD, *COMPLETE["channels"]]}, []),
    (
        "a past day of forming",
        {"formed_on": date(2026, 3, 3), "published_on": date(2026, 3, 4)},
        [("formed_on", "formed_in_future")],
    ),
    ("the order of days", {"published_on": date(2026, 2, 11)}, [("published_on", "published_before_formed")]),
    ("several at once", {"elements": [], "channels": []}, [("elements", "no_elements"), ("channels", "no_channels")]),
]


@pytest.mark.parametrize(("changes", "expected"), [case[1:] for case in MISSING], ids=[case[0] for case in MISSING])
def test_what_is_missing_before_a_review(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    issues = what_blocks_submitting(
        COMPLETE | changes, required_channels=["government_website", "gazette"], today=TODAY
    )

    assert [(issue.field, issue.code) for issue in issues] == expected


ASKED = {"no_state_secret": "不涉及国家秘密", "content_correct": "内容准确"}


@pytest.mark.parametrize(
    ("ticked", "codes"),
    [
        (["no_state_secret", "content_correct"], []),
        (["content_correct"], ["check_missing"]),
        ([], ["check_missing", "check_missing"]),
        (["no_state_secret", "content_correct", "pretty"], ["not_a_choice"]),
    ],
)
def test_every_point_asked_must_be_ticked_and_no_other(ticked: list[str], codes: list[str]) -> None:
    assert [issue.code for issue in what_blocks_approving(ticked, ASKED)] == codes


def test_without_points_to_tick_nothing_can_be_approved() -> None:
    assert [issue.code for issue in what_blocks_approving([], {})] == ["no_review_checks"]


@pytest.mark.parametrize(
    ("verb", "why", "text", "fields"),
    [
        ("withdraw", Why.WRONG, None, []),
        ("withdraw", Why.OTHER, "  ", ["reason"]),
        ("withdraw", Why.OTHER, "原件另有规定", []),
        ("withdraw", None, "有误", ["why"]),
        ("withdraw", Why.MOVED, None, ["why"]),
        ("correct", Why.REPEALED, None, ["why"]),
        ("correct", Why.PERSONAL_DATA, None, []),
        ("supersede", Why.REPLACED, None, []),
        ("supersede", Why.NOT_PUBLIC, None, ["why"]),
    ],
)
def test_what_is_public_changes_for_a_reason_of_its_list(
    verb: str, why: Why | None, text: str | None, fields: list[str]
) -> None:
    assert [issue.field for issue in what_reason_lacks(verb, why, text)] == fields


@pytest.mark.parametrize(
    ("superseded_on", "word"),
    [(date(2026, 3, 2), "superseded"), (date(2026, 3, 3), "published"), (None, "published")],
)
def test_replaced_from_the_day_another_stands_in_its_place(superseded_on: date | None, word: str) -> None:
    found = state_word(RevisionState.APPROVED, date(2026, 2, 1), TODAY, superseded_on=superseded_on)

    assert found == word
