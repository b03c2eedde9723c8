"""The annual report as an official document in Word, its tables as the statutory format draws them."""

from collections.abc import Iterator

from registry import wording
from registry.annual.compiled import Report
from registry.annual.grids import Grid, GridCell, GridKind, grid_of
from registry.annual.rules import written
from registry.documents.word import OfficialDocument, Placed
from registry.rulebook.annual import ReportTable

HEADS = frozenset({GridKind.BAND, GridKind.COLUMN})


def report_title(report: Report) -> str:
    return wording.label("annual", "title").format(city=wording.label("site", "city"), year=report.year)


def report_document(report: Report) -> bytes:
    """The DOCX: preface, sections with their tables, signature once it is confirmed, annexes."""
    document = OfficialDocument(report_title(report), subject=report.form.title)
    if not report.is_confirmed:
        document.paragraph(wording.label("annual", "draft_note"))
    _paragraphs(document, report.preface)
    annexes = []
    for section in report.form.sections:
        document.heading(section.title)
        _paragraphs(document, report.sections.get(section.code, ""))
        for table in (report.form.table(code) for code in section.tables):
            if table.annex:
                annexes.append(table)
            else:
                _add_table(document, report, table)
    for line in closing_lines(report):
        document.paragraph(line)
    if report.confirmed_on is not None:
        organ = wording.label("annual", "organ").format(city=wording.label("site", "city"))
        document.signature(organ, report.confirmed_on)
    for number, table in enumerate(annexes, start=1):
        document.annex(wording.label("annual", "annex").format(number=number), table.title)
        _add_table(document, report, table)
    return document.content()


def closing_lines(report: Report) -> Iterator[str]:
    """How many units the numbers are the sum of, which are missing and why, which said they had nothing, and the seal."""
    words, separator = wording.labels("annual"), wording.label("format", "separator")
    given, missing = [unit for unit in report.units if unit.is_in], report.missing
    if missing:
        names = separator.join(unit.name for unit in missing)
        yield words["missing"].format(number=len(given), missing=len(missing), names=names)
    else:
        yield words["all_given"].format(number=len(given))
    nil = [unit.name for unit in given if unit.is_nil]
    if nil:
        yield words["nil"].format(names=separator.join(nil))
    if report.missing_reason:
        yield words["missing_reason"].format(reason=report.missing_reason)
    if report.confirmed_on is not None and report.sha256:
        yield words["sealed"].format(day=wording.day_in_words(report.confirmed_on), digest=report.sha256)


def figure_text(report: Report, cell: str) -> str:
    """The city's figure, or that no unit has given it."""
    figure = report.totals[cell].figure
    return wording.label("annual", "not_given") if figure is None else written(figure)


def _paragraphs(document: OfficialDocument, text: str) -> None:
    for line in text.splitlines():
        if line.strip():
            document.paragraph(line.strip())


def _add_table(document: OfficialDocument, report: Report, table: ReportTable) -> None:
    grid = grid_of(table, wording.label("annual", "unit_head"))
    placed = [_placed(report, cell) for row in grid.rows for cell in row]
    document.grid_table(placed, _widths(grid), head_rows=grid.head_rows)
    if table.note:
        document.paragraph(wording.label("annual", "note").format(note=table.note))


def _placed(report: Report, cell: GridCell) -> Placed:
    text = figure_text(report, cell.cell) if cell.kind is GridKind.FIGURE else wording.indented(cell.text, cell.level)
    return Placed(
        text,
        cell.row,
        cell.column,
        cell.rows,
        cell.columns,
        is_head=cell.kind in HEADS,
        is_centred=cell.kind is not GridKind.ROW or cell.rows > 1,
    )


def _widths(grid: Grid) -> list[float]:
    """Shares of the text's width: names of rows take what figures leave, the innermost of them most."""
    figures = grid.columns - grid.head_columns
    if not grid.head_columns:
        return [1.0] * grid.columns
    if grid.head_columns == 1:
        return [1.6 if figures > 2 else 4.5] + [1.0] * figures
    return [1.2] * (grid.head_columns - 1) + [4.2] + [1.0] * figures
