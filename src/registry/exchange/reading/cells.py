"""From the cells of one entry to the fields of an item, with every doubt at its address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from registry import wording
from registry.deadlines.reading import read
from registry.exchange.grids.spelling import joined, tidied
from registry.exchange.reading.channels import ChannelWords
from registry.exchange.reading.choices import ChoiceWords, Tick
from registry.exchange.reading.elements import elements_of
from registry.exchange.reading.entries import Entry, Value
from registry.exchange.reading.records import CellIssue
from registry.exchange.reading.titles import title_of
from registry.rulebook.book import Rulebook
from registry.rulebook.columns import LEVELS, METHODS

MASKED = re.compile(r"[*＊]{2,}|[（(]略[)）]|[×xX]{3,}|某某")
LIMITS = {
    "titles": 80,
    "elements": 400,
    "deadline_text": 400,
    "body": 200,
    "groups": 200,
    "notes": 600,
    "channels": 200,
}


@dataclass
class Doubts:
    """The issues of one entry."""

    entry: Entry
    found: list[CellIssue] = field(default_factory=list)

    def add(
        self, role: str, code: str, found: str = "", accepted: str = "", *, cell: str | None = None, grave: bool = False
    ) -> None:
        where = cell or self.entry.address(role)
        self.found.append(
            CellIssue(where, self.entry.row, FIELD_OF.get(role, role), code, found[:200], accepted, grave)
        )

    def require(self, role: str, value: object) -> None:
        if not value:
            self.add(role, "cell_required", grave=True)

    def measure(self, role: str, texts: Sequence[str]) -> None:
        limit = LIMITS[FIELD_OF.get(role, role)]
        for text in texts:
            if len(text) > limit:
                self.add(role, "cell_too_long", f"{text[:40]}…", str(limit), grave=True)


FIELD_OF = {
    "title": "titles",
    "channel": "channels",
    "everyone": "audience",
    "groups": "groups",
    "active": "methods",
    "on_request": "methods",
    "level": "levels",
}


@dataclass(frozen=True)
class Audience:
    everyone: bool
    groups: str | None


class CellReader:
    """Reads cells with the words of one rulebook."""

    def __init__(self, rulebook: Rulebook, channels: ChannelWords, choices: ChoiceWords) -> None:
        self.vocabulary = rulebook.deadlines.vocabulary
        self.channel_words, self.choice_words = channels, choices
        self.channel_names = "、".join(channel.name for channel in rulebook.columns.channels)
        names = {column.code: column.name for column in rulebook.columns.fields}
        self.group_name = names["groups"]
        self.method_names = "、".join(method.name for method in rulebook.columns.methods)
        self.level_names = "、".join(level.name for level in rulebook.columns.levels)
        self.everyone_name = names["everyone"]

    def titles(self, entry: Entry, doubts: Doubts) -> tuple[list[str], list[str]]:
        """(names from the first level down, numbers that stood before them)."""
        names, numbers = [], []
        for value in sorted(entry.of("title"), key=lambda value: (value.use.rank, value.use.index)):
            name, number = title_of(value.text)
            names += [name] if name else []
            numbers += [number] if number and name else []
        doubts.require("title", names)
        doubts.measure("title", names)
        return names, numbers

    def elements(self, entry: Entry, doubts: Doubts) -> list[str]:
        found = [one for value in entry.of("elements") for one in elements_of(tidied(value.text))]
        doubts.require("elements", found)
        doubts.measure("elements", found)
        return list(dict.fromkeys(found))

    def line(self, entry: Entry, role: str, doubts: Doubts, *, needed: bool) -> str:
        """A field of one line; what came from above is told."""
        values = [value for value in entry.of(role) if value.text]
        said = (joined(value.text) for value in values)
        text = "；".join(dict.fromkeys(one for one in said if one not in self.choice_words.no))
        if role == "deadline_text":
            text = "".join(text.split())
        if needed:
            doubts.require(role, text)
        if role in LIMITS:
            doubts.measure(role, [text])
        self.tell_taken(values, doubts)
        return text

    def tell_taken(self, values: Sequence[Value], doubts: Doubts) -> None:
        for value in values:
            if value.taken:
                doubts.add(value.use.role, "taken_from_above", "", joined(value.text)[:60], cell=value.address)

    def deadline(self, text: str, doubts: Doubts) -> None:
        """Only says when nobody can count by the text; the clauses are read from it wherever they are needed."""
        if not text:
            return
        reading = read(text, self.vocabulary)
        if reading.needs_rule:
            reasons = "；".join(wording.label("deadline_warning", code) for code in reading.warnings)
            doubts.add("deadline_text", "deadline_unclear", text, reasons)

    def channels(self, entry: Entry, doubts: Doubts) -> tuple[list[str], str | None]:
        """(codes, what else was written) over all cells and rows of the channels."""
        codes: list[str] = []
        notes: list[str] = []
        whole = [value for value in entry.of("channels") if value.text]
        self.tell_taken([*whole, *entry.of("channel")], doubts)
        if whole:
            read_cell = self.channel_words.read("\n".join(tidied(value.text) for value in whole))
            codes += read_cell.codes
            notes += read_cell.notes
            for name in read_cell.unknown:
                doubts.add("channels", "unknown_channel", name, self.channel_names, cell=whole[0].address)
        for value in entry.of("channel"):
            ticked = self.choice_words.tick(value.text)
            if ticked.tick is not Tick.NO and value.use.channel:
                codes.append(value.use.channel)
                notes += [ticked.words] if ticked.words else []
        if not codes and entry.of("channels", "channel"):
            found = joined(whole[0].text) if whole else ""
            doubts.add("channels", "nothing_chosen", found[:60], self.channel_names, grave=True)
        note = "；".join(dict.fromkeys(notes)) or None
        doubts.measure("channels", [note or ""])
        return list(dict.fromkeys(codes)), note

    def audience(self, entry: Entry, doubts: Doubts) -> Audience:
        everyone, groups = False, list[str]()
        for value in entry.of("everyone"):
            ticked = self.choice_words.tick(value.text)
            if ticked.tick is Tick.WORDS:
                is_everyone, named, _ = self.choice_words.audience(value.text)
                everyone, groups = everyone or is_everyone, [*groups, named] if named else groups
            else:
                everyone = everyone or ticked.tick is Tick.YES
        for value in entry.of("groups"):
            ticked = self.choice_words.tick(value.text)
            if ticked.tick is not Tick.NO:
                groups.append(self.choice_words.group(ticked.words) if ticked.words else self.group_name)
        for value in entry.of("audience"):
            is_everyone, named, _ = self.choice_words.audience(value.text)
            everyone, groups = everyone or is_everyone, [*groups, named] if named else groups
        if not everyone and not groups:
            accepted = f"{self.everyone_name}、{self.group_name}"
            doubts.add(_role(entry, "everyone", "groups", "audience"), "nothing_chosen", "", accepted, grave=True)
        self.tell_taken(entry.of("everyone", "groups", "audience"), doubts)
        named_groups = "、".join(dict.fromkeys(groups)) or None
        doubts.measure("groups", [named_groups or ""])
        return Audience(everyone, named_groups)

    def methods(self, entry: Entry, doubts: Doubts) -> list[str]:
        found: list[str] = []
        for value in entry.of("active", "on_request"):
            ticked = self.choice_words.tick(value.text)
            if ticked.tick is Tick.YES:
                found.append(value.use.role)
            elif ticked.tick is Tick.WORDS:
                found += self._named(value, self.choice_words.methods, self.method_names, doubts)
        for value in entry.of("methods"):
            found += self._named(value, self.choice_words.methods, self.method_names, doubts)
        return self._chosen(entry, found, ("active", "on_request", "methods"), self.method_names, doubts)

    def levels(self, entry: Entry, doubts: Doubts) -> list[str]:
        found: list[str] = []
        for value in entry.of("level"):
            ticked = self.choice_words.tick(value.text)
            if ticked.tick is Tick.YES:
                found += value.use.levels
            elif ticked.tick is Tick.WORDS:
                found += self._named(value, self.choice_words.levels, self.level_names, doubts)
        for value in entry.of("levels"):
            found += self._named(value, self.choice_words.levels, self.level_names, doubts)
        return self._chosen(entry, found, ("level", "levels"), self.level_names, doubts)

    def _named(self, value: Value, names: dict[str, str], accepted: str, doubts: Doubts) -> list[str]:
        codes, unknown = self.choice_words.codes(value.text, names)
        for word in unknown:
            doubts.add(value.use.role, "unknown_choice", word, accepted, cell=value.address, grave=not codes)
        return codes

    def _chosen(
        self, entry: Entry, found: Sequence[str], roles: tuple[str, ...], accepted: str, doubts: Doubts
    ) -> list[str]:
        self.tell_taken(entry.of(*roles), doubts)
        if not found and not any(one.grave and one.code == "unknown_choice" for one in doubts.found):
            doubts.add(_role(entry, *roles), "nothing_chosen", "", accepted, grave=True)
        return [code for code in (*LEVELS, *METHODS) if code in found]

    def masked(self, entry: Entry, doubts: Doubts) -> None:
        for value in entry.values:
            hidden = MASKED.search(value.text) if value.use.role != "deadline_text" else None
            if hidden:
                doubts.add(value.use.role, "cell_masked", joined(value.text)[:60], cell=value.address)


def _role(entry: Entry, *roles: str) -> str:
    """The first of these roles the table has a column for."""
    return next((role for role in roles if entry.of(role)), roles[0])
