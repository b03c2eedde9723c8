"""An official table in any form into items: formats into grids, grids into entries, entries into fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry import wording
from registry.exchange.grids.grid import Grid, refuse
from registry.exchange.grids.opening import read_grids
from registry.exchange.grids.spelling import joined, name_key, tidied
from registry.exchange.reading.bases import Library
from registry.exchange.reading.cells import Audience, CellReader, Doubts
from registry.exchange.reading.channels import ChannelWords
from registry.exchange.reading.choices import ChoiceWords
from registry.exchange.reading.entries import TICKS, Entry, Section, sections_of
from registry.exchange.reading.headers import Layout, header_at
from registry.exchange.reading.likeness import Likeness
from registry.exchange.reading.names import HeaderNames
from registry.exchange.reading.records import CellIssue, ReadFile, ReadItem
from registry.exchange.reading.streams import StreamReader
from registry.rulebook.book import Rulebook

SPACED = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")
OWN_LINE = re.compile(
    r"https?://|www\.|\d{1,2}[.、．]|[①-⑳■□●√☑☐]|[（(][\d一二三四五六七八九十]+[)）]|《|第[一二三四五六七八九十百]+条"
)
TOWNSHIP = re.compile(r"乡|镇(?!江)|街道|村")
COUNTY = re.compile(r"县|区|市|旗|各级|州")
OFFICE_WITHIN = re.compile(r"科室|股室|处室")
FIELDS = {
    "title": "titles",
    "elements": "elements",
    "legal_bases": "legal_bases",
    "deadline_text": "deadline_text",
    "body": "body",
    "channels": "channels",
    "channel": "channels",
    "notes": "notes",
    "everyone": "audience",
    "groups": "audience",
    "audience": "audience",
    "active": "methods",
    "on_request": "methods",
    "methods": "methods",
    "level": "levels",
    "levels": "levels",
    "extra": "extra",
}
ASSUMED_CHANNEL = "government_website"


@dataclass(frozen=True)
class Owner:
    """Whose table it is, for what the table does not say: the unit's name."""

    body: str | None = None


