"""Looking at what units claim to have published, keeping what was seen, and the personal-data check before anybody else sees it.

Looking takes seconds and happens outside every transaction: `look_at` asks the network, `record_look` writes the row.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from registry.accounts.permissions import Permission, require, require_person
from registry.audit.service import Action, record
from registry.database import CITY_TIME, Actor, Database, Work, city_day
from registry.duties.tables import Duty
from registry.errors import Conflict, Forbidden, Invalid, Issue
from registry.evidence import captures
from registry.evidence.exchanges import Fetched
from registry.evidence.photographs import Photograph
from registry.evidence.queries import (
    Target,
    days_failing_at,
    get_evidence,
    last_sight,
    list_targets,
    unit_of,
)
from registry.evidence.reading import read
from registry.evidence.rules import SIGHTED, Answer, Outcome, Verdict, judge
from registry.evidence.tables import Evidence
from registry.objects import ObjectFolder
from registry.publications.tables import Publication, Revision
from registry.validation import clean

Fetch = Callable[[str], Fetched]


@dataclass(frozen=True)
class Looker:
    """What looking needs: the network, and a folder for what it brought."""

    fetch: Fetch
    objects: ObjectFolder


@dataclass(frozen=True)
class Sight:
    """What one look brought, ready to be written down."""

    target: Target
    fetched: Fetched
    answer: Answer
    verdict: Verdict
    seen_at: datetime
    capture: str | None = None

    @property
    def sha256(self) -> str | None:
        """The digest of the content; None when there is none, or not all of it."""
        is_known = self.answer.is_whole and bool(self.fetched.body)
        return hashlib.sha256(self.fetched.body).hexdigest() if is_known else None

    @property
    def same(self) -> Evidence | None:
        """The last sight, when its capture holds this very content: it need be neither kept nor cleared again."""
        before = self.target.before
        is_same = before is not None and self.sha256 is not None and before.sha256 == self.sha256
        return before if is_same and before and before.capture else None

    @property
    def seen_on(self) -> date:
        """The day it was in the city."""
        return city_day(self.seen_at)


def check_publication(database: Database, looker: Looker, actor: Actor, publication_id: UUID) -> list[UUID]:
    """Look at every address of what is public now; ids of what was recorded. Conflict when it names no address to look at."""
    with database.read() as session:
        require(actor, Permission.CHECK_EVIDENCE, unit_of(session, publication_id))
        targets = list_targets(session, database.today(), publication_id=publication_id)
    if not targets:
        raise Conflict("nothing_to_look_at")
    return [record_id for target in targets for record_id in check_targets(database, looker, actor, [target])]


def check_targets(database: Database, looker: Looker, actor: Actor, targets: list[Target]) -> Iterator[UUID]:
    """Look at one address after the other; each is kept before the next is asked, so that an interruption loses at most one."""
    for target in targets:
        with database.read() as session:
            known = replace(target, before=last_sight(session, target))
        sight = look_at(looker, known, database.clock())
        with database.work(actor) as work:
            evidence_id = record_look(work, sight).id
        yield evidence_id


def look_at(looker: Looker, target: Target, seen_at: datetime) -> Sight:
    """Fetch, read, judge, and keep the capture."""
    fetched = looker.fetch(target.address)
    last = fetched.last
    answer = Answer(
        asked=target.address,
        final=fetched.final,
        status=last.status if last else None,
        fault=fetched.fault,
        reading=read(fetched.body, last.header("content-type"), is_whole=fetched.is_whole) if last else None,
        is_whole=fetched.is_whole,
    )
    verdict = judge(answer, target.title, text_before=target.before.text_sha256 if target.before else None)
    sight = Sight(target, fetched, answer, verdict, seen_at)
    if sight.same is not None:
        return replace(sight, capture=sight.same.capture)
    content = captures.capture_of(fetched, seen_at)
    return replace(sight, capture=looker.objects.put(content) if content else None)


def record_look(work: Work, sight: Sight) -> Evidence:
    """Write down one look. What was seen may be shown to everybody at once, a failure from its second day on, doubt never."""
    target, verdict, reading = sight.target, sight.verdict, sight.answer.reading
    is_failure = verdict.outcome is Outcome.NOT_SEEN
    require(work.actor, Permission.CHECK_EVIDENCE, target.unit_code)
    sha256, same = sight.sha256, sight.same
    evidence = Evidence(
        publication_id=target.publication_id,
        revision_id=target.revision_id,
        channel=target.channel,
        address=target.address,
        outcome=verdict.outcome,
        reason=verdict.reason.value,
        seen_at=sight.seen_at,
        recorded_by=work.actor.user_id,
        status_code=sight.answer.status,
        final_address=sight.fetched.final[:400],
        sha256=sha256,
        text_sha256=reading.text_digest or None if reading and sha256 else None,
        size_bytes=len(sight.fetched.body) if sha256 else None,
        page_title=(clean(reading.title) or None) if reading else None,
        title_found=verdict.title_found,
        capture=sight.capture,
        media_type=captures.MEDIA_TYPE if sight.capture else None,
        cleared_by=same.cleared_by if same else None,
        cleared_at=same.cleared_at if same else None,
    )
    failed_before = days_failing_at(work.session, target, sight.seen_on)
    evidence.cleared = verdict.outcome in SIGHTED or (is_failure and any(day < sight.seen_on for day in failed_before))
    work.session.add(evidence)
    changes = {"address": (None, target.address), "outcome": (None, verdict.outcome), "reason": (None, verdict.reason)}
    record(work, Action.EVIDENCE_CHECK, "publication", target.publication_id, changes)
    if is_failure or failed_before:
        work.touch("item", _item_of(work.session, target.publication_id))
    return evidence


def add_offline(
    work: Work, objects: ObjectFolder, publication_id: UUID, values: Mapping[str, Any], photograph: Photograph
) -> Evidence:
    """Keep a photograph or scan of what was put up. `values` come from OfflineSchema; nobody outside sees it before `clear_evidence`."""
    require(work.actor, Permission.ADD_EVIDENCE, unit_of(work.session, publication_id))
    publication = work.session.get_one(Publication, publication_id)
    if publication.public_revision_id is None:
        raise Conflict("not_public_yet")
    issues = what_is_wrong_with(values, today=work.today)
    named = [one["channel"] for one in work.session.get_one(Revision, publication.public_revision_id).channels]
    if values["channel"] not in named:
        issues.append(Issue("channel", "not_a_choice", {"found": values["channel"]}))
    if issues:
        raise Invalid(issues)
    digest = objects.put(photograph.content)
    evidence = Evidence(
        publication_id=publication_id,
        revision_id=publication.public_revision_id,
        outcome=Outcome.OFFLINE,
        seen_at=datetime.combine(values["seen_on"], datetime.min.time(), tzinfo=CITY_TIME).astimezone(UTC),
        recorded_by=work.actor.user_id,
        capture=digest,
        sha256=digest,
        size_bytes=len(photograph.content),
        media_type=photograph.media_type,
        **{field: values[field] for field in ("channel", "place", "posted_from", "posted_to", "note")},
    )
    work.session.add(evidence)
    changes = {"place": (None, values["place"]), "sha256": (None, digest)}
    record(work, Action.EVIDENCE_ADD, "publication", publication_id, changes)
    return evidence


def what_is_wrong_with(values: Mapping[str, Any], *, today: date) -> list[Issue]:
    """The days of an offline notice: seen by today, while it was up."""
    seen_on, since, until = values["seen_on"], values["posted_from"], values["posted_to"]
    issues = []
    if seen_on > today:
        issues.append(Issue("seen_on", "seen_in_future", {"found": seen_on.isoformat(), "today": today.isoformat()}))
    if until is not None and until < since:
        context = {"found": until.isoformat(), "from_on": since.isoformat()}
        issues.append(Issue("posted_to", "to_before_from", context))
    elif seen_on < since or (until is not None and seen_on > until):
        issues.append(Issue("seen_on", "seen_outside_posting", {"found": seen_on.isoformat()}))
    return issues


def clear_evidence(work: Work, evidence_id: UUID) -> Evidence:
    """A second person has looked at the capture and found no personal data in it: everybody may see it now."""
    evidence, unit_code = get_evidence(work.session, evidence_id, work.actor, work.today)
    require(work.actor, Permission.CLEAR_EVIDENCE, unit_code)
    if evidence.cleared_by is not None or evidence.capture is None or evidence.outcome not in SIGHTED:
        raise Conflict("nothing_to_clear")
    user_id = require_person(work.actor)
    if evidence.recorded_by == user_id:
        raise Forbidden("own_evidence")
    evidence.cleared, evidence.cleared_by, evidence.cleared_at = True, user_id, work.now
    work.session.add(evidence)
    record(work, Action.EVIDENCE_CLEAR, "publication", evidence.publication_id, {"evidence": (None, evidence.id)})
    return evidence


def _item_of(session: Session, publication_id: UUID) -> UUID:
    query = select(Duty.item_id).where(Duty.id == Publication.duty_id, Publication.id == publication_id)
    return session.exec(query).one()
