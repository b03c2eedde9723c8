"""/tasks/responsible: who of a unit looks after which duty; given and handed over, one or many at a time, after a preview."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from marshmallow import RAISE, Schema, fields
from sqlmodel import Session
from wtforms import SelectField

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.accounts.tables import User
from registry.database import Actor
from registry.duties.responsible import (
    HandedDuty,
    ResponsibleRow,
    assign_responsible,
    count_without,
    list_responsible,
    people_of,
)
from registry.errors import Invalid, Issue, NotFound
from registry.units.queries import unit_names
from registry.validation import load
from registry.web.forms import MUST, DayField, PlainForm, filled
from registry.web.parameters import read_text
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("responsible", __name__, url_prefix="/tasks")

NOBODY = "none"


class HandForm(PlainForm):
    """Whom the ticked duties are given, and from which day."""

    person = SelectField(validators=[MUST], validate_choice=False)
    on = DayField()


class HandSchema(Schema):
    class Meta:
        unknown = RAISE

    person = fields.String(required=True)
    on = fields.Date(load_default=None)
    duties = fields.List(fields.UUID(), required=True)


@dataclass(frozen=True)
class UnitsPage:
    """For the office: how many duties of each unit have nobody."""

    units: Sequence[tuple[str, str, int]]


@dataclass(frozen=True)
class ResponsiblePage:
    """A unit's duties, those of `shown` (a person's id, `none`, or empty for all); `ticked` are ids of duties."""

    unit_code: str
    unit_name: str
    rows: Sequence[ResponsibleRow]
    people: Sequence[tuple[User, int]]
    without: int
    shown: str
    ticked: frozenset[str]
    form: HandForm
    total: int


@dataclass(frozen=True)
class PreviewPage:
    """What would change hands."""

    unit_code: str
    unit_name: str
    handed: Sequence[HandedDuty]
    person: str | None
    on: date
    typed: Sequence[tuple[str, str]]


@blueprint.route("/responsible", methods=["GET", "POST"])
@login_required
def responsible() -> ResponseReturnValue:
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.ASSIGN_DUTY)
    unit_code, form = _unit(actor), HandForm()
    with registry.database.read() as session:
        names = unit_names(session)
        if unit_code is None:
            counted = count_without(session, registry.database.today())
            units = [(code, names[code], counted[code]) for code in names if code in counted]
            return render_template("staff/responsible_units.html", page=UnitsPage(units))
        require(actor, Permission.ASSIGN_DUTY, unit_code)
        if unit_code not in names:
            raise NotFound(subject="unit")
        people = people_of(session, unit_code)
        form.person.choices = [
            *((str(one.id), f"{one.display_name} {one.username}") for one in people),
            (NOBODY, _nobody()),
        ]
    status = 200
    if request.method == "POST" and request.form.get("step") != "edit":
        try:
            return _hand(unit_code, names, form, {str(one.id): one.display_name for one in people})
        except Invalid as error:
            form.show(error.issues)
            status = 422
    with registry.database.read() as session:
        page = _page(session, unit_code, names[unit_code], form)
    return render_template("staff/responsible.html", page=page), status


def _hand(unit_code: str, names: Mapping[str, str], form: HandForm, people: Mapping[str, str]) -> ResponseReturnValue:
    registry, confirmed = the_registry(), request.form.get("step") == "confirm"
    values = _values(form, people)
    user_id = None if values["person"] == NOBODY else UUID(values["person"])
    with registry.database.work(current_actor(), keep=confirmed) as work:
        handed = assign_responsible(work, values["duties"], user_id, on=values["on"])
        on = values["on"] or work.today
    if confirmed:
        flash(
            wording.label("notice", "handed_over").format(
                number=len(handed), person=people.get(values["person"], _nobody())
            )
        )
        return redirect(url_for("responsible.responsible", unit=unit_code))
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "step")]
    preview = PreviewPage(unit_code, names[unit_code], handed, people.get(values["person"]), on, typed)
    return render_template("staff/responsible_preview.html", page=preview)


def _values(form: HandForm, people: Mapping[str, str]) -> dict[str, Any]:
    typed = {"person": filled(form.person), "on": filled(form.on), "duties": request.form.getlist("duty")}
    values = load(HandSchema(), {name: value for name, value in typed.items() if value is not None})
    if values["person"] != NOBODY and values["person"] not in people:
        raise Invalid([Issue("person", "not_a_choice", {"found": values["person"][:40]})])
    if not values["duties"]:
        raise Invalid([Issue("", "nothing_ticked")])
    return values


def _unit(actor: Actor) -> str | None:
    """One's own unit, or for the office the one asked for; None lists the units."""
    asked = read_text("unit", longest=40)
    return asked or None if may(actor, Permission.SEE_ALL_UNITS) else actor.unit_code


def _page(session: Session, unit_code: str, unit_name: str, form: HandForm) -> ResponsiblePage:
    shown = read_text("person", longest=40)
    rows = list_responsible(session, the_registry().database.today(), unit_code=unit_code)
    wanted = [row for row in rows if not shown or shown == (str(row.person.id) if row.person else NOBODY)]
    held = [
        (one, sum(row.person is not None and row.person.id == one.id for row in rows))
        for one in people_of(session, unit_code)
    ]
    ticked = request.form.getlist("duty") or ([str(row.duty.id) for row in wanted] if shown else [])
    return ResponsiblePage(
        unit_code=unit_code,
        unit_name=unit_name,
        rows=wanted,
        people=held,
        without=sum(row.person is None for row in rows),
        shown=shown,
        ticked=frozenset(ticked),
        form=form,
        total=len(rows),
    )


def _nobody() -> str:
    return wording.label("choice", "no_responsible")
