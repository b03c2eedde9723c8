"""Asking for 本期无信息, 不适用 or 延期 instead of a publication, and deciding it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session, col, select

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.bootstrap import Registry
from registry.database import Actor
from registry.duties.rulings import ask_for_ruling, decide_ruling, may_decide, rulings_of
from registry.duties.schemas import DecisionSchema, RulingSchema
from registry.duties.tables import Duty, Occasion, Ruling
from registry.errors import Forbidden, NotFound
from registry.validation import load
from registry.web.cases import Case, find_case
from registry.web.forms import DONE, attempt, filled
from registry.web.publication_forms import DecisionForm, RulingForm
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("rulings", __name__)


@dataclass(frozen=True)
class AskPage:
    """The form, the occasion it is about, and what has been asked for it before, newest first."""

    case: Case
    form: RulingForm
    rulings: Sequence[Ruling]


@dataclass(frozen=True)
class DecisionPage:
    """What is asked for, about which occasion (of a whole duty: its oldest), and the form of the answer."""

    case: Case
    ruling: Ruling
    form: DecisionForm


@blueprint.route("/occasions/<uuid:occasion_id>/rulings", methods=["GET", "POST"])
@login_required
def ask(occasion_id: UUID) -> ResponseReturnValue:
    """The form; POST hands the request to whoever decides it."""
    registry, actor = the_registry(), current_actor()
    form, status = RulingForm(), 200
    with registry.database.read() as session:
        case = find_case(session, registry, actor, occasion_id)
        asked = rulings_of(session, session.get_one(Occasion, occasion_id))
    require(actor, Permission.ASK_FOR_RULING, case.occasion.unit_code)
    if request.method == "POST":
        status = attempt(form, lambda: _ask(registry, actor, occasion_id, form))
        if status == DONE:
            return redirect(url_for("tasks.tasks"))
    return render_template("staff/ruling_ask.html", page=AskPage(case, form, asked)), status


@blueprint.route("/rulings/<uuid:ruling_id>", methods=["GET", "POST"])
@login_required
def decide(ruling_id: UUID) -> ResponseReturnValue:
    """The request under decision; POST decides by the button that was pressed."""
    registry, actor = the_registry(), current_actor()
    form, status = DecisionForm(), 200
    with registry.database.read() as session:
        page = _page(session, registry, actor, ruling_id, form)
    if request.method == "POST":
        status = attempt(form, lambda: _decide(registry, actor, ruling_id, form))
        if status == DONE:
            return redirect(url_for("tasks.tasks"))
    return render_template("staff/ruling.html", page=page), status


def _ask(registry: Registry, actor: Actor, occasion_id: UUID, form: RulingForm) -> None:
    typed = {field.name: filled(field) for field in form if field.name != "csrf_token"}
    values = load(RulingSchema(), {name: value for name, value in typed.items() if value is not None})
    with registry.database.work(actor) as work:
        kind = ask_for_ruling(work, occasion_id, values).kind
    flash(wording.label("notice", "ruling_asked").format(kind=wording.label("ruling_kind", kind)))


def _decide(registry: Registry, actor: Actor, ruling_id: UUID, form: DecisionForm) -> None:
    """Grant or refuse, by the button that was pressed."""
    granted = request.form.get("decision") == "grant"
    values = load(DecisionSchema(), {"granted": granted, "answer": filled(form.answer)})
    with registry.database.work(actor) as work:
        kind = decide_ruling(work, ruling_id, **values).kind
    code = "ruling_granted" if granted else "ruling_refused"
    flash(wording.label("notice", code).format(kind=wording.label("ruling_kind", kind)))


def _page(session: Session, registry: Registry, actor: Actor, ruling_id: UUID, form: DecisionForm) -> DecisionPage:
    ruling = session.get(Ruling, ruling_id)
    if ruling is None:
        raise NotFound(subject="ruling")
    duty = session.get_one(Duty, ruling.duty_id)
    case = find_case(session, registry, actor, ruling.occasion_id or _oldest(session, duty))
    if not may_decide(actor, ruling, duty.unit_code):
        raise Forbidden("own_request" if ruling.requested_by == actor.user_id else "forbidden")
    return DecisionPage(case, ruling, form)


def _oldest(session: Session, duty: Duty) -> UUID:
    found = session.exec(
        select(Occasion.id).where(Occasion.duty_id == duty.id).order_by(col(Occasion.arises_on))
    ).first()
    if found is None:
        raise NotFound(subject="occasion")
    return found
