"""/units/…/change: the office renames, merges, splits and ends a unit – first a preview, which is the real change rolled back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from marshmallow import Schema
from sqlmodel import Session
from wtforms import SelectField, StringField

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.errors import Invalid, Issue
from registry.succession.changes import Change, End, Merge, Part, Rename, Role, Split
from registry.succession.schemas import EndSchema, MergeSchema, RenameSchema, SplitSchema
from registry.succession.service import ChangeReport, change_unit, roles_to_give
from registry.units.queries import UnitDetail, get_unit, list_units, unit_names
from registry.units.rules import has_ended
from registry.validation import load
from registry.web.forms import MUST, CheckBoxes, DayField, PlainForm, filled
from registry.web.parameters import read_choice
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("unit_changes", __name__)

SCHEMAS: Mapping[str, type[Schema]] = {
    "rename": RenameSchema,
    "merge": MergeSchema,
    "split": SplitSchema,
    "end": EndSchema,
}
NEW_UNIT = "+"


class ChangeForm(PlainForm):
    """What every kind of change asks; each kind adds its own fields."""

    on = DayField(validators=[MUST])
    basis = StringField()


class RenameForm(ChangeForm):
    name = StringField(validators=[MUST])


class MergeForm(ChangeForm):
    units = CheckBoxes(validators=[MUST])


class EndForm(ChangeForm):
    successor = SelectField(validate_choice=False)


class SplitForm(ChangeForm):
    """Beside these, a choice `give_N` for the N-th role of the unit."""

    new_code = StringField()
    new_name = StringField()
    successor = SelectField(validate_choice=False)


@dataclass(frozen=True)
class ChangePage:
    """The form of one kind of change; `kind` empty: which kind it is to be. `roles` are those a split can give away, with their fields."""

    detail: UnitDetail
    kind: str
    form: ChangeForm | None
    give: Sequence[str]


@dataclass(frozen=True)
class PreviewPage:
    """What the change would move; `typed` is sent again to confirm it."""

    detail: UnitDetail
    kind: str
    form: ChangeForm
    typed: Sequence[tuple[str, str]]
    report: ChangeReport
    names: Mapping[str, str]


@blueprint.route("/units/<code:code>/change", methods=["GET", "POST"])
@login_required
def change(code: str) -> ResponseReturnValue:
    """Choose what changes, fill in, look at what it moves, confirm."""
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.CHANGE_UNIT)
    kind = read_choice("kind", SCHEMAS)
    with registry.database.read() as session:
        detail = get_unit(session, code)
        roles = roles_to_give(session, code, registry.database.today()) if kind == "split" else []
        form = _form(session, kind, code, roles, registry.database.today()) if kind else None
    page, status = ChangePage(detail, kind, form, [f"give_{number}" for number in range(len(roles))]), 200
    if request.method == "POST" and form is not None and request.form.get("step") != "edit":
        try:
            return _apply(page, form, _change(kind, code, form, roles))
        except Invalid as error:
            form.show(error.issues, place=_place)
            status = 422
    return render_template("staff/unit_change.html", page=page), status


def _apply(page: ChangePage, form: ChangeForm, asked: Change) -> ResponseReturnValue:
    registry, confirmed = the_registry(), request.form.get("step") == "confirm"
    with registry.database.work(current_actor(), keep=confirmed) as work:
        report = change_unit(work, asked, registry.counting, basis=filled(form.basis) or "")
        names = unit_names(work.session)
    if confirmed:
        flash(wording.label("notice", "unit_change_ahead" if report.is_ahead else "unit_changed"))
        return redirect(url_for("units.unit", code=page.detail.unit.code))
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "step")]
    preview = PreviewPage(page.detail, page.kind, form, typed, report, names)
    return render_template("staff/unit_change_preview.html", page=preview)


def _form(session: Session, kind: str, code: str, roles: Sequence[Role], today: date) -> ChangeForm:
    others = [
        (unit.code, f"{unit.name} {unit.code}")
        for unit in list_units(session)
        if unit.code != code and not has_ended(unit.ended_on, today)
    ]
    nobody = [("", wording.label("choice", "no_successor"))]
    if kind == "rename":
        return RenameForm()
    if kind == "merge":
        merging = MergeForm()
        merging.units.choices = others
        return merging
    if kind == "end":
        ending = EndForm()
        ending.successor.choices = nobody + others
        return ending
    return _split_form(roles, others)


def _split_form(roles: Sequence[Role], others: list[tuple[str, str]]) -> ChangeForm:
    """The form has a field for each role, so its class is made for the unit."""
    levels = the_registry().rulebook.levels
    stays = [("", wording.label("choice", "role_stays")), (NEW_UNIT, wording.label("choice", "new_unit"))]
    named = {
        f"give_{number}": wording.label("format", "role_at_level").format(role=role, level=levels[level].name)
        for number, (role, level) in enumerate(roles)
    }
    fields: dict[str, Any] = {name: SelectField(words, validate_choice=False) for name, words in named.items()}
    form: SplitForm = type("SplitFormOfUnit", (SplitForm,), fields)()
    for name in named:
        form[name].choices = stays + others
    goes_on = [("", wording.label("choice", "unit_goes_on")), (NEW_UNIT, wording.label("choice", "new_unit"))]
    form.successor.choices = goes_on + others
    return form


def _change(kind: str, code: str, form: ChangeForm, roles: Sequence[Role]) -> Change:
    """What was typed as a change; Invalid for what is no value at all."""
    own = [field for field in form if field.name != "csrf_token" and not field.name.startswith("give_")]
    typed = {field.name: field.data if field.name == "units" else filled(field) for field in own}
    values = load(SCHEMAS[kind](), {name: value for name, value in typed.items() if value is not None})
    on = values["on"]
    if kind == "rename":
        return Rename(code, values["name"], on)
    if kind == "merge":
        return Merge(tuple(values["units"]), code, on)
    if kind == "end":
        return Merge((code,), values["successor"], on) if values["successor"] else End(code, on)
    return _split(code, form, roles, values)


def _split(code: str, form: ChangeForm, roles: Sequence[Role], values: Mapping[str, Any]) -> Split:
    given: dict[str, list[Role]] = {}
    for number, role in enumerate(roles):
        chosen = form[f"give_{number}"].data
        if chosen:
            given.setdefault(chosen, []).append(role)
    successor = values["successor"]
    if NEW_UNIT in given or successor == NEW_UNIT:
        missing = [Issue(name, "required") for name in ("new_code", "new_name") if not values[name]]
        if missing:
            raise Invalid(missing)
    new_code = values["new_code"] or ""
    if successor == NEW_UNIT:
        given.setdefault(NEW_UNIT, [])
        successor = new_code
    parts = tuple(
        Part(new_code, tuple(held), values["new_name"]) if unit == NEW_UNIT else Part(unit, tuple(held))
        for unit, held in given.items()
    )
    return Split(code, parts, values["on"], successor)


def _place(field: str) -> str:
    """Where an issue of a part stands: only a new unit's code and name are typed."""
    if field.startswith("parts."):
        return {"unit": "new_code", "name": "new_name"}.get(field.rpartition(".")[2], "parts")
    return "successor" if field == "into" else field
