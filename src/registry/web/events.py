"""Recording what starts a count: 本级人大批准于 2026-02-12."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.bootstrap import Registry
from registry.coverage.queries import OccasionRow, occasions_of
from registry.database import Actor
from registry.duties.queries import get_duty, tracking_of
from registry.duties.rules import AHEAD, periods
from registry.duties.schemas import EventSchema
from registry.duties.service import record_event
from registry.duties.tables import Duty
from registry.errors import Invalid, Issue
from registry.items.queries import ItemDetail, list_details
from registry.units.tables import Unit
from registry.validation import load
from registry.web.cases import require_reach
from registry.web.filters import zh_date
from registry.web.forms import DONE, attempt, filled
from registry.web.publication_forms import EventForm
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("events", __name__)


@dataclass(frozen=True)
class EventPage:
    """The form, the item it is about, and what has been recorded for this duty so far."""

    duty_id: UUID
    detail: ItemDetail
    unit_name: str
    form: EventForm
    occasions: Sequence[OccasionRow]


@blueprint.route("/duties/<uuid:duty_id>/events", methods=["GET", "POST"])
@login_required
def record(duty_id: UUID) -> ResponseReturnValue:
    """The form; POST makes the occasion that is now due, or gives a period's occasion its real day."""
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        duty = get_duty(session, duty_id)
        require_reach(actor, duty.unit_code)
        page = _page(session, registry, duty)
    require(actor, Permission.RECORD_EVENT, duty.unit_code)
    form, status = page.form, 200
    if request.method == "POST":
        status = attempt(form, lambda: _record(registry, actor, duty_id, form))
        if status == DONE:
            return redirect(url_for("tasks.tasks"))
    return render_template("staff/event.html", page=page), status


def _record(registry: Registry, actor: Actor, duty_id: UUID, form: EventForm) -> None:
    values = _read(form)
    with registry.database.work(actor) as work:
        due_on = record_event(work, duty_id, counting=registry.counting, **values).due_on
    code = "event_recorded" if due_on else "event_without_limit"
    flash(wording.label("notice", code).format(event=values["event"], due_on=zh_date(due_on)))


def _page(session: Session, registry: Registry, duty: Duty) -> EventPage:
    detail = list_details(session, item_ids=[duty.item_id])[0]
    rows = occasions_of(session, registry.state_dates(), duty)
    form = EventForm()
    if detail.item.recurs:
        form.period.choices = {"": wording.label("choice", "pick")} | _periods(session, registry, duty, detail)
    else:
        del form.period
    return EventPage(duty.id, detail, session.get_one(Unit, duty.unit_code).name, form, rows)


def _periods(session: Session, registry: Registry, duty: Duty, detail: ItemDetail) -> dict[str, str]:
    """The periods for which the item is owed, newest first."""
    tracking, today = tracking_of(session), registry.database.today()
    since = max(duty.starts_on, tracking.tracked_from if tracking else duty.starts_on)
    codes = [period.code for period in periods(detail.item.recurs or "year", since, today + AHEAD)]
    return {code: wording.months_and_days(code) for code in reversed(codes)}


def _read(form: EventForm) -> dict[str, Any]:
    """Clean values; a period outside the list would make an occasion nobody owes."""
    typed = {"event": filled(form.event), "event_on": filled(form.event_on)}
    if "period" in form:
        chosen = filled(form.period)
        if chosen is None or chosen not in form.period.choices:
            typed_issues = [Issue("period", "required" if chosen is None else "period_unknown")]
            raise Invalid(typed_issues + _issues(typed))
        typed["period"] = chosen
    return load(EventSchema(), typed)


def _issues(typed: dict[str, str | None]) -> list[Issue]:
    try:
        load(EventSchema(), typed)
    except Invalid as error:
        return error.issues
    return []
