"""Finds the header of a table by its names, wherever it stands, in one to three rows, and says what each column is for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from registry.exchange.grids.grid import Cell, Grid
from registry.exchange.grids.spelling import joined, name_key
from registry.exchange.reading.likeness import Likeness
from registry.exchange.reading.names import GROUPS, STRONG_TITLES, HeaderNames, Meaning, group_of

TALLEST = 3
FEWEST_NAMES = 3
LONGEST_NAME = 60
LOOKED_AT = 40
ONCE = ("serial", "elements", "legal_bases", "deadline_text", "body", "notes", "area", "code")
CUT_SHORT = ("elements", "legal_bases", "deadline_text", "body", "channels")
LIKE_ENOUGH = 0.55
SURELY_LIKE = 0.9
ALWAYS = ("elements", "titles")


@dataclass(frozen=True)
class ColumnUse:
    """What one column is for: `role` of a Meaning, `title` with its level in `rank`, or `extra` for a stranger kept under `header`."""

    index: int
    role: str
    header: str
    rank: int = 0
    levels: tuple[str, ...] = ()
    channel: str | None = None


@dataclass(frozen=True)
class Layout:
    """`first` and `height` are where the header stands among the grid's rows; `columns` leave out those that hold nothing."""

    first: int
    height: int
    columns: tuple[ColumnUse, ...]

    def uses(self, *roles: str) -> list[ColumnUse]:
        return [column for column in self.columns if column.role in roles]

    @property
    def key(self) -> tuple[tuple[int, str], ...]:
        return tuple((column.index, column.role) for column in self.columns)


@dataclass
class _Path:
    """The header cells above a column from top to bottom, each once, and the first of them as what a group is told apart by."""

    index: int
    texts: list[str]
    group: str | None
    top: str


def header_at(grid: Grid, first: int, names: HeaderNames, likeness: Likeness) -> Layout | None:
    """The header that begins with this row, None when the row is something else."""
    cells = grid.rows[first].cells
    if not _begins(cells, names):
        return None
    height = 1
    while height < TALLEST and first + height < len(grid.rows) and _goes_on(grid, first, height, names):
        height += 1
    paths = _paths(grid, first, height, names)
    columns = _resolved(paths, grid, first + height, names, likeness)
    roles = {column.role for column in columns}
    if not roles & {"title", "elements"} or len(roles - {"extra"}) < FEWEST_NAMES:
        return None
    return Layout(first, height, tuple(columns))


def _begins(cells: Sequence[Cell], names: HeaderNames) -> bool:
    """Several different names, among them what every such table has, and nothing as long as content."""
    if any(len(cell.text) > LONGEST_NAME * 2 for cell in cells):
        return False
    written = {joined(cell.text) for cell in cells if cell.text and not cell.below}
    if any(len(text) > LONGEST_NAME for text in written) or sum(text.isdigit() for text in written) > 0:
        return False
    meanings = [names.find(names.split(text)[-1]) or names.find(names.split(text)[0]) for text in written]
    roles = {one.role for found in meanings for one in found}
    known = sum(bool(found) for found in meanings)
    return known >= FEWEST_NAMES and bool(roles & {*ALWAYS, *STRONG_TITLES}) and known * 2 >= len(written)


def _goes_on(grid: Grid, first: int, height: int, names: HeaderNames) -> bool:
    """Whether the row below still belongs to the header: names under groups, or the rest of names broken in two."""
    row = grid.rows[first + height].cells
    own = [(at, joined(cell.text)) for at, cell in enumerate(row) if cell.text and not cell.below and not cell.beside]
    if not own or any(len(text) > LONGEST_NAME or text.isdigit() for _, text in own):
        return False
    fitting = 0
    for at, text in own:
        over = _over(grid, first, height, at, names)
        above = over[0] if over else ""
        group = next(filter(None, (group_of(names.find(text)) for text in over)), None)
        if (
            (group and (names.under(group, text) or names.find(text) or group in GROUPS))
            or (above and (names.find(above + text) or text.startswith(("（", "("))))
            or (not above and names.find(text))
        ):
            fitting += 1
        elif above and names.find(above) and not group:
            return False
    return fitting * 2 > len(own)


def _over(grid: Grid, first: int, height: int, at: int, names: HeaderNames) -> list[str]:
    """The header texts over a cell, the nearest first; a blank one stands for the group to its left."""
    found = []
    for row in range(first + height - 1, first - 1, -1):
        cells = grid.rows[row].cells
        text = joined(cells[at].text) if at < len(cells) else ""
        text = text or _group_to_the_left(cells, at, names)
        found += [text] if text else []
    return found


def _paths(grid: Grid, first: int, height: int, names: HeaderNames) -> list[_Path]:
    rows = [grid.rows[first + offset].cells for offset in range(height)]
    width = max(len(cells) for cells in rows)
    paths = []
    for at in range(width):
        texts: list[str] = []
        for depth, cells in enumerate(rows):
            text = joined(cells[at].text) if at < len(cells) else ""
            if not text and depth + 1 < height and _is_written_below(rows, depth, at):
                text = _group_to_the_left(cells, at, names)
            for part in names.split(text) if text else ():
                if not texts or texts[-1] != part:
                    texts.append(part)
        group = group_of(names.find(texts[0])) if len(texts) > 1 else None
        paths.append(_Path(at, texts, group, f"{texts[0] if texts else ''}"))
    return paths


def _is_written_below(rows: Sequence[Sequence[Cell]], depth: int, at: int) -> bool:
    return any(at < len(cells) and cells[at].text for cells in rows[depth + 1 :])


