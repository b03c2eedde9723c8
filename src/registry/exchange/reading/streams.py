"""Pasted text: separated by tabs or |, or one cell a line. Where the columns were lost, cells are put back by what they look like.

A text that still has its columns (tabs; | with the empty cells in place) is cut at them. In all others the cells come as one stream: the
header is the run of known names, and `alignment` finds the rows. Addresses are the numbers of lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from registry import wording
from registry.exchange.grids.delimited import read_delimited
from registry.exchange.grids.grid import MOST_ROWS, Cell, Grid, GridRow, refuse
from registry.exchange.grids.spelling import joined
from registry.exchange.reading.alignment import Aligner, Mode, Token
from registry.exchange.reading.choices import ChoiceWords, Tick
from registry.exchange.reading.entries import TABLE_TITLE
from registry.exchange.reading.likeness import Likeness
from registry.exchange.reading.names import STRONG_TITLES, HeaderNames

RULE_LINE = re.compile(r"^[\s|:+=-]+$")
BROKEN_IN = 4
FEWEST_NAMES = 4
FEWEST_BEFORE_STRANGER = 1
LONGEST_STRANGER = 16
LOOKED_AHEAD = 3
MANY_LINES = 4
FEWEST_IN_ROW = 6
SUB_ROLES = {
    "titles": STRONG_TITLES,
    "audience": ("everyone", "groups"),
    "methods": ("active", "on_request"),
    "levels": ("level",),
}


@dataclass(frozen=True)
class _Header:
    """`columns` are (role, header text) from left to right; `end` is the token behind the header."""

    columns: tuple[tuple[str, str], ...]
    end: int


class StreamReader:
    def __init__(self, names: HeaderNames, likeness: Likeness, choices: ChoiceWords) -> None:
        self.names, self.likeness, self.choices = names, likeness, choices

    def grids_of(self, text: str) -> list[Grid]:
        """The tables of a text without file type."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if sum("\t" in line for line in lines) * 2 >= sum(bool(line.strip()) for line in lines):
            return [read_delimited(text, "\t")]
        piped = [(number, line) for number, line in enumerate(lines, start=1) if "|" in line]
        if len(piped) >= 2:
            return self._piped(lines, piped)
        return self._streamed(*_blocks(lines))

    def _piped(self, lines: Sequence[str], piped: Sequence[tuple[int, str]]) -> list[Grid]:
        rows = [(number, _cells(line)) for number, line in piped if not RULE_LINE.match(line) or "-" not in line]
        usual = max({len(cells) for _, cells in rows}, key=lambda width: sum(len(cells) == width for _, cells in rows))
        tokens = _piped_tokens(lines)
        collapsed = _is_collapsed([cells for _, cells in rows])
        regular = [cells for _, cells in rows if len(cells) == usual]
        if usual > 3 and len(regular) * 5 >= len(rows) * 4 and not collapsed:
            return [_regular(rows, lines)]
        if collapsed:
            return self._streamed([token for token in tokens if token.text], Mode.COLLAPSED)
        return self._streamed(tokens, Mode.EXACT)

    def _streamed(self, tokens: Sequence[Token], mode: Mode) -> list[Grid]:
        if len(tokens) > MOST_ROWS * 3:
            raise refuse("too_many_rows", accepted=MOST_ROWS)
        starts = [(at, header) for at in range(len(tokens)) if (header := self._header(tokens, at))]
        starts = _without_overlaps(starts)
        grids: list[Grid] = []
        for number, (at, header) in enumerate(starts):
            end = starts[number + 1][0] if number + 1 < len(starts) else len(tokens)
            body = list(tokens[header.end : end])
            while body and (
                not body[-1].text or (TABLE_TITLE.search(joined(body[-1].text)) and number + 1 < len(starts))
            ):
                body.pop()
            title = next((joined(one.text) for one in reversed(tokens[max(at - 3, 0) : at]) if one.text), "")
            grids.append(self._grid(str(number + 1), title, tokens[at].line, header, body, mode))
        return grids

    def _header(self, tokens: Sequence[Token], first: int) -> _Header | None:
        """The run of known names that begins with a token, each name perhaps broken over several."""
        if not tokens[first].text or not self._name_at(tokens, first)[1]:
            return None
        at, found = first, list[str]()
        while at < len(tokens):
            if not tokens[at].text:
                at += 1
                continue
            text, taken = self._name_at(tokens, at)
            if not taken and self._is_strange_name(tokens, at, len(found)):
                text, taken = joined(tokens[at].text), 1
            if not taken:
                break
            found.append(text)
            at += taken
        roles = {one.role for text in found for one in self.names.find(text)}
        if len(set(found)) < FEWEST_NAMES or not roles & {"elements", "titles", *STRONG_TITLES}:
            return None
        while at < len(tokens) and not tokens[at].text and mode_keeps_empties(tokens):
            at += 1
        return _Header(tuple(self._columns(found)), at)

    def _is_strange_name(self, tokens: Sequence[Token], at: int, found: int) -> bool:
        """A column nobody knows: a short name with known names behind it, or the last before the first serial number."""
        text = joined(tokens[at].text)
        if found < FEWEST_BEFORE_STRANGER or len(text) > LONGEST_STRANGER or text.isdigit() or "《" in text:
            return False
        if self.choices.tick(text).tick is not Tick.WORDS:
            return False
        following = [one for one in range(at + 1, min(at + 1 + LOOKED_AHEAD, len(tokens))) if tokens[one].text]
        is_last = bool(following) and joined(tokens[following[0]].text) == "1"
        return is_last or any(self._name_at(tokens, one)[1] for one in following)

    def _name_at(self, tokens: Sequence[Token], at: int) -> tuple[str, int]:
        """(header, number of tokens it takes); the longest that is known counts."""
        for count in range(BROKEN_IN, 0, -1):
            pieces = [token.text for token in tokens[at : at + count]]
            text = joined("".join(pieces))
            if len(pieces) == count and all(pieces) and len(text) < 40 and self.names.find(text):
                return text, count
        return "", 0

    def _columns(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """Names in the order they were written into columns: those below a group take the group's place."""
        meant = [(name, [one.role for one in self.names.find(name)]) for name in names]
        below = {
            group: [name for name, roles in meant if set(roles) & set(subs) and group not in roles]
            for group, subs in SUB_ROLES.items()
        }
        groups = {group for _, roles in meant for group in SUB_ROLES if group in roles}
        columns: list[tuple[str, str]] = []
        placed: set[str] = set()
        for name, roles in meant:
            group = next((one for one in SUB_ROLES if one in roles and below[one]), None)
            above = next((one for one in groups if name in below[one]), None)
            if group and group not in placed:
                placed.add(group)
                columns += [(self._role(sub), f"{name}-{sub}") for sub in below[group]]
            elif not above and group is None:
                columns.append((self._role(name), name))
        return columns

    def _role(self, name: str) -> str:
        roles = [one.role for one in self.names.find(name)]
        if set(roles) & {"titles", *STRONG_TITLES} and not set(roles) & {"elements", "body"}:
            return "title"
        return roles[0] if roles else "extra"

    def _grid(self, name: str, title: str, line: int, header: _Header, body: Sequence[Token], mode: Mode) -> Grid:
        aligner = Aligner([role for role, _ in header.columns], self.likeness)
        rows = [_row([text for _, text in header.columns], line)]
        ticks_lost = mode is not Mode.EXACT and any(aligner.is_tick(at) for at in range(len(header.columns)))
        for cells in aligner.rows(body, mode):
            number = min(token.line for tokens in cells.values() for token in tokens)
            texts = ["\n".join(token.text for token in cells.get(at, ())) for at in range(len(header.columns))]
            lines = [cells[at][0].line if cells.get(at) else number for at in range(len(header.columns))]
            rows.append(GridRow(number, [Cell(text, _address(line)) for text, line in zip(texts, lines, strict=True)]))
        has_ticks = any(aligner.is_tick(at) and cell.text for row in rows[1:] for at, cell in enumerate(row.cells))
        return Grid(
            name, rows, knows_merges=False, title=title, doubt="ticks_lost" if ticks_lost and has_ticks else None
        )


def mode_keeps_empties(tokens: Sequence[Token]) -> bool:
    return any(not token.text for token in tokens)


def _address(line: int) -> str:
    return wording.label("import_word", "line").format(number=line)


def _row(texts: Sequence[str], line: int) -> GridRow:
    return GridRow(line, [Cell(text, _address(line)) for text in texts])


def _cells(line: str) -> list[str]:
    """The cells of a line; a | at both ends frames it."""
    text = line.strip()
    if text.startswith("|") and text.endswith("|") and len(text) > 1:
        text = text[1:-1]
    return [cell.strip() for cell in text.split("|")]


def _is_collapsed(rows: Sequence[Sequence[str]]) -> bool:
    """Whether empty cells stand only at the ends of rows: then they were moved there, and say nothing about columns."""
    if max(map(len, rows)) < FEWEST_IN_ROW:
        return False
    padded = sum(1 for cells in rows if cells and not cells[-1] and any(cells))
    inner = sum(1 for cells in rows if "" in _trimmed(cells))
    return padded >= 2 and inner == 0 and any(len(cells) - len(_trimmed(cells)) > 1 for cells in rows)


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _regular(rows: Sequence[tuple[int, Sequence[str]]], lines: Sequence[str]) -> Grid:
    first = rows[0][0]
    title = next((joined(line) for line in reversed(lines[: first - 1]) if line.strip()), "")
    found = []
    for number, cells in rows:
        texts = [cell.replace("<br>", "\n").replace("<br/>", "\n") for cell in cells]
        found.append(GridRow(number, [Cell(text, _address(number)) for text in texts]))
    return Grid("1", found, knows_merges=False, title=title)


def _piped_tokens(lines: Sequence[str]) -> list[Token]:
    """Cells between |, over the ends of lines; a row ends where empty cells fill it up to the end of a line."""
    first = next(number for number, line in enumerate(lines, start=1) if "|" in line)
    tokens = [Token(line.strip(), number) for number, line in enumerate(lines[: first - 1], start=1) if line.strip()]
    held: list[str] = []
    start = first
    for number, line in enumerate(lines[first - 1 :], start=first):
        pieces = line.split("|")
        for place, piece in enumerate(pieces):
            if not held:
                start = number
            held.append(piece.strip())
            if place < len(pieces) - 1:
                tokens.append(Token("\n".join(filter(None, held)), start))
                held = []
        if len(pieces) > 2 and not any(piece.strip() for piece in pieces[-2:]):
            tokens[-1] = Token(tokens[-1].text, tokens[-1].line, ends_row=True)
            held = []
    if any(held):
        tokens.append(Token("\n".join(filter(None, held)), start))
    return _ends_moved_back(tokens)


def _ends_moved_back(tokens: list[Token]) -> list[Token]:
    """An empty cell that ends a row hands that on to the last written cell before it, as it may be dropped itself."""
    found = list(tokens)
    for at, token in enumerate(tokens):
        if token.ends_row and not token.text:
            back = at
            while back and not found[back].text:
                back -= 1
            if found[back].text:
                found[back] = Token(found[back].text, found[back].line, ends_row=True)
    return found


def _blocks(lines: Sequence[str]) -> tuple[list[Token], Mode]:
    """A cell a line, or a cell a block where blank lines stand between; blocks of many lines are rows."""
    blocks: list[list[tuple[int, str]]] = [[]]
    for number, line in enumerate(lines, start=1):
        if line.strip():
            blocks[-1].append((number, line.strip()))
        elif blocks[-1]:
            blocks.append([])
    blocks = [block for block in blocks if block]
    if not blocks:
        return [], Mode.BLOCKS
    if median(len(block) for block in blocks) > MANY_LINES or len(blocks) < FEWEST_NAMES:
        tokens = []
        for block in blocks:
            tokens += [Token(text, number) for number, text in block]
            if len(blocks) > 2:
                tokens[-1] = Token(tokens[-1].text, tokens[-1].line, ends_row=True)
        return tokens, Mode.BLOCKS
    return [Token("\n".join(text for _, text in block), block[0][0]) for block in blocks], Mode.BLOCKS


def _without_overlaps(starts: Sequence[tuple[int, _Header]]) -> list[tuple[int, _Header]]:
    kept: list[tuple[int, _Header]] = []
    for at, header in starts:
        if not kept or at >= kept[-1][1].end:
            kept.append((at, header))
    return kept
