"""/standards/management: what the seven standards come to on a day, and the rows behind every number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template, request, url_for

from registry.assessment.inspecting import Checked
from registry.assessment.overview import Result, count_standings, results_for, standard_of, unit_shown
from registry.assessment.requirement_checks import check_requirement, find_requirement, tally
from registry.assessment.requirements import Standing, Tally, Verdict
from registry.documents.csv_tables import CSV_TYPE, csv_bytes
from registry.documents.workbook import XLSX_TYPE, workbook
from registry.errors import NotFound
from registry.rulebook.management import ManagementStandard, Requirement
from registry.units.queries import unit_names
from registry.web.bases import Basis, bases_of
from registry.web.downloads import download
from registry.web.parameters import read_choice, read_choices, read_page, read_past_day, require_page
from registry.web.requirement_results import inspection_on, the_results
from registry.web.requirement_sheets import articles_for, overview_sheet, rows_sheet, sheet_rows
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("requirements", __name__, url_prefix="/standards/management")

ROWS_A_PAGE = 100
FORMATS = {"xlsx": XLSX_TYPE, "csv": CSV_TYPE}

# What the public is told apart, and what staff are told beyond it.
FOR_ALL = (Standing.HOLDS, Standing.FAILS, Standing.NOTHING)
FOR_STAFF = (Standing.ASSESSED, Standing.PARTLY_ASSESSED, Standing.NOT_ASSESSED)


@dataclass(frozen=True)
class OverviewPage:
    """`counts` are numbers of requirements by standard and standing, `results` those of the standings and the standard asked for."""

    as_of: date
    asked: date | None
    unit: str
    units: Mapping[str, str]
    standards: Sequence[ManagementStandard]
    shown: Sequence[Standing]
    counts: Mapping[str, Mapping[Standing, int]]
    results: Sequence[Result]
    chosen: frozenset[str]
    standard: str

    def total(self, standing: Standing) -> int:
        return sum(one[standing] for one in self.counts.values())

    def address(self, standing: Standing, standard: str = "") -> str:
        """The list of exactly those requirements."""
        return self._address(show=standing.value, standard=standard) + "#requirements"

    def download(self, kind: str) -> str:
        return self._address(show=sorted(self.chosen), standard=self.standard, format=kind)

    def _address(self, **wanted: str | Sequence[str]) -> str:
        kept = {name: value for name, value in wanted.items() if value}
        return url_for("requirements.overview", **self.kept, **kept)  # type: ignore[arg-type]

    @property
    def kept(self) -> dict[str, str]:
        """Day and unit, as every link of the page carries them on."""
        return kept_filters(self.asked, self.unit)


def kept_filters(asked: date | None, unit: str | None) -> dict[str, str]:
    """Day and unit as parameters, where somebody asked for them."""
    found = {"as_of": asked.isoformat() if asked else "", "unit": unit or ""}
    return {name: value for name, value in found.items() if value}


@blueprint.get("")
def overview() -> str | Response:
    """The table of the standards, and the requirements themselves; `?format=xlsx` gives them as a file."""
    registry, actor = the_registry(), current_actor()
    asked, kind = read_past_day("as_of"), read_choice("format", FORMATS)
    standards = registry.rulebook.management
    standard = read_choice("standard", standards)
    chosen = read_choices("show", frozenset(one.value for one in Standing))
    with registry.database.read() as session:
        units = unit_names(session)
        unit = read_choice("unit", units)
        inspection = inspection_on(registry, session, asked, unit or None)
        results = results_for(session, actor, inspection, the_results().on(inspection))
    kept = [
        one
        for one in results
        if (not chosen or one.standing in chosen) and standard in ("", standard_of(one.requirement))
    ]
    if kind:
        sheet = overview_sheet(kept, inspection.as_of, units.get(unit, ""), request.url)
        content = workbook([sheet], title=sheet.title) if kind == "xlsx" else csv_bytes(sheet_rows(sheet))
        return download(content, FORMATS[kind], f"{sheet.title}.{kind}", f"management-standards.{kind}")
    page = OverviewPage(
        as_of=inspection.as_of,
        asked=asked,
        unit=unit,
        units=units,
        standards=[standards[code] for code in sorted(standards)],
        shown=(*FOR_ALL, *(one for one in FOR_STAFF if _knows(results)), Standing.NOT_COMPUTED),
        counts=count_standings(results),
        results=kept,
        chosen=chosen,
        standard=standard,
    )
    return render_template("standards/overview.html", page=page)


def _knows(results: Sequence[Result]) -> bool:
    """Whether self-assessments are the reader's to know."""
    return any(one.said is not None for one in results)


