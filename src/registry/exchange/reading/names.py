"""Headers of official tables: what each spelling stands for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from registry.exchange.grids.spelling import name_key
from registry.rulebook.columns import LEVELS, Columns

STRONG_TITLES = ("title1", "title2", "title3")
GROUPS = ("titles", "audience", "methods", "levels")
ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
JOINT = re.compile(r"[-/>:|]")
NUMBERING = re.compile(r"^(?:\d{1,2}[.、]|\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十]+、)(?=\D)")
LEVEL_SIGNS: Mapping[str, str] = {"city": "市州", "county": "县区旗", "township": "乡镇街", "village": "村社居"}


@dataclass(frozen=True)
class Meaning:
    """What a column is for. `role` is a field of the official table or a section of `reading` in standards/columns.yaml;

    `rank` is the place among the spellings, 0 the usual one; `levels` are those a level column stands for.
    """

    role: str
    rank: int = 0
    levels: tuple[str, ...] = ()
    channel: str | None = None


class HeaderNames:
    """Looks headers up as `standards/columns.yaml` spells them."""

    def __init__(self, columns: Columns) -> None:
        self.meanings: dict[str, list[Meaning]] = {}
        levels: dict[str, list[str]] = {}
        for column in columns.fields:
            for rank, name in enumerate((column.name, *column.synonyms)):
                if column.code in LEVELS:
                    levels.setdefault(name_key(name), []).append(column.code)
                else:
                    self._add(name, Meaning(column.code, rank))
        for name, codes in levels.items():
            self._add(name, Meaning("level", levels=tuple(dict.fromkeys(codes))))
        for role in ("area", "code", "ignored", "titles", "audience", "methods", "levels"):
            for rank, name in enumerate(getattr(columns.reading, role)):
                self._add(name, Meaning(role, rank))
        self.channels = {
            name_key(name): channel.code for channel in columns.channels for name in (channel.name, *channel.synonyms)
        }
        self.find = lru_cache(maxsize=4096)(self._find)

    def _add(self, name: str, meaning: Meaning) -> None:
        known = self.meanings.setdefault(name_key(name), [])
        if all(meaning.role != other.role for other in known):
            known.append(meaning)

    def _find(self, text: str) -> tuple[Meaning, ...]:
        """All meanings of a header, also without what stands in brackets or a number before it; empty for a stranger."""
        key = name_key(text)
        for one in (key, ASIDE.sub("", key), NUMBERING.sub("", key)):
            if one in self.meanings:
                return tuple(self.meanings[one])
        return ()

    def is_known(self, text: str) -> bool:
        return bool(text) and bool(self.find(text))

    def split(self, text: str) -> list[str]:
        """A header that names its group itself (公开对象-全社会) as both parts, else as one."""
        if self.find(text):
            return [text]
        parts = [part for part in JOINT.split(name_key(text)) if part]
        if len(parts) > 1 and self.find(parts[0]) and any(one.role in GROUPS for one in self.find(parts[0])):
            return [parts[0], "".join(parts[1:])]
        return [text]

    def under(self, group: str, text: str) -> Meaning | None:
        """A header below 公开层级 or the channels, whose own words need not be known elsewhere."""
        key = name_key(text)
        if group == "levels":
            found = tuple(level for level, signs in LEVEL_SIGNS.items() if any(sign in key for sign in signs))
            known = [one for one in self.find(text) if one.role == "level"]
            return known[0] if known else Meaning("level", levels=found) if found else None
        if group == "channels":
            channel = self.channels.get(key) or self.channels.get(ASIDE.sub("", key))
            return Meaning("channel", channel=channel) if channel else None
        return None

    def beginning(self, text: str) -> list[Meaning]:
        """Meanings a header cut short may have (公开渠 → 公开渠道和载体), from two characters on."""
        key = name_key(text)
        if len(key) < 2:
            return []
        found: list[Meaning] = []
        for name, meanings in self.meanings.items():
            if name.startswith(key) and name != key:
                found += [one for one in meanings if all(one.role != other.role for other in found)]
        return found


def group_of(meanings: Sequence[Meaning]) -> str | None:
    """The group a header opens, if it is one: titles, audience, methods, levels, or the channels."""
    return next((one.role for one in meanings if one.role in (*GROUPS, "channels")), None)