def _group_to_the_left(cells: Sequence[Cell], at: int, names: HeaderNames) -> str:
    for one in range(min(at, len(cells)) - 1, -1, -1):
        if cells[one].text:
            text = joined(cells[one].text)
            return text if group_of(names.find(text)) else ""
    return ""


def _resolved(paths: Sequence[_Path], grid: Grid, body: int, names: HeaderNames, likeness: Likeness) -> list[ColumnUse]:
    found = [(path, _meanings(path, names)) for path in paths]
    has_strong = any(
        one.role in STRONG_TITLES and _is_strong(path.texts[-1], one.role)
        for path, meanings in found
        for one in meanings
    )
    uses = [use for path, meanings in found if (use := _use(path, meanings, has_strong=has_strong))]
    uses = _levelled_titles(_one_of_each(uses, grid, body))
    return _by_content(uses, paths, grid, body, names, likeness)


def _meanings(path: _Path, names: HeaderNames) -> Sequence[Meaning]:
    if not path.texts:
        return ()
    leaf = path.texts[-1]
    if path.group in ("levels", "channels"):
        under = names.under(path.group, leaf)
        if under:
            return (under,)
    whole = names.find("".join(path.texts))
    if whole and len(path.texts) > 1:
        return whole
    return names.find(leaf) or (names.find(path.texts[0]) if leaf.startswith(("（", "(")) else ())


def _use(path: _Path, meanings: Sequence[Meaning], *, has_strong: bool) -> ColumnUse | None:
    """The meaning that fits the table: general names are titles only where 一级事项 and the like are missing."""
    if not path.texts:
        return None
    header = path.texts[-1]
    roles = {one.role: one for one in meanings}
    strong = next((roles[role] for role in STRONG_TITLES if role in roles and _is_strong(header, role)), None)
    if strong:
        return ColumnUse(path.index, "title", header, STRONG_TITLES.index(strong.role))
    if "area" in roles and (has_strong or roles["area"].rank < 4):
        return ColumnUse(path.index, "area", header)
    if roles.keys() & {"titles", *STRONG_TITLES} and not roles.keys() - {"titles", "area", *STRONG_TITLES}:
        return ColumnUse(path.index, "extra" if has_strong else "general_title", header)
    for one in meanings:
        if one.role not in ("titles", *STRONG_TITLES):
            return ColumnUse(path.index, one.role, header, one.rank, one.levels, one.channel)
    return ColumnUse(path.index, "extra", header)


def _is_strong(header: str, role: str) -> bool:
    return name_key(header)[:1] == "一二三"[STRONG_TITLES.index(role)]


def _one_of_each(uses: Sequence[ColumnUse], grid: Grid, body: int) -> list[ColumnUse]:
    """Of two columns for one field the one with the usual name holds it, the other is extra; parts of one merged header stay together."""
    best: dict[str, ColumnUse] = {}
    for use in uses:
        if use.role in ONCE and (use.role not in best or use.rank < best[use.role].rank):
            best[use.role] = use
    kept = []
    for use in uses:
        chosen = best.get(use.role)
        if chosen and use is not chosen and use.header != chosen.header:
            use = replace(use, role="extra")
        kept.append(use)
    return kept


def _levelled_titles(uses: Sequence[ColumnUse]) -> list[ColumnUse]:
    """General names take the levels from left to right, at most three."""
    general = [use for use in uses if use.role == "general_title"]
    levels = {use.index: level for level, use in enumerate(general[:3])}
    found = []
    for use in uses:
        if use.role == "general_title":
            level = levels.get(use.index)
            use = replace(use, role="extra") if level is None else replace(use, role="title", rank=level)
        found.append(use)
    return found


def _by_content(
    uses: list[ColumnUse],
    paths: Sequence[_Path],
    grid: Grid,
    body: int,
    names: HeaderNames,
    likeness: Likeness,
) -> list[ColumnUse]:
    """Headers that are missing or cut short (公开, 公开渠) get the field that is still missing and that their cells look most like."""
    taken = {use.role for use in uses}
    missing = [role for role in CUT_SHORT if role not in taken]
    held = {use.index: use for use in uses}
    candidates: list[tuple[float, int, str]] = []
    for path in paths:
        use = held.get(path.index)
        if use is not None and use.role != "extra":
            continue
        header = path.texts[-1] if path.texts else ""
        left = held.get(path.index - 1)
        if not header and left is not None and left.role == "channels":
            if _looks_like("channels", path.index, grid, body, likeness) >= SURELY_LIKE:
                held[path.index] = replace(left, index=path.index)
            continue
        allowed = {one.role for one in names.beginning(header)} if header else set(CUT_SHORT)
        for role in missing:
            if role in allowed:
                candidates.append((_looks_like(role, path.index, grid, body, likeness), path.index, role))
    for score, index, role in sorted(candidates, reverse=True):
        if score >= LIKE_ENOUGH and role in missing and (index not in held or held[index].role == "extra"):
            missing.remove(role)
            held[index] = ColumnUse(index, role, held[index].header if index in held else "")
    return [held[index] for index in sorted(held)]


def _looks_like(role: str, index: int, grid: Grid, body: int, likeness: Likeness) -> float:
    texts = [row.cells[index].text for row in grid.rows[body : body + LOOKED_AT] if index < len(row.cells)]
    texts = [text for text in texts if text]
    return sum(likeness.of(role, text) for text in texts) / len(texts) if texts else 0.0
