"""One step of the plan, done by the service that people's doors call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from registry.database import SYSTEM, Actor, Work
from registry.demo import texts
from registry.demo.courses import Course, Left
from registry.demo.duties import DutyRow
from registry.demo.owed import Kind, Owed
from registry.demo.people import People
from registry.demo.plan import Step, Verb
from registry.demo.site import fetched
from registry.demo.texts import words
from registry.duties.rules import Counting
from registry.duties.rulings import BY_OFFICE, ask_for_ruling, decide_ruling
from registry.duties.service import record_event
from registry.evidence.queries import last_sight, list_targets
from registry.evidence.service import Looker, look_at, record_look
from registry.objects import ObjectFolder
from registry.publications import deciding
from registry.publications import service as publications
from registry.publications.attachments import attach_files, bring
from registry.publications.ending import withdraw_publication
from registry.publications.rules import Why
from registry.publications.steps import content_of, latest_revision
from registry.publications.tables import Publication

FILE_BYTES = 1 << 20


@dataclass
class Carrier:
    """Carries steps out; remembers which occasion, publication and request each disclosure has come to have."""

    objects: ObjectFolder
    counting: Counting
    review_checks: Mapping[str, str]
    people: People
    occasions: dict[tuple[str, str, str], UUID]
    rows: dict[tuple[str, str, date], DutyRow] = field(default_factory=dict)
    publications: dict[tuple[str, str, str], UUID] = field(default_factory=dict)
    rulings: dict[tuple[str, str, str], UUID] = field(default_factory=dict)

    def carry_out(self, work: Work, step: Step) -> None:
        work.actor = self._actor(step)
        DEEDS[step.verb](self, work, step.course)

    def _actor(self, step: Step) -> Actor:
        course, unit = step.course, step.course.owed.duty.unit
        if step.verb in LOOKS:
            return SYSTEM
        if step.verb is Verb.APPROVE and course.by_office and step.day == course.approved_on:
            return self.people.office
        if step.verb is Verb.DECIDE and course.asked is not None and course.asked.kind in BY_OFFICE:
            return self.people.office
        return self.people.reviewer(unit) if step.verb in REVIEWERS else self.people.editor(unit)

    def record_event(self, work: Work, course: Course) -> None:
        owed = course.owed
        if owed.event_on is None:
            return
        occasion = record_event(
            work,
            self._row(owed).duty_id,
            event=texts.event_words(owed),
            event_on=owed.event_on,
            counting=self.counting,
            period=owed.period if owed.kind is Kind.PERIOD else "",
        )
        self.occasions[owed.key] = occasion.id

    def draft(self, work: Work, course: Course) -> None:
        values = self._values(course, work.today)
        publication = publications.create_publication(work, self.occasions[course.owed.key], values)
        self.publications[course.owed.key] = publication.id

    def attach(self, work: Work, course: Course) -> None:
        name = words("file_name", item=course.owed.duty.item)
        brought = bring(self.objects, name, texts.file_text(course, self._title(course)), most_bytes=FILE_BYTES)
        attach_files(work, self._id(course), [brought], version=self._version(work, course))

    def submit(self, work: Work, course: Course) -> None:
        publications.submit_publication(
            work,
            self._id(course),
            version=self._version(work, course),
            objects=self.objects,
            personal_data_reason=words("leak_reason") if course.leaks else None,
        )

    def send_back(self, work: Work, course: Course) -> None:
        reasons = [{"field": "summary", "text": words("return_reason")}]
        deciding.return_publication(work, self._id(course), version=self._version(work, course), reasons=reasons)

    def revise(self, work: Work, course: Course) -> None:
        values = {**content_of(latest_revision(work, self._id(course))), "replies": [words("reply")]}
        publications.edit_publication(work, self._id(course), values, version=self._version(work, course))

    def approve(self, work: Work, course: Course) -> None:
        is_in_place = work.actor == self.people.office
        deciding.approve_publication(
            work,
            self._id(course),
            version=self._version(work, course),
            objects=self.objects,
            checks=list(self.review_checks),
            asked=self.review_checks,
            override_reason=words("override_reason") if is_in_place else None,
        )

    def confirm(self, work: Work, course: Course) -> None:
        deciding.confirm_publication(work, self._id(course), version=self._version(work, course))

    def correct(self, work: Work, course: Course) -> None:
        changes = {"summary": words("corrected_summary"), "why": texts.CORRECTED, "reason": words("correction_reason")}
        values = {**content_of(latest_revision(work, self._id(course))), **changes}
        publications.edit_publication(work, self._id(course), values, version=self._version(work, course))

    def withdraw(self, work: Work, course: Course) -> None:
        withdraw_publication(
            work,
            self._id(course),
            version=self._version(work, course),
            why=Why.PERSONAL_DATA,
            reason=words("withdrawal_reason"),
        )

    def ask(self, work: Work, course: Course) -> None:
        if course.asked is None:
            return
        values = {
            "kind": course.asked.kind.value,
            "reason": words(f"asks_{course.asked.kind.value}"),
            "extended_to": course.asked.extended_to,
        }
        self.rulings[course.owed.key] = ask_for_ruling(work, self.occasions[course.owed.key], values).id

    def decide(self, work: Work, course: Course) -> None:
        if course.asked is None:
            return
        granted = course.asked.granted
        answer = words("granted" if granted else "refused")
        decide_ruling(work, self.rulings[course.owed.key], granted=granted, answer=answer)

    def look(self, work: Work, course: Course, found: Verb) -> None:
        """At what stands there on that day, as the command does that looks at all addresses."""
        looker = Looker(lambda address: fetched(address, self._title(course), found), self.objects)
        for target in list_targets(work.session, work.today, publication_id=self._id(course)):
            known = replace(target, before=last_sight(work.session, target))
            record_look(work, look_at(looker, known, work.now))

    def _values(self, course: Course, today: date) -> dict[str, Any]:
        owed = course.owed
        is_web = owed.duty.is_online
        channel = {
            "channel": owed.duty.channel,
            "address": texts.address(owed) if is_web else None,
            "place": None if is_web else words("place"),
        }
        ids = [str(one) for place, one in enumerate(self._row(owed).element_ids) if place != course.lacks]
        return {
            "title": self._title(course),
            "doc_no": None,
            "summary": texts.summary(course),
            "formed_on": today,
            "published_on": course.published_on or max(today, owed.due_on or today),
            "elements": [] if course.left is Left.DRAFT else ids,
            "channels": [channel],
        }

    def _title(self, course: Course) -> str:
        row = self._row(course.owed)
        return texts.title(course.owed, row.unit_name, row.item_title)

    def _row(self, owed: Owed) -> DutyRow:
        return self.rows[owed.duty.unit, owed.duty.item, owed.duty.starts_on]

    def _id(self, course: Course) -> UUID:
        return self.publications[course.owed.key]

    def _version(self, work: Work, course: Course) -> int:
        return work.session.get_one(Publication, self._id(course)).version


LOOKS = frozenset({Verb.SEE, Verb.FIND_NOTHING, Verb.BE_REFUSED})

REVIEWERS = frozenset({Verb.RETURN, Verb.APPROVE, Verb.CONFIRM, Verb.DECIDE})


def _look_finding(found: Verb) -> Callable[[Carrier, Work, Course], None]:
    return lambda carrier, work, course: carrier.look(work, course, found)


DEEDS: Mapping[Verb, Callable[[Carrier, Work, Course], None]] = {
    Verb.RECORD_EVENT: Carrier.record_event,
    Verb.DRAFT: Carrier.draft,
    Verb.ATTACH: Carrier.attach,
    Verb.SUBMIT: Carrier.submit,
    Verb.RETURN: Carrier.send_back,
    Verb.REVISE: Carrier.revise,
    Verb.APPROVE: Carrier.approve,
    Verb.CONFIRM: Carrier.confirm,
    Verb.CORRECT: Carrier.correct,
    Verb.WITHDRAW: Carrier.withdraw,
    Verb.ASK: Carrier.ask,
    Verb.DECIDE: Carrier.decide,
    **{found: _look_finding(found) for found in LOOKS},
}
