"""Texts of a Word file: paragraphs, tables, headers, footers, notes, comments, text boxes, also what was deleted with changes tracked."""

import re
from dataclasses import dataclass, field
from zipfile import ZipFile

from registry.files.office_parts import PartTexts
from registry.files.packages import Handler, parse_part
from registry.files.pieces import Budget, Part, Piece, Place, Reading

STORIES = (
    (re.compile(r"word/header\d*\.xml"), Part.HEADER),
    (re.compile(r"word/footer\d*\.xml"), Part.FOOTER),
    (re.compile(r"word/(?:footnotes|endnotes)\.xml"), Part.FOOTNOTE),
    (re.compile(r"word/comments.*\.xml"), Part.REMARK),
    (re.compile(r"word/document\d*\.xml"), Part.PARAGRAPH),
)
WITHOUT_WORDS = re.compile(
    r"word/(?:theme/.*|styles\w*|settings|fontTable|webSettings|numbering|stylesWithEffects)(?:\.xml)?|\[Content_Types\]\.xml"
)


def read_docx(package: ZipFile, budget: Budget) -> Reading:
    """The body first, then whatever else has words."""
    names = package.namelist()
    for name in sorted(names, key=lambda name: name != "word/document.xml"):
        if not name.endswith((".xml", ".rels")) or WITHOUT_WORDS.fullmatch(name):
            continue
        part = next((part for pattern, part in STORIES if pattern.fullmatch(name)), None)
        if part is not None:
            yield from parse_part(package, name, StoryTexts(budget, part))
        else:
            place = Place(Part.PROPERTIES) if name.startswith("docProps/") else Place(Part.OTHER, at=name)
            yield from parse_part(package, name, PartTexts(budget, place))


@dataclass
class _Table:
    number: int
    row: int = 0
    column: int = 0
    headings: dict[int, str] = field(default_factory=dict)
    cell: str = ""
    boxes: list[str] = field(default_factory=list)


@dataclass
class _Paragraph:
    place: Place
    label: str = ""
    words: str = ""
    deleted: str = ""


class StoryTexts(Handler):
    """One story of the file. Text boxes stand inside paragraphs and tables inside cells, so both are stacks."""

    def __init__(self, budget: Budget, part: Part) -> None:
        super().__init__(budget)
        self.part = part
        self.number_of_paragraphs = self.number_of_tables = 0
        self.tables: list[_Table] = []
        self.paragraphs: list[_Paragraph] = []
        self.boxes = 0
        self.holds: str | None = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "p":
            self.number_of_paragraphs += 0 if self.tables or self.boxes else 1
            self.paragraphs.append(_Paragraph(*self._here()))
        elif name in ("t", "delText", "instrText"):
            self.holds = name
        elif name == "tbl":
            self.number_of_tables += 1
            self.tables.append(_Table(self.number_of_tables))
        elif name == "tr" and self.tables:
            self.tables[-1].row += 1
            self.tables[-1].column = 0
        elif name == "tc" and self.tables:
            self.tables[-1].column += 1
            self.tables[-1].cell = ""
        elif name == "txbxContent":
            self.boxes += 1
        elif name in ("tab", "br", "cr") and self.paragraphs:
            self.paragraphs[-1].words += " "
        elif name in ("noBreakHyphen", "softHyphen") and self.paragraphs:
            self.paragraphs[-1].words += "-"
        self._alternative_text(attributes)

    def text(self, text: str) -> None:
        if self.holds is None or not self.paragraphs:
            return
        if self.holds == "delText":
            self.paragraphs[-1].deleted += text
        else:
            self.paragraphs[-1].words += text

    def finish(self, name: str) -> None:
        if name in ("t", "delText", "instrText"):
            self.holds = None
        elif name == "p" and self.paragraphs:
            self._tell(self.paragraphs.pop())
        elif name == "tc" and self.tables:
            self._end_cell(self.tables[-1])
        elif name == "tr" and self.tables:
            self._end_row(self.tables[-1])
        elif name == "tbl" and self.tables:
            self.tables.pop()
        elif name == "txbxContent":
            self.boxes -= 1

    def _here(self) -> tuple[Place, str]:
        if self.boxes:
            return Place(Part.TEXT_BOX, str(self.number_of_paragraphs)), ""
        if self.tables:
            table = self.tables[-1]
            label = table.headings.get(table.column, "") if table.row > 1 else ""
            return Place(Part.TABLE, f"{table.row}-{table.column}", str(table.number)), label
        at = str(self.number_of_paragraphs) if self.part is Part.PARAGRAPH else ""
        return Place(self.part, at), ""

    def _tell(self, paragraph: _Paragraph) -> None:
        if paragraph.words.strip():
            self.ready.append(Piece(paragraph.place, paragraph.words, paragraph.label))
        if paragraph.deleted.strip():
            self.ready.append(Piece(Place(Part.DELETED, str(self.number_of_paragraphs)), paragraph.deleted))
            together = paragraph.words + paragraph.deleted
            self.budget.spend(characters=len(together))
        if self.tables and not self.boxes:
            self.tables[-1].cell += paragraph.words

    def _end_cell(self, table: _Table) -> None:
        words = table.cell.strip()
        if table.row == 1:
            table.headings[table.column] = words[:40]
        if len(words) == 1:
            table.boxes.append(words)

    def _end_row(self, table: _Table) -> None:
        """A form with a box for each digit: single characters in a row are read as one text."""
        if len(table.boxes) >= 11:
            self.ready.append(Piece(Place(Part.TABLE, f"{table.row}-1", str(table.number)), "".join(table.boxes)))
        table.boxes = []

    def _alternative_text(self, attributes: dict[str, str]) -> None:
        for spoken in ("descr", "title"):
            if attributes.get(spoken):
                self.ready.append(Piece(Place(Part.OTHER, at=spoken), attributes[spoken]))
