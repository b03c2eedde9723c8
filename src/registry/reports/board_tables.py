"""The board, and the rows behind its numbers, as tables to take away: plain rows, sheets with live totals, lines of CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry import wording
from registry.coverage.queries import Board, OccasionRow
from registry.coverage.rules import LATE, Counts, OccasionState, grade
from registry.documents.workbook import SUM, Column, Formula, Sheet, Value, column_letter
from registry.reports.shares import share_words, tenths
from registry.rulebook.deadlines import GradeLimits

# Counts in the order of their columns: what is due by how it was answered, then what is counted beside it.
PARTS_OF_DUE = ("met", "met_late", "overdue", "long_overdue")
BESIDE = ("due_soon", "upcoming", "extended", "nothing_to_publish", "not_applicable", "needs_rule")

Notes = Mapping[tuple[str, str], str]

# More rows than this make no file anybody can work with; the way out is a narrower view.
MOST_ROWS = 100_000


@dataclass(frozen=True)
class Taken:
    """What an export is of: its title, and the lines that say day, filters and address."""

    title: str
    about: Sequence[str]


@dataclass(frozen=True)
class Line:
    """A unit in an area, with what somebody noted on that cell of the board."""

    unit_code: str
    area_code: str
    counts: Counts
    note: str = ""


@dataclass(frozen=True)
class Names:
    """Code → name of everything a table names, in the order in which it is shown."""

    units: Mapping[str, str]
    areas: Mapping[str, str]


def worst_first(board: Board, units: Mapping[str, str]) -> list[str]:
    """Units that owe anything: lowest rate, then most missing, then the order of the catalog, as on the page."""
    place = {code: position for position, code in enumerate(units)}

    def key(code: str) -> tuple[float, int, int]:
        counts = board.of_unit(code)
        rate = 2.0 if counts.rate is None else counts.rate
        return rate, counts.answered - counts.due, place[code]

    return sorted((code for code in board.units() if code in place), key=key)


def board_lines(board: Board, names: Names, notes: Notes | None = None) -> list[Line]:
    """Every cell of the board that counts anything, by unit, worst first."""
    told = notes or {}
    return [
        Line(unit, area, board.cells[(unit, area)], told.get((unit, area), ""))
        for unit in worst_first(board, names.units)
        for area in names.areas
        if (unit, area) in board.cells and board.cells[(unit, area)].total
    ]


def board_sheets(
    board: Board, names: Names, limits: GradeLimits, taken: Taken, notes: Notes | None = None
) -> list[Sheet]:
    """The board as on the page, and every cell of it as a row: both with totals that follow the filter."""
    lines = board_lines(board, names, notes)
    return [
        _matrix(board, names, limits, taken),
        _long_table(lines, names, limits, taken, has_notes=notes is not None),
    ]


def board_csv(
    board: Board, names: Names, limits: GradeLimits, taken: Taken, notes: Notes | None = None
) -> list[list[str]]:
    """A row for every cell under one head; where it came from stands below, so that the head stays the first line."""
    lines = board_lines(board, names, notes)
    keys = ("due", *PARTS_OF_DUE, "rate", "on_time_rate", *BESIDE)
    heads = [*_heads("unit", "area"), *(wording.label("count_column", key) for key in keys), *_heads("grade")]
    has_notes = notes is not None
    body = [
        [
            names.units[line.unit_code],
            names.areas[line.area_code],
            *(_plain(line.counts, key) for key in keys),
            _grade(line.counts, limits),
            *([line.note] if has_notes else []),
        ]
        for line in lines
    ]
    return [
        [*heads, *(_heads("note") if has_notes else [])],
        *body,
        [],
        *([line] for line in [taken.title, *taken.about]),
    ]


def occasions_sheet(
    rows: Sequence[OccasionRow], names: Names, as_of: date, taken: Taken, addresses: Sequence[str]
) -> Sheet:
    """The rows behind a number, with how many the filter leaves. `addresses` are those of the publications, in the order of the rows."""
    head, *others = OCCASION_COLUMNS
    counted = Formula(
        f'="{wording.label("export", "counted")}"&SUBTOTAL(103,B{{first}}:B{{last}})', shown=_counted(len(rows))
    )
    columns = [Column(_head(head.name), head.kind, head.width, total=counted)]
    columns += [Column(_head(one.name), one.kind, one.width) for one in others]
    body = [occasion_row(row, names, as_of, address) for row, address in zip(rows, addresses, strict=True)]
    return Sheet(wording.label("export", "occasions"), taken.title, columns, body, about=taken.about)


def occasions_csv(
    rows: Sequence[OccasionRow], names: Names, as_of: date, taken: Taken, addresses: Sequence[str]
) -> list[list[str]]:
    """The same rows as text; dates as 2026-02-12."""
    body = [occasion_row(row, names, as_of, address) for row, address in zip(rows, addresses, strict=True)]
    texts = [["" if value is None else str(value) for value in row] for row in body]
    return [
        [_head(one.name) for one in OCCASION_COLUMNS],
        *texts,
        [],
        *([line] for line in [taken.title, *taken.about]),
    ]


OCCASION_COLUMNS = (
    Column("item", width=44),
    Column("code", width=14),
    Column("unit", width=22),
    Column("area", width=14),
    Column("occasion", width=22),
    Column("limit", kind="date", width=12),
    Column("state", width=14),
    Column("days_late", kind="number", width=10),
    Column("published_on", kind="date", width=12),
    Column("address", width=40),
)


def occasion_row(row: OccasionRow, names: Names, as_of: date, address: str) -> list[Value]:
    """One occasion under OCCASION_COLUMNS. Days late are those of what is late on the day, or was when it appeared."""
    return [
        wording.label("format", "title_path").join(row.item_titles),
        row.item_code,
        names.units.get(row.unit_code, row.unit_code),
        names.areas.get(row.area_code, row.area_code),
        occasion_words(row),
        row.limit,
        wording.label("occasion_state", row.state.value),
        days_late(row, as_of),
        row.published_on,
        address,
    ]


def days_late(row: OccasionRow, as_of: date) -> int | None:
    """Days after the last one, of what is late; None for everything else."""
    if row.limit is None:
        return None
    if row.state in LATE:
        return (as_of - row.limit).days
    if row.state is OccasionState.MET_LATE and row.published_on is not None:
        return (row.published_on - row.limit).days
    return None


def occasion_words(row: OccasionRow) -> str:
    """What a disclosure is for: its period, its event with the day, or the first disclosure."""
    day = wording.day_in_words(row.counted_from)
    if row.event:
        event = wording.label("format", "event_on").format(event=row.event, day=day)
        return f"{wording.months_and_days(row.period)}{event}" if row.period else event
    return wording.months_and_days(row.period) if row.period else wording.label("occasion_kind", row.kind)


def _matrix(board: Board, names: Names, limits: GradeLimits, taken: Taken) -> Sheet:
    """A row for each unit; for each area and all of them what was answered, what was due, and the rate of both."""
    columns = [Column(_head("unit"), width=24, total=wording.label("export", "totals"))]
    for code, name in [*names.areas.items(), (None, wording.label("export", "all_areas"))]:
        counts = board.total() if code is None else board.of_area(code)
        columns += _area_columns(name, len(columns), counts)
    rate = column_letter(len(columns) - 1)
    columns.append(Column(_head("grade"), width=8, total=_grade_formula(rate, limits, _grade(board.total(), limits))))
    columns += [_count_column(key) for key in ("overdue", *BESIDE)]
    rows = [_matrix_row(board, names, limits, code) for code in worst_first(board, names.units)]
    return Sheet(wording.label("export", "by_unit"), taken.title, columns, rows, about=taken.about)


def _matrix_row(board: Board, names: Names, limits: GradeLimits, code: str) -> list[Value | Formula]:
    row: list[Value | Formula] = [names.units[code]]
    whole = board.of_unit(code)
    for counts in [*(board.cells.get((code, area), Counts()) for area in names.areas), whole]:
        answered, due = column_letter(len(row)), column_letter(len(row) + 1)
        row += [counts.answered, counts.due, _rate_formula(f"{answered}{{row}}", f"{due}{{row}}", counts.rate)]
    row.append(_grade_formula(column_letter(len(row) - 1), limits, _grade(whole, limits)))
    return [*row, whole.overdue + whole.long_overdue, *(getattr(whole, key) for key in BESIDE)]


def _area_columns(name: str, place: int, counts: Counts) -> list[Column]:
    answered, due = column_letter(place), column_letter(place + 1)
    heads = [wording.label("export", key).format(area=name) for key in ("area_answered", "area_due", "area_rate")]
    return [
        Column(heads[0], "number", 9, total=SUM),
        Column(heads[1], "number", 9, total=SUM),
        Column(heads[2], "percent", 9, total=_rate_formula(f"{answered}{{row}}", f"{due}{{row}}", counts.rate)),
    ]


def _long_table(lines: Sequence[Line], names: Names, limits: GradeLimits, taken: Taken, *, has_notes: bool) -> Sheet:
    """A row for each unit in each area: due is the sum of its parts, the rates are counted from them."""
    due, met, met_late, long_overdue, rate = (column_letter(place) for place in (2, 3, 4, 6, 7))
    total = Counts()
    for line in lines:
        total.merge(line.counts)

    def shares(counts: Counts) -> tuple[Formula, Formula, Formula]:
        """Rate, on-time rate and grade of the row they stand in."""
        return (
            _rate_formula(f"({met}{{row}}+{met_late}{{row}})", f"{due}{{row}}", counts.rate),
            _rate_formula(f"{met}{{row}}", f"{due}{{row}}", counts.on_time_rate),
            _grade_formula(rate, limits, _grade(counts, limits)),
        )

    totals = shares(total)
    columns = [
        Column(_head("unit"), width=24, total=wording.label("export", "totals")),
        Column(_head("area"), width=14),
        *(_count_column(key) for key in ("due", *PARTS_OF_DUE)),
        _rate_column("rate", totals[0]),
        _rate_column("on_time_rate", totals[1]),
        Column(_head("grade"), width=8, total=totals[2]),
        *(_count_column(key) for key in BESIDE),
        *([Column(_head("note"), width=40)] if has_notes else []),
    ]
    rows: list[list[Value | Formula]] = [
        [
            names.units[line.unit_code],
            names.areas[line.area_code],
            Formula(f"=SUM({met}{{row}}:{long_overdue}{{row}})", line.counts.due),
            *(getattr(line.counts, key) for key in PARTS_OF_DUE),
            *shares(line.counts),
            *(getattr(line.counts, key) for key in BESIDE),
            *([line.note or None] if has_notes else []),
        ]
        for line in lines
    ]
    return Sheet(wording.label("export", "by_area"), taken.title, columns, rows, about=taken.about, frozen_columns=2)


def _count_column(key: str) -> Column:
    return Column(wording.label("count_column", key), "number", 10, total=SUM)


def _rate_column(key: str, total: Formula) -> Column:
    return Column(wording.label("count_column", key), "percent", 10, total=total)


def _rate_formula(answered: str, due: str, share: float | None = None) -> Formula:
    """A share rounded down to a tenth of a per cent, as nothing unfinished may read as finished; empty where nothing was due."""
    found = tenths(share)
    shown = "" if found is None else found / 1000
    return Formula(f'=IF({due}=0,"",ROUNDDOWN({answered}/{due},3))', shown)


def _grade_formula(rate: str, limits: GradeLimits, shown: str = "") -> Formula:
    words = wording.labels("grade")
    cell = f"{rate}{{row}}"
    good, watch = limits.good_percent / 100, limits.watch_percent / 100
    return Formula(
        f'=IF({cell}="","{words["none"]}",IF({cell}>={good},"{words["good"]}",IF({cell}>={watch},"{words["watch"]}","{words["rectify"]}")))',
        shown,
    )


def _grade(counts: Counts, limits: GradeLimits) -> str:
    found = grade(counts.rate, good_percent=limits.good_percent, watch_percent=limits.watch_percent)
    return wording.label("grade", found.value)


def _plain(counts: Counts, key: str) -> str:
    value = getattr(counts, key)
    if value is None:
        return ""
    return share_words(value) if isinstance(value, float) else str(value)


def _heads(*keys: str) -> list[str]:
    return [_head(key) for key in keys]


def _head(key: str) -> str:
    return wording.label("export_column", key)


def _counted(number: int) -> str:
    return f"{wording.label('export', 'counted')}{number}"
