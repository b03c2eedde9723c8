"""The assessment to take away: a workbook, and tables for any program, each with its day, filters and address."""

from flask import Blueprint, Response
from flask_login import login_required

from registry.documents.csv_tables import CSV_TYPE, csv_bytes
from registry.documents.workbook import XLSX_TYPE
from registry.items.queries import list_areas
from registry.reports.assessment import Taken, assessment_workbook, findings_table, units_table, word, worst_first
from registry.units.queries import unit_names
from registry.web.assessment import chosen_findings, judged_on
from registry.web.downloads import download
from registry.web.parameters import read_past_day
from registry.web.printing import view_address
from registry.web.visitors import the_registry

blueprint = Blueprint("assessment_files", __name__)


@blueprint.get("/assessment.xlsx")
@login_required
def workbook() -> Response:
    """The units and their findings, of those the address asks for."""
    return _file(assessment_workbook(_taken("assessment.board")), XLSX_TYPE, "xlsx")


@blueprint.get("/assessment.csv")
@login_required
def units() -> Response:
    """The table of units."""
    return _file(csv_bytes(units_table(_taken("assessment.board"))), CSV_TYPE, "csv")


@blueprint.get("/assessment/findings.csv")
@login_required
def findings() -> Response:
    """The findings the address asks for."""
    return _file(csv_bytes(findings_table(_taken("assessment.findings"))), CSV_TYPE, "csv")


def _taken(view: str) -> Taken:
    """What the address asks for, of what the actor may see; `view` is the page that shows the same."""
    with the_registry().database.read() as session:
        found = judged_on(session, read_past_day("as_of")).assessment
        names, areas = unit_names(session), {area.code: area.name for area in list_areas(session)}
    chosen = chosen_findings(found, names)
    units = [one for one in found.units.values() if chosen.unit in ("", one.unit_code)]
    return Taken(found, worst_first(units), chosen.findings, names, areas, chosen.title, view_address(view))


def _file(content: bytes, media_type: str, ending: str) -> Response:
    return download(content, media_type, f"{word('title')}.{ending}")
