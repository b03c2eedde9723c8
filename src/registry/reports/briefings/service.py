"""Issuing a briefing: from then on its text and its document stay what they were."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from registry.accounts.permissions import Permission, require, require_person
from registry.audit.service import Action, record
from registry.database import Work
from registry.errors import Conflict, Invalid, Issue
from registry.objects import ObjectFolder
from registry.reports.briefings.document import briefing_docx
from registry.reports.briefings.drafting import Texts
from registry.reports.briefings.figures import Figures
from registry.reports.briefings.records import figures_record
from registry.reports.briefings.tables import Briefing


def issue_briefing(work: Work, values: Mapping[str, Any], figures: Figures, objects: ObjectFolder) -> Briefing:
    """Keep text and document of what BriefingSchema gives. `figures` are those of now, read in this transaction.

    Raises Conflict when they are no longer those the text was drafted from, Invalid for a number that is taken or a day that cannot be.
    """
    require(work.actor, Permission.ISSUE_BRIEFING)
    issuer = require_person(work.actor)
    if values["digest"] != figures.digest:
        raise Conflict("briefing_figures_changed")
    issues = []
    if values["issued_on"] > work.today or values["issued_on"] < figures.day:
        context = {"first": figures.day.isoformat(), "last": work.today.isoformat()}
        issues.append(Issue("issued_on", "briefing_day", {**context, "found": values["issued_on"].isoformat()}))
    if work.session.exec(select(Briefing.id).where(Briefing.number == values["number"])).first() is not None:
        issues.append(Issue("number", "briefing_number_taken", {"found": values["number"]}))
    if issues:
        raise Invalid(issues)
    texts = Texts.of(values)
    content = briefing_docx(texts, figures, number=values["number"], issued_on=values["issued_on"])
    briefing = Briefing(
        period=figures.period.code,
        number=values["number"],
        issued_on=values["issued_on"],
        issued_at=work.now,
        issued_by=issuer,
        is_closed=figures.is_closed,
        texts=vars(texts),
        figures=figures_record(figures),
        sha256=objects.put(content),
        size_bytes=len(content),
    )
    work.session.add(briefing)
    work.session.flush()
    changes = {name: (None, getattr(briefing, name)) for name in ("number", "period", "issued_on", "sha256")}
    record(work, Action.BRIEFING_ISSUE, "briefing", briefing.id, changes)
    return briefing
