"""The official table of an area: the columns of `standards/columns.yaml`, one row an item; the same for page, XLSX and CSV."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from registry.items.queries import ItemDetail, list_details, standard_in_force
from registry.items.tables import Area, LegalBasis, Standard
from registry.rulebook.book import Rulebook
from registry.rulebook.columns import Column

YES = "√"


@dataclass(frozen=True)
class OfficialRow:
    """Cells by column code; each cell is a list of lines, empty where the table has nothing."""

    item_code: str
    cells: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class OfficialTable:
    """`columns` are those at least one item uses, and the required ones, in official order."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[OfficialRow]

    @property
    def groups(self) -> list[tuple[str | None, Sequence[Column]]]:
        """Neighbouring columns under one upper header; None for a column that has none."""
        found: list[tuple[str | None, list[Column]]] = []
        for column in self.columns:
            if column.group and found and found[-1][0] == column.group:
                found[-1][1].append(column)
            else:
                found.append((column.group, [column]))
        return [(name, columns) for name, columns in found]


def official_table(title: str, details: Sequence[ItemDetail], rulebook: Rulebook) -> OfficialTable:
    """The table of `details` in their order."""
    rows = [
        OfficialRow(detail.item.code, {code: read(number, detail, rulebook) for code, read in CELLS.items()})
        for number, detail in enumerate(details, start=1)
    ]
    fields = rulebook.columns.fields
    used = [column for column in fields if column.required or any(row.cells[column.code] for row in rows)]
    return OfficialTable(title, used, rows)


def area_table(session: Session, area: Area, on: date, rulebook: Rulebook) -> OfficialTable:
    """The whole table of an area, titled as the standard in force on a day calls itself."""
    standard = standard_in_force(session, area.code, on)
    return official_table(table_title(area, standard), list_details(session, area_code=area.code), rulebook)


def table_title(area: Area, standard: Standard | None) -> str:
    return standard.title if standard else area.name


def basis_text(basis: LegalBasis, rulebook: Rulebook) -> str:
    """《政府信息公开条例》（国务院令第711号）第十九条、第二十条."""
    regulation = rulebook.regulations.get(basis.regulation or "")
    if regulation is None:
        number = f"（{basis.doc_no}）" if basis.doc_no else ""
        return f"《{basis.title or basis.regulation}》{number}{'、'.join(basis.articles)}"
    edition = regulation.find_edition(basis.edition) if basis.edition else None
    if edition is None and len(regulation.editions) == 1:
        edition = regulation.editions[0]
    number = f"（{edition.doc_no}）" if edition and edition.doc_no else ""
    return f"《{regulation.title}》{number}{'、'.join(basis.articles)}"


def _title(level: int) -> "Reader":
    return lambda number, detail, rulebook: detail.item.titles[level : level + 1]


def _numbered(number: int, detail: ItemDetail, rulebook: Rulebook) -> list[str]:
    texts = [element.text for element in detail.elements]
    return [f"{position}.{text}" for position, text in enumerate(texts, start=1)] if len(texts) > 1 else texts


def _channels(number: int, detail: ItemDetail, rulebook: Rulebook) -> list[str]:
    mark = rulebook.columns.check_marks.selected[0]
    names = [rulebook.channels[code].name if code in rulebook.channels else code for code in detail.item.channels]
    notes = [detail.item.channel_notes] if detail.item.channel_notes else []
    return [f"{mark}{name}" for name in names] + notes


def _ticked(is_ticked: Callable[[ItemDetail], bool]) -> "Reader":
    return lambda number, detail, rulebook: [YES] if is_ticked(detail) else []


def _line(text: str | None) -> list[str]:
    return [text] if text else []


Reader = Callable[[int, ItemDetail, Rulebook], Sequence[str]]

CELLS: Mapping[str, Reader] = {
    "serial": lambda number, detail, rulebook: [str(number)],
    "title1": _title(0),
    "title2": _title(1),
    "title3": _title(2),
    "elements": _numbered,
    "legal_bases": lambda number, detail, rulebook: [basis_text(basis, rulebook) for basis in detail.bases],
    "deadline_text": lambda number, detail, rulebook: _line(detail.item.deadline_text),
    "body": lambda number, detail, rulebook: _line(detail.item.body),
    "channels": _channels,
    "everyone": _ticked(lambda detail: detail.item.audience_everyone),
    "groups": lambda number, detail, rulebook: _line(detail.item.audience_groups),
    "active": _ticked(lambda detail: "active" in detail.item.methods),
    "on_request": _ticked(lambda detail: "on_request" in detail.item.methods),
    "city": _ticked(lambda detail: "city" in detail.item.levels),
    "county": _ticked(lambda detail: "county" in detail.item.levels),
    "township": _ticked(lambda detail: "township" in detail.item.levels),
    "village": _ticked(lambda detail: "village" in detail.item.levels),
    "notes": lambda number, detail, rulebook: _line(detail.item.notes),
}