class TableReader:
    """Reads files with the words of one rulebook; keep one as long as the rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        columns = rulebook.columns
        self.names = HeaderNames(columns)
        self.choices = ChoiceWords(columns)
        self.channels = ChannelWords(columns)
        self.likeness = Likeness(rulebook.deadlines.vocabulary, self.channels, self.choices.ticks)
        self.library = Library(rulebook.regulations)
        self.cells = CellReader(rulebook, self.channels, self.choices)
        self.streams = StreamReader(self.names, self.likeness, self.choices)
        self.ditto = frozenset(name_key(word) for word in columns.ditto)

    def read(self, name: str, content: bytes, owner: Owner = Owner()) -> ReadFile:
        """The items of a file. Raises Invalid when the file cannot be opened or holds no table with a known header."""
        found = ReadFile(name)
        earlier: Layout | None = None
        found.grids += read_grids(name, content, self.streams.grids_of)
        for grid in found.grids:
            for section in sections_of(grid, self.header_at, self.ditto, earlier):
                if section.layout is earlier and not section.title and found.titles:
                    section.title = found.titles[-1]
                earlier = section.layout
                self._read_section(section, found, owner)
        if not found.tables:
            raise refuse("no_table", accepted=self._accepted_headers())
        return found

    def header_at(self, grid: Grid, first: int) -> Layout | None:
        return header_at(grid, first, self.names, self.likeness)

    def _accepted_headers(self) -> str:
        return wording.label("format", "list_separator").join(wording.labels("import_header").values())

    def _read_section(self, section: Section, found: ReadFile, owner: Owner) -> None:
        found.tables += 1
        found.titles += [section.title] if section.title else []
        assumed = _assumed_groups(section)
        for group in assumed:
            header = section.grid.rows[section.layout.first].cells[0].address
            found.issues.append(
                CellIssue(header, section.grid.rows[section.layout.first].number, group, "column_missing")
            )
        if section.grid.doubt:
            row = section.grid.rows[section.layout.first]
            found.issues.append(CellIssue(row.cells[0].address, row.number, "audience", section.grid.doubt))
        for number, where, text in section.strays:
            found.issues.append(CellIssue(where, number, "titles", "not_an_item", text[:60]))
        for entry in section.entries:
            item, issues = self._item(entry, section, owner, assumed)
            found.items.append(item)
            found.issues += issues

    def _item(
        self, entry: Entry, section: Section, owner: Owner, assumed: frozenset[str]
    ) -> tuple[ReadItem, list[CellIssue]]:
        doubts, cells = Doubts(entry), self.cells
        titles, numbers = cells.titles(entry, doubts)
        deadline_text = cells.line(entry, "deadline_text", doubts, needed=True)
        cells.deadline(deadline_text, doubts)
        extra = self._extra(entry, numbers)
        body = self._body(entry, doubts, owner, extra)
        channels, channel_notes = ([ASSUMED_CHANNEL], None) if "channels" in assumed else cells.channels(entry, doubts)
        audience = Audience(True, None) if "audience" in assumed else cells.audience(entry, doubts)
        cells.masked(entry, doubts)
        for value in entry.values:
            if value.address in section.grid.broken:
                doubts.add(
                    value.use.role, section.grid.broken[value.address], value.text, cell=value.address, grave=True
                )
        item = ReadItem(
            row=entry.row,
            where=entry.where,
            table=section.grid.name,
            table_title=section.title,
            titles=tuple(titles),
            elements=tuple(cells.elements(entry, doubts)),
            bases=self.library.read(self._said(entry.text("legal_bases"))),
            deadline_text=deadline_text,
            body=body,
            channels=tuple(channels),
            channel_notes=channel_notes,
            everyone=audience.everyone,
            groups=audience.groups,
            methods=("active",) if "methods" in assumed else tuple(cells.methods(entry, doubts)),
            levels=_levels_of(body) if "levels" in assumed else tuple(cells.levels(entry, doubts)),
            notes=cells.line(entry, "notes", doubts, needed=False) or None,
            area=joined(entry.text("area")) or None,
            code=joined(entry.text("code")) or None,
            extra=extra,
            fields=frozenset(FIELDS[use.role] for use in section.layout.columns if use.role in FIELDS) - assumed,
            cells={FIELDS[use.role]: entry.address(use.role) for use in section.layout.columns if use.role in FIELDS},
        )
        for basis in item.bases:
            for code in basis.doubts:
                accepted = basis.accepted
                if accepted and code == "unknown_regulation":
                    accepted = wording.label("import_word", "similar").format(title=accepted)
                doubts.add("legal_bases", code, _cited(basis.title, basis.doc_no, basis.articles), accepted)
        return item, doubts.found

    def _said(self, text: str) -> str:
        """The text, empty for 无 and other ways to say that there is nothing."""
        return "" if joined(text) in self.choices.no else tidied(text)

    def _body(self, entry: Entry, doubts: Doubts, owner: Owner, extra: dict[str, str]) -> str:
        """公开主体; where a table names only the office within the unit, the unit itself."""
        uses = entry.of("body")
        is_within = bool(uses) and OFFICE_WITHIN.search(uses[0].use.header)
        if owner.body and (not uses or is_within):
            if uses and joined(uses[0].text):
                extra[uses[0].use.header] = joined(uses[0].text)
            return owner.body
        return self.cells.line(entry, "body", doubts, needed=True)

    def _extra(self, entry: Entry, numbers: Sequence[str]) -> dict[str, str]:
        """Columns nobody knows, header → text; the numbers that stood before names belong there too."""
        kept: dict[str, str] = {}
        for value in entry.of("extra"):
            text = _kept_lines(value.text)
            if text:
                kept[value.use.header] = f"{kept[value.use.header]}\n{text}" if value.use.header in kept else text
        if numbers:
            kept[wording.label("import_word", "number")] = numbers[-1]
        return kept


def _kept_lines(text: str) -> str:
    """Lines that are entries of their own (addresses, numbers, boxes) stay; others are one line that was broken."""
    kept = ""
    for line in tidied(text).split("\n"):
        kept += ("\n" if kept and OWN_LINE.match(line) else "") + SPACED.sub("", line)
    return kept


def _cited(title: str, doc_no: str | None, articles: Sequence[str]) -> str:
    return f"《{title}》{f'（{doc_no}）' if doc_no else ''}{'、'.join(articles)}"


def _assumed_groups(section: Section) -> frozenset[str]:
    """Fields no column says anything about in the whole table: there is no such column, or no tick was ever made in it."""
    groups: Mapping[str, tuple[str, ...]] = {
        "audience": TICKS[0],
        "methods": TICKS[1],
        "levels": TICKS[2],
        "channels": ("channels", "channel"),
    }
    return frozenset(
        name
        for name, roles in groups.items()
        if not any(value.text for entry in section.entries for value in entry.of(*roles))
    )


def _levels_of(body: str) -> tuple[str, ...]:
    """The level a body stands at: townships where it names one, the county where it names one or nothing."""
    township = ("township",) if TOWNSHIP.search(body) else ()
    return ("county", *township) if COUNTY.search(body) or not township else township
