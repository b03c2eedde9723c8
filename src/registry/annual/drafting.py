"""Beginnings for the texts of the city's report, from the numbers the registry has. A sentence whose number is unknown is left out."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlmodel import Session

from registry import wording
from registry.annual.compiled import PREFACE, Report
from registry.annual.counting import list_disclosed
from registry.annual.rules import written
from registry.coverage.queries import DutyFilter, OccasionRow, list_occasions
from registry.coverage.rules import DUE, OccasionState, StateDates
from registry.items.queries import list_areas
from registry.rulebook.annual import ReportFormat
from registry.rulebook.book import Rulebook
from registry.units.tables import Unit

HOLE = re.compile(r"\{([a-z_]+)\}")

SENTENCES: Mapping[str, tuple[str, ...]] = {
    PREFACE: ("basis", "scope", "contact"),
    "overview": ("published", "coverage", "requests", "management"),
    "disclosure": ("published", "coverage"),
    "requests": ("applications",),
    "fees": ("fees",),
    "litigation": ("litigation",),
    "problems": ("overdue", "improving"),
    "other": ("processing_fee",),
}
"""Section → codes of `annual_draft` in the wording."""

FIGURES: Mapping[str, str] = {
    "new": "requests.new.total",
    "carried_in": "requests.carried-in.total",
    "results": "requests.results.total",
    "carried_out": "requests.carried-out.total",
    "received": "requests.received.number",
    "completed": "requests.completed.number",
    "refused": "requests.refused.number",
    "reviews": "review.all.number",
    "lawsuits": "lawsuits.all.number",
    "fee": "fees.all.number",
    "fee_notices": "processing-fee.fee.notices",
    "fee_received": "processing-fee.fee.received",
}
"""Placeholder → cell it is filled from, where the format has one."""


MET = frozenset({OccasionState.MET, OccasionState.MET_LATE})


def draft_sections(
    session: Session, report: Report, rulebook: Rulebook, dates: StateDates, today: date
) -> Mapping[str, str]:
    """Section → text to begin with, for the sections that need one. `dates` are of the year's last day, or of today before it."""
    values = {
        **{name: written(report.figures[cell]) for name, cell in FIGURES.items() if cell in report.figures},
        **_published(session, report.year, today),
        **_coverage(session, report.year, dates),
        **_contact(session, report),
        "source": source_words(report.form, rulebook),
        "year": str(report.year),
        "next_year": str(report.year + 1),
        "units": str(len(report.units)),
    }
    wanted = [PREFACE, *(section.code for section in report.form.sections if section.contents)]
    drafts = {code: _text(code, values) for code in wanted}
    return {code: text for code, text in drafts.items() if text}


def source_words(form: ReportFormat, rulebook: Rulebook) -> str:
    """The regulation or notice the format comes from, with its number."""
    regulation = rulebook.regulations[form.source.regulation or ""]
    edition = regulation.find_edition(form.source.edition or "")
    number = edition.doc_no if edition and edition.doc_no else ""
    return wording.label("annual", "source").format(title=regulation.title, number=number)


def _contact(session: Session, report: Report) -> dict[str, str]:
    """Where the unit that compiles the report is found, as far as the register of units says."""
    unit = session.get(Unit, report.form.compiler)
    if unit is None or not unit.address or not unit.telephone:
        return {}
    return {"compiler": unit.name, "address": unit.address, "telephone": unit.telephone}


def _text(section: str, values: Mapping[str, str]) -> str:
    words = wording.labels("annual_draft")
    sentences = (words[code] for code in SENTENCES.get(section, ()))
    return "\n".join(one.format_map(values) for one in sentences if set(HOLE.findall(one)) <= values.keys())


def _published(session: Session, year: int, today: date) -> dict[str, str]:
    """Nothing for a year in which nothing was registered: that says of the registry, not of the city."""
    disclosed = list_disclosed(session, year, today)
    if not disclosed:
        return {}
    numbers = Counter(one.area_code for one in disclosed)
    part = wording.label("annual", "area_number")
    by_area = (part.format(area=area.name, number=numbers[area.code]) for area in list_areas(session))
    return {"published": str(len(disclosed)), "by_area": wording.label("format", "separator").join(by_area)}


def _coverage(session: Session, year: int, dates: StateDates) -> dict[str, str]:
    """Occasions due in the year, judged on its last day; nothing when none was due."""
    due = [row for row in list_occasions(session, dates, DutyFilter()) if _counts_for(row, year)]
    if not due:
        return {}
    met = [row for row in due if row.state in MET]
    late = [row for row in met if row.state is OccasionState.MET_LATE]
    open_units = {row.unit_code for row in due if row.state not in MET}
    return {
        "day": wording.day_in_words(dates.as_of),
        "due": str(len(due)),
        "met": str(len(met)),
        "late": str(len(late)),
        "rate": f"{len(met) / len(due):.1%}",
        "open": str(len(due) - len(met)),
        "open_units": str(len(open_units)),
    }


def _counts_for(row: OccasionRow, year: int) -> bool:
    return row.state in DUE and row.limit is not None and row.limit.year == year
