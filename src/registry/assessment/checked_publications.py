"""Checks of requirements on what was published: channels, decisions, reviews, personal data, how long it was shown."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from registry.assessment.inspecting import Checked, Disclosed, Inspection, limits_of
from registry.assessment.requirements import (
    ReviewFacts,
    judge_channels,
    judge_display,
    judge_limit,
    judge_personal_data,
    judge_review,
    judge_review_record,
)
from registry.database import city_day
from registry.privacy.personal_data import find_in_text
from registry.publications.screening import UNREAD, kinds_in_fields, rules_version
from registry.publications.tables import Attachment, FileScreening, Revision, RevisionAttachment
from registry.rulebook.management import Requirement


def channels_of_standard(inspection: Inspection, _: Requirement) -> list[Checked]:
    """Each public publication, by the channels of its item; `codes` are those the standard names and nobody used."""
    found = []
    for one in inspection.public:
        used = {str(channel["channel"]) for channel in one.current.channels}
        unused = tuple(code for code in one.official_channels if code not in used)
        found.append(one.checked(judge_channels(used, one.official_channels), codes=unused))
    return found


def decisions_within_limit(inspection: Inspection, requirement: Requirement) -> list[Checked]:
    """Each publication of a decision, from the day the decision was made."""
    rows = [one for one in inspection.public if one.item_code in requirement.items]
    limits = limits_of(inspection, requirement, ((one.calendar, one.first.formed_on) for one in rows))
    return [
        one.checked(
            judge_limit(one.published_on, limit), limit=limit, start_on=one.first.formed_on, done_on=one.published_on
        )
        for one, limit in zip(rows, limits, strict=True)
    ]


def reviewed_before_publishing(inspection: Inspection, _: Requirement) -> list[Checked]:
    """Each version that became public."""
    asked = inspection.rulebook.review_checks
    return [
        one.checked(judge_review(facts, asked), version=version, limit=one.published_on, done_on=facts.decided_on)
        for one, version, facts in _reviews(inspection)
    ]


def review_recorded(inspection: Inspection, _: Requirement) -> list[Checked]:
    """Each version that became public, by whether its record is whole."""
    return [
        one.checked(judge_review_record(facts), version=version, done_on=facts.decided_on)
        for one, version, facts in _reviews(inspection)
    ]


def _reviews(inspection: Inspection) -> Iterator[tuple[Disclosed, Revision, ReviewFacts]]:
    for one in inspection.public:
        for version in one.versions:
            yield (
                one,
                version,
                ReviewFacts(
                    has_reviewer=version.reviewer_id is not None,
                    by_another=version.reviewer_id not in version.writers,
                    checks=frozenset(version.review_checks),
                    decided_on=city_day(version.decided_at) if version.decided_at else None,
                    submitted=version.submitted_at is not None,
                    claimed_on=version.published_on,
                    registered_on=one.registered_on,
                    is_correction=version is not one.first,
                ),
            )


def personal_data_masked(inspection: Inspection, _: Requirement) -> list[Checked]:
    """Each public publication, looked through by the rules of now: its fields, the names of its files, and what was kept of their texts."""
    in_files = _found_in_files(inspection)
    found = []
    for one in inspection.public:
        kinds = in_files.get(one.current.id, Counter()) + Counter(kinds_in_fields(one.current))
        unread = kinds.pop(UNREAD, 0)
        judged = judge_personal_data(
            found=kinds.total(), unread=unread, has_reason=one.current.personal_data_reason is not None
        )
        found.append(one.checked(judged, codes=tuple(sorted(kinds))))
    return found


def _found_in_files(inspection: Inspection) -> Mapping[UUID, Counter[str]]:
    """By version: kinds of what its files hold, `UNREAD` for a file that could not be read or has not been by today's rules."""
    statement = (
        sa.select(
            col(RevisionAttachment.revision_id),
            col(Attachment.file_name),
            col(FileScreening.counts),
            col(FileScreening.not_read),
        )
        .join(Attachment, col(Attachment.id) == col(RevisionAttachment.attachment_id))
        .outerjoin(
            FileScreening,
            sa.and_(col(FileScreening.sha256) == col(Attachment.sha256), col(FileScreening.rules) == rules_version()),
        )
    )
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    for revision_id, file_name, counts, not_read in inspection.session.execute(statement):
        kinds = found[revision_id]
        kinds.update(one.kind.value for one in find_in_text(file_name))
        kinds.update(counts or {})
        if counts is None or not_read:
            kinds[UNREAD] += 1
    return found


def displayed_long_enough(inspection: Inspection, requirement: Requirement) -> list[Checked]:
    """Each announcement, from its day of publication to the day it was taken back, as registered."""
    rows = [one for one in inspection.disclosed if one.item_code in requirement.items]
    limits = limits_of(inspection, requirement, ((one.calendar, one.published_on) for one in rows))
    return [
        one.checked(
            judge_display(one.published_on, one.withdrawn_on, requirement.count or 0, inspection.as_of),
            limit=limit,
            done_on=one.withdrawn_on,
        )
        for one, limit in zip(rows, limits, strict=True)
    ]