@dataclass(frozen=True)
class RowsPage:
    """What was looked at for a requirement: `rows` is one page of the `total` of the verdict asked for (empty: all)."""

    requirement: Requirement
    standard: ManagementStandard
    bases: Sequence[Basis]
    tally: Tally
    rows: Sequence[tuple[Checked, Sequence[str]]]
    verdict: str
    total: int
    number: int
    pages: int
    as_of: date
    asked: date | None
    unit: str
    units: Mapping[str, str]

    @property
    def counted(self) -> int:
        """What the number that leads here says."""
        return self.tally.number(Verdict(self.verdict)) if self.verdict else self.tally.total

    def address(self, verdict: str = "", **more: str) -> str:
        return rows_address(self.requirement.code, verdict, asked=self.asked, unit=self.unit, **more)


def rows_address(code: str, verdict: str = "", *, asked: date | None, unit: str | None, **more: str) -> str:
    """Where exactly the rows behind a number are listed."""
    wanted = {"verdict": verdict} if verdict else {}
    return url_for("requirements.rows", code=code, **wanted, **kept_filters(asked, unit), **more)  # type: ignore[arg-type]


@blueprint.get("/<code:code>/rows")
def rows(code: str) -> str | Response:
    """Everything that was looked at for a computed requirement; `?format=xlsx` gives it as a file."""
    registry, actor = the_registry(), current_actor()
    requirement = find_requirement(registry.rulebook, code.upper())
    asked, kind = read_past_day("as_of"), read_choice("format", FORMATS)
    verdict = read_choice("verdict", [one.value for one in Verdict])
    number = read_page()
    with registry.database.read() as session:
        units = unit_names(session)
        unit = read_choice("unit", units)
        if requirement is None or requirement.check is None:
            raise NotFound(subject="requirement", found=code)
        is_shown, of_unit = unit_shown(actor, requirement, unit or None)
        if not is_shown:
            raise NotFound(subject="requirement", found=code)
        inspection = inspection_on(registry, session, asked, of_unit)
        found = check_requirement(inspection, requirement)
    kept = [one for one in found if verdict in ("", one.judged.verdict)]
    articles = articles_for(registry.rulebook, requirement)
    if kind:
        sheet = rows_sheet(requirement, kept, units, inspection.as_of, request.url, articles)
        content = workbook([sheet], title=sheet.title) if kind == "xlsx" else csv_bytes(sheet_rows(sheet))
        return download(content, FORMATS[kind], f"{sheet.title}.{kind}", f"{requirement.code}.{kind}")
    pages = require_page(number, total=len(kept), size=ROWS_A_PAGE)
    page = RowsPage(
        requirement=requirement,
        standard=registry.rulebook.management[standard_of(requirement)],
        bases=bases_of(requirement.legal_bases, registry.rulebook),
        tally=tally(found),
        rows=[(one, articles(one)) for one in kept[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]],
        verdict=verdict,
        total=len(kept),
        number=number,
        pages=pages,
        as_of=inspection.as_of,
        asked=asked,
        unit=of_unit or "",
        units=units,
    )
    return render_template("standards/requirement_rows.html", page=page)
