"""What a read table means for the registry: which item each row is, what would change, and what keeps a row out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlmodel import Session

from registry.deadlines.vocabulary import Vocabulary
from registry.errors import Conflict, Invalid, Issue
from registry.exchange.grids.spelling import folded
from registry.exchange.reading.bases import Citation
from registry.exchange.reading.records import CellIssue, ReadFile, ReadItem
from registry.items.files import Audience, ExtraText, ItemEntry
from registry.items.loader import entries_of
from registry.items.queries import list_areas, standard_in_force
from registry.items.roles import Roles
from registry.items.tables import Area
from registry.rulebook.book import Rulebook
from registry.rulebook.columns import LEVELS, METHODS
from registry.rulebook.regulations import Basis

COMPARED = (
    "titles",
    "elements",
    "tables",
    "legal_bases",
    "deadline_text",
    "body",
    "roles",
    "channels",
    "channel_notes",
    "audience",
    "methods",
    "levels",
    "notes",
    "extra",
)


class RowAction(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class ComparedRow:
    """A row of the table with the item it is: `before` as the registry has it, `after` as it would be."""

    item: ReadItem
    action: RowAction
    area: str | None
    code: str | None
    before: ItemEntry | None
    after: ItemEntry | None

    @property
    def changed(self) -> list[str]:
        """The fields that would change."""
        if self.action is not RowAction.UPDATE:
            return []
        return [name for name in COMPARED if getattr(self.before, name) != getattr(self.after, name)]


@dataclass(frozen=True)
class Comparison:
    """`standards` are area → standard concerned; `absent` are their items the table does not have, which stay as they are."""

    file: ReadFile
    rows: Sequence[ComparedRow]
    standards: Mapping[str, str]
    absent: Sequence[str]
    issues: Sequence[CellIssue]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.action for row in self.rows)
        return {**{action.value: found[action] for action in RowAction}, "absent": len(self.absent)}


class _Known:
    """The items of one standard, by what a row can be recognised by, and the codes its area has used."""

    def __init__(self, standard: str, entries: Sequence[ItemEntry], codes: Sequence[str]) -> None:
        self.standard = standard
        self.entries = {entry.code: entry for entry in entries}
        self.taken: set[str] = set()
        self.by_path: dict[tuple[str, ...], list[ItemEntry]] = defaultdict(list)
        self.by_name: dict[str, list[ItemEntry]] = defaultdict(list)
        self.sections: dict[str, int] = {}
        self.last_number: dict[int, int] = defaultdict(int)
        for entry in entries:
            self.by_path[_path(entry.titles)].append(entry)
            self.by_name[folded(entry.titles[-1])].append(entry)
            self.sections.setdefault(_first(entry.titles), _place(entry.code)[0])
        for section, number in map(_place, codes):
            self.last_number[section] = max(self.last_number[section], number)

    def match(self, item: ReadItem, last_titles: Counter[str]) -> ItemEntry | None:
        """By its code, by all its titles, or by its own name where that is the only one of its kind here and there."""
        name = folded(item.titles[-1]) if item.titles else ""
        same_name = self.by_name.get(name, []) if last_titles[name] == 1 else []
        candidates = (
            *([self.entries[item.code]] if item.code in self.entries else []),
            *self.by_path.get(_path(item.titles), []),
            *(same_name if len(same_name) == 1 else []),
        )
        found = next((entry for entry in candidates if entry.code not in self.taken), None)
        if found is not None:
            self.taken.add(found.code)
        return found

    def next_code(self, titles: Sequence[str], prefix: str) -> str:
        """Behind the last of the section its first title belongs to; a new first title opens a section."""
        section = self.sections.setdefault(_first(titles), max(self.last_number, default=0) + 1)
        self.last_number[section] += 1
        return f"{prefix}-{section:02d}-{self.last_number[section]:02d}"


def compare(
    session: Session,
    file: ReadFile,
    rulebook: Rulebook,
    *,
    on: date,
    area: str | None = None,
) -> Comparison:
    """Every row against the standard of its area in force on a day; a row of no known area is refused."""
    areas = {one.code: one for one in list_areas(session)}
    chosen = _areas_of(session, file, areas, rulebook.deadlines.vocabulary, on, area)
    issues = list(file.issues)
    known = {
        code: _known(session, code, rulebook.deadlines.vocabulary, on) for code in dict.fromkeys(filter(None, chosen))
    }
    roles = Roles(session)
    last_titles = Counter(folded(item.titles[-1]) for item in file.items if item.titles)
    grave = {(issue.row, _sheet(issue.cell)) for issue in issues if issue.grave}
    doubted = {(issue.row, _sheet(issue.cell)) for issue in issues}
    rows = []
    for item, code in zip(file.items, chosen, strict=True):
        found = known[code].match(item, last_titles) if code else None
        refused = (item.row, _sheet(item.where)) in grave
        if code is None:
            strange = _unknown_area(item, areas)
            issues += [strange] if item.area or not any(one.code == strange.code for one in issues) else []
        issues = _settled(issues, item, found)
        if refused or code is None:
            rows.append(ComparedRow(item, RowAction.REFUSED, code, found.code if found else None, found, None))
        elif found is None:
            new = known[code].next_code(item.titles, areas[code].prefix)
            is_doubted = (item.row, _sheet(item.where)) in doubted
            entry = _created(item, new, roles, doubted=is_doubted)
            rows.append(ComparedRow(item, RowAction.CREATE, code, new, None, entry))
        else:
            after = _updated(item, found, roles)
            action = RowAction.UNCHANGED if after == found else RowAction.UPDATE
            rows.append(ComparedRow(item, action, code, found.code, found, after))
    standards = {code: one.standard for code, one in known.items()}
    absent = [code for one in known.values() for code in one.entries if code not in one.taken]
    return Comparison(file, rows, standards, absent, sorted(issues, key=lambda issue: (_sheet(issue.cell), issue.row)))


def _sheet(cell: str) -> str:
    return cell.rpartition("!")[0]


def _path(titles: Iterable[str]) -> tuple[str, ...]:
    return tuple(folded(title) for title in titles)


def _first(titles: Sequence[str]) -> str:
    return folded(titles[0]) if titles else ""


def _place(code: str) -> tuple[int, int]:
    """BUD-01-02 → (1, 2)."""
    numbers = [int(part) if part.isdigit() else 0 for part in code.split("-")[1:]]
    return (numbers[0] if numbers else 0, numbers[1] if len(numbers) > 1 else 0)


def _known(session: Session, area: str, vocabulary: Vocabulary, on: date) -> _Known:
    standard = standard_in_force(session, area, on)
    if standard is None:
        raise Conflict("no_standard", found=area)
    codes, entries = entries_of(session, standard, vocabulary)
    return _Known(standard.code, entries, codes)


def _areas_of(
    session: Session,
    file: ReadFile,
    areas: Mapping[str, Area],
    vocabulary: Vocabulary,
    on: date,
    area: str | None,
) -> list[str | None]:
    """The area of each row: its own column, else the one asked for, else the table's name, else where its items are known.

    None for a row whose area nobody can tell. Raises Invalid when the one asked for does not exist.
    """
    if area is not None and area not in areas:
        raise Invalid([Issue("area", "unknown_area_code", {"found": area, "accepted": _listed(areas)})])
    whole = area or _named(" ".join(file.titles), areas) or _named(file.name, areas)
    named = {title: _named(title, areas) for title in dict.fromkeys(item.table_title for item in file.items)}
    found = [
        (_named(item.area, areas) or area) if item.area else (area or named[item.table_title] or whole)
        for item in file.items
    ]
    if any(found) or any(item.area for item in file.items):
        return found
    return [_by_items(session, file, areas, vocabulary, on)] * len(file.items)


def _named(text: str, areas: Mapping[str, Area]) -> str | None:
    named = [one for one in areas.values() if one.name in text or (one.later_name and one.later_name in text)]
    return named[0].code if len(named) == 1 else None


def _by_items(
    session: Session, file: ReadFile, areas: Mapping[str, Area], vocabulary: Vocabulary, on: date
) -> str | None:
    """The one area that has at least half of the table's items already."""
    paths = {_path(item.titles) for item in file.items}
    for code in areas:
        standard = standard_in_force(session, code, on)
        if standard is not None:
            _, entries = entries_of(session, standard, vocabulary)
            if len(paths & {_path(entry.titles) for entry in entries}) * 2 >= len(paths):
                return code
    return None


