"""Checking the text of a yearly report: nothing is stored, what was pasted stays in the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from flask_wtf.file import FileField
from wtforms import TextAreaField

from registry.annual.checking.checker import check_report
from registry.annual.checking.opening import fit, report_in
from registry.annual.checking.remarks import Remark, Weight
from registry.annual.checking.telling import places_in_words, sentence_of
from registry.errors import Invalid
from registry.items.queries import list_areas
from registry.web.forms import PlainForm
from registry.web.visitors import the_registry

blueprint = Blueprint("report_checks", __name__, url_prefix="/annual-reports/check")


class ReportForm(PlainForm):
    """The report as text or file, and if wanted the one of the year before."""

    report_text = TextAreaField(render_kw={"rows": 14})
    report_file = FileField()
    previous_text = TextAreaField(render_kw={"rows": 5})


@dataclass(frozen=True)
class ShownRemark:
    check: str
    places: str
    sentence: str


@dataclass(frozen=True)
class Result:
    """Remarks by weight, each weight in its place also when there is none."""

    groups: Mapping[Weight, Sequence[ShownRemark]]

    def number(self, weight: str) -> int:
        return len(self.groups[Weight(weight)])


@blueprint.route("", methods=["GET", "POST"])
@login_required
def check() -> ResponseReturnValue:
    """The form; POST shows what was found above it."""
    form = ReportForm()
    if request.method == "GET":
        return render_template("annual/check.html", form=form, result=None)
    try:
        text, previous = _given(form), (form.previous_text.data or "").strip() or None
    except Invalid as error:
        form.show(error.issues, place=lambda name: "report_file" if name == "file" else name)
        return render_template("annual/check.html", form=form, result=None), 422
    registry = the_registry()
    with registry.database.read() as session:
        areas = [area.name for area in list_areas(session)]
    remarks = check_report(text, registry.rulebook.proofreading, areas=areas, previous=previous)
    form.report_text.data = text
    return render_template("annual/check.html", form=form, result=_result(remarks))


def _given(form: ReportForm) -> str:
    """The file's text when there is a file, else what was pasted."""
    upload = form.report_file.data
    if upload:
        return report_in(upload.filename, upload.read())
    return fit(form.report_text.data or "")


def _result(remarks: Sequence[Remark]) -> Result:
    shown = [(one.weight, ShownRemark(one.check.value, places_in_words(one), sentence_of(one))) for one in remarks]
    return Result({weight: [one for own, one in shown if own is weight] for weight in Weight})
