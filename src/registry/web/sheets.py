"""The leader's sheet on screen and on paper. It names people, so it is for those who may see all units."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Flask, Response, render_template, url_for
from flask_login import login_required

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.bootstrap import Registry
from registry.coverage.rules import LATE
from registry.reports.sheet import LateUnit, Sheet, leader_sheet, people_words
from registry.web.parameters import read_past_day
from registry.web.printing import printed, typeset
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("sheets", __name__)


@dataclass(frozen=True)
class SheetPage:
    """The sheet; every number of it has the address of its rows."""

    sheet: Sheet

    def address(self, states: Iterable[str], unit: str = "") -> str:
        return rows_address(self.sheet.as_of, states, unit)

    def late_address(self, unit: str = "") -> str:
        return self.address(LATE, unit)

    def people(self, late: LateUnit) -> str:
        return people_words(late)


def rows_address(as_of: date, states: Iterable[str], unit: str = "") -> str:
    """Where the rows behind a number of a day are listed."""
    wanted = {"as_of": as_of.isoformat(), "state": sorted(str(state) for state in states)}
    return url_for("coverage.occasions", **wanted, **({"unit": unit} if unit else {}))  # type: ignore[arg-type]


def sheet_html(registry: Registry, as_of: date | None) -> str:
    """The page."""
    limits = registry.rulebook.deadlines.grade_limits(as_of or registry.database.today())
    with registry.database.read() as session:
        found = leader_sheet(session, registry.state_dates, limits, as_of)
    return render_template("coverage/sheet.html", page=SheetPage(found))


def sheet_file(app: Flask, found: Sheet) -> bytes:
    """The page as PDF outside a request: for the command line."""
    with app.test_request_context("/coverage/sheet", query_string={"as_of": found.as_of.isoformat()}):
        html = render_template("coverage/sheet.html", page=SheetPage(found))
        return typeset(html, "sheets.sheet", wording.label("sheet", "staff"))


@blueprint.get("/coverage/sheet")
@login_required
def sheet() -> str:
    require(current_actor(), Permission.SEE_ALL_UNITS)
    return sheet_html(the_registry(), read_past_day("as_of"))


@blueprint.get("/coverage/sheet.pdf")
@login_required
def sheet_pdf() -> Response:
    require(current_actor(), Permission.SEE_ALL_UNITS)
    return printed(
        "sheets.sheet", name=f"{sheet_name(read_past_day('as_of'))}.pdf", filters=wording.label("sheet", "staff")
    )


def sheet_name(as_of: date | None) -> str:
    """What the file is called."""
    day = wording.day_in_words(as_of or the_registry().database.today())
    return wording.label("export", "file").format(title=wording.label("sheet", "title"), day=day)
