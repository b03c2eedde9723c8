"""What a table says, item by item, before anybody has compared it with the registry."""

from dataclasses import dataclass, field

from registry.exchange.grids.grid import Grid
from registry.exchange.reading.bases import Citation


@dataclass(frozen=True)
class CellIssue:
    """A cell that was not or not surely understood: where, what was found, what is accepted. `grave` keeps its row out."""

    cell: str
    row: int
    field: str
    code: str
    found: str = ""
    accepted: str = ""
    grave: bool = False


@dataclass(frozen=True)
class ReadItem:
    """One item as the table has it. `fields` are those the table has a column for; the others are defaults or None and change nothing."""

    row: int
    where: str
    table: str
    table_title: str
    titles: tuple[str, ...]
    elements: tuple[str, ...]
    bases: tuple[Citation, ...]
    deadline_text: str
    body: str
    channels: tuple[str, ...]
    channel_notes: str | None
    everyone: bool
    groups: str | None
    methods: tuple[str, ...]
    levels: tuple[str, ...]
    notes: str | None
    area: str | None
    code: str | None
    extra: dict[str, str]
    fields: frozenset[str]
    cells: dict[str, str]


@dataclass
class ReadFile:
    """`tables` counts the tables with a header that was understood, `titles` are what stood over them; `grids` are all there are."""

    name: str
    tables: int = 0
    titles: list[str] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    items: list[ReadItem] = field(default_factory=list)
    issues: list[CellIssue] = field(default_factory=list)
