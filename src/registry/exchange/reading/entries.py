"""From rows to entries: one entry for each item, whatever was merged, left blank, repeated or split over rows."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from registry.exchange.grids.grid import Cell, Grid, GridRow
from registry.exchange.grids.spelling import folded, joined, name_key
from registry.exchange.reading.headers import ColumnUse, Layout

REMARK = re.compile(
    r"^(?:备注|注|说明|填表|填报|附注|联系|监督|咨询|投诉|第?\s*\d+\s*(?:页|/)|[-—]\s*\d+\s*[-—]$|单位[:：]|制表|日期)"
)
TABLE_TITLE = re.compile(r"(?:目录|标准|清单|一览表|公开表|规范)(?:[（(].*[)）])?$")
IDENTITY = ("serial", "code", "title", "deadline_text", "body")
TICKS = (("everyone", "groups", "audience"), ("active", "on_request", "methods"), ("level", "levels"))
NEEDED = ("deadline_text", "body", "channels", "channel")
FILLED = ("area", "legal_bases", *NEEDED)


@dataclass(frozen=True)
class Value:
    """What stands in one cell, or what a blank one takes from above (`taken`)."""

    use: ColumnUse
    text: str
    address: str
    taken: bool = False


@dataclass
class Entry:
    """The cells of one item; `where` is an address in its first row for what has no cell of its own."""

    row: int
    where: str
    values: list[Value] = field(default_factory=list)

    def of(self, *roles: str) -> list[Value]:
        return [value for value in self.values if value.use.role in roles]

    def text(self, role: str) -> str:
        """The texts of a role, a line each."""
        return "\n".join(value.text for value in self.of(role) if value.text)

    def address(self, role: str) -> str:
        """The first cell of a role that says something, else the first of it, else the row."""
        of_role = self.of(role)
        return next((value.address for value in of_role if value.text), of_role[0].address if of_role else self.where)


@dataclass
class Section:
    """One table: its header, what stood before it, its entries, and rows that belong to none (address → text)."""

    grid: Grid
    layout: Layout
    title: str
    entries: list[Entry] = field(default_factory=list)
    strays: list[tuple[int, str, str]] = field(default_factory=list)


FindHeader = Callable[[Grid, int], Layout | None]


def sections_of(grid: Grid, find_header: FindHeader, ditto: frozenset[str], earlier: Layout | None) -> list[Section]:
    """The tables of a grid. Repeated headers are passed over; a grid without one goes on with `earlier` when it is as wide."""
    found: list[Section] = []
    pending: list[str] = [grid.title] if grid.title else []
    rows: list[GridRow] = []
    at = 0
    while at < len(grid.rows):
        layout = find_header(grid, at)
        if layout is None:
            if found:
                rows.append(grid.rows[at])
            elif any(cell.text for cell in grid.rows[at].cells):
                pending += _texts(grid.rows[at])
            at += 1
            continue
        titles = [text for row in _titles_at_end(rows) for text in _texts(row)] if found else pending
        if not found or layout.key != found[-1].layout.key or _is_another(titles, found[-1].title):
            if found:
                _fill(found[-1], rows, ditto)
                pending = titles
            found.append(Section(grid, layout, " ".join(dict.fromkeys(pending))))
            rows = []
        at = layout.first + layout.height
    if found:
        _fill(found[-1], rows, ditto)
    elif earlier is not None and _fits(grid, earlier):
        found.append(Section(grid, earlier, ""))
        _fill(found[-1], list(grid.rows), ditto)
    return found


def _is_another(titles: Sequence[str], current: str) -> bool:
    """Whether a header that comes again stands under the title of another table."""
    return any(folded(title) not in folded(current) for title in titles)


def _texts(row: GridRow) -> list[str]:
    return [joined(cell.text) for cell in row.cells if cell.text and not cell.below and not cell.beside]


def _titles_at_end(rows: Sequence[GridRow]) -> Iterator[GridRow]:
    """The title lines of the next table, which stand behind the rows of this one."""
    for row in rows[-2:]:
        texts = _texts(row)
        if len(texts) == 1 and TABLE_TITLE.search(texts[0]):
            yield row


def _fits(grid: Grid, layout: Layout) -> bool:
    """Whether a table without header can be the rest of the one before: as wide, and where the ticks are, nothing else."""
    widths = [len(row.cells) for row in grid.rows if any(cell.text for cell in row.cells)]
    last = max(column.index for column in layout.columns)
    return bool(widths) and max(widths) == last + 1


def _fill(section: Section, rows: Sequence[GridRow], ditto: frozenset[str]) -> None:
    blanks_mean_above = _blanks_mean_above(section.layout, rows)
    for row in rows:
        cells = {use.index: row.cells[use.index] for use in section.layout.columns if use.index < len(row.cells)}
        if not any(cell.text for cell in cells.values()) and not _texts(row):
            continue
        stray = _stray(row, section.layout)
        if stray is not None:
            section.strays += [(row.number, stray.address, joined(stray.text))] if not _is_remark(stray.text) else []
        elif section.entries and _continues(section.layout, cells):
            _append(section.entries[-1], section.layout, cells)
        else:
            above = section.entries[-1] if section.entries else None
            section.entries.append(_entry(section.layout, row, cells, above, ditto, blanks_mean_above))


def _blanks_mean_above(layout: Layout, rows: Sequence[GridRow]) -> bool:
    """In a table without merged cells, blanks under the first title show that merged cells were taken apart."""
    if any(cell.below for row in rows for cell in row.cells):
        return False
    first = next((use.index for use in layout.uses("title") if use.rank == 0), None)
    if first is None:
        return False
    others = [use.index for use in layout.uses("title", "elements", "legal_bases") if use.index != first]
    seen = False
    for row in rows:
        own = first < len(row.cells) and bool(row.cells[first].text)
        if seen and not own and any(at < len(row.cells) and row.cells[at].text for at in others):
            return True
        seen = seen or own
    return False


def _stray(row: GridRow, layout: Layout) -> Cell | None:
    """The one text of a row that is no item: a title, a remark or a heading over the whole width."""
    written = [cell for cell in row.cells if cell.text and not cell.below and not cell.beside]
    if len(written) != 1:
        return None
    one = written[0]
    at = next(place for place, cell in enumerate(row.cells) if cell is one)
    wide = sum(1 for cell in row.cells[at + 1 :] if cell.beside) + 1
    if wide > max(2, len(layout.columns) // 2):
        return one
    use = next((use for use in layout.columns if use.index == at), None)
    covered = any(cell.below and cell.text for cell in row.cells)
    is_heading = use is None or (use.role == "serial" and not joined(one.text).rstrip(".、").isdigit())
    is_remark = use is not None and use.role in ("serial", "title") and _is_remark(one.text)
    return one if not covered and (is_heading or is_remark) else None


def _is_remark(text: str) -> bool:
    plain = joined(text)
    return bool(REMARK.match(plain) or TABLE_TITLE.search(plain))


def _is_own(cell: Cell | None) -> bool:
    return cell is not None and bool(cell.text) and not cell.below


def _continues(layout: Layout, cells: dict[int, Cell]) -> bool:
    """Whether a row only goes on with the item above: nothing of its own by which an item is known."""
    own = [use for use in layout.columns if _is_own(cells.get(use.index)) and not cells[use.index].beside]
    return bool(own) and not any(use.role in IDENTITY for use in own)


def _append(entry: Entry, layout: Layout, cells: dict[int, Cell]) -> None:
    for use in layout.columns:
        cell = cells.get(use.index)
        if cell is not None and _is_own(cell) and not (cell.beside and use.role != "level"):
            entry.values.append(Value(use, cell.text, cell.address))


def _entry(
    layout: Layout,
    row: GridRow,
    cells: dict[int, Cell],
    above: Entry | None,
    ditto: frozenset[str],
    blanks_mean_above: bool,
) -> Entry:
    where = next((cell.address for cell in cells.values() if cell.text), row.cells[0].address)
    entry = Entry(row.number, where)
    for use in layout.columns:
        cell = cells.get(use.index)
        if cell is None:
            entry.values.append(Value(use, "", where))
        elif cell.beside and use.role not in ("everyone", "groups", "active", "on_request", "level", "channels"):
            entry.values.append(Value(use, "", cell.address))
        elif name_key(cell.text) in ditto:
            entry.values.append(Value(use, _above(above, use), cell.address))
        else:
            entry.values.append(Value(use, cell.text, cell.address))
    if above is not None:
        _take_titles(entry, above)
        _take_from_above(entry, above, blanks_mean_above)
    return entry


def _above(above: Entry | None, use: ColumnUse) -> str:
    if above is None:
        return ""
    return "\n".join(value.text for value in above.values if value.use.index == use.index and value.text)


def _take_titles(entry: Entry, above: Entry) -> None:
    """A blank title over one that is written, or over none at all, is the one above; a blank behind the last one written stays blank."""
    titles = entry.of("title")
    written = [value.use.rank for value in titles if value.text]
    deepest = max(written, default=len(titles))
    for value in titles:
        if not value.text and value.use.rank < deepest and (not written or min(written) > value.use.rank):
            _replace(entry, value, _above(above, value.use), taken=False)


def _take_from_above(entry: Entry, above: Entry, blanks_mean_above: bool) -> None:
    """What is merged over several items stands only in the first; without that sign only what every item needs is taken, and told."""
    same_group = _first_title(entry) == _first_title(above)
    for value in list(entry.values):
        if value.text or value.use.role not in (FILLED if blanks_mean_above else NEEDED if same_group else ("area",)):
            continue
        if value.use.role in ("channels", "channel") and any(one.text for one in entry.of("channels", "channel")):
            continue
        text = _above(above, value.use)
        if text:
            _replace(entry, value, text, taken=not blanks_mean_above and value.use.role != "area")
    for roles in TICKS:
        group = entry.of(*roles)
        if group and not any(value.text for value in group) and (blanks_mean_above or same_group):
            for value in group:
                text = _above(above, value.use)
                if text:
                    _replace(entry, value, text, taken=not blanks_mean_above)


def _first_title(entry: Entry) -> str:
    return next((joined(value.text) for value in entry.of("title") if value.text), "")


def _replace(entry: Entry, value: Value, text: str, *, taken: bool) -> None:
    entry.values[entry.values.index(value)] = Value(value.use, text, value.address, taken=taken)
