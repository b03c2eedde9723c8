"""The office's import of official tables: upload or paste, preview what would change, confirm exactly that.

What was uploaded stays in the object folder under its digest, so that the preview has an address and nothing is asked for twice. The
preview is the real run rolled back; confirming runs it again and compares fingerprints, so that nothing is taken over that was not shown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from flask_wtf.file import FileField
from sqlmodel import Session
from wtforms import SelectField, TextAreaField

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.database import Work
from registry.documents.workbook import XLSX_TYPE
from registry.errors import Conflict, Invalid, Issue, NotFound
from registry.exchange.annotating import annotated_xlsx
from registry.exchange.comparing import ComparedRow, Comparison, RowAction
from registry.exchange.importing import fingerprint, import_table, issue_sentence, read_table
from registry.exchange.official_table import basis_text
from registry.exchange.reading.reading import TableReader
from registry.items.files import Audience, ItemEntry
from registry.items.queries import list_areas
from registry.rulebook.book import Rulebook
from registry.units.queries import unit_names
from registry.validation import clean
from registry.web.downloads import download
from registry.web.forms import PlainForm, filled
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("importing", __name__, url_prefix="/items/import")

DIGEST = re.compile(r"[0-9a-f]{64}")
LONGEST_NAME = 120
MOST_SHOWN = 300


class ImportForm(PlainForm):
    """A file or a pasted text; area and unit only where the table does not say."""

    table_file = FileField()
    table_text = TextAreaField(render_kw={"rows": 8})
    area = SelectField()
    unit = SelectField()


@dataclass(frozen=True)
class FieldChange:
    """One field of an item before and after, a line each."""

    name: str
    before: Sequence[str]
    after: Sequence[str]


@dataclass(frozen=True)
class ShownRow:
    row: ComparedRow
    changes: Sequence[FieldChange]


@dataclass(frozen=True)
class PreviewPage:
    """`rows` are those that do something, at most MOST_SHOWN, `hidden` counts the rest of them; `issues` are (grave, sentence)."""

    name: str
    digest: str
    options: dict[str, str]
    found: Comparison
    rows: Sequence[ShownRow]
    hidden: int
    issues: Sequence[tuple[bool, str]]
    fingerprint: str
    outdated: bool

    @property
    def changes_something(self) -> bool:
        return any(row.action in (RowAction.CREATE, RowAction.UPDATE) for row in self.found.rows)


@blueprint.route("", methods=["GET", "POST"])
@login_required
def ask() -> ResponseReturnValue:
    """The form; POST keeps the upload and leads to its preview, or says what is wrong with it."""
    registry = the_registry()
    require(current_actor(), Permission.LOAD_DATA)
    form = ImportForm()
    with registry.database.read() as session:
        form.area.choices, form.unit.choices = _areas(session), _units(session)
    if request.method == "GET":
        return render_template("staff/import.html", form=form)
    try:
        name, content = _uploaded(form)
        options = _options(form.area.data, form.unit.data)
        with registry.database.work(current_actor(), keep=False) as work:
            _run(work, name, content, options)
    except Invalid as error:
        form.show(error.issues, place=lambda name: "table_file" if name == "file" else name)
        return render_template("staff/import.html", form=form), 422
    digest = registry.objects.put(content)
    values: dict[str, Any] = {"digest": digest, "name": name, **options}
    return redirect(url_for("importing.preview", **values))


@blueprint.get("/<digest>")
@login_required
def preview(digest: str) -> ResponseReturnValue:
    """What importing this upload would do now."""
    return render_template("staff/import_preview.html", page=_preview(digest))


@blueprint.post("/<digest>")
@login_required
def confirm(digest: str) -> ResponseReturnValue:
    """Take over what was previewed; when the registry has changed since, nothing, and the new preview is shown."""
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.LOAD_DATA)
    name, content, options = _kept(digest)
    try:
        with registry.database.work(actor) as work:
            found = _run(work, name, content, options)
            if fingerprint(found) != request.form.get("fingerprint"):
                raise Conflict("import_outdated")
    except Conflict:
        return render_template("staff/import_preview.html", page=_preview(digest, outdated=True)), 409
    flash(wording.label("cli", "imported").format(file=name, tables=found.file.tables, **found.counts))
    areas = list(found.standards)
    return redirect(url_for("areas.area", code=areas[0]) if len(areas) == 1 else url_for("tasks.tasks"))


@blueprint.get("/<digest>/notes.xlsx")
@login_required
def notes(digest: str) -> Response:
    """The same table with the doubtful cells marked."""
    require(current_actor(), Permission.LOAD_DATA)
    name, content, options = _kept(digest)
    with the_registry().database.work(current_actor(), keep=False) as work:
        found = _run(work, name, content, options)
    file = f"{name.rpartition('.')[0] or name}-{wording.label('import_word', 'remarks')}.xlsx"
    body = annotated_xlsx(found.file.grids, found.issues)
    return download(body, XLSX_TYPE, file, "notes.xlsx")


def _areas(session: Session) -> list[tuple[str, str]]:
    return [("", wording.label("import_word", "by_table")), *((one.code, one.name) for one in list_areas(session))]


def _units(session: Session) -> list[tuple[str, str]]:
    return [("", wording.label("import_word", "no_unit")), *unit_names(session).items()]


def _options(area: str | None, unit: str | None) -> dict[str, str]:
    return {name: value for name, value in (("area", area), ("unit", unit)) if value}


def _uploaded(form: ImportForm) -> tuple[str, bytes]:
    """(file name, content); a pasted text has a name without ending. Raises Invalid when there is neither."""
    upload = form.table_file.data
    if upload is not None and upload.filename:
        return clean(upload.filename)[-LONGEST_NAME:], upload.read()
    text = filled(form.table_text)
    if text is None:
        raise Invalid([Issue("table_file", "table_missing")])
    return wording.label("import_word", "pasted"), text.encode()


def _kept(digest: str) -> tuple[str, bytes, dict[str, str]]:
    """What lies under the digest, with the name and the choices the address carries."""
    if not DIGEST.fullmatch(digest):
        raise NotFound(subject="object")
    name = clean(request.args.get("name", ""))[-LONGEST_NAME:]
    options = _options(request.args.get("area"), request.args.get("unit"))
    return name, the_registry().objects.get(digest), options


def _reader(rulebook: Rulebook) -> TableReader:
    """One reader for as long as the rulebook stays the same."""
    kept: dict[str, TableReader] = current_app.extensions.setdefault("table_readers", {})
    if rulebook.version not in kept:
        kept.clear()
        kept[rulebook.version] = TableReader(rulebook)
    return kept[rulebook.version]


def _run(work: Work, name: str, content: bytes, options: dict[str, str]) -> Comparison:
    registry = the_registry()
    table = read_table(work, _reader(registry.rulebook), name, content, unit=options.get("unit"))
    return import_table(work, table, registry.rulebook, registry.counting, area=options.get("area"))


def _preview(digest: str, *, outdated: bool = False) -> PreviewPage:
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.LOAD_DATA)
    name, content, options = _kept(digest)
    with registry.database.work(actor, keep=False) as work:
        found = _run(work, name, content, options)
    acting = [row for row in found.rows if row.action is not RowAction.UNCHANGED]
    return PreviewPage(
        name=name,
        digest=digest,
        options=options,
        found=found,
        rows=[ShownRow(row, _changes(row, registry.rulebook)) for row in acting[:MOST_SHOWN]],
        hidden=max(len(acting) - MOST_SHOWN, 0),
        issues=[(issue.grave, issue_sentence(issue)) for issue in found.issues[:MOST_SHOWN]],
        fingerprint=fingerprint(found),
        outdated=outdated,
    )


def _changes(row: ComparedRow, rulebook: Rulebook) -> list[FieldChange]:
    return [
        FieldChange(name, _lines(row.before, name, rulebook), _lines(row.after, name, rulebook)) for name in row.changed
    ]


def _lines(entry: ItemEntry | None, name: str, rulebook: Rulebook) -> list[str]:
    """A field as people read it."""
    value: Any = getattr(entry, name) if entry else None
    if name == "legal_bases":
        return [basis_text(one, rulebook) for one in value or ()]
    if name in ("channels", "levels", "methods"):
        words = getattr(rulebook, name)
        return [words[code].name for code in value or ()]
    if name == "extra":
        return [wording.label("format", "item_name").format(of=one.header, what=one.text) for one in value or ()]
    if isinstance(value, Audience):
        everyone = [wording.label("import_word", "everyone")] if value.everyone else []
        return [*everyone, *([value.groups] if value.groups else [])]
    return [value] if isinstance(value, str) else list(value or ())
