"""A filled-in 整改清单 comes back: uploaded, previewed cell by cell, confirmed.

As with the import of tables, what was uploaded stays under its digest, and confirming takes over exactly what was shown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from flask_wtf.file import FileField

from registry import wording
from registry.accounts.permissions import Permission, may
from registry.database import Actor
from registry.documents.workbook import XLSX_TYPE
from registry.errors import Conflict, Forbidden, Invalid, Issue, NotFound
from registry.exchange.annotating import annotated_xlsx
from registry.exchange.rectification_sheets import (
    SheetAction,
    SheetComparison,
    SheetRow,
    apply_sheet,
    compare_sheet,
    issue_sentence,
    read_sheet,
)
from registry.rectification.queries import get_list
from registry.rectification.tables import RectificationList
from registry.rectification.telling import list_name
from registry.validation import clean
from registry.web.downloads import download
from registry.web.forms import MUST, PlainForm
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("rectification_sheets", __name__, url_prefix="/rectifications/<uuid:list_id>/sheet")

DIGEST = re.compile(r"[0-9a-f]{64}")
LONGEST_NAME = 120


class SheetForm(PlainForm):
    sheet_file = FileField(wording.label("rectification", "sheet"), validators=[MUST])


@dataclass(frozen=True)
class UploadPage:
    list: RectificationList
    name: str
    form: SheetForm


@dataclass(frozen=True)
class SheetPage:
    """What taking the sheet over would do now; `issues` are (grave, sentence)."""

    list: RectificationList
    name: str
    file: str
    digest: str
    found: SheetComparison
    issues: Sequence[tuple[bool, str]]
    outdated: bool

    @property
    def answers(self) -> Sequence[SheetRow]:
        return self.found.of(SheetAction.ANSWER)


@blueprint.route("", methods=["GET", "POST"])
@login_required
def upload(list_id: UUID) -> ResponseReturnValue:
    """The form; POST keeps the file and leads to its preview, or says what is wrong with it."""
    registry, actor, form, status = the_registry(), current_actor(), SheetForm(), 200
    _require_answering(actor)
    with registry.database.read() as session:
        row = get_list(session, list_id, actor, registry.database.today()).list
        session.expunge_all()
    if request.method == "POST":
        try:
            name, content = _uploaded(form)
            read_sheet(name, content)
            digest = registry.objects.put(content)
            return redirect(url_for(".preview", list_id=list_id, digest=digest, name=name))
        except Invalid as error:
            form.show(error.issues, place=lambda _: "sheet_file")
            status = 422
    page = UploadPage(row, list_name(row.year, row.number), form)
    return render_template("rectification/sheet.html", page=page), status


@blueprint.get("/<digest>")
@login_required
def preview(list_id: UUID, digest: str) -> ResponseReturnValue:
    """Row by row what would be taken over, and every cell that cannot be."""
    return render_template("rectification/sheet_preview.html", page=_preview(list_id, digest))


@blueprint.post("/<digest>")
@login_required
def confirm(list_id: UUID, digest: str) -> ResponseReturnValue:
    """Take over what was previewed; when a task has changed since, nothing, and the new preview is shown."""
    registry, actor = the_registry(), current_actor()
    _require_answering(actor)
    sheet = read_sheet(*_kept(digest))
    try:
        with registry.database.work(actor) as work:
            found = apply_sheet(work, list_id, sheet)
            if found.fingerprint != request.form.get("fingerprint"):
                raise Conflict("sheet_outdated")
            number = len(found.of(SheetAction.ANSWER))
    except Conflict:
        return render_template("rectification/sheet_preview.html", page=_preview(list_id, digest, outdated=True)), 409
    flash(wording.label("notice", "rectification_sheet").format(count=number))
    return redirect(url_for("rectifications.show", list_id=list_id))


@blueprint.get("/<digest>/notes.xlsx")
@login_required
def notes(list_id: UUID, digest: str) -> Response:
    """The same sheet with the doubtful cells marked."""
    page = _preview(list_id, digest)
    body = annotated_xlsx(page.found.sheet.grids, page.found.issues, issue_sentence)
    file = f"{page.file.rpartition('.')[0] or page.file}-{wording.label('import_word', 'remarks')}.xlsx"
    return download(body, XLSX_TYPE, file, "notes.xlsx")


def _require_answering(actor: Actor) -> None:
    """Staff of a unit for its own tasks, the office for all."""
    if not (
        may(actor, Permission.MANAGE_RECTIFICATION) or may(actor, Permission.ANSWER_RECTIFICATION, actor.unit_code)
    ):
        raise Forbidden


def _uploaded(form: SheetForm) -> tuple[str, bytes]:
    sent = form.sheet_file.data
    if sent is None or not sent.filename:
        raise Invalid([Issue("file", "file_missing")])
    return clean(sent.filename)[-LONGEST_NAME:], sent.read()


def _kept(digest: str) -> tuple[str, bytes]:
    if not DIGEST.fullmatch(digest):
        raise NotFound(subject="object")
    return clean(request.args.get("name", ""))[-LONGEST_NAME:], the_registry().objects.get(digest)


def _preview(list_id: UUID, digest: str, *, outdated: bool = False) -> SheetPage:
    registry, actor = the_registry(), current_actor()
    _require_answering(actor)
    file, content = _kept(digest)
    sheet, today = read_sheet(file, content), registry.database.today()
    with registry.database.read() as session:
        row = get_list(session, list_id, actor, today).list
        found = compare_sheet(session, actor, list_id, sheet, today)
        session.expunge_all()
    issues = [(issue.grave, issue_sentence(issue)) for issue in found.issues]
    return SheetPage(row, list_name(row.year, row.number), file, digest, found, issues, outdated)
