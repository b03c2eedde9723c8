"""公开对象, 公开方式, 公开层级: ticks in columns of their own, or words and boxes in one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from registry.exchange.grids.spelling import joined, name_key
from registry.exchange.reading.names import LEVEL_SIGNS
from registry.rulebook.columns import Coded, Columns

BRACKETS = re.compile(r"^[（(:：]+|[)）]+$")
SPLIT = re.compile(r"[、,，;；/\s和及]+")


class Tick(Enum):
    YES = "yes"
    NO = "no"
    WORDS = "words"


@dataclass(frozen=True)
class Ticked:
    """What a cell of a tick column says; `words` are what stands beside the mark or instead of it."""

    tick: Tick
    words: str = ""


class ChoiceWords:
    def __init__(self, columns: Columns) -> None:
        marks = columns.check_marks
        self.marks = marks.selected + marks.empty
        self.selected, self.empty = frozenset(marks.selected), frozenset(marks.empty)
        self.yes = self.selected | frozenset(columns.reading.ticked)
        self.no = self.empty | frozenset(columns.reading.unticked)
        self.everyone = tuple(name_key(name) for name in columns.audience.everyone)
        self.groups = tuple(name_key(name) for name in columns.audience.groups)
        self.methods, self.levels = _names(columns.methods), _names(columns.levels)
        self.marked = re.compile(rf"(?P<mark>[{''.join(map(re.escape, self.marks))}])")

    @property
    def ticks(self) -> frozenset[str]:
        return frozenset(name_key(one) for one in self.yes)

    def tick(self, text: str) -> Ticked:
        """√, √（面向…）, 县级, or nothing."""
        plain = joined(text)
        if not plain or plain in self.no:
            return Ticked(Tick.NO)
        if plain in self.yes:
            return Ticked(Tick.YES)
        if plain[0] in self.selected:
            return Ticked(Tick.YES, BRACKETS.sub("", plain[1:]).strip())
        if plain[-1] in self.selected:
            return Ticked(Tick.YES, BRACKETS.sub("", plain[:-1]).strip())
        if plain[0] in self.empty and not self.marked.search(plain[1:]):
            return Ticked(Tick.NO)
        return Ticked(Tick.WORDS, plain)

    def chosen(self, text: str) -> list[str]:
        """The words of a cell that are meant: behind ticked boxes where there are boxes, else all of them."""
        plain = joined(text)
        if not self.marked.search(plain):
            return [plain] if plain and plain not in self.no else []
        pieces = self.marked.split(plain)
        behind = list(zip(pieces[1::2], pieces[2::2], strict=True))
        if pieces[0] and not any(words for _, words in behind):
            behind = list(zip(pieces[1::2], [pieces[0], *pieces[2:-1:2]], strict=True))
        return [words for mark, words in behind if mark in self.selected and words]

    def audience(self, text: str) -> tuple[bool, str | None, bool]:
        """(everyone, groups, understood) of a 公开对象 in one cell: 全社会, 特定群体：申请人, ■全社会□特定群体."""
        everyone, groups = False, []
        for words in self.chosen(text):
            for part in re.split(r"[;；\s]+|[、，,](?=全社会|特定|社会公众)|(?<=全社会)[、，,和及/]", words):
                key = name_key(part)
                if key in self.everyone or any(
                    key.startswith(name) and len(key) <= len(name) + 2 for name in self.everyone
                ):
                    everyone = True
                elif part:
                    groups.append(self.group(part))
        return everyone, "、".join(groups) or None, everyone or bool(groups)

    def group(self, words: str) -> str:
        """特定群体：法律援助申请人 → 法律援助申请人; 特定群体 alone stays."""
        for name in self.groups:
            if name_key(words).startswith(name):
                rest = BRACKETS.sub("", words[len(name) :]).strip()
                return rest or words
        return words

    def codes(self, text: str, names: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """(codes, words nobody knows) of a cell that names methods or levels."""
        found, unknown = [], []
        for words in self.chosen(text):
            for part in SPLIT.split(words):
                key = name_key(part)
                if key in names:
                    found.append(names[key])
                elif key and names is self.levels and _levels_in(key):
                    found += _levels_in(key)
                elif key:
                    unknown.append(part)
        return list(dict.fromkeys(found)), unknown


def _names(entries: Sequence[Coded]) -> dict[str, str]:
    return {name_key(name): entry.code for entry in entries for name in (entry.name, *entry.synonyms)}


def _levels_in(key: str) -> list[str]:
    if "级" not in key or len(key) > 8:
        return []
    return [level for level, signs in LEVEL_SIGNS.items() if any(sign in key for sign in signs)]