def _listed(areas: Mapping[str, Area]) -> str:
    return "、".join(f"{one.name}（{one.code}）" for one in areas.values())


def _unknown_area(item: ReadItem, areas: Mapping[str, Area]) -> CellIssue:
    code = "unknown_area" if item.area else "area_needed"
    where = item.cells.get("area", item.where)
    return CellIssue(where, item.row, "area", code, item.area or "", _listed(areas), grave=True)


def _settled(issues: list[CellIssue], item: ReadItem, found: ItemEntry | None) -> list[CellIssue]:
    """A deadline a person has already decided for the same text needs nobody again."""
    if found is None or not found.deadline or folded(found.deadline_text) != folded(item.deadline_text):
        return issues
    return [one for one in issues if not (one.code == "deadline_unclear" and one.row == item.row)]


def _created(item: ReadItem, code: str, roles: Roles, *, doubted: bool) -> ItemEntry:
    return ItemEntry(
        code=code,
        titles=item.titles,
        elements=item.elements,
        legal_bases=_bases(item.bases),
        deadline_text=item.deadline_text,
        body=item.body,
        roles=roles.behind(item.body),
        channels=item.channels,
        channel_notes=item.channel_notes,
        audience=Audience(item.everyone, item.groups),
        methods=_ordered(item.methods, METHODS),
        levels=_ordered(item.levels, LEVELS),
        evidence="evidenced_partial" if doubted else "evidenced",
        notes=item.notes,
        extra=_extra((), item.extra),
    )


