"""Texts of a workbook: each cell with its address, hidden ones too, and every other part that holds words."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from posixpath import join, normpath
from zipfile import ZipFile

from registry.files.office_parts import PartTexts, Relations
from registry.files.packages import Handler, parse_part
from registry.files.pieces import Budget, Part, Piece, Place, Reading

COLUMN = re.compile(r"[A-Z]+")
CODE_DIGITS = re.compile(r"[0-9]{6}")
HEADING_ROWS = 8
LONGEST_HEADING = 16
MOST_BOXES = 60
LAYOUT_CODES = re.compile(r'&(?:"[^"]*"|[A-Za-z])|&[0-9]{1,3}(?=\s)')
MONEY_FORMATS = frozenset({2, *range(3, 13), *range(37, 45), 48})


def read_xlsx(package: ZipFile, budget: Budget) -> Reading:
    """Cells first, sheet by sheet; then sheet names, comments, drawings, charts, properties, whatever else has words."""
    names = package.namelist()
    sheets = sheet_names(package, names, budget)
    strings = shared_strings(package, names, budget)
    money = money_styles(package, names, budget)
    for part, sheet in sheets.items():
        yield Piece(Place(Part.SHEET_NAME, within=sheet), sheet)
        yield from parse_part(package, part, SheetTexts(budget, sheet, strings, money))
    owners = _owners(package, names, sheets, budget)
    done = {*sheets, "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"}
    for name in names:
        if name.endswith((".xml", ".rels", ".vml")) and name not in done and not name.startswith("xl/theme/"):
            yield from parse_part(package, name, PartTexts(budget, _place(name, owners)))


def sheet_names(package: ZipFile, names: list[str], budget: Budget) -> dict[str, str]:
    """Part → name of each sheet, hidden ones too, in the workbook's order; sheets no workbook names last."""
    book, relations = _Workbook(budget), Relations(budget)
    _exhaust(parse_part(package, "xl/workbook.xml", book))
    if "xl/_rels/workbook.xml.rels" in names:
        _exhaust(parse_part(package, "xl/_rels/workbook.xml.rels", relations))
    found: dict[str, str] = {}
    for relation, sheet in book.sheets:
        kind, target = relations.targets.get(relation, ("", ""))
        part = _absolute("xl/workbook.xml", target)
        if kind == "worksheet" and part in names:
            found[part] = sheet
    loose = [name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    return found | {name: name.rpartition("/")[2] for name in loose if name not in found}


def shared_strings(package: ZipFile, names: list[str], budget: Budget) -> list[str]:
    handler = _SharedStrings(budget)
    if "xl/sharedStrings.xml" in names:
        _exhaust(parse_part(package, "xl/sharedStrings.xml", handler))
    return handler.strings


def money_styles(package: ZipFile, names: list[str], budget: Budget) -> frozenset[int]:
    """Numbers of the cell styles that show thousands, decimals, percents or a currency."""
    handler = _Styles(budget)
    if "xl/styles.xml" in names:
        _exhaust(parse_part(package, "xl/styles.xml", handler))
    return frozenset(index for index, number in enumerate(handler.formats) if number in handler.money)


class _Workbook(Handler):
    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.sheets: list[tuple[str, str]] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            self.sheets.append((attributes.get("id", ""), attributes.get("name", "")))


class _SharedStrings(Handler):
    """Runs of a string are joined; the reading aids of Japanese (rPh) are not part of it."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.strings: list[str] = []
        self.words, self.depth, self.is_aid = "", 0, False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.is_aid = self.is_aid or name == "rPh"

    def text(self, text: str) -> None:
        if not self.is_aid:
            self.words += text

    def finish(self, name: str) -> None:
        if name == "rPh":
            self.is_aid = False
        elif name == "si":
            self.strings.append(self.words.strip("\n"))
            self.words = ""


class _Styles(Handler):
    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.money, self.formats, self.in_cells = set(MONEY_FORMATS), list[int](), False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and re.search(r"[,.%¥￥$]", attributes.get("formatCode", "")):
            self.money.add(int(attributes["numFmtId"]))
        elif name == "cellXfs":
            self.in_cells = True
        elif name == "xf" and self.in_cells:
            self.formats.append(int(attributes.get("numFmtId", "0")))

    def finish(self, name: str) -> None:
        if name == "cellXfs":
            self.in_cells = False


class SheetTexts(Handler):
    """The cells of one sheet, and what else it says: headers, footers, prompts."""

    def __init__(self, budget: Budget, sheet: str, strings: list[str], money: frozenset[int]) -> None:
        super().__init__(budget)
        self.sheet, self.strings, self.money = sheet, strings, money
        self.address, self.kind, self.style, self.words = "", "", 0, ""
        self.row, self.headings = 0, dict[str, str]()
        self.boxes: list[tuple[str, str]] = []

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.address, self.kind = attributes.get("r", ""), attributes.get("t", "n")
            self.style = int(attributes.get("s", "0"))
        elif name == "row":
            self.row += 1
            self._close_boxes()
        elif name in ("v", "f", "t"):
            self.words = self.words if name == "t" else ""
        elif name in ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter", "formula1"):
            self.words = ""
        for spoken in ("prompt", "promptTitle", "error", "tooltip", "display"):
            self._sheet(attributes.get(spoken, ""))

    def text(self, text: str) -> None:
        self.words += text

    def finish(self, name: str) -> None:
        if name == "v":
            self._value(self.words)
        elif name == "f":
            self._tell(self.words)
        elif name == "is":
            self._words(self.words)
        elif name.endswith(("Header", "Footer")) or name == "formula1":
            self._sheet(LAYOUT_CODES.sub(" ", self.words))
        elif name == "sheetData":
            self._close_boxes()
        if name not in ("t", "r", "rPr"):
            self.words = ""

    def _value(self, raw: str) -> None:
        if self.kind == "s":
            index = int(raw) if raw.strip().isdigit() else -1
            self._words(self.strings[index] if 0 <= index < len(self.strings) else "")
        elif self.kind in ("str", "inlineStr"):
            self._words(raw)
        elif self.kind == "n":
            self._number(raw)

    def _number(self, raw: str) -> None:
        try:
            value = Decimal(raw.strip())
        except InvalidOperation:
            return
        if value != value.to_integral_value() or not 0 <= value < Decimal(10) ** 20:
            return
        digits = str(int(value))
        if len(digits) == 1:
            self._box(digits)
        elif len(digits) >= 11:
            label, is_amount = self.headings.get(self._column(), ""), self.style in self.money
            self.ready.append(Piece(self._here(), digits, label, is_number=True, is_amount=is_amount))

    def _words(self, words: str) -> None:
        words = words.strip()
        if len(words) == 1:
            self._box(words)
        elif words:
            self._tell(words)
            if self.row <= HEADING_ROWS and len(words) <= LONGEST_HEADING and not CODE_DIGITS.search(words):
                self.headings[self._column()] = words

    def _tell(self, words: str) -> None:
        self.budget.spend(characters=len(words))
        self.ready.append(Piece(self._here(), words, self.headings.get(self._column(), "")))

    def _sheet(self, words: str) -> None:
        if words.strip():
            self.ready.append(Piece(Place(Part.SHEET, within=self.sheet), words))

    def _box(self, character: str) -> None:
        """A form with a box for each digit: single characters in a row are read as one text."""
        if len(self.boxes) < MOST_BOXES:
            self.boxes.append((self.address, character))

    def _close_boxes(self) -> None:
        if len(self.boxes) >= 11:
            place = Place(Part.CELL, f"{self.boxes[0][0]}:{self.boxes[-1][0]}", self.sheet)
            self.ready.append(Piece(place, "".join(character for _, character in self.boxes)))
        self.boxes = []

    def _here(self) -> Place:
        return Place(Part.CELL, self.address, self.sheet)

    def _column(self) -> str:
        found = COLUMN.match(self.address)
        return found.group() if found else ""


def _owners(package: ZipFile, names: list[str], sheets: dict[str, str], budget: Budget) -> dict[str, str]:
    """Part → sheet, for the parts that belong to a sheet: comments, drawings."""
    owners: dict[str, str] = {}
    for part, sheet in sheets.items():
        folder, _, file = part.rpartition("/")
        relations_part = f"{folder}/_rels/{file}.rels"
        if relations_part in names:
            relations = Relations(budget)
            _exhaust(parse_part(package, relations_part, relations))
            owners |= {_absolute(part, target): sheet for _, target in relations.targets.values()}
    return owners


def _place(name: str, owners: dict[str, str]) -> Place:
    sheet = owners.get(name, "")
    if re.search(r"/(?:threaded)?[cC]omments?[0-9]*\.xml$", name):
        return Place(Part.COMMENT, within=sheet)
    if name.startswith("docProps/"):
        return Place(Part.PROPERTIES)
    return Place(Part.SHEET, within=sheet) if sheet else Place(Part.OTHER, at=name)


def _absolute(part: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(join(part.rpartition("/")[0], target))


def _exhaust(events: Iterator[Piece]) -> None:
    for _ in events:
        pass
