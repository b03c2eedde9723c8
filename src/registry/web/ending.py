"""Taking back what is public, or naming what stands in its place."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from marshmallow import Schema

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.bootstrap import Registry
from registry.database import Actor
from registry.publications.ending import supersede_publication, withdraw_publication
from registry.publications.queries import PublicationRow, list_successors
from registry.publications.schemas import SupersedingSchema, WithdrawalSchema
from registry.validation import load
from registry.web.cases import Case, find_own
from registry.web.checking import is_public
from registry.web.filters import zh_date
from registry.web.forms import DONE, attempt, filled
from registry.web.publication_forms import EndingForm, why_choices
from registry.web.versions import version_of
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("ending", __name__, url_prefix="/publications/<uuid:publication_id>")


@dataclass(frozen=True)
class EndingPage:
    """What is public and about to be taken back or replaced. `can_be_replaced` when the unit has another one to name."""

    case: Case
    publication: PublicationRow
    form: EndingForm
    can_be_replaced: bool


@blueprint.route("/withdraw", methods=["GET", "POST"])
@login_required
def withdraw(publication_id: UUID) -> ResponseReturnValue:
    """Take back what is public; the reason is read by everybody at the same address."""
    return _end(publication_id, "withdraw")


@blueprint.route("/supersede", methods=["GET", "POST"])
@login_required
def supersede(publication_id: UUID) -> ResponseReturnValue:
    """Say which publication stands in the place of this one, which stays to be read."""
    return _end(publication_id, "supersede")


def _end(publication_id: UUID, verb: str) -> ResponseReturnValue:
    registry, actor = the_registry(), current_actor()
    page = _page(registry, actor, publication_id, verb)
    require(actor, Permission.WITHDRAW_PUBLICATION, page.case.keeper_code)
    check = url_for("checking.check", publication_id=publication_id)
    if not is_public(page.publication):
        return redirect(check)
    status = 200
    if request.method == "POST":
        status = attempt(page.form, lambda: _do(registry, actor, publication_id, verb, page.form), place=_place)
        if status == DONE:
            notice = "withdrawn" if verb == "withdraw" else "superseded"
            flash(wording.label("notice", notice).format(title=page.publication.revision.title))
            return redirect(check)
        page.form.version.data = str(page.publication.publication.version)
    template = "staff/withdraw.html" if verb == "withdraw" else "staff/supersede.html"
    return render_template(template, page=page), status


def _do(registry: Registry, actor: Actor, publication_id: UUID, verb: str, form: EndingForm) -> None:
    schema: Schema = WithdrawalSchema() if verb == "withdraw" else SupersedingSchema()
    values = load(
        schema, {"why": filled(form.why), "reason": filled(form.reason), "successor": filled(form.replacement)}
    )
    end = withdraw_publication if verb == "withdraw" else supersede_publication
    with registry.database.work(actor) as work:
        end(
            work,
            publication_id,
            version=version_of(form),
            why=values["why"],
            reason=values["reason"],
            successor_id=values["successor"],
        )


def _page(registry: Registry, actor: Actor, publication_id: UUID, verb: str) -> EndingPage:
    with registry.database.read() as session:
        row, case = find_own(session, registry, actor, publication_id)
        successors = list_successors(session, case.as_of, row)
    form = EndingForm(data={"version": str(row.publication.version)})
    form.why.choices = why_choices(verb)
    names = {
        str(one.publication.id): f"{one.revision.title}（{zh_date(one.revision.published_on)}）" for one in successors
    }
    form.replacement.choices = {"": wording.label("choice", "pick" if verb == "supersede" else "none")} | names
    form.replacement.flags.required = verb == "supersede"
    return EndingPage(case, row, form, can_be_replaced=bool(successors))


def _place(name: str) -> str:
    return "replacement" if name == "successor" else name
