"""The life of a revision: one table of what leads where, who may, and what is required. Pure decisions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from registry.accounts.permissions import Permission
from registry.errors import Issue


class RevisionState(StrEnum):
    """What is stored of a revision. Whether an approved one is 待发布 or 已发布 depends on the day and is computed: `state_word`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Transition:
    """`verb` leads from one of `sources` to `target`; `by` is the permission needed."""

    verb: str
    sources: frozenset[RevisionState]
    target: RevisionState
    by: Permission
    by_author: bool | None = None
    needs_reason: bool = False


TRANSITIONS: Mapping[str, Transition] = {
    transition.verb: transition
    for transition in (
        Transition(
            "edit",
            frozenset({RevisionState.DRAFT, RevisionState.RETURNED}),
            RevisionState.DRAFT,
            Permission.WRITE_PUBLICATION,
        ),
        Transition(
            "submit",
            frozenset({RevisionState.DRAFT, RevisionState.RETURNED}),
            RevisionState.SUBMITTED,
            Permission.WRITE_PUBLICATION,
        ),
        Transition(
            "approve",
            frozenset({RevisionState.SUBMITTED}),
            RevisionState.APPROVED,
            Permission.REVIEW_PUBLICATION,
            by_author=False,
        ),
        Transition(
            "return",
            frozenset({RevisionState.SUBMITTED}),
            RevisionState.RETURNED,
            Permission.REVIEW_PUBLICATION,
            by_author=False,
            needs_reason=True,
        ),
        Transition(
            "withdraw",
            frozenset({RevisionState.APPROVED}),
            RevisionState.WITHDRAWN,
            Permission.WITHDRAW_PUBLICATION,
            needs_reason=True,
        ),
        Transition(
            "supersede",
            frozenset({RevisionState.APPROVED}),
            RevisionState.APPROVED,
            Permission.WITHDRAW_PUBLICATION,
            needs_reason=True,
        ),
        Transition(
            "confirm",
            frozenset({RevisionState.APPROVED}),
            RevisionState.APPROVED,
            Permission.REVIEW_PUBLICATION,
            by_author=False,
        ),
    )
}


def refusal(verb: str, state: RevisionState, *, writers: Collection[UUID], actor_id: UUID | None) -> str | None:
    """Why `verb` is refused in `state` for this actor (a code of `errors` in the wording), or None when it is allowed.

    `writers` are all who wrote on the version since the last public one, not only the last of them.
    """
    transition = TRANSITIONS[verb]
    if state not in transition.sources:
        return "wrong_state"
    if transition.by_author is False and actor_id in writers:
        return "two_persons"
    return None


class Why(StrEnum):
    """The short list of reasons for changing what is public."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    CHANGED = "changed"
    MOVED = "moved"
    NOT_PUBLIC = "not_public"
    PERSONAL_DATA = "personal_data"
    REPLACED = "replaced"
    DUPLICATE = "duplicate"
    REPEALED = "repealed"
    OTHER = "other"


REASONS: Mapping[str, tuple[Why, ...]] = {
    "correct": (Why.WRONG, Why.INCOMPLETE, Why.CHANGED, Why.MOVED, Why.PERSONAL_DATA, Why.OTHER),
    "withdraw": (
        Why.WRONG,
        Why.NOT_PUBLIC,
        Why.PERSONAL_DATA,
        Why.REPLACED,
        Why.DUPLICATE,
        Why.REPEALED,
        Why.OTHER,
    ),
    "supersede": (Why.REPLACED, Why.CHANGED, Why.DUPLICATE, Why.OTHER),
}


def what_reason_lacks(verb: str, why: Why | None, text: str | None) -> list[Issue]:
    """A change of what is public names one of the verb's reasons; 其他 says in words which."""
    if why not in REASONS[verb]:
        return [Issue("why", "reason_missing")]
    if why is Why.OTHER and not (text or "").strip():
        return [Issue("reason", "reason_missing")]
    return []


def state_word(
    state: RevisionState, published_on: date | None, as_of: date, *, superseded_on: date | None = None
) -> str:
    """The word of design §1: an approved revision is 待发布 before its day, then 已发布, and 已被替代 once another stands in its place."""
    if state is not RevisionState.APPROVED:
        return state.value
    if superseded_on is not None and superseded_on <= as_of:
        return "superseded"
    return "published" if published_on is not None and published_on <= as_of else "scheduled"


def what_blocks_submitting(values: Mapping[str, Any], *, required_channels: Sequence[str], today: date) -> list[Issue]:
    """What is still missing or wrong before a reviewer may be asked; the same list feeds form, API, import and CLI.

    `values` has title, formed_on, published_on, elements, channels as a revision has them. `required_channels` are the item's channels:
    at least one of them must be used. Addresses are asked for where the channel is a website.
    """
    issues: list[Issue] = []
    if not values.get("elements"):
        issues.append(Issue("elements", "no_elements"))
    channels = values.get("channels") or []
    if not channels:
        issues.append(Issue("channels", "no_channels"))
    elif required_channels and not {one["channel"] for one in channels} & set(required_channels):
        issues.append(Issue("channels", "channel_not_of_item"))
    for index, one in enumerate(channels):
        if one["channel"] in ONLINE_CHANNELS and not one.get("address"):
            issues.append(Issue(f"channels.{index}.address", "address_missing"))
    formed_on, published_on = values.get("formed_on"), values.get("published_on")
    if formed_on and formed_on > today:
        issues.append(
            Issue("formed_on", "formed_in_future", {"found": formed_on.isoformat(), "today": today.isoformat()})
        )
    if formed_on and published_on and published_on < formed_on:
        context = {"found": published_on.isoformat(), "formed_on": formed_on.isoformat()}
        issues.append(Issue("published_on", "published_before_formed", context))
    return issues


ONLINE_CHANNELS = frozenset({"government_website", "finance_portal", "legal_service_network"})


def what_blocks_approving(checks: Collection[str], asked: Mapping[str, str]) -> list[Issue]:
    """Every point of the secrecy and content check must be ticked (条例 2019 第十七条: 先审查、后公开), and nothing else is one.

    `asked` are the points of `standards/management/m3.yaml`, code → text; without any nothing can be approved.
    """
    if not asked:
        return [Issue("review_checks", "no_review_checks")]
    missing = [
        Issue("review_checks", "check_missing", {"check": code, "text": text})
        for code, text in asked.items()
        if code not in checks
    ]
    strange = [Issue("review_checks", "not_a_choice", {"found": code}) for code in checks if code not in asked]
    return missing + strange
