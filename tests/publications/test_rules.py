"""What leads where in the life of a revision, and what is still missing."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from registry.publications.rules import (
    REVIEW_CHECKS,
    TRANSITIONS,
    RevisionState,
    refusal,
    state_word,
    what_blocks_approving,
    what_blocks_submitting,
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
}


@pytest.mark.parametrize("state", RevisionState)
@pytest.mark.parametrize("verb", TRANSITIONS)
def test_only_these_steps_lead_on(state: RevisionState, verb: str) -> None:
    expected = None if (state.value, verb) in ALLOWED else "wrong_state"

    assert refusal(verb, state, author_id=AUTHOR, actor_id=OTHER) == expected


@pytest.mark.parametrize("verb", ["approve", "return"])
def test_the_author_may_not_decide(verb: str) -> None:
    assert refusal(verb, RevisionState.SUBMITTED, author_id=AUTHOR, actor_id=AUTHOR) == "two_persons"


def test_withdrawing_and_returning_need_a_reason() -> None:
    assert {verb for verb, step in TRANSITIONS.items() if step.needs_reason} == {"return", "withdraw"}


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


def test_all_points_of_the_review_open_the_way() -> None:
    assert what_blocks_approving(REVIEW_CHECKS) == []
    assert [issue.context["check"] for issue in what_blocks_approving([])] == list(REVIEW_CHECKS)
