"""Results of the management standards as tables to take away."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from registry import wording
from registry.assessment.inspecting import Checked
from registry.assessment.overview import Result
from registry.assessment.requirements import in_force
from registry.documents.workbook import Column, Formula, Sheet, Value, column_letter
from registry.rulebook.book import Rulebook
from registry.rulebook.management import Requirement

Articles = Callable[[Checked], Sequence[str]]


def articles_for(rulebook: Rulebook, requirement: Requirement) -> Articles:
    """For a row, the articles of the requirement that were in force on its day."""
    known: dict[date | None, Sequence[str]] = {}

    def articles(row: Checked) -> Sequence[str]:
        if row.start_on not in known:
            known[row.start_on] = _articles_on(rulebook, requirement, row.start_on)
        return known[row.start_on]

    return articles


def _articles_on(rulebook: Rulebook, requirement: Requirement, day: date | None) -> Sequence[str]:
    bases = in_force(requirement.legal_bases, rulebook.regulations, day) if day else requirement.legal_bases
    words = []
    for basis in bases:
        regulation = rulebook.regulations.get(basis.regulation or "")
        title = (regulation.short or regulation.title) if regulation else basis.regulation or ""
        article = wording.label("format", "separator").join(basis.articles)
        words.append(wording.label("format", "article").format(title=title, article=article))
    return words


def overview_sheet(results: Sequence[Result], as_of: date, unit: str, address: str) -> Sheet:
    """A row for each requirement with its numbers; totals count what the filter leaves."""
    names = [wording.label("requirement_column", code) for code in OVERVIEW]
    kinds = ["text"] * 5 + ["number"] * 5
    widths = [8, 60, 16, 24, 12, 10, 10, 10, 10, 10]
    columns = [
        Column(name, kind, width, total=_total(place, kind, results))
        for place, (name, kind, width) in enumerate(zip(names, kinds, widths, strict=True))
    ]
    title = wording.label("requirement_sheet", "overview")
    about = _about(as_of, unit, address)
    return Sheet(title, title, columns, [_overview_row(one) for one in results], about)


OVERVIEW = ("code", "text", "who", "time_limit", "standing", "holds", "fails", "unknown", "asked", "not_assessed")


def _overview_row(one: Result) -> list[Value]:
    requirement, tally, said = one.requirement, one.tally, one.said
    return [
        requirement.code,
        requirement.text,
        requirement.who,
        requirement.time_limit,
        wording.label("standing", one.standing.value),
        *((tally.holds, tally.fails, tally.unknown) if tally else (None, None, None)),
        *((said.asked, said.missing) if said else (None, None)),
    ]


def _total(place: int, kind: str, results: Sequence[Result]) -> Formula | str | None:
    if place == 0:
        return wording.label("requirement_sheet", "total")
    if kind != "number":
        return None
    shown = sum(int(value) for value in (_overview_row(one)[place] for one in results) if isinstance(value, int))
    letter = column_letter(place)
    return Formula(f"=SUBTOTAL(109,{letter}{{first}}:{letter}{{last}})", shown)


def rows_sheet(
    requirement: Requirement,
    rows: Sequence[Checked],
    units: Mapping[str, str],
    as_of: date,
    address: str,
    articles: Articles,
) -> Sheet:
    """Everything that was looked at, one row each."""
    kinds = {"start_on": "date", "limit": "date", "done_on": "date"}
    widths = {"title": 40, "reason": 30, "unit": 24, "basis": 40}
    columns = [
        Column(wording.label("requirement_column", code), kinds.get(code, "text"), widths.get(code, 14))
        for code in ROWS
    ]
    title = wording.label("requirement_sheet", "rows").format(code=requirement.code)
    about = [requirement.text, *_about(as_of, "", address)]
    return Sheet(title, title, columns, [_row(one, units, articles) for one in rows], about)


ROWS = ("verdict", "reason", "title", "version", "period", "item", "unit", "start_on", "limit", "done_on", "basis")


def _row(one: Checked, units: Mapping[str, str], articles: Articles) -> list[Value]:
    separator = wording.label("format", "list_separator")
    return [
        wording.label("verdict", one.judged.verdict.value),
        wording.label("requirement_why", one.judged.why),
        one.title,
        str(one.number) if one.number else None,
        one.period or None,
        one.item_code,
        units.get(one.unit_code, one.unit_code),
        one.start_on,
        one.limit,
        one.done_on,
        separator.join(articles(one)),
    ]


def _about(as_of: date, unit: str, address: str) -> list[str]:
    text = wording.label("requirement_sheet", "as_of").format(day=wording.day_in_words(as_of))
    return [f"{text} {unit}".strip(), address]


def sheet_rows(sheet: Sheet) -> list[list[str]]:
    """The same table for CSV: head and rows, without the lines above and the totals."""
    head = [column.name for column in sheet.columns]
    return [head, *([_text(value) for value in row] for row in sheet.rows)]


def _text(value: Value | Formula) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