def _updated(item: ReadItem, before: ItemEntry, roles: Roles) -> ItemEntry:
    """What the table has a column for, and only where it says something else; a different spelling of the same says nothing else."""
    after = before
    if _path(item.titles) != _path(before.titles):
        after = replace(after, titles=item.titles)
    if "elements" in item.fields and _run_on(item.elements) != _run_on((*before.elements, *before.tables)):
        kept = {folded(table) for table in before.tables}
        tables = tuple(one for one in item.elements if folded(one) in kept)
        after = replace(
            after, elements=tuple(one for one in item.elements if one not in tables) or item.elements[:1], tables=tables
        )
    if "legal_bases" in item.fields and not _same_bases(_bases(item.bases), before.legal_bases):
        after = replace(after, legal_bases=_bases(item.bases))
    if folded(item.deadline_text) != folded(before.deadline_text):
        after = replace(after, deadline_text=item.deadline_text, deadline=())
    if "body" in item.fields and folded(item.body) != folded(before.body):
        after = replace(after, body=item.body, roles=roles.behind(item.body))
    if "channels" in item.fields and set(item.channels) != set(before.channels):
        after = replace(after, channels=item.channels)
    if "channels" in item.fields and folded(item.channel_notes or "") != folded(before.channel_notes or ""):
        after = replace(after, channel_notes=item.channel_notes)
    if "audience" in item.fields and (item.everyone, item.groups) != (before.audience.everyone, before.audience.groups):
        after = replace(after, audience=Audience(item.everyone, item.groups))
    if "methods" in item.fields and set(item.methods) != set(before.methods):
        after = replace(after, methods=_ordered(item.methods, METHODS))
    if "levels" in item.fields and set(item.levels) != set(before.levels):
        after = replace(after, levels=_ordered(item.levels, LEVELS))
    if "notes" in item.fields and folded(item.notes or "") != folded(before.notes or ""):
        after = replace(after, notes=item.notes)
    return replace(after, extra=_extra(before.extra, item.extra))


def _run_on(elements: Sequence[str]) -> str:
    """The same text cut in other places is the same content."""
    return folded("".join(elements))


def _ordered(codes: Sequence[str], order: Sequence[str]) -> tuple[str, ...]:
    return tuple(code for code in order if code in codes)


def _extra(before: Sequence[ExtraText], read: Mapping[str, str]) -> tuple[ExtraText, ...]:
    found = {one.header: one.text for one in before} | dict(read)
    return tuple(ExtraText(header, text) for header, text in found.items())


def _bases(citations: Sequence[Citation]) -> tuple[Basis, ...]:
    """Citations the regulations list, and the others as written."""
    written = (one.basis or Basis(None, articles=one.articles, title=one.title, doc_no=one.doc_no) for one in citations)
    return tuple(dict.fromkeys(written))


def _same_bases(read: Sequence[Basis], held: Sequence[Basis]) -> bool:
    """Equal, though the edition may be named on one side only: a table's number says what the catalog left open."""
    return len(read) == len(held) and all(
        replace(one, edition=None) == replace(other, edition=None)
        and (one.edition == other.edition or one.edition is None)
        for one, other in zip(read, held, strict=True)
    )
